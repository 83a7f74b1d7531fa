//! Contractions of array symbols in plainer words: products, traces, totals, transpositions.
//!
//! Identities vanish where one of their labels is summed, arrays of ones always; then what is left is
//! written with `Dot`, `Times`, `Total`, `Tr`, `Transpose` and `TensorProduct` where it can be.

//!
//! * `parts`: products, transpositions, identities among the operands are taken apart.
//! * `steps`: labels are identified, single operands reduced, pairs multiplied.
//! * `forms`: what is left, in words of its own.
//! * `products`: the contractions that derivatives are made of.

mod forms;
mod parts;
mod products;
mod steps;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

pub(crate) use parts::{is_part_of_identity, is_selector};
pub(crate) use products::{labels, leading, picked_total, product_to, summed_to, total};

use super::levels;
use crate::arithmetic;
pub(crate) use steps::picked;

/// An array and the labels of its levels.
#[derive(Clone, Debug)]
struct Operand {
    array: Expr,
    labels: Vec<usize>,
}

/// A sum of products over all labels that the result does not have.
pub(in crate::arrays) struct Contraction {
    operands: Vec<Operand>,
    /// Pairs of labels that must be equal.
    deltas: Vec<(usize, usize)>,
    /// Rows of identities, and their labels: they pick an element.
    selectors: Vec<(Expr, usize)>,
    /// Factors without levels.
    scalars: Vec<Expr>,
    result: Vec<usize>,
    /// The size of each label.
    sizes: Vec<Expr>,
    vanishes: bool,
    /// Whether sums may be taken in another order, factors out of sums.
    freely: bool,
}

impl Contraction {
    /// A contraction of arrays with these labels, whose sizes are given.
    pub(in crate::arrays) fn new(
        operands: &[Expr],
        labels: &[Vec<usize>],
        result: &[usize],
        sizes: &[Expr],
        freely: bool,
    ) -> Contraction {
        let operand = |(array, labels): (&Expr, &Vec<usize>)| Operand { array: array.clone(), labels: labels.clone() };
        Contraction {
            operands: operands.iter().zip(labels).map(operand).collect(),
            deltas: vec![],
            selectors: vec![],
            scalars: vec![],
            result: result.to_vec(),
            sizes: sizes.to_vec(),
            vanishes: false,
            freely,
        }
    }

    /// The contraction in plainer words; `None` if there are none.
    pub(in crate::arrays) fn plainer(mut self, session: &mut Session) -> Result<Option<Expr>, Flow> {
        let before = self.operands.len();
        let mut changed = self.take_apart(session)?;
        if self.vanishes {
            let dimensions = self.result.iter().map(|&label| self.sizes[label].clone());
            return Ok(Some(Session::zeros(&netform_eval::Shape::of(dimensions))));
        }
        changed |= self.identify();
        changed |= self.select(session)?;
        changed |= self.reduce_single(session)?;
        changed |= self.merge_alike(session)?;
        if self.freely {
            changed |= self.contract_pairs(session)?;
        }
        changed |= self.operands.len() != before;
        let missing: Vec<usize> = (0..self.result.len()).filter(|&place| !self.occurs(self.result[place])).collect();
        let whole = std::mem::take(&mut self.result);
        self.result = whole.iter().copied().filter(|&label| self.occurs(label)).collect();
        self.deltas_to_operand();
        let Some(core) = self.form(session)?.or_else(|| changed.then(|| self.call())) else { return Ok(None) };
        let replicated = if missing.is_empty() {
            core
        } else {
            let sizes = Expr::list(missing.iter().map(|&place| self.sizes[whole[place]].clone()).collect::<Vec<_>>());
            if self.result.is_empty() {
                let ones = session.evaluate_call(Sym::SymbolicOnesArray, [sizes])?;
                arithmetic::product(session, [core, ones])?
            } else {
                session.evaluate_call(Sym::ArrayReplicate, [core, sizes, levels::list(&missing)])?
            }
        };
        let scalars = std::mem::take(&mut self.scalars);
        arithmetic::product(session, scalars.into_iter().chain([replicated])).map(Some)
    }

    fn occurs(&self, label: usize) -> bool {
        self.operands.iter().any(|operand| operand.labels.contains(&label))
            || self.deltas.iter().any(|&(a, b)| a == label || b == label)
            || self.selectors.iter().any(|(_, of_selector)| *of_selector == label)
    }

    fn is_summed(&self, label: usize) -> bool {
        !self.result.contains(&label)
    }
}
