//! The real binary in a real pseudo-terminal, and what a person would see.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;
use tempfile::TempDir;

pub const ENTER: &str = "\r";
pub const ESC: &str = "\x1b";
pub const CTRL_C: &str = "\x03";
pub const DOWN: &str = "\x1b[B";
pub const BACKSPACE: &str = "\x7f";

/// Long enough for a busy machine; nothing waits for it unless a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// A person's home: a working folder and a state folder.
pub struct Home {
    folder: TempDir,
}

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("work")).expect("a folder");
        Self { folder }
    }

    pub fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Names in the working folder.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.work()).expect("the folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    pub fn keeps_answers(&self) -> bool {
        self.folder.path().join("state/scaffold/wizard.toml").exists()
    }

    /// Starts the program on a terminal of 100 columns, tall enough that nothing leaves it.
    pub fn start(&self, arguments: &[&str]) -> Terminal {
        self.start_on(arguments, 150, 100, &[])
    }

    pub fn start_on(&self, arguments: &[&str], rows: u16, columns: u16, variables: &[(&str, &str)]) -> Terminal {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_scaffold"));
        command.args(arguments);
        command.cwd(self.work());
        command.env("XDG_STATE_HOME", self.folder.path().join("state"));
        command.env("GIT_CEILING_DIRECTORIES", self.folder.path());
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        for (name, value) in variables {
            command.env(name, value);
        }
        let settings = settings(pair.master.as_ref());
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let (send, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The end of the terminal is an error on Linux.
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0 || send.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let number = |it| NonZeroU16::new(it).expect("not zero");
        let parser = vt100::Parser::new(number(rows), number(columns), 1000);
        Terminal { child, master: pair.master, settings, writer, bytes, parser, raw: Vec::new() }
    }
}

/// How the terminal reads lines.
fn settings(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().map(|it| (it.local_flags, it.input_flags, it.output_flags)))
}

/// A running program and its screen.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    settings: String,
    writer: Box<dyn Write + Send>,
    bytes: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    raw: Vec<u8>,
}

impl Terminal {
    /// What stands on the screen.
    pub fn screen(&self) -> String {
        let columns = self.parser.screen().size().1.get();
        let rows: Vec<String> = self.parser.screen().rows(0, columns).map(|row| row.trim_end().to_owned()).collect();
        rows.join("\n").trim_end().to_owned() + "\n"
    }

    /// The question that is asked now, with what belongs to it above.
    pub fn question(&self) -> String {
        let screen = self.screen();
        let lines: Vec<&str> = screen.lines().collect();
        let last = lines.iter().rposition(|line| line.starts_with("? ")).unwrap_or(0);
        let above = lines[..last].iter().rposition(|line| line.starts_with("> ")).map_or(0, |it| it + 1);
        lines[above..].join("\n")
    }

    /// The screen with its colours.
    pub fn cells(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.raw.extend_from_slice(bytes);
    }

    /// Whether any colour stands on the screen.
    pub fn is_coloured(&self) -> bool {
        let screen = self.parser.screen();
        let (rows, columns) = screen.size();
        let colour = |row, column| screen.cell(row, column).is_some_and(|it| it.fgcolor() != vt100::Color::Default);
        (0..rows.get()).any(|row| (0..columns.get()).any(|column| colour(row, column)))
    }

    /// Whether the program ever sent an escape sequence.
    pub fn has_escapes(&self) -> bool {
        self.raw.contains(&0x1b)
    }

    /// Waits for a prompt of a terminal without a cursor, at the end of all that was printed.
    #[track_caller]
    pub fn wait_prompt(&mut self, prompt: &str) {
        self.wait_until(prompt, |screen| screen.lines().last() == Some(prompt));
    }

    /// Waits until the screen is as wanted.
    #[track_caller]
    pub fn wait_until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) {
        while !wanted(&self.screen()) {
            match self.bytes.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("{what} did not come; the screen is\n{}", self.screen())
                }
            }
        }
    }

    /// Waits for a text.
    #[track_caller]
    pub fn wait(&mut self, text: &str) {
        self.wait_until(&format!("`{text}`"), |screen| screen.contains(text));
    }

    /// Waits for a question, all of it: its keys are shown last.
    #[track_caller]
    pub fn wait_question(&mut self, title: &str) {
        let start = format!("? {title}");
        self.wait_until(&format!("the question `{title}`"), |screen| {
            let last = screen.lines().rfind(|line| line.starts_with("? "));
            last.is_some_and(|line| line.starts_with(&start)) && screen.trim_end().ends_with("back]")
        });
    }

    /// Waits until nothing more is drawn: what is recorded must be whole, on a busy machine as well.
    pub fn settle(&mut self) {
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(400)) {
            self.take(&bytes);
        }
    }

    /// Waits for a question of one line with exactly that text in it.
    #[track_caller]
    pub fn wait_line(&mut self, title: &str, typed: &str) {
        let line = format!("? {title} {typed}");
        self.wait_until(&line, |screen| screen.lines().rfind(|it| it.starts_with("? ")) == Some(line.trim_end()));
    }

    /// Sends keys.
    pub fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("the program reads");
        self.writer.flush().expect("the program reads");
    }

    /// Answers a question and waits until the answer is taken.
    #[track_caller]
    pub fn answer(&mut self, title: &str, keys: &str, taken: &str) {
        self.wait_question(title);
        self.send(keys);
        let line = format!("> {title} {taken}").replace(" \n", "\n");
        // While it is redrawn, the question may still stand below its answer: the next one could have the same title.
        let asked = line.trim_end().replacen('>', "?", 1);
        self.wait_until(&format!("`{line}`"), |screen| {
            screen.contains(&line) && !screen.lines().any(|it| it.trim_end() == asked)
        });
    }

    /// Waits for the end; gives the exit code and all that stands on the screen then.
    #[track_caller]
    pub fn end(mut self) -> (u32, Self) {
        loop {
            match self.bytes.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end; the screen is\n{}", self.screen()),
            }
        }
        let status = self.child.wait().expect("it ends");
        (status.exit_code(), self)
    }

    /// Whether the terminal is as it was before: echo, lines, cursor.
    #[track_caller]
    pub fn is_restored(&self) {
        let screen = self.parser.screen();
        assert!(!screen.hide_cursor() && !screen.bracketed_paste(), "the cursor or pasting is not as before");
        assert_eq!(settings(self.master.as_ref()), self.settings, "the terminal is not as before");
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Only after a failed test is it still running.
        let _ = self.child.kill();
    }
}
