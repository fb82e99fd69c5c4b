//! Every rule of the watch, as a table.

mod keys;
mod list;
mod runs;
mod saves;
mod verify;
