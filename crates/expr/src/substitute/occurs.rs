//! Whether a symbol occurs in an expression.

use crate::{Expr, Kind, NodeSet};

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
    let class = symbol.symbol_classes();
    if e == symbol {
        return true;
    }
    if e.symbol_classes() & class == 0 {
        return false;
    }
    let mut seen = NodeSet::default();
    let mut stack = vec![e.clone()];
    while let Some(node) = stack.pop() {
        let Kind::Normal(head, args) = node.kind() else { continue };
        for part in args.iter().chain([head]) {
            if part == symbol {
                return true;
            }
            if part.is_normal() && part.symbol_classes() & class != 0 && seen.insert(part.clone()) {
                stack.push(part.clone());
            }
        }
    }
    false
}
