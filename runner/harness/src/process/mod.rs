//! What the kernel says about a process, read from proc(5).
//!
//! A process may be gone between any two reads: then the answer is `None` or empty, never an error.
//! Elsewhere than on Linux there is no `/proc`, and every answer is empty.

mod children;
mod descriptors;
mod numbers;
mod pipes;
mod signals;
mod sleep;
mod snapshot;
mod status;
mod syscall;
mod threads;
mod usage;

pub use children::{children, has_more_descendants_than, with_descendants};
pub use descriptors::{count_open, open_files};
pub use pipes::{Holder, holders};
pub use signals::{Set, signal_sets};
pub use sleep::{Sleep, sleep};
pub use snapshot::snapshot;
pub use status::{Status, is_alive, status};
pub use syscall::Call;
pub use threads::{Thread, threads};
pub use usage::{cpu_time, read_calls, resident, virtual_size, write_calls};
