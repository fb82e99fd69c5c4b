//! Checks of the chapter `shutdown`.
