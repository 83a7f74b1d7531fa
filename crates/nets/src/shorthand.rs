//! What stands for a layer in chains, graphs and operators: numbers, functions, learned arrays, lists.

use netform_compile::Dim;
use netform_eval::{Function, Session};
use netform_expr::{Attributes, Expr, Sym, postorder};

use crate::read::is_net;

/// The layer that a number, function, learned array or list stands for: a function of several numbers for a
/// `ThreadingLayer`.
pub(crate) fn shorthand(session: &mut Session, member: &Expr) -> Option<Expr> {
    if is_net(session, member) {
        return None;
    }
    if member.is_list() && !member.args().iter().all(Expr::is_number) {
        return Some(Expr::call(Sym::NetChain, [member.clone()]));
    }
    if member.is_list() || member.as_i64().is_some_and(|n| n > 0) || is_open_size(session, member) {
        return Some(Expr::call(Sym::LinearLayer, [member.clone()]));
    }
    if member.has_head(Sym::NetArray) {
        return Some(Expr::call(Sym::NetArrayLayer, [Expr::rule(Expr::string("Array"), member.clone())]));
    }
    let head = match arity(session, member)? {
        Arity::One => Sym::ElementwiseLayer,
        Arity::Several => Sym::ThreadingLayer,
    };
    Some(Expr::call(head, [member.clone()]))
}

/// Whether a member of a container is a size by symbols that stand for nothing else, and are no misspelt functions.
fn is_open_size(session: &Session, member: &Expr) -> bool {
    /// A shorter name is as near to others as it is to itself.
    const SHORTEST: usize = 3;
    let Ok(size) = Dim::from_expr(member) else { return false };
    let is_function = |near: &String| session.function_of(&Expr::symbol(&format!("System`{near}"))).is_some();
    let is_free = |symbol: &Expr| {
        let name = symbol.as_symbol().filter(|symbol| symbol.context() != "System`").map(|symbol| symbol.name());
        let is_misspelt = |name: &str| name.len() >= SHORTEST && session.names_near(name).iter().any(is_function);
        let is_defined = session.has_user_rules(symbol) || session.function_of(symbol).is_some();
        !is_defined && name.is_some_and(|name| !is_misspelt(name))
    };
    !member.is_number() && size.symbols().iter().all(is_free)
}

/// How many numbers a function takes.
enum Arity {
    One,
    Several,
}

fn arity(session: &mut Session, function: &Expr) -> Option<Arity> {
    if function.has_head(Sym::Function) {
        let several = match function.len() {
            1 => postorder(
                &function.arg(0),
                |node| !node.has_head(Sym::Function),
                |node| if is_later_slot(node) { Err(()) } else { Ok(()) },
            )
            .is_err(),
            _ => function.arg(0).is_list() && function.arg(0).len() > 1,
        };
        return Some(if several { Arity::Several } else { Arity::One });
    }
    if function.as_str().is_some() || (function.is_symbol() && session.has_user_rules(function)) {
        return Some(Arity::One);
    }
    let numeric =
        |record: &&Function| record.real.is_some() || record.attributes.contains(Attributes::NUMERIC_FUNCTION);
    let record = session.function_of(function).filter(numeric)?;
    // Power of one argument is that argument.
    let several = record.attributes.contains(Attributes::FLAT)
        || record.arguments.is_some_and(|(least, _)| least > 1)
        || function.is(Sym::Power);
    Some(if several { Arity::Several } else { Arity::One })
}

/// Whether a slot is not that of the first argument.
fn is_later_slot(e: &Expr) -> bool {
    e.has_head(Sym::Slot) && !e.arg(0).is_integer(1) && !e.arg(0).is_integer(0)
}
