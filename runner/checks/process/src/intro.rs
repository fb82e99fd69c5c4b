//! Checks of the chapter `intro`.
