//! Steps that leave fewer labels and operands.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use super::super::levels;
use super::forms::dot_form;
use super::products::total;
use super::{Contraction, Operand};
use crate::arithmetic;

impl Contraction {
    /// Equal labels become one, where one of them is summed. Labels without an operand give their
    /// size as a factor.
    pub(super) fn identify(&mut self) -> bool {
        let mut changed = false;
        while let Some(place) = self.deltas.iter().position(|&(a, b)| a == b || self.is_summed(a) || self.is_summed(b))
        {
            changed = true;
            let (a, b) = self.deltas.swap_remove(place);
            let (gone, kept) = if self.is_summed(a) { (a, b) } else { (b, a) };
            if self.sizes[kept].as_i64().is_none() {
                self.sizes[kept] = self.sizes[gone].clone();
            }
            let rename = |label: &mut usize| {
                if *label == gone {
                    *label = kept;
                }
            };
            self.operands.iter_mut().for_each(|operand| operand.labels.iter_mut().for_each(rename));
            for (a, b) in &mut self.deltas {
                rename(a);
                rename(b);
            }
            // The label that is gone is summed no more.
            if gone != kept {
                self.sizes[gone] = Expr::integer(1);
            }
        }
        for label in 0..self.sizes.len() {
            if self.is_summed(label) && !self.occurs(label) && !self.sizes[label].is_integer(1) {
                self.scalars.push(self.sizes[label].clone());
                changed = true;
            }
        }
        changed
    }

    /// A row of an identity picks the elements of the operands that have its label; where it cannot, it
    /// becomes an operand.
    pub(super) fn select(&mut self, session: &mut Session) -> Result<bool, Flow> {
        let mut changed = false;
        for (selector, label) in std::mem::take(&mut self.selectors) {
            let having = |operand: &&Operand| operand.labels.contains(&label);
            let position = selector.arg(1).arg(0);
            // In a list, only a known position can be taken behind other levels.
            let once = |operand: &Operand| {
                let own = operand.labels.iter().filter(|own| **own == label).count();
                own == 1 && (operand.labels[0] == label || position.as_i64().is_some() || !operand.array.is_list())
            };
            let in_delta = self.deltas.iter().any(|&(a, b)| a == label || b == label);
            let picks = self.is_summed(label)
                && !in_delta
                && self.operands.iter().any(|operand| having(&operand))
                && self.operands.iter().filter(having).all(once);
            if !picks {
                self.operands.push(Operand { array: selector, labels: vec![label] });
                continue;
            }
            changed = true;
            for operand in self.operands.iter_mut().filter(|operand| operand.labels.contains(&label)) {
                let place = operand.labels.iter().position(|own| *own == label).unwrap_or_default();
                operand.array = picked(session, operand.array.clone(), place, &position)?;
                operand.labels.remove(place);
            }
            let (scalars, rest): (Vec<Operand>, Vec<Operand>) =
                std::mem::take(&mut self.operands).into_iter().partition(|operand| operand.labels.is_empty());
            self.operands = rest;
            self.scalars.extend(scalars.into_iter().map(|operand| operand.array));
        }
        Ok(changed)
    }

    /// Diagonals, and sums over labels that a single operand has.
    pub(super) fn reduce_single(&mut self, session: &mut Session) -> Result<bool, Flow> {
        let mut changed = false;
        for i in 0..self.operands.len() {
            let Operand { array, labels } = self.operands[i].clone();
            // Sums over factors of several operands are kept, unless they may be taken in any order.
            let sums = self.freely || self.operands.len() == 1;
            let single = |label: usize| {
                sums && self.is_summed(label)
                    && self.operands.iter().enumerate().all(|(j, other)| i == j || !other.labels.contains(&label))
                    && !self.deltas.iter().any(|&(a, b)| a == label || b == label)
            };
            let mut distinct: Vec<usize> = Vec::new();
            for &label in &labels {
                if !distinct.contains(&label) {
                    distinct.push(label);
                }
            }
            if labels.len() == 2 && distinct.len() == 1 && single(distinct[0]) {
                self.operands[i] = Operand { array: session.evaluate_call(Sym::Tr, [array])?, labels: vec![] };
                changed = true;
                continue;
            }
            let mut array = array;
            if distinct.len() < labels.len() {
                let place = |label: &usize| distinct.iter().position(|l| l == label).unwrap_or(0);
                let places: Vec<usize> = labels.iter().map(place).collect();
                array = session.evaluate_call(Sym::Transpose, [array, levels::list(&places)])?;
                changed = true;
            }
            let (summed, kept): (Vec<usize>, Vec<usize>) = (0..distinct.len()).partition(|&k| single(distinct[k]));
            if !summed.is_empty() {
                array = total(session, array, &summed)?;
                changed = true;
            }
            self.operands[i] = Operand { array, labels: kept.iter().map(|&k| distinct[k]).collect() };
        }
        let (scalars, operands) =
            std::mem::take(&mut self.operands).into_iter().partition(|operand| operand.labels.is_empty());
        self.operands = operands;
        self.scalars.extend(Vec::<Operand>::into_iter(scalars).map(|operand| operand.array));
        Ok(changed)
    }

    /// Operands with the same labels are multiplied, but for two vectors, which `Dot` multiplies.
    pub(super) fn merge_alike(&mut self, session: &mut Session) -> Result<bool, Flow> {
        let mut merged: Vec<Operand> = Vec::new();
        let before = self.operands.len();
        if let [a, b] = self.operands.as_slice()
            && a.labels == b.labels
            && a.labels.len() == 1
            && self.is_summed(a.labels[0])
        {
            return Ok(false);
        }
        for operand in std::mem::take(&mut self.operands) {
            match merged.iter_mut().find(|other| other.labels == operand.labels) {
                Some(other) => {
                    other.array = arithmetic::product(session, [other.array.clone(), operand.array])?;
                }
                None => merged.push(operand),
            }
        }
        self.operands = merged;
        if self.operands.len() < before {
            self.reduce_single(session)?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Of three and more operands, two that share a summed label are multiplied: a vector first, if
    /// there is one.
    pub(super) fn contract_pairs(&mut self, session: &mut Session) -> Result<bool, Flow> {
        let mut changed = false;
        // Identities that are left are an operand, too.
        let identities = usize::from(!self.deltas.is_empty());
        'again: while self.operands.len() + identities > 2 {
            for (i, j) in self.pairs() {
                let (a, b) = (&self.operands[i], &self.operands[j]);
                let needed = |l: &usize| {
                    self.result.contains(l)
                        || self.deltas.iter().any(|&(x, y)| x == *l || y == *l)
                        || self.operands.iter().enumerate().any(|(k, o)| k != i && k != j && o.labels.contains(l))
                };
                let mut kept: Vec<usize> = a.labels.iter().copied().filter(needed).collect();
                kept.extend(b.labels.iter().copied().filter(|l| needed(l) && !a.labels.contains(l)));
                let Some(array) = dot_form(session, a, b, &kept, |l| !kept.contains(&l))? else { continue };
                self.operands[i] = Operand { array, labels: kept };
                self.operands.remove(j);
                changed = true;
                continue 'again;
            }
            break;
        }
        if changed {
            self.merge_alike(session)?;
        }
        Ok(changed)
    }

    /// Pairs of operands that alone have some summed label, those with fewest levels first.
    fn pairs(&self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for label in (0..self.sizes.len()).filter(|&label| self.is_summed(label)) {
            let having: Vec<usize> =
                (0..self.operands.len()).filter(|&i| self.operands[i].labels.contains(&label)).collect();
            let in_delta = self.deltas.iter().any(|&(a, b)| a == label || b == label);
            if let [i, j] = having[..]
                && !in_delta
            {
                pairs.push((i, j));
            }
        }
        let rank = |i: usize| self.operands[i].labels.len();
        pairs.sort_by_key(|&(i, j)| rank(i).min(rank(j)));
        pairs
    }
}

/// The part of an array at a position of the level `axis`, counted from 0.
pub(crate) fn picked(session: &mut Session, array: Expr, axis: usize, position: &Expr) -> Result<Expr, Flow> {
    if axis == 0 {
        return session.evaluate_call(Sym::Indexed, [array, Expr::list([position.clone()])]);
    }
    let whole = std::iter::repeat_n(Expr::from(Sym::All), axis);
    session.evaluate_call(Sym::Part, [array].into_iter().chain(whole).chain([position.clone()]))
}
