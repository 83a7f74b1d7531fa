//! A session as the fronts of this program use it: text in, values and printed forms out.

use std::ops::Range;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use netform::nets::is_net;
use netform::syntax::{DefaultNames, Diagnostic, Lexer, Program, TokenKind, output_form_within, parse_program};
use netform::{Expr, Interrupt, Session, eval, symbol};

use crate::arguments::{Form, Limits};
use crate::host::{Collected, FrontHost, Sink, World, lock, memory_limit};
use crate::status::Status;

/// A session with the limits of the command line.
pub(crate) struct Engine {
    session: Session,
    collected: Arc<Mutex<Collected>>,
    quit: Option<i32>,
    /// The program ends when an evaluation takes longer than this.
    leaves_after: Option<Duration>,
}

/// How long an evaluation may take to notice that its time is over; one that takes longer is given up.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

/// One input of a text, by the places of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    /// Comments above the input.
    pub(crate) above: Range<usize>,
    /// What is evaluated.
    pub(crate) code: Range<usize>,
    /// What is evaluated, with a comment behind it on the same line.
    pub(crate) shown: Range<usize>,
}

/// The value of an input.
#[derive(Debug, Clone)]
pub(crate) struct Value(Expr);

impl Value {
    /// The value itself.
    pub(crate) fn expr(&self) -> &Expr {
        &self.0
    }

    /// Whether there is nothing to show.
    pub(crate) fn is_silent(&self) -> bool {
        self.0.is_null()
    }

    /// What the value means for the exit status.
    pub(crate) fn status(&self) -> Status {
        let failed = self.0.is_failed() || self.0.is_aborted() || self.0.is_terminated();
        if failed { Status::Failed } else { Status::Done }
    }
}

impl Engine {
    /// A session whose output goes to the standard streams.
    pub(crate) fn on_terminal(limits: &Limits, sink: Sink) -> Engine {
        let mut engine = Engine::new(limits, sink, Arc::default());
        engine.session.set_time_limit(limits.duration());
        engine.leaves_after = limits.duration().map(|limit| limit + GRACE);
        engine
    }

    /// A session whose output is kept; see [`Engine::take_collected`]. Who asks for it limits the time.
    pub(crate) fn collecting(limits: &Limits) -> Engine {
        let collected: Arc<Mutex<Collected>> = Arc::default();
        Engine::new(limits, Sink::Collected(Arc::clone(&collected)), collected)
    }

    fn new(limits: &Limits, sink: Sink, collected: Arc<Mutex<Collected>>) -> Engine {
        let world = if limits.sandbox { World::Sandbox } else { World::Open };
        let mut session = Session::with_host(FrontHost::new(sink, world));
        static MEMORY_LIMIT: LazyLock<Option<u64>> = LazyLock::new(memory_limit);
        session.evaluator_mut().limits().memory = *MEMORY_LIMIT;
        session.evaluator_mut().set_threads(limits.thread_count());
        Engine { session, collected, quit: None, leaves_after: None }
    }

    /// The session goes on however long an evaluation takes to heed its limit.
    pub(crate) fn stays(&mut self) {
        self.leaves_after = None;
    }

    /// The inputs of a text.
    ///
    /// Names are looked up when an input is entered, since an input may change what the names in the next one mean.
    ///
    /// # Errors
    /// All syntax errors of the text.
    pub(crate) fn read(&self, text: &str) -> Result<Vec<Input>, Vec<Diagnostic>> {
        let mut program = Program::new(text);
        let mut names = DefaultNames::new(&[]);
        let (mut inputs, mut diagnostics) = (Vec::new(), Vec::new());
        let mut end = 0;
        // The expressions are not kept: those of a large text would fill the memory for nothing.
        while let Some(statement) = program.next(&mut names) {
            diagnostics.extend(statement.diagnostics);
            let code = statement.span.range();
            let shown = code.start..code.end + comment_behind(&text[code.end..]);
            let above = trimmed(text, end..code.start.max(end));
            end = shown.end;
            inputs.push(Input { above, code, shown });
        }
        if diagnostics.iter().any(Diagnostic::is_error) { Err(diagnostics) } else { Ok(inputs) }
    }

    /// Whether a message of the last evaluation has a text in it.
    pub(crate) fn said(&self, text: &str) -> bool {
        self.session.messages().iter().any(|message| message.text.contains(text))
    }

    /// Evaluates one input within the time limit; what is wrong with its text is a message.
    pub(crate) fn enter(&mut self, text: &str) -> Value {
        let parsed = self.session.evaluator_mut().parse(text);
        let errors: Vec<&Diagnostic> = parsed.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
        if !errors.is_empty() {
            let messages = errors.iter().map(|error| format!("Syntax::{}: {}", error.code, error.message));
            lock(&self.collected).messages.extend(messages);
            return Value(symbol("$Failed"));
        }
        let mut value = symbol("Null");
        for (expression, _) in parsed.expressions {
            let _watch = self.leaves_after.map(watch);
            let outcome = self.session.submit(expression);
            value = outcome.value;
            self.quit = self.quit.or(outcome.quit);
        }
        Value(value)
    }

    /// The output since the last call, for sessions that collect it.
    pub(crate) fn take_collected(&mut self) -> Collected {
        std::mem::take(&mut *lock(&self.collected))
    }

    /// The text of a value; the user's `Format` definitions hold in the forms that are for reading.
    pub(crate) fn print(&mut self, value: &Expr, form: Form) -> String {
        let shown = match form {
            Form::InputForm | Form::FullForm => value.clone(),
            Form::OutputForm => self.session.formatted(value, "OutputForm"),
            Form::TeXForm | Form::MarkdownForm => self.session.formatted(value, "TeXForm"),
            Form::MathMLForm => self.session.formatted(value, "MathMLForm"),
        };
        match form {
            Form::InputForm => self.session.input_form(&shown),
            Form::FullForm => self.session.full_form(&shown),
            Form::OutputForm => self.session.output_form(&shown),
            Form::TeXForm => self.session.tex_form(&shown),
            Form::MathMLForm => self.session.evaluator().mathml_form(shown.node()),
            Form::MarkdownForm => self.session.evaluator().markdown_form(shown.node()),
        }
    }

    /// The text of a value for a terminal: one that would fill the screen is shortened, and a net is a table of its
    /// layers then.
    pub(crate) fn print_short(&mut self, value: &Expr) -> String {
        const MOST_LEAVES: f64 = 1000.0;
        if netform::expr::size(value.node()).leaves > MOST_LEAVES
            && is_net(self.session.evaluator_mut(), value.node())
            && let Ok(summary) = self.session.call("Information", (value, "Summary"))
            && let Some(text) = summary.as_str()
        {
            return text.to_owned();
        }
        let shown = self.session.formatted(value, "OutputForm");
        output_form_within(shown.node(), self.session.evaluator(), MOST_LEAVES)
    }

    /// The number of the next input.
    pub(crate) fn next_line(&self) -> usize {
        self.session.evaluator().line() + 1
    }

    /// The exit code, once the session has been asked to end.
    pub(crate) fn quit(&self) -> Option<i32> {
        self.quit
    }

    /// The handle that aborts the running evaluation.
    pub(crate) fn interrupt(&self) -> Interrupt {
        self.session.interrupt()
    }

    /// The session itself, for completion.
    pub(crate) fn session(&self) -> &eval::Session {
        self.session.evaluator()
    }

    /// The session itself, for help.
    pub(crate) fn session_mut(&mut self) -> &mut eval::Session {
        self.session.evaluator_mut()
    }
}

/// The length of the rest of the line when it is only space and comments, without the space at its end.
fn comment_behind(rest: &str) -> usize {
    let mut length = 0;
    for token in Lexer::new(rest) {
        match token.kind {
            TokenKind::Space => {}
            TokenKind::Comment => length = token.span.range().end,
            TokenKind::Newline => return length,
            _ => return 0,
        }
    }
    length
}

/// A range of a text without the white space at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    start..start + piece.trim().len()
}

/// Whether more lines could complete the text.
pub(crate) fn is_incomplete(text: &str) -> bool {
    let parsed = parse_program(text, &mut DefaultNames::new(&[]));
    parsed.diagnostics.iter().any(Diagnostic::is_incomplete)
}

/// Ends the program when what is returned still lives after such a time: an operation on numbers of millions of digits, say,
/// does not look at the clock.
fn watch(time: Duration) -> Sender<()> {
    let (alive, evaluation) = channel::<()>();
    std::thread::spawn(move || {
        if evaluation.recv_timeout(time) == Err(RecvTimeoutError::Timeout) {
            eprintln!("netform: the time limit was reached {GRACE:?} ago, and the evaluation does not heed it");
            std::process::exit(1);
        }
    });
    alive
}
