//! Checks of the chapter `pipes`.
