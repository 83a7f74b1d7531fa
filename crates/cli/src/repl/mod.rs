//! The session on the terminal.

mod editor;
mod history;

use std::path::Path;

use netform::syntax::{Lexer, Token, TokenKind};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};

use crate::arguments::Limits;
use crate::diagnostics;
use crate::engine::Engine;
use crate::help;
use crate::host::Sink;
use crate::interrupts;
use crate::status::Status;
use crate::terminal;
use crate::vocabulary::Vocabulary;

use editor::Assistant;

type LineEditor = Editor<Assistant, FileHistory>;

/// Reads, evaluates and prints until the input ends or the session is quit.
pub(crate) fn run(limits: &Limits) -> Status {
    let mut engine = Engine::on_terminal(limits, Sink::Output);
    engine.stays();
    let mut editor = match line_editor(Vocabulary::of(engine.session())) {
        Ok(editor) => editor,
        Err(error) => {
            eprintln!("netform: the terminal cannot be used: {error}");
            return Status::Failed;
        }
    };
    if let Err(error) = interrupts::abort_on_interrupt(engine.interrupt()) {
        eprintln!("netform: Ctrl-C will end the session: {error}");
    }
    outln!(
        "Netform {}. ?Name explains a name, Tab completes it, Ctrl-D ends the session.\n",
        env!("CARGO_PKG_VERSION")
    );
    let history = history::path();
    if let Some(path) = &history {
        // There is no history before the first session.
        let _ = editor.load_history(path);
    }
    converse(&mut engine, &mut editor, history.as_deref())
}

fn line_editor(vocabulary: Vocabulary) -> rustyline::Result<LineEditor> {
    let config = Config::builder().completion_type(CompletionType::List).auto_add_history(true).build();
    let mut editor = Editor::with_config(config)?;
    editor.set_helper(Some(Assistant::new(vocabulary, terminal::output_has_colour())));
    Ok(editor)
}

fn converse(engine: &mut Engine, editor: &mut LineEditor, mut history: Option<&Path>) -> Status {
    loop {
        let line = engine.next_line();
        if let Some(assistant) = editor.helper_mut() {
            assistant.set_vocabulary(Vocabulary::of(engine.session()));
        }
        match editor.readline(&format!("In[{line}]:= ")) {
            Ok(text) => {
                // Before the evaluation, so that nothing that happens in it loses what was typed.
                if let Some(path) = history
                    && let Err(error) = history::save(editor, path)
                {
                    eprintln!("netform: the history is not saved: {}: {error}", path.display());
                    history = None;
                }
                answer(engine, &text);
            }
            Err(ReadlineError::Interrupted) => outln!("(Ctrl-D or Quit[] ends the session)"),
            Err(ReadlineError::Eof) => return Status::Done,
            Err(error) => {
                eprintln!("netform: {error}");
                return Status::Failed;
            }
        }
        if let Some(code) = engine.quit() {
            return Status::Quit(code);
        }
    }
}

fn answer(engine: &mut Engine, text: &str) {
    if let Some(name) = text.trim().strip_prefix('?') {
        outln!("{}\n", help::about(engine.session_mut(), name.trim_start_matches('?').trim()));
        return;
    }
    let inputs = match engine.read(text) {
        Ok(inputs) => inputs,
        Err(found) => return diagnostics::report("input", text, &found),
    };
    let hints = spelling_hints(engine, text);
    for input in inputs {
        let line = engine.next_line();
        let value = engine.enter(&text[input.code]);
        if engine.quit().is_some() {
            return;
        }
        if !value.is_silent() {
            outln!("Out[{line}]= {}", engine.print_short(value.expr()));
        }
        out!("\n");
    }
    hints.iter().for_each(|hint| outln!("{hint}\n"));
}

/// Advice on names of functions that nobody knows but that look like known ones.
///
/// A function's name begins with a capital letter and stands before a bracket; the user's own names are left alone.
fn spelling_hints(engine: &Engine, text: &str) -> Vec<String> {
    let vocabulary = Vocabulary::of(engine.session());
    let mut hints = Vec::new();
    for name in called_names(text).filter(|name| name.starts_with(char::is_uppercase) && !vocabulary.contains(name)) {
        let near = engine.session().names_near(name);
        if !near.is_empty() {
            hints.push(format!("(there is no {name}; did you mean {}?)", near.join(" or ")));
        }
    }
    hints.dedup();
    hints
}

/// The names that stand directly before an opening bracket.
fn called_names(text: &str) -> impl Iterator<Item = &str> {
    let tokens: Vec<Token> = Lexer::new(text).collect();
    let called = tokens
        .windows(2)
        .filter(|pair| pair[0].kind == TokenKind::Symbol && text[pair[1].span.range()].starts_with('['));
    called.map(|pair| &text[pair[0].span.range()]).collect::<Vec<_>>().into_iter()
}
