//! Which lines two texts share.

/// One row of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row<'a> {
    /// In both texts.
    Same(&'a str),
    /// Wanted, and not seen.
    Missing(&'a str),
    /// Seen, and not wanted.
    Extra(&'a str),
    /// So many rows that are the same, left out.
    Skipped(usize),
    /// So many rows at the end, left out.
    More(usize),
}

/// Lines of either text that are compared; what comes after them is counted alone.
const MOST: usize = 200;
/// Equal lines that stay around a difference.
const AROUND: usize = 2;
/// Rows that are shown.
const SHOWN: usize = 40;

/// Both texts in one column, by their longest common subsequence, long equal stretches left out.
pub(super) fn compare<'a>(expected: &'a [String], observed: &'a [String]) -> Vec<Row<'a>> {
    let rows = without_long_stretches(&differences(
        expected.get(..MOST).unwrap_or(expected),
        observed.get(..MOST).unwrap_or(observed),
    ));
    let beyond = expected.len().max(observed.len()).saturating_sub(MOST);
    let left_out = rows.len().saturating_sub(SHOWN) + beyond;
    let mut rows: Vec<_> = rows.into_iter().take(SHOWN).collect();
    if left_out > 0 {
        rows.push(Row::More(left_out));
    }
    rows
}

fn differences<'a>(expected: &'a [String], observed: &'a [String]) -> Vec<Row<'a>> {
    // common[i][j]: how many lines expected[i..] and observed[j..] share.
    let width = observed.len() + 1;
    let mut common = vec![0_u32; (expected.len() + 1) * width];
    for (i, wanted) in expected.iter().enumerate().rev() {
        for (j, seen) in observed.iter().enumerate().rev() {
            common[i * width + j] = if wanted == seen {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut rows = Vec::new();
    loop {
        match (expected.get(i), observed.get(j)) {
            (Some(wanted), Some(seen)) if wanted == seen => {
                rows.push(Row::Same(wanted));
                (i, j) = (i + 1, j + 1);
            }
            (Some(wanted), seen)
                if seen.is_none() || common[(i + 1) * width + j] >= common[i * width + j + 1] =>
            {
                rows.push(Row::Missing(wanted));
                i += 1;
            }
            (_, Some(seen)) => {
                rows.push(Row::Extra(seen));
                j += 1;
            }
            (_, None) => return rows,
        }
    }
}

fn without_long_stretches<'a>(rows: &[Row<'a>]) -> Vec<Row<'a>> {
    let differs = |at: usize| !matches!(rows.get(at), Some(Row::Same(_)) | None);
    let near = |at: usize| (at.saturating_sub(AROUND)..=at + AROUND).any(differs);
    let mut kept = Vec::new();
    let mut skipped = Vec::new();
    for at in 0..=rows.len() {
        if at < rows.len() && !near(at) {
            skipped.push(rows[at]);
            continue;
        }
        match skipped.len() {
            // One line is no longer than the sentence that would stand for it.
            0 | 1 => kept.append(&mut skipped),
            many => kept.push(Row::Skipped(many)),
        }
        skipped.clear();
        kept.extend(rows.get(at));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_line_twice_is_one_line_too_many() {
        assert_eq!(
            compare(&texts("header one"), &texts("header header one")),
            [Row::Same("header"), Row::Extra("header"), Row::Same("one")]
        );
    }

    #[test]
    fn a_line_that_changed_is_missing_and_extra() {
        assert_eq!(
            compare(&texts("a b c"), &texts("a x c")),
            [Row::Same("a"), Row::Missing("b"), Row::Extra("x"), Row::Same("c")]
        );
    }

    #[test]
    fn long_equal_stretches_are_left_out() {
        let expected: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        let mut observed = expected.clone();
        observed.remove(10);
        assert_eq!(
            compare(&expected, &observed),
            [
                Row::Skipped(8),
                Row::Same("8"),
                Row::Same("9"),
                Row::Missing("10"),
                Row::Same("11"),
                Row::Same("12"),
                Row::Skipped(7)
            ]
        );
    }

    #[test]
    fn a_flood_is_counted() {
        let observed: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
        let rows = compare(&[], &observed);
        assert_eq!(rows.len(), SHOWN + 1);
        assert_eq!(rows.last(), Some(&Row::More(1000 - SHOWN)));
    }

    #[test]
    fn nothing_is_like_nothing() {
        assert_eq!(compare(&[], &[]), []);
    }
}
