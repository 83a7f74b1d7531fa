//! Whether a pattern matches some part of an expression.

use super::Pattern;
use super::matching::Matching;
use crate::{Expr, Kind, NodeSet, occurs};

impl Pattern {
    /// Whether the pattern matches the expression or a part of it, heads included. Equal parts are
    /// tried once.
    ///
    /// ```
    /// use netform_expr::pattern::{Pattern, Structural};
    /// use netform_expr::{Expr, Sym};
    ///
    /// let any_integer = Pattern::new(&Expr::call(Sym::Blank, [Sym::Integer.into()]));
    /// let square = Expr::call(Sym::Power, [Expr::symbol("Global`x"), Expr::integer(2)]);
    /// assert!(any_integer.occurs_in(&square, &mut Structural).unwrap());
    /// ```
    ///
    /// # Errors
    /// What the evaluation of a test brings.
    pub fn occurs_in<M: Matching + ?Sized>(&self, root: &Expr, host: &mut M) -> Result<bool, M::Error> {
        if self.is_literal() && self.expr().is_symbol() {
            return Ok(occurs(root, self.expr()));
        }
        let classes = if self.is_literal() { self.expr().user_classes() } else { 0 };
        let mut seen = NodeSet::default();
        let mut stack = vec![root.clone()];
        while let Some(node) = stack.pop() {
            if node.symbol_classes() & classes != classes || !seen.insert(node.clone()) {
                continue;
            }
            if self.is_match(&node, host)? {
                return Ok(true);
            }
            match node.kind() {
                Kind::Normal(head, args) => stack.extend(args.iter().rev().chain([head]).cloned()),
                Kind::Array(_) => stack.extend(node.args().iter().rev().chain([node.head()]).cloned()),
                _ => {}
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use crate::pattern::{Pattern, Structural};
    use crate::reading::read;
    use crate::{Expr, Sym};

    #[test]
    fn parts_and_heads_are_searched_once_each() {
        let occurs = |pattern: &str, e: &Expr| Pattern::new(&read(pattern)).occurs_in(e, &mut Structural) == Ok(true);
        let shared = (0..500).fold(read("f[x, 2.]"), |e, _| Expr::call(Sym::Times, [e.clone(), e]));
        for yes in ["x", "f", "f[_, _]", "_Real", "f[x, 2.]", "Times"] {
            assert!(occurs(yes, &shared), "{yes}");
        }
        for no in ["y", "f[_]", "_Integer", "f[x]", "Plus"] {
            assert!(!occurs(no, &shared), "{no}");
        }
        let reals = Expr::list((0..100).map(|i| Expr::real(f64::from(i))));
        assert!(occurs("3.", &reals) && occurs("List", &reals) && !occurs("3", &reals) && !occurs("x", &reals));
        let rows = Expr::list((0..100).map(|i| Expr::list([Expr::integer(i), Expr::integer(-i)])));
        assert!(occurs("{7, -7}", &rows) && !occurs("{7, 7}", &rows));
    }
}
