//! What is saved: the same three mistakes in one's own text and in rustlings' first exercise.

/// What a text is to lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Passing,
    Failing,
    DoesNotCompile,
}

impl Kind {
    /// In an order in which none follows itself: a verdict that is on the screen is the new one.
    pub(super) const ALL: [Self; 3] = [Self::Passing, Self::Failing, Self::DoesNotCompile];
}

/// The texts of one exercise.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    pub(super) passing: String,
    pub(super) failing: String,
}

impl Texts {
    /// A text that no save before had.
    pub(super) fn text(&self, kind: Kind, save: usize) -> String {
        match kind {
            Kind::Passing => format!("{}\n// Save {save}.\n", self.passing),
            Kind::Failing => format!("{}\n// Save {save}.\n", self.failing),
            Kind::DoesNotCompile => {
                format!("{}\nfn answer() -> u32 {{\n    \"save {save}\"\n}}\n", self.failing)
            }
        }
    }
}
