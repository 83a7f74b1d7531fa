//! Which parts of an expression depend on variables.

use netform_expr::{Expr, Sym, postorder};

/// What may depend on some variables, by the classes of symbols that it has: never too little.
pub(super) struct Dependence(Vec<u64>);

impl Dependence {
    /// On these variables.
    pub(super) fn on<'a>(variables: impl IntoIterator<Item = &'a Expr>) -> Dependence {
        Dependence(variables.into_iter().map(Expr::symbol_classes).collect())
    }

    /// Whether an expression may depend on one of them.
    pub(super) fn may(&self, e: &Expr) -> bool {
        self.0.iter().any(|mask| e.symbol_classes() & mask == *mask)
    }

    /// The distinct parts of an expression that have to be looked at, parts before wholes: not those
    /// below what does not depend or `is_done`, nor the bodies of functions.
    pub(super) fn parts(&self, e: &Expr, is_done: impl Fn(&Expr) -> bool) -> Vec<Expr> {
        let mut order = Vec::new();
        let walk = postorder::<std::convert::Infallible>(
            e,
            |node| self.may(node) && !is_done(node) && !node.has_head(Sym::Function),
            |node| {
                order.push(node.clone());
                Ok(())
            },
        );
        match walk {
            Ok(()) => order,
            Err(never) => match never {},
        }
    }
}
