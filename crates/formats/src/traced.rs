//! Values that definitions give for array symbols, as functions of arrays.

use netform_expr::{Expr, NodeMap, Sym, map_bottom_up};

fn is_array_symbol(e: &Expr) -> bool {
    [Sym::ArraySymbol, Sym::MatrixSymbol, Sym::VectorSymbol].into_iter().any(|head| e.has_head(head)) && !e.is_empty()
}

/// Whether an expression is the array of a symbol. Its dimensions may have been written differently since.
pub(crate) fn stands_for(e: &Expr, symbol: &Expr) -> bool {
    e == symbol || (is_array_symbol(e) && e.arg(0) == *symbol)
}

/// Replaces symbols, and arrays of symbols.
pub(crate) fn with_names(e: &Expr, names: &NodeMap<Expr>) -> Expr {
    map_bottom_up(e, |node| {
        // The symbol in an array symbol is replaced before it.
        if is_array_symbol(&node) && names.values().any(|name| node.arg(0) == *name) {
            return node.arg(0);
        }
        names.get(&node).cloned().unwrap_or(node)
    })
}
