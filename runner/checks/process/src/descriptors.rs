//! Checks of the chapter `descriptors`.
