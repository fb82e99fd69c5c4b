use std::time::Instant;

use harness::check::{Case, CheckResult, Reworded, Rule, Rules, Stop};
use harness::until::{ms, secs};
use harness::world::World;

use super::shop::Shop;

const FINISHES: Rule = Rule {
    says: "a charge that was begun before SIGTERM is finished, and then the status is 0",
    matters: "a charge that is cut off may have been made or not: somebody asks the bank about \
              each, or customers pay twice",
};
/// What it costs when all is finished and it stays.
const STAYS: &str = "a service that is still there when its work is done is ended by SIGKILL, which \
                     every deploy waits for, and which looks like a crash";
const LEAVES: Rule = Rule {
    says: "no charge is begun after SIGTERM, and the accounts that are left are listed",
    matters: "what is begun after SIGTERM is in the middle when SIGKILL comes, and nobody can hand \
              work that is not listed to the successor",
};
const GIVES_UP: Rule = Rule {
    says: "when GRACE_MS is over, it lists what is unfinished and exits with status 1",
    matters: "whoever stops a service has a limit too and sends SIGKILL after it: then nobody \
              learns which charges were unfinished",
};
/// What it costs when it does not wait for that long.
const TOO_EARLY: &str = "a charge that is given up before its time would have been finished: somebody \
                         asks the bank about it for nothing";
const ALL_WORK: Rule = Rule {
    says: "after a reload all five workers are at work, however long the list is",
    matters: "a service whose workers are gone is up, answers its health check, and does nothing",
};
const BLOCKS: Rule = Rule {
    says: "after a reload no account of the list is charged, and every other is",
    matters: "what is charged to a blocked account has to be given back, and explained",
};

const GRACE_MS: u64 = 250;
/// So often the bank answers in the meantime: of five, one or two within the limit.
const PACE_MS: u64 = 150;
/// A service that gives each charge a limit of its own looks right where an answer is late by a limit,
/// or where it happens to wait first for those that are answered last: that takes two limits.
const TRIES: usize = 5;

/// Stopped, it finishes what was begun, within a limit; reloaded, it works on by the new list.
pub(crate) fn worker_service(case: &mut Case) -> CheckResult {
    let world = case.world()?;
    let mut rules = case.rules(&[FINISHES, LEAVES, GIVES_UP, ALL_WORK, BLOCKS]);
    case.matters("a service that does not get ready serves nobody, and the deploy waits for it");
    let shop = rules.first(Shop::open(case, &world, secs(10)))?;
    rules.scene(&[FINISHES, LEAVES], |rules| drains(shop, rules))?;
    rules.scene(&[GIVES_UP], |rules| gives_up(case, &world, rules))?;
    rules.scene(&[ALL_WORK, BLOCKS], |rules| reloads(case, &world, rules))?;
    rules.verdict(format!(
        "5 of 5 rules hold: stopped, the service finished 5 charges and left 7; where all 5 hung it \
         gave up after GRACE_MS={GRACE_MS}; and after a reload with some thousand accounts its \
         workers were all there and knew each"
    ))
}

/// Five charges are in hand and seven accounts wait when it is stopped; then the bank answers.
fn drains(mut shop: Shop, rules: &mut Rules) -> Result<(), Stop> {
    let case = shop.case;
    case.step("give it 12 accounts, reload, and send SIGTERM in the middle of the first 5 charges");
    let (begun, waiting) = shop.is_busy_with(12)?;
    // News wait for each worker, so that one that looks at them now and then has not read them all.
    shop.reload(&list(case, 8))?;
    shop.is_told_to_stop()?;
    let cut_off = shop.service.settles(secs(2))?;

    case.step("let the bank answer");
    shop.world.opens("charge");
    let finished = match cut_off {
        Some(ended) => {
            Err(case.failure(FINISHES.says, format!("it {ended} in the middle of 5 charges")))
        }
        None => shop.finishes(&begun),
    };
    let stays = shop.service.ended().is_none();
    let rule = if stays { FINISHES.costing(STAYS) } else { FINISHES };
    rules.judge(rule, finished.map(|()| "5 of 5 were finished, and the status was 0"))?;
    if stays {
        return Ok(()); // It may begin more; nothing can be said of what it leaves.
    }

    let more = shop.begun().len().saturating_sub(5);
    let observed = format!("{more} more charges were begun after SIGTERM");
    case.expect(more == 0, LEAVES.says, observed)?;
    shop.lists("left", &waiting)?;
    rules.holds(LEAVES, "7 of 12 were left and listed");
    shop.service.leaves_nothing()
}

/// Five charges hang; then one ends every now and then, and does not give the others more time.
fn gives_up(case: &Case, world: &World, rules: &mut Rules) -> Result<(), Stop> {
    for more_tries in (0..TRIES).rev() {
        if gives_up_once(case, world, rules, more_tries)? {
            return Ok(());
        }
        world.opens("charge");
    }
    let reason = "the machine was too busy to answer the service in time";
    Err(Stop::unknown(reason, "cargo run -- run worker_service"))
}

/// Whether anything can be said of it: only where the bank has answered in time, and a service that
/// ended early did so at its limit.
fn gives_up_once(
    case: &Case,
    world: &World,
    rules: &mut Rules,
    more_tries: usize,
) -> Result<bool, Stop> {
    case.step("give it 7 accounts, and send SIGTERM while the bank does not answer");
    let grace = ms(GRACE_MS);
    let mut shop = Shop::open(case, world, grace)?;
    let (begun, _) = shop.is_busy_with(7)?;
    let stopped = Instant::now();
    shop.is_told_to_stop()?;
    let (answered, silence) = shop.is_answered_slowly(&begun[..4], ms(PACE_MS))?;
    let ended = shop.service.ends(grace * 4).observing("4 of 5 charges were answered")?;
    let took = stopped.elapsed();
    let is_late = took >= grace * 8 / 5;
    if answered < 4 && (silence >= grace || is_late && more_tries > 0) {
        return Ok(false);
    }
    world.opens("charge");

    let observed = format!("it ended after {} ms of GRACE_MS={GRACE_MS}", took.as_millis());
    let has_waited = case.expect(took >= grace, "", observed.clone()).map(|()| observed.as_str());
    if !rules.judge(GIVES_UP.costing(TOO_EARLY), has_waited)? {
        return Ok(true);
    }
    let more = format!(
        "each charge that was answered gave the others more time: {answered} of 5 were, and it ended \
         after {} ms of GRACE_MS={GRACE_MS}",
        took.as_millis()
    );
    case.expect(answered < 4 && !is_late, GIVES_UP.says, more)?;
    shop.service.exits_with(1, ms(0)).observing("with charges unfinished")?;
    // Also what it began after SIGTERM, which another rule is about.
    let begun = shop.begun().into_iter();
    let unfinished: Vec<_> = begun.filter(|&account| !shop.is_charged(account)).collect();
    shop.lists("unfinished", &unfinished)?;
    rules.holds(GIVES_UP, format!("{observed}; it {ended}"));
    shop.service.leaves_nothing().map(|()| true)
}

/// A list that is longer than anybody thought of.
fn reloads(case: &Case, world: &World, rules: &mut Rules) -> Result<(), Stop> {
    let count = case.number(3000..=4000);
    case.step(&format!("reload it with a list of {count} accounts"));
    let mut shop = Shop::open(case, world, secs(10))?;
    let blocked = list(case, count);
    shop.reload(&blocked)?;
    shop.service.settles(secs(2))?;

    case.step("give it 5 accounts that are not on the list, and 3 that are");
    let busy = shop.is_busy_with(5).observing(&format!("after a list of {count}"));
    let (free, _) = busy?;
    rules.holds(ALL_WORK, format!("after a list of {count}, 5 of 5 charged at the same time"));
    world.opens("charge");
    let some = [blocked[0], blocked[blocked.len() / 2], blocked[blocked.len() - 1]];
    shop.take(&some)?;
    for account in free.into_iter().chain(some) {
        let what = format!("what became of {account}");
        let answer = |line: &str| line.strip_prefix(&format!("{account} ")).map(str::to_owned);
        let answer = shop.service.prints_like(&what, secs(1), answer)?;
        let is_listed = some.contains(&account);
        let is = if is_listed { "is on the list" } else { "is not on the list" };
        let observed = format!("account {account} {is} and was {answer}");
        let wanted = if is_listed { "blocked" } else { "charged" };
        case.expect(answer == wanted, BLOCKS.says, observed)?;
    }
    shop.is_told_to_stop()?;
    shop.service.exits_with(0, secs(2))?;
    shop.service.leaves_nothing()?;
    rules.holds(BLOCKS, "3 of 3 were refused");
    Ok(())
}

/// Numbers that no scene takes for accounts.
fn list(case: &Case, count: u64) -> Vec<u64> {
    let first = case.number(1_000_000..=9_000_000);
    (first..first + count).collect()
}
