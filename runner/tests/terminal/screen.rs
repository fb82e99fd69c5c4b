//! As much of a terminal as the watch uses, see console_codes(4).

/// Cells, and the modes that a program has to undo.
pub(crate) struct Screen {
    columns: usize,
    rows: usize,
    lines: Vec<Vec<char>>,
    row: usize,
    column: usize,
    bytes: Vec<u8>,
    alternate: bool,
    cursor: bool,
    other_modes: Vec<String>,
}

impl Screen {
    pub(crate) fn new(columns: u16, rows: u16) -> Screen {
        let mut screen = Screen {
            columns: 0,
            rows: 0,
            lines: Vec::new(),
            row: 0,
            column: 0,
            bytes: Vec::new(),
            alternate: false,
            cursor: true,
            other_modes: Vec::new(),
        };
        screen.resize(columns, rows);
        screen
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        (self.columns, self.rows) = (columns.into(), rows.into());
        self.clear();
    }

    pub(crate) fn shows(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    pub(crate) fn text(&self) -> String {
        let line = |line: &Vec<char>| line.iter().collect::<String>().trim_end().to_owned() + "\n";
        self.lines.iter().map(line).collect()
    }

    /// No alternate screen, a cursor, and nothing else switched on.
    pub(crate) fn is_ordinary(&self) -> bool {
        !self.alternate && self.cursor && self.other_modes.is_empty()
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        while let Some(used) = self.one() {
            self.bytes.drain(..used);
        }
    }

    /// Takes in one character or sequence; nothing if it is not there whole.
    fn one(&mut self) -> Option<usize> {
        match *self.bytes.first()? {
            b'\x1b' => self.escape(),
            b'\r' => {
                self.column = 0;
                Some(1)
            }
            b'\n' => {
                self.line_feed();
                Some(1)
            }
            first => {
                let length = match first {
                    0xc0..=0xdf => 2,
                    0xe0..=0xef => 3,
                    0xf0..=0xff => 4,
                    _ => 1,
                };
                let text = String::from_utf8_lossy(self.bytes.get(..length)?).into_owned();
                text.chars().for_each(|character| self.put(character));
                Some(length)
            }
        }
    }

    fn escape(&mut self) -> Option<usize> {
        match self.bytes.get(1)? {
            // A link: `ESC ] 8 ; ; URL ESC \`.
            b']' => {
                let end = self.bytes.windows(2).position(|pair| pair == b"\x1b\\")?;
                Some(end + 2)
            }
            b'[' => {
                let rest = self.bytes.get(2..)?;
                let end = rest.iter().position(|byte| (0x40..0x7f).contains(byte))?;
                let parameters = String::from_utf8_lossy(&rest[..end]).into_owned();
                let letter = rest[end];
                self.control(&parameters, letter);
                Some(end + 3)
            }
            other => panic!("unknown sequence: ESC {:?}", char::from(*other)),
        }
    }

    fn control(&mut self, parameters: &str, letter: u8) {
        match (parameters, letter) {
            ("2", b'J') => self.clear(),
            ("2", b'K') => {
                if let Some(line) = self.lines.get_mut(self.row) {
                    line.fill(' ');
                }
            }
            (at, b'H') => {
                let (row, column) = at.split_once(';').unwrap();
                self.row = row.parse::<usize>().unwrap() - 1;
                self.column = column.parse::<usize>().unwrap() - 1;
            }
            ("?1049", b'h') => {
                self.alternate = true;
                self.clear();
            }
            ("?1049", b'l') => {
                self.alternate = false;
                self.clear();
            }
            ("?25", set) => self.cursor = set == b'h',
            // Wrapping is what a terminal does by itself.
            ("?7", b'l') | ("?2004" | "?2026", b'h') => self.other_modes.push(parameters.into()),
            ("?7", b'h') | ("?2004" | "?2026", b'l') => {
                self.other_modes.retain(|mode| mode != parameters);
            }
            (_, b'm') => {}
            other => panic!("unknown sequence: {other:?}"),
        }
    }

    fn put(&mut self, character: char) {
        if let Some(cell) = self.lines.get_mut(self.row).and_then(|line| line.get_mut(self.column))
        {
            *cell = character;
        }
        self.column += 1;
    }

    fn line_feed(&mut self) {
        if self.row + 1 < self.rows {
            self.row += 1;
        } else {
            self.lines.remove(0);
            self.lines.push(vec![' '; self.columns]);
        }
    }

    fn clear(&mut self) {
        self.lines = vec![vec![' '; self.columns]; self.rows];
        (self.row, self.column) = (0, 0);
    }
}
