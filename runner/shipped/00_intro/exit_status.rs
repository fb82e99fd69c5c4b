//! The backup that failed in silence
//!
//! At three every night a timer runs this program, and sends a mail if it failed. One night in
//! March the disk with the invoices was not mounted. The program said so, line by line, into a log
//! that nobody reads at three in the morning, and then it ended as if all was well. No mail was
//! sent. In May somebody needed the invoices.
//!
//! What it does: copies every FILE into the folder BACKUP_DIR, and goes on when one cannot be
//! copied.
//!
//! What it should do: just that, and then tell the timer how it went. A timer does not read. All
//! that it gets from a program that has ended is one number, the exit status:
//!
//! ```text
//! 0   every file was saved
//! 1   at least one was not, however many
//! ```
//!
//! By hand (without a FILE it tries one that is there and one that is not):
//!
//! ```text
//! cargo run -q -p intro --bin exit_status -- [FILE...]; echo "status $?"
//! ```
//!
//! BACKUP_DIR is `backup` in the folder for temporary files unless you set it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() {
    let backup = match env::var_os("BACKUP_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => env::temp_dir().join("backup"),
    };
    let mut files: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        files = vec!["Cargo.toml".into(), "no-such-file".into()];
    }

    let mut saved = 0;
    let mut failed = 0;
    for file in &files {
        match save(file, &backup) {
            Ok(bytes) => {
                saved += 1;
                println!("saved {} ({bytes} bytes)", file.display());
            }
            Err(error) => {
                failed += 1;
                println!("could not save {}: {error}", file.display());
            }
        }
    }

    println!("{saved} saved, {failed} failed");
    // TODO: that line is for people. Say the same to the timer.
}

/// Copies one file into the folder and says how many bytes that were.
fn save(file: &Path, folder: &Path) -> io::Result<u64> {
    fs::create_dir_all(folder)?;
    let name = file.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    fs::copy(file, folder.join(name))
}
