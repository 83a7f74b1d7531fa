//! What is left of a contraction, as a call of another function.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use super::super::dimension::integer;
use super::super::levels;
use super::{Contraction, Operand};
use crate::arithmetic;

impl Contraction {
    /// The identities that are left, as one operand.
    pub(super) fn deltas_to_operand(&mut self) {
        if self.deltas.is_empty() {
            return;
        }
        let place = |label: usize| self.result.iter().position(|&l| l == label).unwrap_or(usize::MAX);
        let mut pairs: Vec<(usize, usize)> =
            self.deltas.drain(..).map(|(a, b)| if place(a) <= place(b) { (a, b) } else { (b, a) }).collect();
        pairs.sort_by_key(|&(a, _)| place(a));
        if let ([(a, b)], [only]) = (&pairs[..], self.operands.as_slice())
            && only.labels == [*a]
        {
            // A vector on a diagonal.
            let array = Expr::call(Sym::DiagonalMatrix, [only.array.clone()]);
            self.operands = vec![Operand { array, labels: vec![*a, *b] }];
            return;
        }
        let sizes = Expr::list(pairs.iter().map(|&(a, _)| self.sizes[a].clone()).collect::<Vec<_>>());
        let labels = pairs.iter().map(|&(a, _)| a).chain(pairs.iter().map(|&(_, b)| b)).collect();
        self.operands.push(Operand { array: Expr::call(Sym::SymbolicIdentityArray, [sizes]), labels });
    }

    /// What is left, as a call of another function.
    pub(super) fn form(&self, session: &mut Session) -> Result<Option<Expr>, Flow> {
        match self.operands.as_slice() {
            [] => return Ok(Some(Expr::integer(1))),
            [only] => return self.rearranged(session, only).map(Some),
            [a, b] => {
                if let Some(form) = dot_form(session, a, b, &self.result, |label| self.is_summed(label))? {
                    return Ok(Some(form));
                }
                if a.labels.len() == 2 && b.labels.len() == 2 && self.result.is_empty() {
                    // The labels are exchanged: equal ones have been multiplied.
                    let product = session.evaluate_call(Sym::Dot, [a.array.clone(), b.array.clone()])?;
                    return session.evaluate_call(Sym::Tr, [product]).map(Some);
                }
                for (scale, matrix) in [(a, b), (b, a)] {
                    if let ([i], [_, j]) = (&scale.labels[..], &matrix.labels[..])
                        && i == j
                        && self.result == matrix.labels
                    {
                        let diagonal = session.evaluate_call(Sym::DiagonalMatrix, [scale.array.clone()])?;
                        return session.evaluate_call(Sym::Dot, [matrix.array.clone(), diagonal]).map(Some);
                    }
                }
            }
            _ => {}
        }
        let leads = |operand: &Operand| self.result.starts_with(&operand.labels);
        if self.operands.iter().all(leads) && self.operands.iter().any(|operand| operand.labels == self.result) {
            return arithmetic::product(session, self.operands.iter().map(|operand| operand.array.clone())).map(Some);
        }
        // Factors whose labels follow each other in the result.
        let mut order: Vec<&Operand> = self.operands.iter().collect();
        let place = |operand: &&Operand| self.result.iter().position(|label| *label == operand.labels[0]);
        order.sort_by_key(place);
        let joined: Vec<usize> = order.iter().flat_map(|operand| operand.labels.iter().copied()).collect();
        let distinct = joined.iter().enumerate().all(|(i, label)| !joined[..i].contains(label));
        if distinct && joined.len() == self.result.len() {
            let factors = order.iter().map(|operand| operand.array.clone()).collect::<Vec<_>>();
            let array = session.evaluate_call(Sym::TensorProduct, factors)?;
            return self.rearranged(session, &Operand { array, labels: joined }).map(Some);
        }
        Ok(None)
    }

    /// A single operand, whose labels are those of the result in another order.
    fn rearranged(&self, session: &mut Session, only: &Operand) -> Result<Expr, Flow> {
        if only.labels == self.result {
            return Ok(only.array.clone());
        }
        let place = |label: &usize| self.result.iter().position(|l| l == label);
        match only.labels.iter().map(place).collect::<Option<Vec<usize>>>() {
            Some(places) => session.evaluate_call(Sym::Transpose, [only.array.clone(), levels::list(&places)]),
            None => Ok(self.call()),
        }
    }

    /// The call of `ArrayContract`, labels numbered by their first occurrence.
    pub(super) fn call(&self) -> Expr {
        let mut order: Vec<usize> = Vec::new();
        let mut list = |labels: &[usize]| {
            Expr::list(
                labels
                    .iter()
                    .map(|label| {
                        let place = order.iter().position(|l| l == label).unwrap_or_else(|| {
                            order.push(*label);
                            order.len() - 1
                        });
                        integer(place + 1)
                    })
                    .collect::<Vec<_>>(),
            )
        };
        let left = Expr::list(self.operands.iter().map(|operand| list(&operand.labels)).collect::<Vec<_>>());
        let rule = Expr::rule(left, list(&self.result));
        let arrays = Expr::list(self.operands.iter().map(|operand| operand.array.clone()).collect::<Vec<_>>());
        Expr::call(Sym::ArrayContract, [arrays, rule])
    }
}

/// Two arrays with a single common label, which is summed, as a product of matrices and vectors,
/// transposed where that is needed.
pub(super) fn dot_form(
    session: &mut Session,
    a: &Operand,
    b: &Operand,
    result: &[usize],
    is_summed: impl Fn(usize) -> bool,
) -> Result<Option<Expr>, Flow> {
    let common: Vec<usize> = a.labels.iter().copied().filter(|label| b.labels.contains(label)).collect();
    let [shared] = common[..] else { return Ok(None) };
    let summed = a.labels.iter().chain(&b.labels).filter(|&&label| is_summed(label)).count();
    if !is_summed(shared) || summed != 2 {
        return Ok(None);
    }
    let orders = [(a, b), (b, a)];
    for transposing in [false, true] {
        for (left, right) in if transposing { [(b, a), (a, b)] } else { orders } {
            let Some((of_left, turn_left)) = without(left, shared, true) else { continue };
            let Some((of_right, turn_right)) = without(right, shared, false) else { continue };
            let expected: Vec<usize> = of_left.iter().chain(&of_right).copied().collect();
            if expected != result || (turn_left || turn_right) && !transposing {
                continue;
            }
            // (a . b) . c without parentheses would be read otherwise by most people.
            let ambiguous = left.array.has_head(Sym::Dot) && left.labels.len() == 1 && right.labels.len() == 2;
            if ambiguous && !transposing {
                continue;
            }
            let mut turned = |operand: &Operand, turn: bool| match turn {
                true => session.evaluate_call(Sym::Transpose, [operand.array.clone()]),
                false => Ok(operand.array.clone()),
            };
            let factors = [turned(left, turn_left)?, turned(right, turn_right)?];
            return session.evaluate_call(Sym::Dot, factors).map(Some);
        }
    }
    Ok(None)
}

/// The other labels of a factor of `Dot`, and whether it must be transposed for that the shared
/// label is its last, or first. `None` where that is not enough.
fn without(operand: &Operand, shared: usize, last: bool) -> Option<(Vec<usize>, bool)> {
    let place = operand.labels.iter().position(|&label| label == shared)?;
    let wanted = if last { operand.labels.len() - 1 } else { 0 };
    let turned = place != wanted;
    if turned && operand.labels.len() != 2 {
        return None;
    }
    Some((operand.labels.iter().copied().filter(|&label| label != shared).collect(), turned))
}
