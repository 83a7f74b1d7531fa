//! Application of pure functions: slots and named parameters.

use std::fmt;

use smallvec::SmallVec;

use super::scope::{is_slot_function, parameters};
use super::template::Template;
use crate::{Expr, Kind, NodeSet, Sym};

/// A pure function, `Function[...]`, ready to be applied many times.
///
/// ```
/// use netform_expr::{Expr, PureFunction, Sym};
///
/// let slot = Expr::call(Sym::Slot, [Expr::integer(1)]);
/// let square = Expr::call(Sym::Function, [Expr::call(Sym::Power, [slot, Expr::integer(2)])]);
/// let square = PureFunction::new(&square).unwrap();
/// let result = square.apply(&[Expr::integer(7)]).unwrap();
/// assert_eq!(result, Expr::call(Sym::Power, [Expr::integer(7), Expr::integer(2)]));
/// ```
#[derive(Debug, Clone)]
pub struct PureFunction {
    function: Expr,
    template: Template,
    parameters: Parameters,
}

#[derive(Debug, Clone)]
enum Parameters {
    /// Named ones, filled in order; their number.
    Names(usize),
    /// The slots that the body mentions.
    Slots(SmallVec<[Slot; 4]>),
}

/// What a slot stands for.
#[derive(Debug, Clone)]
enum Slot {
    /// `#0`: the function itself.
    Function,
    /// `#n`, from 1.
    Argument(usize),
    /// `##n`: the arguments from n on.
    Rest(usize),
    /// `#name`: the value under that key of the first argument.
    Key(Expr),
}

/// Why a pure function could not be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FunctionError {
    /// A slot that the given arguments do not fill.
    Slot {
        /// The slot, such as `#2`.
        slot: Expr,
        /// The number of arguments given.
        given: usize,
    },
    /// `#name`, where the first argument is no association with that key.
    Key {
        /// The slot, such as `#name`.
        slot: Expr,
    },
    /// Fewer arguments than named parameters.
    Arguments {
        /// The number of parameters.
        expected: usize,
        /// The number of arguments given.
        given: usize,
    },
    /// Not a `Function` with a valid list of parameters.
    Parameters(Expr),
}

impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FunctionError::Slot { slot, given } => write!(f, "{slot:?} cannot be filled from {given} arguments"),
            FunctionError::Key { slot } => write!(f, "{slot:?} cannot be filled: the first argument has no such key"),
            FunctionError::Arguments { expected, given } => {
                write!(f, "the function has {expected} parameters, but {given} arguments were given")
            }
            FunctionError::Parameters(function) => write!(f, "{function:?} has no valid parameters"),
        }
    }
}

impl std::error::Error for FunctionError {}

/// The body of a pure function with its arguments filled in, not evaluated.
///
/// # Errors
/// As [`PureFunction::new`] and [`PureFunction::apply`].
pub fn apply_function(function: &Expr, args: &[Expr]) -> Result<Expr, FunctionError> {
    PureFunction::new(function)?.apply(args)
}

impl PureFunction {
    /// Reads `Function[body]`, `Function[x, body]`, `Function[{x, ...}, body]`, each also with
    /// attributes, which are the evaluator's concern.
    ///
    /// # Errors
    /// [`FunctionError::Parameters`] where it is none of these.
    pub fn new(function: &Expr) -> Result<PureFunction, FunctionError> {
        let invalid = || FunctionError::Parameters(function.clone());
        let Kind::Normal(_, args) = function.kind() else { return Err(invalid()) };
        if !function.has_head(Sym::Function) || args.is_empty() || args.len() > 3 {
            return Err(invalid());
        }
        if is_slot_function(function) {
            let body = if args.len() == 1 { &args[0] } else { &args[1] };
            let (nodes, slots): (Vec<Expr>, SmallVec<[Slot; 4]>) =
                slots_of(body).into_iter().filter_map(|node| slot(&node).map(|slot| (node, slot))).unzip();
            let template = Template::with_slots(body, &nodes);
            return Ok(PureFunction { function: function.clone(), template, parameters: Parameters::Slots(slots) });
        }
        let names = parameters(&args[0]);
        if names.len() != (if args[0].is_list() { args[0].len() } else { 1 }) {
            return Err(invalid());
        }
        let template = Template::new(&args[1], &names);
        Ok(PureFunction { function: function.clone(), template, parameters: Parameters::Names(names.len()) })
    }

    /// The body with the arguments filled in, not evaluated. Arguments too many are ignored.
    ///
    /// # Errors
    /// Where a slot or a parameter has no argument.
    pub fn apply(&self, args: &[Expr]) -> Result<Expr, FunctionError> {
        match &self.parameters {
            Parameters::Names(count) => {
                let values =
                    args.get(..*count).ok_or(FunctionError::Arguments { expected: *count, given: args.len() })?;
                Ok(self.template.fill(values))
            }
            Parameters::Slots(slots) => {
                let values: SmallVec<[Expr; 4]> =
                    slots.iter().map(|slot| self.value(slot, args)).collect::<Result<_, _>>()?;
                Ok(self.template.fill(&values))
            }
        }
    }

    fn value(&self, slot: &Slot, args: &[Expr]) -> Result<Expr, FunctionError> {
        match slot {
            Slot::Function => Ok(self.function.clone()),
            Slot::Argument(n) => args.get(n - 1).cloned().ok_or_else(|| FunctionError::Slot {
                slot: Expr::call(Sym::Slot, [Expr::integer(*n as i64)]),
                given: args.len(),
            }),
            Slot::Rest(n) => {
                let rest = args.get(n - 1..).unwrap_or(&[]);
                Ok(Expr::call(Sym::Sequence, rest.iter().cloned()))
            }
            Slot::Key(key) => args
                .first()
                .and_then(|first| value_of_key(first, key))
                .ok_or_else(|| FunctionError::Key { slot: Expr::call(Sym::Slot, [key.clone()]) }),
        }
    }
}

fn value_of_key(association: &Expr, key: &Expr) -> Option<Expr> {
    let Kind::Normal(_, rules) = association.kind() else { return None };
    if !association.has_head(Sym::Association) {
        return None;
    }
    rules.iter().find_map(|rule| match rule.kind() {
        Kind::Normal(_, [left, right]) if left == key => Some(right.clone()),
        _ => None,
    })
}

/// What a node `Slot[n]`, `Slot["name"]` or `SlotSequence[n]` stands for.
fn slot(node: &Expr) -> Option<Slot> {
    let Kind::Normal(_, [which]) = node.kind() else { return None };
    match (node.head_sym()?, which.kind()) {
        (Sym::Slot, Kind::Integer(0)) => Some(Slot::Function),
        (Sym::Slot, Kind::Integer(n)) => usize::try_from(n).ok().map(Slot::Argument),
        (Sym::Slot, Kind::String(_)) => Some(Slot::Key(which.clone())),
        (Sym::SlotSequence, Kind::Integer(n)) => usize::try_from(n).ok().filter(|n| *n > 0).map(Slot::Rest),
        _ => None,
    }
}

/// The slots in a body that belong to its own function, each once.
fn slots_of(body: &Expr) -> Vec<Expr> {
    let classes = Sym::Slot.expr().symbol_classes();
    let mut slots = Vec::new();
    let mut seen = NodeSet::default();
    let mut stack = vec![body.clone()];
    while let Some(node) = stack.pop() {
        let Kind::Normal(head, args) = node.kind() else { continue };
        if node.symbol_classes() & classes != classes || is_slot_function(&node) || !seen.insert(node.clone()) {
            continue;
        }
        if slot(&node).is_some() {
            slots.push(node.clone());
        }
        stack.extend(args.iter().rev().chain([head]).filter(|part| part.is_normal()).cloned());
    }
    slots
}
