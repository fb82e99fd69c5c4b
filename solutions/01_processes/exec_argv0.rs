//! The backup without its first table: solved
//!
//! exec takes the file to execute and, apart from it, the array that the new program finds as its
//! arguments: argv. By convention the first of these is the name under which it was called, and what
//! it is to work on begins at the second. The kernel compares nothing and adds nothing, so the tool
//! took its first table for its own name.

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

    // The name goes first. Here it is the path as we were given it, as a shell does it. It need not
    // be: busybox looks at it to know which of its tools it is to be, a login shell is one whose name
    // begins with `-`, and a program that prints `usage: NAME ..` prints this. Never leave it out:
    // with an empty array Linux puts an empty name in since 5.18, for before that, programs that
    // began to read at argv[1] read their environment instead (pkexec, CVE-2021-4034).
    let mut argv = vec![tool.clone()];
    for (line, table) in list.into_iter().enumerate() {
        // Rust's strings know their length and may hold any byte; C's end at the first NUL. So the
        // conversion can fail, and has to be somebody's business: `unwrap` makes a crash of it, and
        // to cut at the NUL would dump another table.
        match CString::new(table) {
            Ok(table) => argv.push(table),
            Err(_) => {
                eprintln!("line {} of the list has a NUL byte in it", line + 1);
                return Ok(ExitCode::from(2));
            }
        }
    }

    // An argument for each line, and no shell in between. `sh -c "dump line items"` would be three
    // words, and a table called `; rm -r .` would be an order.
    //
    // `std::process::Command` puts argv[0] in by itself, which is why the question hardly arises in
    // Rust: `Command::new(tool).args(list).exec()` (with `std::os::unix::process::CommandExt`) would
    // do here as well, and `arg0` sets another name.
    //
    // execve(2), exec(3); "argc" and "argv" in the C standard, 5.1.2.2.1
    let Err(error) = execvp(&tool, &argv);
    eprintln!("cannot become {}: {error}", tool.to_string_lossy());
    Ok(ExitCode::from(if error == Errno::ENOENT { 127 } else { 126 }))
}

/// The lines of the standard input, as bytes: a name need not be UTF-8.
fn read_list() -> io::Result<Vec<Vec<u8>>> {
    use io::BufRead;
    io::stdin().lock().split(b'\n').collect()
}
