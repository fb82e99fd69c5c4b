use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::process;
use harness::until::secs;

/// So many reads after the end of the input are a loop.
const A_LOOP: u64 = 1000;

/// However an order arrives it is told once, whole and at once, or not at all.
pub(crate) fn short_reads(case: &mut Case) -> CheckResult {
    case.matters(
        "a pipe and a socket hand over bytes, in whatever pieces they like; who takes a piece for a \
         message works until the first long one, or the first slow sender",
    );
    let mut kitchen = Kitchen::open(case)?;
    case.step("send two short orders in one piece");
    let [first, second] = [Order::new(case, 3), Order::new(case, 5)];
    kitchen.program.sends("two orders", &[first.bytes(), second.bytes()].concat())?;
    kitchen.tells(case, &first, "in one piece with another")?;
    kitchen.tells(case, &second, "in one piece with another")?;

    case.step("send an order of some 40,000 bytes in one piece");
    let wedding = Order::new(case, case.number(3500..=4500));
    kitchen.program.sends("a long order", &wedding.bytes())?;
    kitchen.tells(case, &wedding, "in one piece")?;

    case.step("send a short order in two pieces, the second when the first was read");
    let order = Order::new(case, 4);
    kitchen.sends_in_pieces(&order.bytes(), &[20])?;
    kitchen.tells(case, &order, "in two pieces")?;

    case.step("send an order whose length comes in two pieces");
    let order = Order::new(case, 4);
    kitchen.sends_in_pieces(&order.bytes(), &[3])?;
    kitchen.tells(case, &order, "with its length in two pieces")?;

    case.step("send an order byte by byte");
    let order = Order { text: format!("thé;caf\u{e9} {}", case.number(100..=999)) };
    kitchen.sends_in_pieces(&order.bytes(), &(1..order.bytes().len()).collect::<Vec<_>>())?;
    kitchen.tells(case, &order, "byte by byte")?;

    let whole = kitchen.told;
    case.matters("half an order that is taken for a whole one is cooked, and the rest is missed");
    case.step("end the input in the middle of an order");
    let order = Order::new(case, 4).bytes();
    kitchen.is_cut_off(case, &order[..30], "in the middle of an order")?;

    case.step("end the input in the middle of a length");
    let mut kitchen = Kitchen::open(case)?;
    kitchen.is_cut_off(case, &order[..4], "in the middle of a length")?;

    case.step("end the input after an order, as every evening");
    let mut kitchen = Kitchen::open(case)?;
    let order = Order::new(case, 2);
    kitchen.program.sends("one order", &order.bytes())?;
    kitchen.tells(case, &order, "in one piece")?;
    kitchen.closes(case)?;

    case.passed(format!(
        "{whole} orders were told at once and whole, one of {} bytes and one byte by byte; two that \
         were cut off were not taken for orders",
        wedding.text.len(),
    ))
}

struct Order {
    text: String,
}

impl Order {
    fn new(case: &Case, items: u64) -> Self {
        Self { text: (0..items).map(|_| case.word()).collect::<Vec<_>>().join(";") }
    }

    fn bytes(&self) -> Vec<u8> {
        format!("{:06}{}", self.text.len(), self.text).into_bytes()
    }

    fn told_as(&self, number: usize) -> String {
        let last = self.text.rsplit(';').next().unwrap_or_default();
        format!("order {number}: {} bytes, the last item is {last:?}", self.text.len())
    }
}

/// The program, with its input open, and how many orders it has told so far.
struct Kitchen {
    program: Running,
    told: usize,
}

impl Kitchen {
    fn open(case: &Case) -> Result<Self, Stop> {
        let program = case.program().with_stdin().start()?;
        program.prints("ready", secs(3))?;
        Ok(Self { program, told: 0 })
    }

    /// Each piece when those before have been read.
    fn sends_in_pieces(&mut self, bytes: &[u8], cuts: &[usize]) -> Result<(), Stop> {
        let starts = [&[0], cuts].concat();
        for (number, (&from, &to)) in
            starts.iter().zip(cuts.iter().chain([&bytes.len()])).enumerate()
        {
            self.program.sends(&format!("piece {}", number + 1), &bytes[from..to])?;
            self.program.settles(secs(2))?;
        }
        Ok(())
    }

    /// The next line is this order's, and it comes although the input stays open.
    fn tells(&mut self, case: &Case, order: &Order, how: &str) -> Result<(), Stop> {
        self.told += 1;
        let expected = &format!("an order that comes {how} is told at once, and whole");
        // `ready` is the first line.
        let next = |program: &Running| program.stdout_lines().get(self.told).cloned();
        let line = self.program.answers(expected, secs(3), next)?;
        let wanted = order.told_as(self.told);
        let size = order.text.len();
        let observed = match (line, self.program.ended()) {
            (Some(line), _) if line == wanted => return Ok(()),
            (Some(line), _) => format!("an order of {size} bytes {how} was taken for {line:?}"),
            (None, Some(ended)) => format!("an order of {size} bytes came {how}, and it {ended}"),
            (None, None) => format!("an order of {size} bytes came {how}, and nothing was said"),
        };
        let stop = case.failure(expected, observed);
        Err(match self.program.ended() {
            None => stop.with(self.program.snapshot("after the order was sent")),
            Some(_) => stop,
        })
    }

    /// The input ends with these bytes, which are no whole order.
    fn is_cut_off(&mut self, case: &Case, bytes: &[u8], what: &str) -> Result<(), Stop> {
        self.sends_in_pieces(bytes, &[])?;
        let pid = self.program.pid();
        let before = process::read_calls(pid).unwrap_or(0);
        self.program.close_stdin();
        let expected = &format!("an input that ends {what} is told as cut off, with status 1");
        let loops = self.program.until(expected, secs(3), |program| {
            let more = process::read_calls(pid).unwrap_or(0).saturating_sub(before);
            match program.ended() {
                Some(_) => Ok(None),
                None if more > A_LOOP => Ok(Some(more)),
                None => Err("it did not end".to_owned()),
            }
        })?;
        if let Some(more) = loops {
            let observed = format!(
                "the input ended {what}, and since then it has called read(2) {more} times"
            );
            return Err(case.failure(expected, observed).with(self.program.snapshot("after that")));
        }
        let observed = format!("the input ended {what}");
        self.ends_with(case, &format!("cut off in order {}", self.told + 1), expected, &observed)?;
        self.program.exits_with(1, secs(1)).expecting(expected).observing(&observed)?;
        self.program.leaves_nothing()
    }

    /// The input ends where an order would begin.
    fn closes(mut self, case: &Case) -> Result<(), Stop> {
        self.program.close_stdin();
        let expected = "an input that ends between two orders is the end of the day, with status 0";
        let observed = "the input ended after a whole order";
        let line = format!("closed after {} orders", self.told);
        self.program.ends(secs(3)).expecting(expected).observing(observed)?;
        self.ends_with(case, &line, expected, observed)?;
        self.program.exits_with(0, secs(1)).expecting(expected).observing(observed)?;
        self.program.leaves_nothing()
    }

    fn ends_with(&self, case: &Case, line: &str, expected: &str, when: &str) -> Result<(), Stop> {
        self.program.ends(secs(3)).expecting(expected).observing(when)?;
        let lines = self.program.stdout_lines();
        let observed = match lines.get(self.told + 1) {
            Some(line) => format!("{when}, and it said {line:?}"),
            None => format!("{when}, and it said nothing"),
        };
        let holds = lines.get(self.told + 1..).is_some_and(|rest| rest == [line]);
        case.expect(holds, expected, observed)
    }
}
