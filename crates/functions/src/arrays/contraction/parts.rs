//! Operands taken apart into scalars, identities, rows of identities, and arrays.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use super::super::{dimension, levels, linear};
use super::{Contraction, Operand};
use crate::arithmetic;
use crate::lists::transpose::destinations;
use crate::symbolic_arrays::selects_several;

impl Contraction {
    /// Splits products and transpositions among the operands, and takes out scalars, identities and
    /// ones. Whether anything was.
    pub(super) fn take_apart(&mut self, session: &mut Session) -> Result<bool, Flow> {
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
                _ if labels.len() == 1 && is_selector(array) => {
                    self.selectors.push((array.clone(), labels[0]));
                    continue;
                }
                (Some(Sym::Indexed | Sym::Part), Some(identity)) if is_part_of_identity(array) => {
                    self.part_of_identity(session, array, &identity, labels, &mut waiting)?;
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

    /// A part of an identity is a product: of an identity for two levels that stay, a row of one for a
    /// level and a position.
    fn part_of_identity(
        &mut self,
        session: &mut Session,
        part: &Expr,
        identity: &Expr,
        labels: &[usize],
        waiting: &mut Vec<Operand>,
    ) -> Result<(), Flow> {
        let sizes = identity.arg(0).args().into_owned();
        let mut rest = labels.iter().copied();
        let mut taken = places_in_identity(part).unwrap_or_default().into_iter();
        // Positions, and labels of the levels that stay.
        let mut places = (0..2 * sizes.len()).map(|_| match taken.next() {
            Some(place) if !place.is(Sym::All) => Err(place),
            _ => Ok(rest.next().unwrap_or_default()),
        });
        let rows: Vec<Result<usize, Expr>> = places.by_ref().take(sizes.len()).collect();
        let columns: Vec<Result<usize, Expr>> = places.collect();
        for ((row, column), size) in rows.into_iter().zip(columns).zip(sizes) {
            match (row, column) {
                (Ok(a), Ok(b)) => self.deltas.push((a, b)),
                (Ok(label), Err(place)) | (Err(place), Ok(label)) => {
                    let identity = Expr::call(Sym::SymbolicIdentityArray, [Expr::list([size])]);
                    let array = Expr::call(Sym::Indexed, [identity, Expr::list([place])]);
                    waiting.push(Operand { array, labels: vec![label] });
                }
                (Err(a), Err(b)) => self.scalars.push(session.evaluate_call(Sym::KroneckerDelta, [a, b])?),
            }
        }
        Ok(())
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
            && arrays.iter().any(|(factor, _)| {
                special(factor.head_sym()) || factor.has_head(Sym::TensorProduct) || is_selector(factor)
            });
        if splits {
            for (array, rank) in arrays.into_iter().rev() {
                waiting.push(Operand { array, labels: operand.labels[..rank].to_vec() });
            }
        } else if scalars.is_empty() || !self.freely {
            return Ok(false);
        } else {
            let array = arithmetic::product(session, arrays.into_iter().map(|(array, _)| array))?;
            waiting.push(Operand { array, labels: operand.labels.clone() });
        }
        self.scalars.extend(scalars);
        Ok(true)
    }
}

/// Whether a vector is a row of an identity, which picks an element: `I[[k]]`.
pub(crate) fn is_selector(e: &Expr) -> bool {
    is_part_of_identity(e) && e.arg(0).arg(0).len() == 1 && e.has_head(Sym::Indexed) && e.arg(1).len() == 1
}

/// Whether an expression is a part of an identity by single positions and whole levels.
pub(crate) fn is_part_of_identity(e: &Expr) -> bool {
    places_in_identity(e).is_some()
}

/// The positions that a part of an identity has taken, `All` for levels that stay.
fn places_in_identity(e: &Expr) -> Option<Vec<Expr>> {
    // The head first: the parts of an array of numbers are made when they are asked for.
    let head = e.head_sym().filter(|head| matches!(head, Sym::Indexed | Sym::Part) && e.len() > 1)?;
    if !e.arg(0).has_head(Sym::SymbolicIdentityArray) {
        return None;
    }
    let places = match head {
        Sym::Indexed if e.len() == 2 => e.arg(1).args_of(Sym::List)?.into_owned(),
        Sym::Part => e.args()[1..].to_vec(),
        _ => return None,
    };
    places.iter().all(|place| place.is(Sym::All) || !selects_several(place)).then_some(places)
}
