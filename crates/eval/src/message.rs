//! Messages: what evaluations tell the user beside their values.

use netform_expr::{Expr, Sym};

use crate::Session;

/// A message that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmittedMessage {
    /// The symbol and tag, such as `Length::argx`.
    pub name: String,
    /// The text, its arguments filled in.
    pub text: String,
}

impl std::fmt::Display for EmittedMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.name, self.text)
    }
}

#[derive(Default)]
pub(crate) struct MessageState {
    /// Messages of the current input.
    emitted: Vec<EmittedMessage>,
    /// What enclosing `Quiet`s hold back.
    quiet: Vec<Quiet>,
    /// How many messages each of these has held back.
    held_back: Vec<u64>,
    /// What enclosing `Check`s see.
    watchers: Vec<Watcher>,
    /// What is caught instead of being shown, with the number of `Quiet`s around.
    catchers: Vec<(usize, Vec<EmittedMessage>)>,
    /// Messages switched off by `Off`.
    off: Vec<Expr>,
    /// How often each message was shown in the current input.
    counts: rustc_hash::FxHashMap<Expr, usize>,
}

/// The messages that a `Check` has seen: also those that a `Quiet` around it holds back, but not
/// those that one inside it does.
struct Watcher {
    /// The number of `Quiet`s around it.
    depth: usize,
    seen: Vec<Expr>,
}

/// What a `Quiet` holds back.
#[derive(Debug, Clone)]
pub enum Quiet {
    /// All messages.
    All,
    /// These messages.
    These(Vec<Expr>),
    /// No message of these, whatever enclosing ones say.
    Show(Vec<Expr>),
}

/// The same message is shown so often for one input; then `General::stop` is.
const SHOWN_AT_MOST: usize = 3;

impl Session {
    /// Shows the message `symbol::tag` with its arguments put in for `` `1` ``, `` `2` `` ...
    ///
    /// The text is the user's, the record's, or that of `General`, in this order.
    pub fn message(&mut self, symbol: Sym, tag: &str, args: &[Expr]) {
        self.message_of(symbol.expr(), tag, args);
    }

    /// [`Session::message`] for any symbol.
    pub fn message_of(&mut self, symbol: &Expr, tag: &str, args: &[Expr]) {
        let name = Expr::call(Sym::MessageName, [symbol.clone(), Expr::string(tag)]);
        let text = self.message_text(symbol, tag).unwrap_or_else(|| "-- Message text not found --".to_owned());
        self.emit(&name, &text, args);
    }

    /// The text of a message, without arguments.
    pub fn message_text(&self, symbol: &Expr, tag: &str) -> Option<String> {
        let general = Sym::General.expr();
        [symbol, general].into_iter().find_map(|s| {
            let of_user = self.definitions.get(s).and_then(|d| d.message(tag));
            let of_record = || {
                let function = self.registry.get(s)?;
                let of_tag = function.messages.iter().find(|(t, _)| *t == tag).map(|(_, text)| *text);
                of_tag
                    .or_else(|| (tag == "usage" && s == symbol && !function.usage.is_empty()).then_some(function.usage))
            };
            of_user.or_else(|| of_record().map(str::to_owned))
        })
    }

    fn emit(&mut self, name: &Expr, text: &str, args: &[Expr]) {
        self.note_message();
        if self.messages.off.contains(name) {
            return;
        }
        let quieted_by = self.quieting(name);
        for watcher in &mut self.messages.watchers {
            if quieted_by.is_none_or(|depth| depth < watcher.depth) {
                watcher.seen.push(name.clone());
            }
        }
        let caught = self.messages.catchers.last().is_some_and(|(depth, _)| quieted_by.is_none_or(|by| by < *depth));
        if caught {
            let message = EmittedMessage { name: self.message_label(name), text: self.fill(text, args) };
            if let Some((_, caught)) = self.messages.catchers.last_mut() {
                caught.push(message);
            }
            return;
        }
        if let Some(depth) = quieted_by {
            self.messages.held_back[depth] += 1;
            return;
        }
        let count = self.messages.counts.entry(name.clone()).or_default();
        *count += 1;
        if *count > SHOWN_AT_MOST {
            return;
        }
        let last = *count == SHOWN_AT_MOST;
        let message = EmittedMessage { name: self.message_label(name), text: self.fill(text, args) };
        self.show(message);
        if last {
            let label = self.message_label(name);
            let text = format!("Further output of {label} will be suppressed during this calculation.");
            self.show(EmittedMessage { name: "General::stop".into(), text });
        }
    }

    fn show(&mut self, message: EmittedMessage) {
        self.host.message(&message);
        self.messages.emitted.push(message);
    }

    fn message_label(&self, name: &Expr) -> String {
        let symbol = self.short_name(&name.arg(0)).unwrap_or_default();
        format!("{symbol}::{}", name.arg(1).as_str().unwrap_or_default())
    }

    /// The place of the innermost `Quiet` that decides about a message, if it holds it back.
    fn quieting(&self, name: &Expr) -> Option<usize> {
        for (depth, quiet) in self.messages.quiet.iter().enumerate().rev() {
            match quiet {
                Quiet::All => return Some(depth),
                Quiet::These(names) if names.contains(name) => return Some(depth),
                Quiet::Show(names) if names.contains(name) => return None,
                Quiet::These(_) | Quiet::Show(_) => {}
            }
        }
        None
    }

    /// Whether what is shown now is shown to the user, and nobody else waits for messages.
    pub(crate) fn only_user_listens(&self) -> bool {
        let MessageState { quiet, watchers, catchers, .. } = &self.messages;
        quiet.is_empty() && watchers.is_empty() && catchers.is_empty()
    }

    /// Puts printed arguments in the places `` `1` `` (numbered) and ` `` ` (the next one).
    pub fn fill(&mut self, text: &str, args: &[Expr]) -> String {
        let printed: Vec<String> = args.iter().map(|arg| self.output_form(arg)).collect();
        let mut filled = String::new();
        let mut rest = text;
        let mut next = 0;
        while let Some(start) = rest.find('`') {
            filled.push_str(&rest[..start]);
            let after = &rest[start + 1..];
            let Some(end) = after.find('`') else {
                filled.push('`');
                rest = after;
                continue;
            };
            let index = if after[..end].is_empty() {
                Some(next)
            } else {
                after[..end].parse::<usize>().ok().and_then(|n| n.checked_sub(1))
            };
            match index.and_then(|i| printed.get(i).map(|text| (i, text))) {
                Some((i, text)) => {
                    filled.push_str(text);
                    next = i + 1;
                }
                None => {
                    filled.push('`');
                    filled.push_str(&after[..=end]);
                }
            }
            rest = &after[end + 1..];
        }
        filled.push_str(rest);
        filled
    }

    /// Runs `work` with messages held back.
    pub fn quietly<T>(&mut self, quiet: Quiet, work: impl FnOnce(&mut Session) -> T) -> T {
        self.messages.quiet.push(quiet);
        self.messages.held_back.push(0);
        let result = work(self);
        self.messages.quiet.pop();
        // Nobody outside has heard of them.
        let held_back = self.messages.held_back.pop().unwrap_or_default();
        self.forget_messages(held_back);
        result
    }

    /// Runs `work` and tells which messages it gave, also those that a `Quiet` around this holds back.
    pub fn watch_messages<T>(&mut self, work: impl FnOnce(&mut Session) -> T) -> (T, Vec<Expr>) {
        let depth = self.messages.quiet.len();
        self.messages.watchers.push(Watcher { depth, seen: Vec::new() });
        let result = work(self);
        let seen = self.messages.watchers.pop().map(|watcher| watcher.seen);
        (result, seen.unwrap_or_default())
    }

    /// Runs `work` and keeps the messages that it gives, which are not shown; also those that a `Quiet` around this
    /// holds back.
    pub fn catch_messages<T>(&mut self, work: impl FnOnce(&mut Session) -> T) -> (T, Vec<EmittedMessage>) {
        let depth = self.messages.quiet.len();
        self.messages.catchers.push((depth, Vec::new()));
        let result = work(self);
        let caught = self.messages.catchers.pop().map(|(_, caught)| caught);
        (result, caught.unwrap_or_default())
    }

    /// Switches a message `symbol::tag` off or on.
    pub fn switch_message(&mut self, name: &Expr, on: bool) {
        self.messages.off.retain(|n| n != name);
        if !on {
            self.messages.off.push(name.clone());
        }
    }

    /// The messages of the current input so far.
    pub fn emitted_messages(&self) -> &[EmittedMessage] {
        &self.messages.emitted
    }

    pub(crate) fn begin_messages(&mut self) {
        self.messages.emitted.clear();
        self.messages.counts.clear();
        self.messages.quiet.clear();
        self.messages.watchers.clear();
        self.messages.catchers.clear();
        self.forget_complaints();
    }
}
