//! Contractions of array symbols in plainer words: products, traces, totals, transpositions.
//!
//! Identities vanish where one of their labels is summed, arrays of ones always; then what is left is
//! written with `Dot`, `Times`, `Total`, `Tr`, `Transpose` and `TensorProduct` where it can be.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use super::dimension::{self, integer};
use super::levels;
use super::linear;
use crate::arithmetic;
use crate::lists::transpose::destinations;

/// An array and the labels of its levels.
#[derive(Clone, Debug)]
struct Operand {
    array: Expr,
    labels: Vec<usize>,
}

/// A sum of products over all labels that the result does not have.
pub(super) struct Contraction {
    operands: Vec<Operand>,
    /// Pairs of labels that must be equal.
    deltas: Vec<(usize, usize)>,
    /// Factors without levels.
    scalars: Vec<Expr>,
    result: Vec<usize>,
    /// The size of each label.
    sizes: Vec<Expr>,
    vanishes: bool,
}

impl Contraction {
    /// A contraction of arrays with these labels, whose sizes are given.
    pub(super) fn new(operands: &[Expr], labels: &[Vec<usize>], result: &[usize], sizes: &[Expr]) -> Contraction {
        let operand = |(array, labels): (&Expr, &Vec<usize>)| Operand { array: array.clone(), labels: labels.clone() };
        Contraction {
            operands: operands.iter().zip(labels).map(operand).collect(),
            deltas: vec![],
            scalars: vec![],
            result: result.to_vec(),
            sizes: sizes.to_vec(),
            vanishes: false,
        }
    }

    /// The contraction in plainer words; `None` if there are none.
    pub(super) fn plainer(mut self, session: &mut Session) -> Result<Option<Expr>, Flow> {
        let before = self.operands.len();
        let mut changed = self.take_apart(session)?;
        if self.vanishes {
            let dimensions = self.result.iter().map(|&label| self.sizes[label].clone());
            return Ok(Some(Session::zeros(&netform_eval::Shape::of(dimensions))));
        }
        changed |= self.identify();
        changed |= self.reduce_single(session)?;
        changed |= self.merge_alike(session)?;
        changed |= self.contract_pairs(session)?;
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
    }

    fn is_summed(&self, label: usize) -> bool {
        !self.result.contains(&label)
    }

    /// Splits products and transpositions among the operands, and takes out scalars, identities and
    /// ones. Whether anything was.
    fn take_apart(&mut self, session: &mut Session) -> Result<bool, Flow> {
        let mut waiting: Vec<Operand> = std::mem::take(&mut self.operands);
        waiting.reverse();
        let mut changed = false;
        while let Some(operand) = waiting.pop() {
            let Operand { array, labels } = &operand;
            if labels.is_empty() {
                self.scalars.push(array.clone());
                changed = true;
                continue;
            }
            let first = array.args().first().cloned();
            match (array.head_sym(), first) {
                (Some(Sym::SymbolicZerosArray), _) => self.vanishes = true,
                (Some(Sym::SymbolicOnesArray), _) => {}
                (Some(Sym::SymbolicIdentityArray | Sym::IdentityMatrix), Some(sizes))
                    if array.has_head(Sym::SymbolicIdentityArray) || !sizes.is_list() =>
                {
                    let (rows, columns) = labels.split_at(labels.len() / 2);
                    self.deltas.extend(rows.iter().copied().zip(columns.iter().copied()));
                }
                (Some(Sym::DiagonalMatrix), Some(vector)) if array.len() == 1 && labels.len() == 2 => {
                    self.deltas.push((labels[0], labels[1]));
                    waiting.push(Operand { array: vector, labels: vec![labels[0]] });
                }
                (Some(Sym::ArrayReplicate), Some(inner)) if array.len() == 3 => {
                    let Some(new) = levels::in_order(&array.arg(2), labels.len()) else {
                        self.operands.push(operand);
                        continue;
                    };
                    let own = levels::others(&new, labels.len());
                    waiting.push(Operand { array: inner, labels: own.iter().map(|&axis| labels[axis]).collect() });
                }
                (Some(Sym::Transpose), Some(inner)) => {
                    let rank = dimension::of(session, &inner)?.len();
                    match destinations(array, rank) {
                        Some(places) if places.iter().all(|&place| place < labels.len()) => {
                            let labels = places.iter().map(|&place| labels[place]).collect();
                            waiting.push(Operand { array: inner, labels });
                        }
                        _ => {
                            self.operands.push(operand);
                            continue;
                        }
                    }
                }
                (Some(Sym::TensorProduct), _) => {
                    let mut rest = labels.as_slice();
                    let mut parts = Vec::with_capacity(array.len());
                    for factor in array.args().iter() {
                        let rank = dimension::of(session, factor)?.len();
                        let (own, others) = rest.split_at(rank.min(rest.len()));
                        parts.push(Operand { array: factor.clone(), labels: own.to_vec() });
                        rest = others;
                    }
                    waiting.extend(parts.into_iter().rev());
                }
                (Some(Sym::ArrayContract), _)
                    if array.args_of(Sym::ArrayContract).is_some() && self.holds_identity(array) =>
                {
                    match self.inlined(session, &operand)? {
                        Some(parts) => waiting.extend(parts.into_iter().rev()),
                        None => {
                            self.operands.push(operand);
                            continue;
                        }
                    }
                }
                (Some(Sym::Times), _) => {
                    if !self.split_product(session, &operand, &mut waiting)? {
                        self.operands.push(operand);
                        continue;
                    }
                }
                _ => {
                    self.operands.push(operand);
                    continue;
                }
            }
            changed = true;
        }
        Ok(changed)
    }

    /// Whether an identity is among the operands of a contraction.
    fn holds_identity(&self, contraction: &Expr) -> bool {
        let identity = |e: &Expr| e.has_head(Sym::SymbolicIdentityArray) || e.has_head(Sym::DiagonalMatrix);
        contraction.arg(0).args_of(Sym::List).is_some_and(|operands| operands.iter().any(identity))
    }

    /// The operands of a contraction that is an operand, its own labels made new ones.
    fn inlined(&mut self, session: &mut Session, operand: &Operand) -> Result<Option<Vec<Operand>>, Flow> {
        let Some((labels, result)) = linear::stated(&operand.array.arg(1)) else { return Ok(None) };
        if result.len() != operand.labels.len() {
            return Ok(None);
        }
        let mut outer: Vec<Option<usize>> = vec![None; labels.iter().flatten().max().map_or(0, |label| label + 1)];
        result.iter().zip(&operand.labels).for_each(|(&inner, &label)| outer[inner] = Some(label));
        let mut parts = Vec::with_capacity(labels.len());
        for (array, own) in operand.array.arg(0).args().iter().zip(&labels) {
            let dimensions = dimension::of(session, array)?;
            let mut renamed = Vec::with_capacity(own.len());
            for (&inner, size) in own.iter().zip(&dimensions) {
                let label = *outer[inner].get_or_insert_with(|| {
                    self.sizes.push(size.clone());
                    self.sizes.len() - 1
                });
                renamed.push(label);
            }
            parts.push(Operand { array: array.clone(), labels: renamed });
        }
        Ok(Some(parts))
    }

    /// Takes scalars out of a product, and splits it if an identity is among its factors.
    fn split_product(
        &mut self,
        session: &mut Session,
        operand: &Operand,
        waiting: &mut Vec<Operand>,
    ) -> Result<bool, Flow> {
        let mut scalars = Vec::new();
        let mut arrays: Vec<(Expr, usize)> = Vec::new();
        for factor in operand.array.args().iter() {
            match dimension::of(session, factor)?.len() {
                0 => scalars.push(factor.clone()),
                rank => arrays.push((factor.clone(), rank)),
            }
        }
        let special = |head: Option<Sym>| {
            matches!(head, Some(Sym::SymbolicIdentityArray | Sym::DiagonalMatrix | Sym::SymbolicZerosArray))
        };
        let splits = arrays.len() > 1
            && arrays.iter().any(|(factor, _)| special(factor.head_sym()) || factor.has_head(Sym::TensorProduct));
        if splits {
            for (array, rank) in arrays.into_iter().rev() {
                waiting.push(Operand { array, labels: operand.labels[..rank].to_vec() });
            }
        } else if scalars.is_empty() {
            return Ok(false);
        } else {
            let array = arithmetic::product(session, arrays.into_iter().map(|(array, _)| array))?;
            waiting.push(Operand { array, labels: operand.labels.clone() });
        }
        self.scalars.extend(scalars);
        Ok(true)
    }

    /// Equal labels become one, where one of them is summed. Labels without an operand give their
    /// size as a factor.
    fn identify(&mut self) -> bool {
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

    /// Diagonals, and sums over labels that a single operand has.
    fn reduce_single(&mut self, session: &mut Session) -> Result<bool, Flow> {
        let mut changed = false;
        for i in 0..self.operands.len() {
            let Operand { array, labels } = self.operands[i].clone();
            let single = |label: usize| {
                self.is_summed(label)
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
    fn merge_alike(&mut self, session: &mut Session) -> Result<bool, Flow> {
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

    /// Of three and more operands, those that share a summed label with one other are multiplied.
    fn contract_pairs(&mut self, session: &mut Session) -> Result<bool, Flow> {
        let mut changed = false;
        'again: while self.operands.len() > 2 {
            for label in 0..self.sizes.len() {
                let having: Vec<usize> =
                    (0..self.operands.len()).filter(|&i| self.operands[i].labels.contains(&label)).collect();
                let [i, j] = having[..] else { continue };
                let in_delta = self.deltas.iter().any(|&(a, b)| a == label || b == label);
                if !self.is_summed(label) || in_delta {
                    continue;
                }
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

    /// The identities that are left, as one operand.
    fn deltas_to_operand(&mut self) {
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
    fn form(&self, session: &mut Session) -> Result<Option<Expr>, Flow> {
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
    fn call(&self) -> Expr {
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

/// The sum of an array over some axes.
pub(crate) fn total(session: &mut Session, array: Expr, axes: &[usize]) -> Result<Expr, Flow> {
    session.evaluate_call(Sym::ArrayReduce, [Sym::Total.into(), array, levels::list(axes)])
}

/// Two arrays with a single common label, which is summed, as a product of matrices and vectors,
/// transposed where that is needed.
fn dot_form(
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
    for transposing in [false, true] {
        for (left, right) in [(a, b), (b, a)] {
            let Some((of_left, turn_left)) = without(left, shared, true) else { continue };
            let Some((of_right, turn_right)) = without(right, shared, false) else { continue };
            let expected: Vec<usize> = of_left.iter().chain(&of_right).copied().collect();
            if expected != result || (turn_left || turn_right) && !transposing {
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

/// The sum over all levels but the first `own`.
pub(crate) fn summed_to(session: &mut Session, array: &Expr, own: usize, rank: usize) -> Result<Expr, Flow> {
    if own >= rank {
        return Ok(array.clone());
    }
    let axes: Vec<usize> = (own..rank).collect();
    total(session, array.clone(), &axes)
}

/// The product with leading levels aligned, summed over all levels but the first `own`.
pub(crate) fn product_to(session: &mut Session, a: &Expr, b: &Expr, own: usize) -> Result<Expr, Flow> {
    let (rank_a, rank_b) = (dimension::of(session, a)?.len(), dimension::of(session, b)?.len());
    if own >= rank_a.max(rank_b) {
        return arithmetic::product(session, [a.clone(), b.clone()]);
    }
    contracted(session, a, b, 0..rank_a, 0..rank_b, 0..own)
}

/// The sum over the first `rank` levels of both of a product; the other levels of `b` stay.
pub(crate) fn leading(session: &mut Session, a: &Expr, b: Expr, rank: usize) -> Result<Expr, Flow> {
    if rank == 0 {
        return arithmetic::product(session, [a.clone(), b]);
    }
    let rank_b = dimension::of(session, &b)?.len();
    contracted(session, a, &b, 0..rank, 0..rank_b, rank..rank_b)
}

type Range = std::ops::Range<usize>;

fn contracted(
    session: &mut Session,
    a: &Expr,
    b: &Expr,
    of_a: Range,
    of_b: Range,
    result: Range,
) -> Result<Expr, Flow> {
    let rule = Expr::rule(Expr::list([labels(of_a), labels(of_b)]), labels(result));
    session.evaluate_call(Sym::ArrayContract, [Expr::list([a.clone(), b.clone()]), rule])
}

/// A list of labels.
pub(crate) fn labels(labels: impl IntoIterator<Item = usize>) -> Expr {
    Expr::list(labels.into_iter().map(|label| integer(label + 1)).collect::<Vec<_>>())
}
