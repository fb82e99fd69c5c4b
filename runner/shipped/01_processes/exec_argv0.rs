//! The backup without its first table
//!
//! Every night this program takes a list of tables from its standard input and becomes the dump
//! tool, with the tables as the tool's arguments. It does so by exec, so that the scheduler sees
//! one process only and gets the tool's own exit status. The status was 0 for fourteen months. Then
//! the database had to be restored from its dumps, and every one of them was without the customers:
//! the first table of the list.
//!
//! What it should do: become the tool, by the name that CHILD says, and give it each line of the list
//! as one argument, unchanged and in order, spaces and all. A line with a NUL byte cannot be an
//! argument, as arguments end with a NUL. Then nothing is dumped, the program ends with status 2,
//! and says on stderr which line it is:
//!
//! ```text
//! line 2 of the list has a NUL byte in it
//! ```
//!
//! By hand (the tool is `echo` unless CHILD names another):
//!
//! ```text
//! printf 'customers\norders\nline items\n' | cargo run -q -p processes --bin exec_argv0
//! ```

use std::ffi::CString;
use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;
use std::{env, io};

use nix::errno::Errno;
use nix::unistd::execvp;

fn main() -> io::Result<ExitCode> {
    let tool = env::var_os("CHILD").unwrap_or_else(|| "echo".into());
    let tool = CString::new(tool.into_vec())?;
    let list = read_list()?;

    let mut tables = Vec::new();
    for (line, table) in list.into_iter().enumerate() {
        match CString::new(table) {
            Ok(table) => tables.push(table),
            Err(_) => {
                eprintln!("line {} of the list has a NUL byte in it", line + 1);
                return Ok(ExitCode::from(2));
            }
        }
    }

    // TODO: what is this tool called, and what is it to dump?
    let Err(error) = execvp(&tool, &tables);
    eprintln!("cannot become {}: {error}", tool.to_string_lossy());
    Ok(ExitCode::from(if error == Errno::ENOENT { 127 } else { 126 }))
}

/// The lines of the standard input, as bytes: a name need not be UTF-8.
fn read_list() -> io::Result<Vec<Vec<u8>>> {
    use io::BufRead;
    io::stdin().lock().split(b'\n').collect()
}
