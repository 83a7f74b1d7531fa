//! `Program`Untraced`: the part of an expression that keeps it from being an array.

use netform_eval::{Function, Session, Shape};
use netform_expr::{Expr, Kind, NodeSet, Sym};

pub(super) const UNTRACED: Function = Function {
    name: "Program`Untraced",
    usage: "Program`Untraced[e] is the innermost part of e that depends on arrays and of which nothing tells whether it is an \
            array: that on which a function fails which is to give an array.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let mut part = call.arg(0);
        let mut seen = NodeSet::default();
        // From the outside to the inside, as long as there is such a part.
        'deeper: while seen.insert(part.clone()) {
            session.tick()?;
            for inner in candidates(&part) {
                if is_open(session, &inner)? {
                    part = inner;
                    continue 'deeper;
                }
            }
            break;
        }
        Ok(Some(part))
    }),
    examples: &[
        ("Program`Untraced[2 + Tanh[f[VectorSymbol[\"v\", 3]]]]", "f[v]"),
        ("Program`Untraced[Total[Select[VectorSymbol[\"v\", 3], Positive]]]", "Select[v, Positive]"),
    ],
    ..Function::NEW
};

/// The parts that may be values: arguments, and for those that are pure functions none.
fn candidates(e: &Expr) -> Vec<Expr> {
    match e.kind() {
        Kind::Normal(_, args) if !e.has_head(Sym::Function) => {
            args.iter().filter(|arg| arg.is_normal() && arg.may_hold_array_symbol()).cloned().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a part is no array, number, or list of which the dimensions are known.
fn is_open(session: &mut Session, e: &Expr) -> Result<bool, netform_eval::Flow> {
    let names = [Sym::VectorSymbol, Sym::MatrixSymbol, Sym::ArraySymbol];
    if names.iter().any(|&head| e.has_head(head)) || e.has_head(Sym::Function) {
        return Ok(false);
    }
    Ok(session.shape_of(e)? == Shape::Unknown)
}
