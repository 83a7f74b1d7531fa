//! Which numbers of a call are quantities; the others are sizes, levels, positions and exponents, which stay exact.

use std::convert::Infallible;

use netform_eval::{Function, Session};
use netform_expr::{Attributes, Expr, NodeMap, Sym, postorder};

/// The arguments of a call whose numbers `N` and its kin change.
pub(super) struct Quantities<'a> {
    call: &'a Expr,
    attributes: Attributes,
    function: Option<&'static Function>,
}

impl<'a> Quantities<'a> {
    pub(super) fn of(session: &Session, call: &'a Expr) -> Quantities<'a> {
        Quantities { call, attributes: session.attributes_of(call.head()), function: session.function_of(call.head()) }
    }

    /// Whether argument `index`, counted from 0, is among them.
    pub(super) fn contains(&self, index: usize) -> bool {
        let held = if index == 0 { Attributes::N_HOLD_FIRST } else { Attributes::N_HOLD_REST };
        if self.attributes.contains(held) {
            return false;
        }
        let arg = self.call.arg(index);
        // Integer exponents are exact: x^2 is a product, x^2. is not.
        if index == 1 && self.call.has_head(Sym::Power) && arg.as_number().is_some_and(|n| n.is_integer()) {
            return false;
        }
        arg.has_head(Sym::Function) || self.function.is_none_or(|function| function.is_quantity(self.call, index))
    }
}

/// The expression with other leaves in the place of those that are quantities or parts of quantities; nothing is
/// evaluated. `done` is what is known from before.
pub(super) fn with_leaves(session: &Session, e: &Expr, leaf: impl Fn(&Expr) -> Expr, done: &mut NodeMap<Expr>) -> Expr {
    let is_held = |node: &Expr| session.attributes_of(node.head()).contains(Attributes::N_HOLD_ALL);
    let mut order = Vec::new();
    let walk = postorder::<Infallible>(
        e,
        |node| !done.contains_key(node) && !is_held(node),
        |node| {
            order.push(node.clone());
            Ok(())
        },
    );
    let Ok(()) = walk;
    for node in order {
        let changed = if node.as_array().is_some() {
            with_elements(&node, &leaf)
        } else if !node.is_normal() {
            leaf(&node)
        } else if is_held(&node) {
            node.clone()
        } else {
            let quantities = Quantities::of(session, &node);
            let of = |part: &Expr| done.get(part).cloned().unwrap_or_else(|| part.clone());
            let args = node.args();
            let new = args.iter().enumerate().map(|(i, arg)| match quantities.contains(i) {
                true => of(arg),
                false => arg.clone(),
            });
            Expr::normal(of(node.head()), new.collect::<Vec<_>>())
        };
        done.insert(node, changed);
    }
    done.get(e).cloned().unwrap_or_else(|| e.clone())
}

/// An array of numbers with other ones.
fn with_elements(list: &Expr, leaf: &impl Fn(&Expr) -> Expr) -> Expr {
    Expr::list(
        list.args()
            .iter()
            .map(|item| if item.is_list() { with_elements(item, leaf) } else { leaf(item) })
            .collect::<Vec<_>>(),
    )
}
