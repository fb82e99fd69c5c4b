//! What people read, at a narrow and an ordinary width, and that nothing is ever wider than asked.

use harness::evidence::{Evidence, MessageRow};
use harness::report::{Output, Stream, Verdict};

use super::samples;
use super::*;

fn text(lines: &[Line]) -> String {
    lines.iter().map(|line| line.text() + "\n").collect()
}

/// Both widths in one snapshot, so that they are read side by side.
fn at_both_widths(draw: impl Fn(usize) -> Vec<Line>) -> String {
    format!("80 columns\n\n{}\n40 columns\n\n{}", text(&draw(80)), text(&draw(40)))
}

fn verdict_of(it: &Verdict) -> String {
    at_both_widths(|width| verdict(it, "solutions/01_processes/fork_exit_flush.rs", width))
}

#[test]
fn passed() {
    insta::assert_snapshot!(verdict_of(&Verdict::Passed(samples::passed())));
}

#[test]
fn unknown() {
    insta::assert_snapshot!(verdict_of(&Verdict::Unknown(samples::unknown())));
}

#[test]
fn failed_with_a_timeline() {
    insta::assert_snapshot!(verdict_of(&samples::failed(vec![samples::timeline()])));
}

#[test]
fn failed_with_processes() {
    insta::assert_snapshot!(verdict_of(&samples::failed(vec![samples::processes()])));
}

#[test]
fn failed_with_open_files() {
    insta::assert_snapshot!(verdict_of(&samples::failed(vec![samples::open_files()])));
}

#[test]
fn failed_with_lines() {
    insta::assert_snapshot!(verdict_of(&samples::failed(vec![samples::lines()])));
}

#[test]
fn failed_with_signals() {
    insta::assert_snapshot!(verdict_of(&samples::failed(vec![samples::signals()])));
}

#[test]
fn failed_with_rules() {
    insta::assert_snapshot!(verdict_of(&samples::failed(vec![samples::rules()])));
}

#[test]
fn failed_with_messages() {
    insta::assert_snapshot!(verdict_of(&samples::failed(vec![samples::messages()])));
}

#[test]
fn many_messages_are_shortened_in_the_middle() {
    let Evidence::Messages(mut all) = samples::messages() else { panic!() };
    let first = all.rows[0].clone();
    let row = |n: usize| MessageRow { message: format!("offset {n}"), ..first.clone() };
    all.rows = (0..40).map(row).collect();
    let drawn = text(&evidence(&Evidence::Messages(all), 80));
    assert!(drawn.contains("offset 7") && drawn.contains("… 24 more"), "{drawn}");
    assert!(drawn.contains("offset 32") && !drawn.contains("offset 31 "), "{drawn}");
}

#[test]
fn what_a_note_points_at_is_not_left_out() {
    let Evidence::Messages(mut all) = samples::messages() else { panic!() };
    let first = MessageRow { note: None, ..all.rows[0].clone() };
    let row = |n: usize| MessageRow { message: format!("offset {n}"), ..first.clone() };
    all.rows = (0..40).map(row).collect();
    all.rows[20].note = Some("lost".to_owned());
    let drawn = text(&evidence(&Evidence::Messages(all), 80));
    assert!(drawn.contains("offset 20") && drawn.contains("lost"), "{drawn}");
    assert!(drawn.contains("… 12 more") && drawn.contains("… 11 more"), "{drawn}");
}

#[test]
fn failed_with_a_brokers_view() {
    insta::assert_snapshot!(verdict_of(&samples::failed(vec![samples::broker()])));
}

#[test]
fn program_output() {
    insta::assert_snapshot!(at_both_widths(|width| output(&samples::written(), 12, width)));
}

#[test]
fn long_output_is_shortened_in_the_middle() {
    let flood: String = (1..=1000).map(|n| format!("line {n}\n")).collect();
    let pieces = [Output { stream: Stream::Stdout, text: flood, dropped: 12 }];
    insta::assert_snapshot!(text(&output(&pieces, 6, 60)), @r"
    Program output (1 stdout)
    1│ line 1
    1│ line 2
    1│ line 3
      … 994 lines not shown
    1│ line 998
    1│ line 999
    1│ line 1000
      … and 12 bytes more, thrown away
    ");
}

#[test]
fn a_line_in_pieces_is_one_line() {
    let piece = |stream, text: &str| Output { stream, text: text.into(), dropped: 0 };
    let pieces = [
        piece(Stream::Stdout, "one "),
        piece(Stream::Stdout, "line\n\nand "),
        piece(Stream::Stderr, "oops"),
        piece(Stream::Stdout, "the rest"),
    ];
    insta::assert_snapshot!(text(&output(&pieces, 9, 60)), @r"
    Program output (1 stdout, 2 stderr)
    1│ one line
    1│
    1│ and
    2│ oops
    1│ the rest
    ");
}

#[test]
fn a_silent_program_has_no_output_to_show() {
    assert_eq!(output(&[], 10, 80), []);
}

#[test]
fn commands_are_words_of_their_own_style() {
    let line = prose("type `cargo run -- hint` now", 80).remove(0);
    let styles: Vec<_> = line.spans().iter().map(|span| span.style.clone()).collect();
    assert!(styles.contains(&Style::Key) && styles.contains(&Style::Plain), "{line:?}");
    assert_eq!(line.text(), "type `cargo run -- hint` now");
}

#[test]
fn paragraphs_break_between_words_and_words_only_where_they_must() {
    insta::assert_snapshot!(text(&prose("a few short words, then averyverylongwordthatfitsnowhere and an end", 20)), @r"
    a few short words,
    then
    averyverylongwordtha
    tfitsnowhere and an
    end
    ");
}

#[test]
fn nothing_is_wider_than_asked() {
    let hostile =
        "\x1b[2J世界\u{202e} 🦀🦀 \u{301}averyveryverylongwordwithoutanyspaces/in/a/path.rs `x`"
            .repeat(3);
    let mut pieces = vec![
        samples::timeline(),
        samples::processes(),
        samples::open_files(),
        samples::lines(),
        samples::signals(),
        samples::rules(),
    ];
    for piece in pieces.clone() {
        pieces.push(with_every_text(piece, &hostile));
    }
    for width in 20..=100 {
        let mut lines = verdict(&samples::failed(pieces.clone()), "solutions/x.rs", width);
        lines.extend(verdict(&Verdict::Passed(samples::passed()), &hostile, width));
        lines.extend(verdict(&Verdict::Unknown(samples::unknown()), "", width));
        lines.extend(did_not_build(&hostile, width));
        lines.extend(output(&samples::written(), 20, width));
        for line in lines {
            assert!(line.width() <= width, "{width}: {} {:?}", line.width(), line.text());
        }
    }
}

fn with_every_text(evidence: Evidence, text: &str) -> Evidence {
    let text = || text.to_owned();
    match evidence {
        Evidence::Timeline(mut moments) => {
            moments.iter_mut().for_each(|it| (it.who, it.what) = (text(), text()));
            Evidence::Timeline(moments)
        }
        Evidence::Processes(mut tree) => {
            tree.when = text();
            for (depth, row) in tree.rows.iter_mut().enumerate() {
                (row.name, row.doing, row.note) = (text(), Some(text()), Some(text()));
                row.depth = u16::try_from(depth * 9).unwrap();
            }
            Evidence::Processes(tree)
        }
        Evidence::OpenFiles(mut files) => {
            files.when = text();
            files.rows.iter_mut().for_each(|row| (row.target, row.note) = (text(), Some(text())));
            Evidence::OpenFiles(files)
        }
        Evidence::Lines(mut both) => {
            (both.what, both.expected) = (text(), vec![text(), String::new()]);
            Evidence::Lines(both)
        }
        Evidence::Signals(mut sets) => {
            sets.when = text();
            for row in &mut sets.rows {
                (row.set, row.observed, row.expected) = (text(), vec![text(); 3], vec![text()]);
            }
            Evidence::Signals(sets)
        }
        Evidence::Rules(mut rules) => {
            rules.iter_mut().for_each(|rule| (rule.rule, rule.seen) = (text(), text()));
            Evidence::Rules(rules)
        }
        Evidence::Messages(mut all) => {
            (all.when, all.settling, all.position) = (text(), text(), Some(text()));
            for row in &mut all.rows {
                (row.message, row.effect, row.note) = (text(), text(), Some(text()));
            }
            Evidence::Messages(all)
        }
        Evidence::Broker(mut state) => {
            state.of = text();
            for row in &mut state.rows {
                (row.name, row.observed, row.expected) = (text(), text(), Some(text()));
            }
            Evidence::Broker(state)
        }
    }
}

/// The one test that displays lines: the switch of `colored` belongs to the whole process.
#[test]
fn colours_are_added_at_display_and_only_when_wanted() {
    let line = Line::new("Failed", Style::Bad)
        .with(" dim", Style::Dim)
        .with(" own", Style::Sgr("38;5;9".into()));
    let linked = Line::blank().joined({
        let mut line = Line::blank();
        line.push(Span::new("a.rs", Style::Key).linked("file:///a.rs"));
        line
    });

    colored::control::set_override(false);
    assert_eq!(line.to_string(), "Failed dim own");
    colored::control::set_override(true);
    assert_eq!(
        line.to_string(),
        "\x1b[1;31mFailed\x1b[0m\x1b[2m dim\x1b[0m\x1b[38;5;9m own\x1b[0m"
    );
    assert_eq!(linked.to_string(), "\x1b]8;;file:///a.rs\x1b\\\x1b[36ma.rs\x1b[0m\x1b]8;;\x1b\\");
    colored::control::unset_override();
}

#[test]
fn what_can_be_typed_is_not_broken() {
    insta::assert_snapshot!(text(&prose("it is gone; type `cargo run -- reset exit_status` now", 40)), @r"
    it is gone; type
    `cargo run -- reset exit_status` now
    ");
}

#[test]
fn code_is_broken_at_a_space_where_one_is_near() {
    let line = Line::plain("    let total = first + second;").with(" // why", Style::Dim);
    let texts = |width| chop_at_spaces(&line, width, 0).iter().map(Line::text).collect::<Vec<_>>();
    assert_eq!(texts(20), ["    let total = ", "first + second; // ", "why"]);
    assert_eq!(chop(&line, 20, 0)[0].text(), "    let total = firs");
}
