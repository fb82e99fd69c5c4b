//! What `dev check` prints.

use super::prove::Proof;

/// One line for one proof: runs that were right, median and longest time.
pub(super) fn row(proof: &Proof) -> String {
    let mark = if proof.holds() { "ok" } else { "WRONG" };
    let counted = format!("{}/{}", proof.right, proof.times.len());
    let (median, longest) = (proof.median().as_millis(), proof.longest().as_millis());
    let row = format!("{mark:<6}{:<52}{counted:>7}{median:>7} ms{longest:>7} ms", proof.name);
    match &proof.wrong {
        Some(wrong) => format!("{row}\n    {wrong}"),
        None => row,
    }
}

/// The heading over the rows.
pub(super) fn heading(repeat: usize, busy: bool) -> String {
    let load = if busy { ", every processor kept busy" } else { "" };
    format!(
        "{:<58}{:>7}{:>10}{:>10}   ({repeat} runs each{load})",
        "", "right", "median", "longest"
    )
}

/// Counts and medians over all proofs of one kind.
pub(super) fn summary(proofs: &[Proof]) -> String {
    let of = |solution: bool| {
        proofs.iter().filter(move |proof| proof.name.ends_with("/solution") == solution)
    };
    let line = |what: &str, solution: bool| {
        let (right, runs) = of(solution)
            .fold((0, 0), |(right, runs), proof| (right + proof.right, runs + proof.times.len()));
        let mut medians: Vec<_> = of(solution).map(Proof::median).collect();
        medians.sort();
        let median = medians.get(medians.len() / 2).copied().unwrap_or_default().as_millis();
        let longest = of(solution).map(Proof::longest).max().unwrap_or_default().as_millis();
        format!(
            "{what}: {right} of {runs} verdicts right; median of medians {median} ms, longest {longest} ms"
        )
    };
    [line("solutions, to pass", true), line("shipped and wrong, to fail", false)].join("\n")
}
