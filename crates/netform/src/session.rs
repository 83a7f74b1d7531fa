//! The session: definitions, random numbers and limits, and the evaluation of expressions.

use std::fmt;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use netform_eval::{EmittedMessage, Host, Interrupt};
use netform_expr::Sym;
use netform_syntax::{DefaultNames, Diagnostic, parse_program};

use crate::conversion::Arguments;
use crate::error::SyntaxError;
use crate::host::SandboxHost;
use crate::names::registry;
use crate::{Error, Expr, SessionBuilder, call};

/// All state of an evaluation: definitions, messages, random numbers, limits.
///
/// ```
/// use netform::prelude::*;
///
/// let mut session = Session::new();
/// let x = symbol("x");
/// assert_eq!(session.evaluate(&x + &x)?, 2 * &x);
/// assert_eq!(session.evaluate_text("D[Tanh[x]^2, x]")?.to_string(), "2*Sech[x]^2*Tanh[x]");
/// # Ok::<(), netform::Error>(())
/// ```
///
/// A session made by [`Session::new`] touches nothing of the world outside: no files, no clock, no
/// output. [`Session::builder`] makes sessions with a host, limits, and layers of one's own.
///
/// The functions that evaluate give an [`Error`] where there is no value: for `$Failed`, with the
/// messages that tell why, for aborts, and for limits. A value may come with messages as well;
/// they are kept in [`Session::messages`].
pub struct Session {
    inner: netform_eval::Session,
    time_limit: Option<Duration>,
    messages: Vec<EmittedMessage>,
}

/// What became of some work, and the time limit if it was exceeded.
type Watched<T> = (T, Option<Duration>);

/// What became of one input of a dialogue; see [`Session::submit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The number of the input.
    pub line: usize,
    /// The value, which may be `$Failed` or `$Aborted`.
    pub value: Expr,
    /// The messages that were shown.
    pub messages: Vec<EmittedMessage>,
    /// The exit code, if the input asked the session to end.
    pub quit: Option<i32>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("time_limit", &self.time_limit).finish_non_exhaustive()
    }
}

impl Default for Session {
    fn default() -> Session {
        Session::new()
    }
}

impl Session {
    /// A session that knows all functions and layers, and can reach nothing outside.
    pub fn new() -> Session {
        Session::with_host(SandboxHost::new())
    }

    /// A session that knows all functions and layers, and reaches the world through this host.
    pub fn with_host(host: impl Host + 'static) -> Session {
        Session::with_evaluator(netform_eval::Session::with_host(registry(), Box::new(host)), None)
    }

    /// A session with a host, limits, or layers and functions of one's own.
    pub fn builder() -> SessionBuilder {
        SessionBuilder::default()
    }

    pub(crate) fn with_evaluator(inner: netform_eval::Session, time_limit: Option<Duration>) -> Session {
        Session { inner, time_limit, messages: Vec::new() }
    }

    /// Evaluates an expression.
    ///
    /// # Errors
    /// [`Error::Failed`] if the value is `$Failed`, [`Error::Aborted`], [`Error::TimedOut`],
    /// [`Error::LimitReached`], [`Error::Quit`].
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let x = symbol("x");
    /// assert_eq!(session.evaluate(call("Sin", [0]) + &x * 1)?, x);
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn evaluate(&mut self, e: impl Into<Expr>) -> Result<Expr, Error> {
        let node = e.into().into();
        self.messages.clear();
        let outcome = self.watched(|session| session.evaluate_unrecorded(&node));
        self.value_of(outcome)
    }

    /// Evaluates the expressions of a text one after the other, and gives the value of the last.
    ///
    /// # Errors
    /// [`Error::Syntax`] if the text is not in the language, before anything is evaluated; else as
    /// [`Session::evaluate`]. What fails before the last expression is told by messages only.
    ///
    /// ```
    /// use netform::Session;
    ///
    /// let mut session = Session::new();
    /// session.evaluate_text("f[x_] := x^2 + 1")?;
    /// assert_eq!(session.evaluate_text("a = 3; f[a]")?, 10.into());
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn evaluate_text(&mut self, text: &str) -> Result<Expr, Error> {
        self.messages.clear();
        // An input may change what the names of the next one mean: each is read when it is reached.
        let inputs = parse_program(text, &mut DefaultNames::default());
        if inputs.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(SyntaxError::new(text, inputs.diagnostics).into());
        }
        let mut value = Ok(Expr::from(netform_expr::Expr::from(Sym::Null)));
        for (_, span) in inputs.expressions {
            let e = self.parse(&text[span.range()])?;
            let outcome = self.watched(|session| session.evaluate_unrecorded(e.node()));
            value = self.value_of(outcome);
            if !matches!(value, Ok(_) | Err(Error::Failed { .. })) {
                break;
            }
        }
        value
    }

    /// Evaluates the call `function[arguments...]`.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let total: i64 = session.call("Total", [vec![1, 2, 3]])?.try_into()?;
    /// assert_eq!(total, 6);
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn call(&mut self, function: &str, arguments: impl Arguments) -> Result<Expr, Error> {
        self.evaluate(call(function, arguments))
    }

    /// The derivative of an expression by a variable: `D[e, variable]`. With a list of variables in
    /// a list it is the gradient, or the Jacobian of a list of expressions.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let (x, y) = (symbol("x"), symbol("y"));
    /// let e = &x * &y + x.pow(2);
    /// assert_eq!(session.differentiate(&e, &x)?.to_string(), "2*x + y");
    /// assert_eq!(session.differentiate(&e, [[&x, &y]])?.to_string(), "{2*x + y, x}");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn differentiate(&mut self, e: impl Into<Expr>, variable: impl Into<Expr>) -> Result<Expr, Error> {
        self.call("D", (e, variable))
    }

    /// An expression with values put in for some of its parts: `e /. {part -> value, ...}`.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let (x, y) = (symbol("x"), symbol("y"));
    /// assert_eq!(session.replace(&x + 2 * &y, [(&x, 1), (&y, 2)])?, 5.into());
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn replace<L: Into<Expr>, R: Into<Expr>>(
        &mut self,
        e: impl Into<Expr>,
        rules: impl IntoIterator<Item = (L, R)>,
    ) -> Result<Expr, Error> {
        let rules = Expr::list(rules.into_iter().map(|(left, right)| Expr::rule(left, right)));
        self.call("ReplaceAll", (e, rules))
    }

    /// The messages of the last evaluation, also where it gave a value.
    ///
    /// ```
    /// use netform::Session;
    ///
    /// let mut session = Session::new();
    /// session.evaluate_text("1/0")?;
    /// assert_eq!(session.messages()[0].name, "Power::infy");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn messages(&self) -> &[EmittedMessage] {
        &self.messages
    }

    /// Reads a text that is one expression, or several that make a `CompoundExpression`, with the
    /// names of the session, and evaluates nothing.
    ///
    /// # Errors
    /// [`Error::Syntax`].
    pub fn parse(&mut self, text: &str) -> Result<Expr, Error> {
        match self.inner.parse_one(text) {
            Ok(node) => Ok(node.into()),
            Err(diagnostics) => Err(SyntaxError::new(text, diagnostics).into()),
        }
    }

    /// Evaluates an expression as the next input of a dialogue, kept as `In[n]` and `Out[n]`. All
    /// that can happen is in the [`Outcome`].
    pub fn submit(&mut self, e: impl Into<Expr>) -> Outcome {
        let node = e.into().into();
        let (outcome, _) = self.watched(|session| session.submit(&node));
        self.messages.clone_from(&outcome.messages);
        let netform_eval::Outcome { line, value, messages, quit } = outcome;
        Outcome { line, value: value.into(), messages, quit }
    }

    /// Starts the session's random numbers anew from a seed: the same seed gives the same numbers,
    /// on every machine.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    pub fn seed_random(&mut self, seed: impl Into<Expr>) -> Result<(), Error> {
        self.call("SeedRandom", (seed,)).map(drop)
    }

    /// How long one evaluation may take.
    pub fn time_limit(&self) -> Option<Duration> {
        self.time_limit
    }

    /// Sets how long one evaluation may take; `None` is without limit.
    ///
    /// ```
    /// use std::time::Duration;
    /// use netform::{Error, Session};
    ///
    /// let mut session = Session::new();
    /// let limit = Duration::from_millis(20);
    /// session.set_time_limit(Some(limit));
    /// assert_eq!(session.evaluate_text("While[True]"), Err(Error::TimedOut(limit)));
    /// ```
    pub fn set_time_limit(&mut self, limit: Option<Duration>) {
        self.time_limit = limit;
    }

    /// The handle by which another thread, or a signal handler, aborts what the session evaluates.
    pub fn interrupt(&self) -> Interrupt {
        self.inner.interrupt()
    }

    /// The text of an expression as a terminal shows it, in the contexts of the session. Large
    /// expressions are shortened.
    pub fn output_form(&self, e: &Expr) -> String {
        self.inner.output_form(e.node())
    }

    /// The text of an expression that reads back as the same expression in this session.
    pub fn input_form(&self, e: &Expr) -> String {
        self.inner.input_form(e.node())
    }

    /// The text of an expression as plain calls `head[arguments...]`.
    pub fn full_form(&self, e: &Expr) -> String {
        self.inner.full_form(e.node())
    }

    /// The text of an expression for TeX.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let session = Session::new();
    /// assert_eq!(session.tex_form(&call("LogisticSigmoid", [symbol("x").pow(2)])), r"\sigma(x^2)");
    /// ```
    pub fn tex_form(&self, e: &Expr) -> String {
        self.inner.tex_form(e.node())
    }

    /// An expression with the user's `Format` definitions for a form, such as `OutputForm`, applied to
    /// its parts, as it is printed then; the expression itself where they fail.
    ///
    /// ```
    /// use netform::Session;
    ///
    /// let mut session = Session::new();
    /// session.evaluate_text("Format[pair[a_, b_]] := a -> b")?;
    /// let e = session.parse("{pair[1, 2]}")?;
    /// let shown = session.formatted(&e, "OutputForm");
    /// assert_eq!(session.output_form(&shown), "{1 -> 2}");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn formatted(&mut self, e: &Expr, form: &str) -> Expr {
        let Some(form) = netform_expr::Expr::symbol(&format!("System`{form}")).sym() else { return e.clone() };
        self.watched(|session| session.formatted_value(e.node(), form)).0.into()
    }

    /// The evaluator behind the session, for fronts and for functions written in Rust.
    pub fn evaluator(&self) -> &netform_eval::Session {
        &self.inner
    }

    /// The evaluator behind the session, to change.
    pub fn evaluator_mut(&mut self) -> &mut netform_eval::Session {
        &mut self.inner
    }

    /// The value that work beside the evaluator gives, under the limits of an evaluation and with its messages.
    pub(crate) fn work(
        &mut self,
        work: impl FnOnce(&mut netform_eval::Session) -> Result<netform_expr::Expr, netform_eval::Flow>,
    ) -> Result<Expr, Error> {
        self.messages.clear();
        let outcome = self.watched(|session| session.unrecorded(work));
        self.value_of(outcome)
    }

    /// Runs an evaluation, and interrupts it when the time is over.
    fn watched<T>(&mut self, work: impl FnOnce(&mut netform_eval::Session) -> T) -> Watched<T> {
        let Some(limit) = self.time_limit else { return (work(&mut self.inner), None) };
        let (done, ended) = channel::<()>();
        let interrupt = self.inner.interrupt();
        std::thread::scope(|scope| {
            let watch = scope.spawn(move || {
                let over = ended.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
                if over {
                    interrupt.raise();
                }
                over
            });
            let outcome = work(&mut self.inner);
            drop(done);
            let over = watch.join().unwrap_or(false);
            (outcome, over.then_some(limit))
        })
    }

    /// The value of an outcome, or why there is none; the messages are added to the session's.
    fn value_of(&mut self, (outcome, time_over): Watched<netform_eval::Outcome>) -> Result<Expr, Error> {
        self.messages.extend(outcome.messages);
        if let Some(code) = outcome.quit {
            return Err(Error::Quit(code));
        }
        let value = Expr::from(outcome.value);
        if value.is_failed() {
            return Err(Error::Failed { messages: self.messages.clone() });
        }
        if value.is_aborted() {
            return Err(time_over.map_or(Error::Aborted, Error::TimedOut));
        }
        if value.has_head(Sym::TerminatedEvaluation) {
            let limit = value.args().first().and_then(Expr::as_str).unwrap_or_default().to_owned();
            return Err(Error::LimitReached { limit, messages: self.messages.clone() });
        }
        Ok(value)
    }
}
