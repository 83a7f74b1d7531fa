//! What arguments a compiled function takes.

use netform_array::ElementType;
use netform_expr::{Expr, Sym};

/// One argument: its name, the type of its elements, and how many levels they are nested in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Argument {
    pub(super) name: Expr,
    pub(super) element: ElementType,
    pub(super) rank: usize,
}

/// Arrays of more levels are not taken.
const HIGHEST_RANK: usize = 16;

/// What is wrong with a list of arguments: a tag of a message, and the part.
pub(super) type Wrong = (&'static str, Expr);

impl Argument {
    /// The argument as it is written in a `CompiledFunction`.
    pub(super) fn to_expr(&self) -> Expr {
        let blank = |type_name: Sym| Expr::call(Sym::Blank, [type_name.into()]);
        let element = match self.element {
            ElementType::I64 => blank(Sym::Integer),
            ElementType::Bool => Expr::call(Sym::Alternatives, [Sym::True.into(), Sym::False.into()]),
            _ => blank(Sym::Real),
        };
        let rank = (self.rank > 0).then(|| Expr::integer(self.rank as i64));
        Expr::list([self.name.clone(), element].into_iter().chain(rank))
    }

    /// Reads `x`, `{x}`, `{x, type}` or `{x, type, rank}`.
    fn read(e: &Expr) -> Result<Argument, Wrong> {
        if e.is_symbol() {
            return Ok(Argument { name: e.clone(), element: ElementType::F64, rank: 0 });
        }
        let parts = e.args();
        if !e.is_list() || !(1..=3).contains(&parts.len()) || !parts[0].is_symbol() {
            return Err(("args", e.clone()));
        }
        let element = match parts.get(1) {
            None => ElementType::F64,
            Some(given) => element_of(given).ok_or_else(|| ("type", given.clone()))?,
        };
        let rank = match parts.get(2) {
            None => 0,
            Some(rank) => rank.as_usize().filter(|&rank| rank <= HIGHEST_RANK).ok_or_else(|| ("rank", rank.clone()))?,
        };
        Ok(Argument { name: parts[0].clone(), element, rank })
    }
}

fn element_of(e: &Expr) -> Option<ElementType> {
    if e.has_head(Sym::Blank) && e.len() == 1 {
        return match e.arg(0).sym()? {
            Sym::Real => Some(ElementType::F64),
            Sym::Integer => Some(ElementType::I64),
            _ => None,
        };
    }
    let is_truth =
        e.has_head(Sym::Alternatives) && e.args().iter().all(|value| value.is(Sym::True) || value.is(Sym::False));
    is_truth.then_some(ElementType::Bool)
}

/// Reads a list of arguments, or a single one; everything that is wrong with it otherwise.
pub(super) fn read(specification: &Expr) -> Result<Vec<Argument>, Vec<Wrong>> {
    if !specification.is_list() {
        return Argument::read(specification).map(|argument| vec![argument]).map_err(|wrong| vec![wrong]);
    }
    let mut arguments: Vec<Argument> = Vec::with_capacity(specification.len());
    let mut wrong = Vec::new();
    for part in specification.args().iter() {
        match Argument::read(part) {
            Ok(argument) if arguments.iter().any(|other| other.name == argument.name) => {
                wrong.push(("twice", argument.name))
            }
            Ok(argument) => arguments.push(argument),
            Err(error) => wrong.push(error),
        }
    }
    if wrong.is_empty() { Ok(arguments) } else { Err(wrong) }
}
