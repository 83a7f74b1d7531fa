//! The types of the parts of a function of scalars.

use netform_array::ElementType;
use netform_eval::{ResultType, Session};
use netform_expr::{Expr, NodeMap, Sym, postorder};

use super::signature::Argument;

/// Arguments of functions that are of a type, by place from 0 or all: evaluation leaves calls with others as they are, while
/// code would take any number.
const TYPED: &[(Sym, Option<usize>, ElementType)] = &[
    (Sym::And, None, ElementType::Bool),
    (Sym::Or, None, ElementType::Bool),
    (Sym::Xor, None, ElementType::Bool),
    (Sym::Nand, None, ElementType::Bool),
    (Sym::Nor, None, ElementType::Bool),
    (Sym::Not, None, ElementType::Bool),
    (Sym::Implies, None, ElementType::Bool),
    (Sym::Equivalent, None, ElementType::Bool),
    (Sym::Boole, None, ElementType::Bool),
    (Sym::If, Some(0), ElementType::Bool),
    (Sym::Surd, Some(1), ElementType::I64),
];

/// The types of the values of all parts of a scalar function, or a call whose arguments are not of the types that it takes.
pub(super) fn types(session: &mut Session, arguments: &[Argument], value: &Expr) -> Result<NodeMap<ElementType>, Expr> {
    let mut types: NodeMap<ElementType> = NodeMap::default();
    postorder(
        value,
        |node| !node.has_head(Sym::Slot),
        |node| {
            let of = |part: &Expr| types.get(part).copied().unwrap_or(ElementType::F64);
            let widest = |parts: &[Expr]| parts.iter().map(of).max_by_key(|element| width(*element));
            let misfits = |(head, place, element): &(Sym, Option<usize>, ElementType)| {
                let is_other =
                    |(at, part): (usize, &Expr)| place.is_none_or(|place| place == at) && of(part) != *element;
                node.has_head(*head) && node.args().iter().enumerate().any(is_other)
            };
            if TYPED.iter().any(misfits) {
                return Err(node.clone());
            }
            let element = if node.has_head(Sym::Slot) {
                node.arg(0).as_usize().and_then(|place| arguments.get(place - 1)).map(|argument| argument.element)
            } else if node.as_i64().is_some() {
                Some(ElementType::I64)
            } else if node.is(Sym::True) || node.is(Sym::False) {
                Some(ElementType::Bool)
            } else if node.has_head(Sym::Power) && node.len() == 2 && node.arg(1).as_usize().is_some() {
                Some(of(&node.arg(0)))
            } else if node.is_normal() {
                let function = session.function_of(node.head());
                match function.map_or(ResultType::Real, |function| function.result) {
                    ResultType::Real => None,
                    ResultType::Widest => widest(&node.args()),
                    ResultType::Integer => Some(ElementType::I64),
                    ResultType::Truth => Some(ElementType::Bool),
                }
            } else {
                None
            };
            types.insert(node.clone(), element.unwrap_or(ElementType::F64));
            Ok(())
        },
    )?;
    Ok(types)
}

fn width(element: ElementType) -> usize {
    match element {
        ElementType::Bool => 0,
        ElementType::I64 => 1,
        _ => 2,
    }
}
