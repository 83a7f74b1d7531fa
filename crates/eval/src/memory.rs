//! What the evaluator remembers of earlier evaluations, and when that is still true.
//!
//! Whatever an evaluation consults is recorded as a set of classes of symbols
//! ([`Expr::symbol_classes`]). A change of a definition is stamped on the class of its symbol. What
//! is remembered holds as long as no class that it depends on has a later stamp; a class may hold
//! several symbols, so this may forget too much but never too little. What `Block` and iterators do to a symbol is undone at
//! the end of their scope: then all that held before it holds again, and nothing of what was found within it ([`Changes`]).
//!
//! * A node in normal form whose evaluation consulted only symbols that occur in it carries a mark
//!   of this session: the mark is in the node, and costs no table.
//! * The result of any other node is kept in a table, if computing it had no effect and somebody
//!   else holds the node too, who may ask again. When the table is full, it is swept of the nodes
//!   that nobody else holds any more; it grows only if most are still wanted, so that an evaluation
//!   never does again what it did, however large the graph.
//!   It is swept as well when much memory is in arrays that it mentions, so that what came before the last form of a large
//!   array is not kept.
//! * A call that stays as it is after a message, such as `First[{}]`, is kept until the input ends: a variable with this value
//!   does not tell it again at each use. Typed again, it does.

use netform_expr::{Expr, Kind, NodeMap};

use crate::Session;

pub(crate) struct Memory {
    session: u64,
    stamp: u64,
    changes: [Changes; 64],
    /// The symbols whose values are local now, with the number of scopes that made them so.
    local: NodeMap<usize>,
    results: NodeMap<Remembered>,
    /// How many results there may be before the next sweep.
    capacity: usize,
    /// The bytes of the arrays in results and their nodes, as they were counted when they were put in, and how many there may
    /// be before the next sweep.
    bytes: usize,
    most_bytes: usize,
    /// How many results were put in since the last sweep.
    new: usize,
    /// The classes consulted since the enclosing evaluation began.
    pub(crate) consulted: u64,
    /// Counts effects: assignments, random numbers, output.
    pub(crate) effects: u64,
    /// Counts the messages among the effects.
    messages: u64,
    /// What stayed as it was after messages of the current input: classes that it depends on, and when.
    complaints: NodeMap<(u64, u64)>,
    /// For each open [`Session::depending`], how many effects were only on local variables born in it.
    passing: Vec<u64>,
    /// How many of these were open when a local variable was born.
    born: NodeMap<usize>,
}

struct Remembered {
    result: Expr,
    depends_on: u64,
    stamp: u64,
}

/// A value that was computed with a session, to be used again for as long as the definitions that
/// it depends on stay as they are.
///
/// ```
/// use netform_eval::{Registry, Session};
/// # use netform_eval::Flow;
/// use netform_expr::Expr;
/// let mut session = Session::new(Registry::new().into());
/// let f = Expr::symbol("Global`f");
/// let found = session.depending(&f, |session| session.evaluate(&f))?;
/// assert_eq!(session.still(&found), Some(f.clone()));
/// session.set_own_value(&f, Expr::integer(3));
/// assert_eq!(session.still(&found), None);
/// # Ok::<(), Flow>(())
/// ```
#[derive(Debug, Clone)]
pub struct Dependent<T> {
    value: T,
    depends_on: u64,
    stamp: u64,
    /// Whether computing it had an effect that outlasts it, or drew a random number: then it holds only once.
    effects: bool,
}

/// What a symbol was before its values became local; see [`Session::begin_scope`].
#[derive(Debug)]
#[must_use]
pub struct Scope(Option<usize>);

/// When definitions of the symbols of a class were changed.
#[derive(Debug, Default)]
struct Changes {
    /// The last change.
    last: u64,
    /// The last change that was not of a local value.
    lasting: u64,
    /// How many scopes are open, and when the first of them began.
    open: usize,
    began: u64,
    /// The scopes in which there were changes, as pairs of their stamps: before the first and after the last change, in order.
    scopes: Vec<(u64, u64)>,
}

/// So many scopes are told apart in a class; of more the earliest two are taken for one.
const MOST_SCOPES: usize = 64;

impl Changes {
    /// Whether all definitions are now what they were at a stamp, as far as is known.
    fn none_since(&self, stamp: u64) -> bool {
        if self.last <= stamp {
            return true;
        }
        if self.open > 0 || self.lasting > stamp {
            return false;
        }
        let later = self.scopes.partition_point(|(_, end)| *end <= stamp);
        self.scopes.get(later).is_none_or(|(start, _)| stamp <= *start)
    }

    /// Takes the scopes that began at a stamp or later for one.
    fn join_since(&mut self, stamp: u64) {
        let first = self.scopes.partition_point(|(start, _)| *start < stamp);
        if let [(_, end), .., (_, last)] = &mut self.scopes[first..] {
            *end = *last;
            self.scopes.truncate(first + 1);
        }
    }
}

const STAMP_BITS: u32 = 40;
const LEAST_CAPACITY: usize = 1 << 16;
/// After so many more bytes of arrays the results are swept.
const NEW_BYTES: usize = 1 << 22;
/// So many results may a sweep look through for each new one.
const LOOKED_THROUGH: usize = 64;
/// More calls than this that stayed with messages are not kept in mind; nobody reads so many messages.
const MOST_COMPLAINTS: usize = 1 << 10;

impl<T> Dependent<T> {
    /// The value, as it was when it was computed.
    pub fn into_value(self) -> T {
        self.value
    }
}

impl Memory {
    pub(crate) fn new(id: u32) -> Memory {
        Memory {
            session: u64::from(id) << STAMP_BITS,
            stamp: 1,
            changes: std::array::from_fn(|_| Changes::default()),
            local: NodeMap::default(),
            results: NodeMap::default(),
            capacity: LEAST_CAPACITY,
            bytes: 0,
            most_bytes: NEW_BYTES,
            new: 0,
            consulted: 0,
            effects: 0,
            messages: 0,
            complaints: NodeMap::default(),
            passing: vec![],
            born: NodeMap::default(),
        }
    }

    fn unchanged_since(&self, stamp: u64, classes: u64) -> bool {
        if stamp == self.stamp {
            return true;
        }
        let mut rest = classes;
        while rest != 0 {
            if !self.changes[rest.trailing_zeros() as usize].none_since(stamp) {
                return false;
            }
            rest &= rest - 1;
        }
        true
    }

    fn is_normal(&self, e: &Expr) -> bool {
        let mark = e.mark();
        mark >> STAMP_BITS == self.session >> STAMP_BITS
            && self.unchanged_since(mark & ((1 << STAMP_BITS) - 1), e.symbol_classes())
    }

    fn mark_normal(&self, e: &Expr) {
        e.set_mark(self.session | self.stamp);
    }

    /// Notes that a result with so many bytes of arrays is put in; whether a sweep is worth its while before.
    fn is_full(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        self.new += 1;
        let is_heavy = self.bytes > self.most_bytes && self.new >= self.results.len() / LOOKED_THROUGH;
        self.results.len() >= self.capacity || is_heavy
    }

    /// Forgets results that are no longer true and those of nodes that only the table holds.
    fn sweep(&mut self) {
        let mut results = std::mem::take(&mut self.results);
        results.retain(|e, found| !e.is_unique() && self.unchanged_since(found.stamp, found.depends_on));
        self.capacity = (4 * results.len()).max(LEAST_CAPACITY);
        self.bytes = results.iter().map(|(e, found)| array_bytes(e) + array_bytes(&found.result)).sum();
        self.most_bytes = self.bytes + NEW_BYTES;
        self.new = 0;
        self.results = results;
    }
}

/// The class of a symbol.
fn class_of(symbol: &Expr) -> usize {
    symbol.symbol_classes().trailing_zeros() as usize % 64
}

/// The bytes of an array, or of those that a call is made of.
fn array_bytes(e: &Expr) -> usize {
    let own = |e: &Expr| e.as_array().map_or(0, |array| array.len() * array.element_type().size_in_bytes());
    match e.kind() {
        Kind::Normal(..) => e.args().iter().map(own).sum(),
        _ => own(e),
    }
}

impl Session {
    /// Whether an expression is known to evaluate to itself.
    pub fn is_normal_form(&self, e: &Expr) -> bool {
        self.memory.is_normal(e)
    }

    /// Notes that an expression evaluates to itself, where the rule that made it knows so.
    ///
    /// The parts must be in normal form, and no definition of the user may apply to it: a built-in
    /// function may say this of its own results as long as [`Session::has_user_rules`] is false for
    /// its head.
    pub fn mark_normal_form(&self, e: &Expr) {
        self.memory.mark_normal(e);
    }

    pub(crate) fn remembered(&mut self, e: &Expr) -> Option<Expr> {
        let found = self.memory.results.get(e)?;
        if !self.memory.unchanged_since(found.stamp, found.depends_on) {
            self.memory.results.remove(e);
            return None;
        }
        self.memory.consulted |= found.depends_on;
        Some(found.result.clone())
    }

    /// Remembers what `e` evaluated to, given the classes that were consulted for it.
    pub(crate) fn remember(&mut self, e: &Expr, result: &Expr, depends_on: u64) {
        if e == result && depends_on & !e.symbol_classes() == 0 {
            self.memory.mark_normal(e);
        } else if !e.is_unique() {
            if self.memory.is_full(array_bytes(e) + array_bytes(result)) {
                self.memory.sweep();
            }
            let stamp = self.memory.stamp;
            self.memory.results.insert(e.clone(), Remembered { result: result.clone(), depends_on, stamp });
        }
    }

    /// Computes a value from `e`, and notes the definitions that it depends on: those of the symbols
    /// in `e` and of what is evaluated meanwhile. Changes of local variables that are made meanwhile are no effects.
    ///
    /// # Errors
    /// What `compute` fails with.
    pub fn depending<T, E>(
        &mut self,
        e: &Expr,
        compute: impl FnOnce(&mut Session) -> Result<T, E>,
    ) -> Result<Dependent<T>, E> {
        let outer = std::mem::replace(&mut self.memory.consulted, e.symbol_classes());
        let effects = self.memory.effects;
        let began = self.memory.stamp;
        self.memory.passing.push(0);
        let value = compute(self);
        // What was found in between is of less use than this value, and need not be told apart.
        self.memory.changes.iter_mut().for_each(|changes| changes.join_since(began));
        let passing = self.memory.passing.pop().unwrap_or_default();
        let depth = self.memory.passing.len();
        self.memory.born.retain(|_, born| *born <= depth);
        let depends_on = std::mem::replace(&mut self.memory.consulted, outer);
        self.memory.consulted |= depends_on;
        // Without lasting effects all other definitions are still what they were.
        let stamp = self.memory.stamp;
        Ok(Dependent { value: value?, depends_on, stamp, effects: effects + passing != self.memory.effects })
    }

    /// A value that was computed before, if it would come out the same now.
    pub fn still<T: Clone>(&mut self, found: &Dependent<T>) -> Option<T> {
        if found.effects || !self.memory.unchanged_since(found.stamp, found.depends_on) {
            return None;
        }
        self.memory.consulted |= found.depends_on;
        Some(found.value.clone())
    }

    /// Forgets results that nobody can ask for any more.
    pub(crate) fn sweep_results(&mut self) {
        self.memory.sweep();
    }

    /// Forgets all results. Marks stay: they cost nothing.
    pub fn forget_results(&mut self) {
        self.memory.results.clear();
        self.memory.bytes = 0;
        self.memory.most_bytes = NEW_BYTES;
        self.shapes.clear();
        self.order().forget();
    }

    /// Notes that the definitions of `symbol` have changed; whether that may outlast the scopes in which it is local.
    pub(crate) fn note_change(&mut self, symbol: &Expr, lasting: bool) {
        self.memory.stamp += 1;
        self.memory.effects += 1;
        let changes = &mut self.memory.changes[class_of(symbol)];
        changes.last = self.memory.stamp;
        if lasting || !self.memory.local.contains_key(symbol) {
            changes.lasting = self.memory.stamp;
        }
        if let Some(&depth) = self.memory.born.get(symbol) {
            self.memory.passing[..depth].iter_mut().for_each(|passing| *passing += 1);
        }
    }

    /// Notes that a local variable is about to be made. What happens to it is no effect of the computations in which it
    /// was born, as [`Session::depending`] sees them.
    pub(crate) fn note_birth(&mut self, symbol: &Expr) {
        let depth = self.memory.passing.len();
        if depth > 0 {
            self.memory.born.insert(symbol.clone(), depth);
        }
    }

    /// Notes that the values of a symbol are local from now on, to be put back as they were: until then its changes are no
    /// effects of the computations that are going on. The answer is for [`Session::end_scope`].
    pub fn begin_scope(&mut self, symbol: &Expr) -> Scope {
        let changes = &mut self.memory.changes[class_of(symbol)];
        if changes.open == 0 {
            changes.began = self.memory.stamp;
        }
        changes.open += 1;
        *self.memory.local.entry(symbol.clone()).or_default() += 1;
        let depth = self.memory.passing.len();
        Scope(if depth > 0 { self.memory.born.insert(symbol.clone(), depth) } else { None })
    }

    /// Notes that the values of a symbol are again what they were before [`Session::begin_scope`].
    pub fn end_scope(&mut self, symbol: &Expr, scope: Scope) {
        match scope.0 {
            Some(depth) => self.memory.born.insert(symbol.clone(), depth),
            None => self.memory.born.remove(symbol),
        };
        if let Some(scopes) = self.memory.local.get_mut(symbol) {
            *scopes -= 1;
            if *scopes == 0 {
                self.memory.local.remove(symbol);
            }
        }
        let changes = &mut self.memory.changes[class_of(symbol)];
        changes.open -= 1;
        if changes.open == 0 && changes.last > changes.began {
            // What was found after the last change within the scope is not taken for what is found after it.
            self.memory.stamp += 1;
            changes.scopes.push((changes.began, self.memory.stamp));
            if changes.scopes.len() > MOST_SCOPES {
                let (_, end) = changes.scopes.remove(1);
                changes.scopes[0].1 = end;
            }
        }
    }

    /// Notes that something happened that a remembered result would not repeat. Every built-in
    /// function that draws random numbers, prints, or reads the world calls this.
    pub fn note_effect(&mut self) {
        self.memory.effects += 1;
    }

    /// Notes that a message was given, an effect that ends where an expression stays as it is.
    pub(crate) fn note_message(&mut self) {
        self.memory.effects += 1;
        self.memory.messages += 1;
    }

    /// So many messages were no effects after all.
    pub(crate) fn forget_messages(&mut self, count: u64) {
        self.memory.messages -= count;
        self.memory.effects -= count;
    }

    /// The effects so far, without messages.
    pub(crate) fn effects_but_messages(&self) -> u64 {
        self.memory.effects - self.memory.messages
    }

    /// Keeps in mind that a call stays as it is, and that the user has been told why.
    pub(crate) fn note_complaint(&mut self, call: &Expr, depends_on: u64) {
        if self.only_user_listens() && self.memory.complaints.len() < MOST_COMPLAINTS {
            self.memory.complaints.insert(call.clone(), (depends_on, self.memory.stamp));
        }
    }

    /// Whether a call stays as it is, and the user has been told why. That counts as another message, so that nothing
    /// around it is taken for free of effects.
    pub(crate) fn is_complaint(&mut self, call: &Expr) -> bool {
        if self.memory.complaints.is_empty() || !self.only_user_listens() {
            return false;
        }
        let Some(&(depends_on, stamp)) = self.memory.complaints.get(call) else { return false };
        let holds = self.memory.unchanged_since(stamp, depends_on);
        if holds {
            self.memory.consulted |= depends_on;
            self.note_message();
        }
        holds
    }

    /// Forgets what the user was told: a new input begins.
    pub(crate) fn forget_complaints(&mut self) {
        self.memory.complaints.clear();
    }

    /// Notes that what is being evaluated depends on the definitions of a symbol that may not occur
    /// in it.
    pub fn note_dependence(&mut self, symbol: &Expr) {
        self.memory.consulted |= symbol.symbol_classes();
    }
}
