//! The nearest of some known words to a misspelt one.

/// The known word that is most like `word`, when any is like enough to be what was meant.
///
/// Likeness is Jaro-Winkler's (strsim), which forgives swapped and missing letters and values a
/// shared beginning; 0.75 still finds `zombi` and `cloexec`, and offers nothing for `banana`.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const NAMES: [&str; 4] = ["fork_exit_flush", "zombie_parade", "kill_the_tree", "cloexec_leak"];

    #[test]
    fn a_misspelt_word_finds_what_was_meant() {
        for (word, meant) in [
            ("zombi", "zombie_parade"),
            ("zombie_prade", "zombie_parade"),
            ("kil_the_tree", "kill_the_tree"),
            ("CLOEXEC", "cloexec_leak"),
            ("fork-exit-flush", "fork_exit_flush"),
        ] {
            assert_eq!(nearest(word, NAMES), Some(meant), "{word}");
        }
    }

    #[test]
    fn a_word_like_no_other_finds_nothing() {
        assert_eq!(nearest("banana", NAMES), None);
        assert_eq!(nearest("", NAMES), None);
    }
}
