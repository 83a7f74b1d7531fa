//! The session: all state of an evaluation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use netform_expr::{ById, Expr, Memo, NodeSet, Order, Sym};
use netform_kernels::Pool;

use crate::definitions::{DefinitionTable, Definitions};
use crate::extension::Extensions;
use crate::history::History;
use crate::limits::Constraint;
use crate::memory::Memory;
use crate::message::MessageState;
use crate::names::NameSpace;
use crate::shape::KnownShape;
use crate::{Function, Host, Interrupt, Limits, Registry, Sandbox};

/// Everything that an evaluation can see and change; the first parameter of all functions.
///
/// ```
/// use netform_eval::{Registry, Session};
/// use netform_expr::Expr;
///
/// let mut session = Session::new(Registry::new().share());
/// let x = Expr::symbol("Global`x");
/// assert_eq!(session.evaluate(&x), Ok(x));
/// ```
pub struct Session {
    pub(crate) registry: Arc<Registry>,
    pub(crate) definitions: DefinitionTable,
    pub(crate) memory: Memory,
    pub(crate) shapes: Memo<u64, KnownShape, ById>,
    order: Order,
    pub(crate) names: NameSpace,
    pub(crate) messages: MessageState,
    pub(crate) history: History,
    pub(crate) extensions: Extensions,
    pub(crate) limits: Limits,
    pub(crate) interrupt: Interrupt,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) next_constraint: u64,
    pub(crate) abort_protection: usize,
    pub(crate) steps: u32,
    /// Nested evaluations that have applied a definition.
    pub(crate) recursion: usize,
    /// Nested evaluations of any kind.
    pub(crate) depth: usize,
    /// What evaluates to itself below the limit of depth, while that is being found out; the marks
    /// in the nodes may be overwritten by a session in another thread.
    pub(crate) settled: NodeSet,
    /// How many such questions are open, each asked on the way to the answer of the one before.
    pub(crate) settling: usize,
    pub(crate) unique: u64,
    pub(crate) host: Box<dyn Host>,
    parsed: rustc_hash::FxHashMap<(usize, usize), Expr>,
    pool: Option<Arc<Pool>>,
}

impl Session {
    /// A session with these functions, in which nothing of the world outside can be reached.
    pub fn new(registry: Arc<Registry>) -> Session {
        Session::with_host(registry, Box::new(Sandbox))
    }

    /// A session with these functions that reaches the world through `host`.
    pub fn with_host(registry: Arc<Registry>, host: Box<dyn Host>) -> Session {
        static NEXT_ID: AtomicU32 = AtomicU32::new(1);
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        let mut session = Session {
            definitions: DefinitionTable::default(),
            memory: Memory::new(id),
            shapes: Memo::default(),
            order: Order::default(),
            names: NameSpace::default(),
            messages: MessageState::default(),
            history: History::default(),
            extensions: Extensions::default(),
            limits: Limits::default(),
            interrupt: Interrupt::default(),
            constraints: Vec::new(),
            next_constraint: 0,
            abort_protection: 0,
            steps: 0,
            recursion: 0,
            depth: 0,
            settled: NodeSet::default(),
            settling: 0,
            unique: 0,
            host,
            parsed: rustc_hash::FxHashMap::default(),
            pool: None,
            registry,
        };
        for source in session.registry.clone().start_definitions() {
            let definitions = session.parse_static(source);
            // Definitions of the system are plain assignments, which nothing can leave.
            let _ = session.evaluate(&definitions);
        }
        session
    }

    /// The threads that large numeric work is given to, if there are several.
    pub fn pool(&self) -> Option<&Arc<Pool>> {
        self.pool.as_ref()
    }

    /// Gives large numeric work to so many threads; one is that of the session. Results are the same for any number. What
    /// has been made ready before keeps the threads that it has.
    pub fn set_threads(&mut self, threads: usize) {
        self.pool = (threads > 1).then(|| Arc::new(Pool::new(threads)));
    }

    /// The table of function records.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// The record of the symbol in front of a call: `f` for `f[x]` and for `f[x][y]`.
    pub fn function_of(&self, head: &Expr) -> Option<&'static Function> {
        self.registry.get(head)
    }

    /// Canonical order, with the session's memory of deep comparisons.
    pub fn order(&mut self) -> &mut Order {
        &mut self.order
    }

    /// The world outside.
    pub fn host(&mut self) -> &mut dyn Host {
        &mut *self.host
    }

    /// The definitions of a symbol, if it has any beyond its record.
    pub fn definitions_of(&self, symbol: &Expr) -> Option<&Definitions> {
        self.definitions.get(symbol)
    }

    /// A number that no other call gets: for names of local variables.
    pub fn next_unique(&mut self) -> u64 {
        self.unique += 1;
        self.unique
    }

    /// The number that [`Session::next_unique`] gives next.
    pub fn unique_number(&self) -> u64 {
        self.unique + 1
    }

    /// Makes `number` the next one that [`Session::next_unique`] gives.
    pub fn set_unique_number(&mut self, number: u64) {
        self.unique = number.saturating_sub(1);
    }

    /// Parses a text that is part of the program, once in a session. Names are those of the
    /// system; anything else in it is a defect of the record that holds it.
    ///
    /// # Panics
    /// If the text is not in the language.
    pub fn parse_static(&mut self, source: &'static str) -> Expr {
        let key = (source.as_ptr() as usize, source.len());
        if let Some(parsed) = self.parsed.get(&key) {
            return parsed.clone();
        }
        let parsed = match self.parse_one(source) {
            Ok(parsed) => parsed,
            Err(diagnostics) => panic!("a text of the program is not in the language: {source}: {diagnostics:?}"),
        };
        self.parsed.insert(key, parsed.clone());
        parsed
    }

    /// Evaluates a test and tells whether it gave `True`.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    pub fn is_true(&mut self, test: &Expr) -> Result<bool, crate::Flow> {
        Ok(self.evaluate(test)?.is(Sym::True))
    }
}
