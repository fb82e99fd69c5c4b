//! Evidence of every kind.

use harness::evidence::Evidence;

use super::{Line, broker, lines, messages, open_files, processes, rules, signals, timeline};

/// One piece of evidence: a heading, then its rows.
#[must_use]
pub fn evidence(evidence: &Evidence, width: usize) -> Vec<Line> {
    match evidence {
        Evidence::Timeline(moments) => timeline::timeline(moments, width),
        Evidence::Processes(tree) => processes::processes(tree, width),
        Evidence::OpenFiles(files) => open_files::open_files(files, width),
        Evidence::Lines(both) => lines::lines(both, width),
        Evidence::Signals(sets) => signals::signals(sets, width),
        Evidence::Rules(all) => rules::rules(all, width),
        Evidence::Messages(all) => messages::messages(all, width),
        Evidence::Broker(state) => broker::broker(state, width),
    }
}
