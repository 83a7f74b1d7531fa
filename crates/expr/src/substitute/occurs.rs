//! Whether a symbol occurs in an expression.

use crate::{Expr, Kind, NodeSet, Sym};

/// Whether the symbol occurs anywhere in the expression, heads included. Visits each distinct node
/// that may contain it once.
///
/// ```
/// use netform_expr::{Expr, Sym, occurs};
///
/// let x = Expr::symbol("Global`x");
/// assert!(occurs(&Expr::call(Sym::Sin, [x.clone()]), &x));
/// assert!(!occurs(Sym::Sin.expr(), &x));
/// ```
pub fn occurs(e: &Expr, symbol: &Expr) -> bool {
    // Packed arrays are lists in which the symbol `List` is not noted.
    let is_list = symbol.is(Sym::List);
    let class = if is_list { 0 } else { symbol.symbol_classes() };
    let is_it = |part: &Expr| part == symbol || is_list && part.as_array().is_some();
    if is_it(e) {
        return true;
    }
    let mut seen = NodeSet::default();
    let mut stack = vec![e.clone()];
    while let Some(node) = stack.pop() {
        let Kind::Normal(head, args) = node.kind() else { continue };
        if node.symbol_classes() & class != class {
            continue;
        }
        for part in args.iter().chain([head]) {
            if is_it(part) {
                return true;
            }
            if part.is_normal() && seen.insert(part.clone()) {
                stack.push(part.clone());
            }
        }
    }
    false
}
