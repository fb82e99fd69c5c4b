//! The ledger sees who has given up waiting.

use std::path::Path;

use harness::check::Case;
use harness::until::secs;
use harness::world::ActState;

#[test]
fn an_act_is_awaited_until_its_program_hangs_up() {
    let mut case = Case::new(Path::new("/usr/bin/env"), 7).unwrap();
    let world = case.world().unwrap();
    world.holds("send");
    let script = "import os, socket\n\
        for id in (3, 4):\n  s = socket.socket(socket.AF_UNIX)\n  s.connect(os.environ['FAULTLINGS_LEDGER'])\n  \
        s.sendall(b'act send %d\\n' % id)\n  input()\n  s.close()\n  print('hung up', flush=True)\ninput()\n";
    let mut program = case.program().args(["python3", "-c", script]).with_stdin().start().unwrap();
    program.reaches(&world, "send", 3, secs(20)).unwrap();
    assert!(world.is_awaited("send", 3));
    assert!(!world.is_awaited("send", 4), "not begun");
    program.write_line("").unwrap();
    program.prints("hung up", secs(20)).unwrap();
    assert!(!world.is_awaited("send", 3), "it has hung up");

    program.reaches(&world, "send", 4, secs(20)).unwrap();
    assert!(world.is_awaited("send", 4));
    world.lets_go("send", 4, ActState::Done);
    assert!(!world.is_awaited("send", 4), "it has its answer");
}
