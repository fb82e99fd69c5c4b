//! Checks of the chapter `signals`.
