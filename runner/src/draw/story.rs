//! Texts for reading, in the little of Markdown that comments and hints use.

use super::{Line, Span, Style, chop_at_spaces, fill, prose};

/// A story: its first line is its title, if a blank line follows.
#[must_use]
pub fn story(text: &str, width: usize) -> Vec<Line> {
    let text = text.trim_start_matches('\n');
    match text.split_once('\n') {
        Some((title, rest)) if rest.starts_with('\n') && !title.starts_with("```") => {
            let title = title.trim_start_matches(['#', ' ']);
            let mut lines = fill(Line::blank(), 0, &[Span::new(title, Style::Strong)], width);
            lines.push(Line::blank());
            lines.extend(paragraphs(rest, width));
            lines
        }
        _ => paragraphs(text, width),
    }
}

/// Paragraphs and list items, wrapped anew; what stands between fences, or is indented by four
/// spaces, is left as it is.
#[must_use]
pub fn paragraphs(text: &str, width: usize) -> Vec<Line> {
    typeset(text, width, width)
}

/// The same for a page that is not drawn over: a command stays on one line, however long, so that
/// the terminal wraps it and it can be copied whole.
#[must_use]
pub fn paragraphs_to_copy(text: &str, width: usize) -> Vec<Line> {
    typeset(text, width, usize::MAX)
}

fn typeset(text: &str, width: usize, code_width: usize) -> Vec<Line> {
    let mut page = Typesetter { width, code_width, lines: Vec::new(), paragraph: String::new() };
    let mut fenced = false;
    for line in text.lines() {
        let bare = line.trim();
        if bare.starts_with("```") {
            page.end_paragraph();
            fenced = !fenced;
        } else if fenced {
            page.code(line);
        } else if let Some(code) = line.strip_prefix("    ").filter(|_| !bare.is_empty()) {
            page.end_paragraph();
            page.code(code);
        } else if bare.is_empty() {
            page.end_paragraph();
            page.space();
        } else {
            if is_item(bare) {
                page.end_paragraph();
            }
            page.add(bare);
        }
    }
    page.end_paragraph();
    let used = page.lines.iter().rposition(|line| line.width() > 0).map_or(0, |last| last + 1);
    page.lines.truncate(used);
    page.lines
}

struct Typesetter {
    width: usize,
    code_width: usize,
    lines: Vec<Line>,
    paragraph: String,
}

impl Typesetter {
    fn add(&mut self, words: &str) {
        if !self.paragraph.is_empty() {
            self.paragraph.push(' ');
        }
        self.paragraph.push_str(words);
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        if text.is_empty() {
            return;
        }
        let Some((sign, words)) = text.split_once(' ').filter(|_| is_item(&text)) else {
            self.lines.extend(prose(&text, self.width));
            return;
        };
        let sign = format!("  {sign} ");
        let indent = sign.chars().count();
        let mut item = prose(words, self.width.saturating_sub(indent)).into_iter();
        self.lines.extend(item.next().map(|first| Line::plain(sign).joined(first)));
        self.lines.extend(item.map(|line| Line::plain(" ".repeat(indent)).joined(line)));
    }

    fn code(&mut self, line: &str) {
        self.lines.extend(chop_at_spaces(&Line::plain(format!("    {line}")), self.code_width, 4));
    }

    fn space(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::blank());
        }
    }
}

/// `- an item`, `* an item`, `1. an item`
fn is_item(line: &str) -> bool {
    line.split_once(' ').is_some_and(|(sign, _)| match sign {
        "-" | "*" => true,
        _ => sign.strip_suffix('.').is_some_and(|number| {
            !number.is_empty() && number.len() < 3 && number.chars().all(|c| c.is_ascii_digit())
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_wrapped_and_code_is_not() {
        let text = "\
The title

A paragraph that was
broken for a comment's width.

```text
[report]   north=3
```

- an item that is longer than the line
- another
";
        let lines: String = story(text, 30).iter().map(|line| line.text() + "\n").collect();
        insta::assert_snapshot!(lines, @r"
        The title

        A paragraph that was broken
        for a comment's width.

            [report]   north=3

          - an item that is longer
            than the line
          - another
        ");
    }

    #[test]
    fn an_indented_command_keeps_its_line() {
        let text = "By hand, type:\n    ps -o pid,ppid,args -C its_own_pid\nand look\nat both.";
        let lines: Vec<_> = paragraphs(text, 60).iter().map(Line::text).collect();
        let command = "    ps -o pid,ppid,args -C its_own_pid";
        assert_eq!(lines, ["By hand, type:", command, "and look at both."]);
    }

    #[test]
    fn a_text_without_a_title_has_none() {
        let lines = story("Is it one line?\nOr two?", 30);
        assert_eq!(lines, [Line::plain("Is it one line? Or two?")]);
    }
}
