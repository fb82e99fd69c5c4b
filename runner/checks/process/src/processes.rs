//! Checks of the chapter `processes`.
