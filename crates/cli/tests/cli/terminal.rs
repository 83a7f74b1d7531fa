//! Sessions on a terminal, typed key by key through a pseudo-terminal.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use rexpect::session::{Options, PtySession, spawn_with_options};

/// What the keys send.
const TAB: &str = "\t";
const UP: &str = "\u{1b}[A";

/// A session whose answers are waited for at most half a minute, without colours and with a history of its own.
struct Terminal {
    session: PtySession,
}

impl Terminal {
    fn start(test: &str) -> Terminal {
        let history = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("history-of-{test}"));
        // What an earlier run has left.
        let _ = std::fs::remove_file(&history);
        let mut command = Command::new(env!("CARGO_BIN_EXE_netform"));
        command.env("NETFORM_HISTORY", history).env("TERM", "xterm").env("NO_COLOR", "1");
        let options = Options::new().timeout_ms(Some(30_000)).strip_ansi_escape_codes(true);
        let session = spawn_with_options(command, options).expect("the session starts");
        let mut terminal = Terminal { session };
        terminal.shows("In[1]:= ");
        terminal
    }

    /// Waits for a text; what came before it.
    fn shows(&mut self, text: &str) -> String {
        self.session.exp_string(text).unwrap_or_else(|error| panic!("`{text}` is not shown: {error}"))
    }

    fn types(&mut self, keys: &str) {
        self.session.send(keys).expect("the session listens");
        self.session.flush().expect("the session listens");
    }

    fn enters(&mut self, line: &str) {
        self.types(&format!("{line}\r"));
    }
}

#[test]
fn inputs_are_numbered_and_remembered() {
    let mut terminal = Terminal::start("inputs_are_numbered_and_remembered");
    terminal.enters("1 + 1");
    terminal.shows("Out[1]= 2");
    terminal.shows("In[2]:= ");
    terminal.enters("% + %1 + x");
    terminal.shows("Out[2]= 4 + x");
    terminal.shows("In[3]:= ");
    terminal.types(UP);
    terminal.shows("% + %1 + x");
    terminal.enters("");
    terminal.shows("Out[3]= 6 + 2 x");
}

#[test]
fn an_input_goes_on_until_it_is_complete() {
    let mut terminal = Terminal::start("an_input_goes_on_until_it_is_complete");
    terminal.enters("f[x_] :=");
    terminal.enters("x^2");
    terminal.shows("In[2]:= ");
    terminal.enters("f[3]");
    terminal.shows("Out[2]= 9");
}

#[test]
fn names_are_completed_and_explained() {
    let mut terminal = Terminal::start("names_are_completed_and_explained");
    terminal.types("LinearLa");
    terminal.types(TAB);
    terminal.shows("LinearLayer");
    terminal.enters("[2, \"Input\" -> 3][{1, 2}]");
    terminal.shows("Out[1]= $Failed");
    terminal.enters("?LinearLayer");
    terminal.shows("LinearLayer[");
    terminal.shows("Examples:");
}

#[test]
fn a_mistake_is_shown_in_its_place_and_counts_as_no_input() {
    let mut terminal = Terminal::start("a_mistake_is_shown_in_its_place_and_counts_as_no_input");
    terminal.enters("1 + )");
    terminal.shows("nothing is open that `)` could close");
    terminal.shows("In[1]:= ");
    terminal.enters("2 + 3");
    terminal.shows("Out[1]= 5");
}

#[test]
fn an_interrupt_stops_the_evaluation_and_not_the_session() {
    let mut terminal = Terminal::start("an_interrupt_stops_the_evaluation_and_not_the_session");
    terminal.enters("Print[\"it runs\"]; While[True]");
    terminal.shows("it runs\r\n");
    terminal.session.send_control('c').expect("the session listens");
    terminal.shows("$Aborted");
    terminal.shows("In[2]:= ");
    terminal.enters("2 + 2");
    terminal.shows("Out[2]= 4");
}

#[test]
fn the_end_of_the_input_ends_the_session() {
    let mut terminal = Terminal::start("the_end_of_the_input_ends_the_session");
    terminal.session.send_control('d').expect("the session listens");
    terminal.session.exp_eof().expect("the session ends");
}
