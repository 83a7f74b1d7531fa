//! Random arrays in equations: quantities with a distribution.

use netform_eval::Session;
use netform_expr::{Expr, NodeMap, Sym, map_bottom_up, occurs};

use super::notation::indexed;
use super::writer::{Writer, Written};
use crate::data::array_symbol;
use crate::net::Leaf;

/// The arrays that one application of a layer draws, by the names that its text has for them.
pub(super) type Draws = NodeMap<Expr>;

impl Writer<'_> {
    /// A value with quantities for the arrays that are drawn in it, each with a statement of its distribution. In a net that is
    /// applied to many elements each draw is one for each of them.
    pub(super) fn with_draws(
        &mut self,
        session: &mut Session,
        leaf: &Leaf,
        value: &Expr,
        draws: &mut Draws,
    ) -> Written<Expr> {
        if !occurs(value, &Sym::ArrayRandom.into()) {
            return Ok(value.clone());
        }
        let (indices, sizes): (Vec<Expr>, Vec<Expr>) = self.scope.iter().cloned().unzip();
        let drawn = |node: Expr| match node.args_of(Sym::ArrayRandom).as_deref() {
            Some([distribution, dimensions, label]) if dimensions.is_list() => {
                let known = draws.get(label).cloned();
                let array = known.unwrap_or_else(|| {
                    let text = label.as_str().unwrap_or_default();
                    let name = match self.settings.name(&leaf.path, text) {
                        Some(name) => self.names.take(&name),
                        None => self.names.fresh(draw_tex(leaf, text).as_str(), &leaf.path),
                    };
                    let dimensions: Vec<Expr> = sizes.iter().chain(dimensions.args().iter()).cloned().collect();
                    let array = array_symbol(name, &dimensions);
                    self.equations.push(Expr::call(Sym::Distributed, [array.clone(), distribution.clone()]));
                    draws.insert(label.clone(), array.clone());
                    array
                });
                indexed(&array, &indices)
            }
            _ => node,
        };
        let with_symbols = map_bottom_up(value, drawn);
        Ok(session.evaluate(&with_symbols)?)
    }
}

/// What an array of random numbers is called: `r`, with the subscript of the array that it belongs to, or what the layer calls it.
fn draw_tex(leaf: &Leaf, label: &str) -> String {
    let of = label.strip_suffix("Mask").unwrap_or(label);
    let tex = leaf.layer.array(of).map(|array| array.tex);
    let subscript = match tex.and_then(|tex| tex.split_once('_')) {
        Some((_, subscript)) => subscript.trim_matches(['{', '}']).to_owned(),
        None if of.is_empty() || leaf.layer.outputs.iter().any(|port| port.name == of) => return "r".to_owned(),
        None => of.to_lowercase(),
    };
    format!("r_{{{subscript}}}")
}
