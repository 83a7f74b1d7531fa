//! Sums of products: matrix products where they are such, and `Einsum` elsewhere.

use std::rc::Rc;

use netform_compile::{Contraction, Label, Type};

use super::graph::{Attribute, Name};
use super::program::{Exporter, Held, Tensor, Written};

/// An operand with the labels of its axes.
pub(super) struct Factor {
    pub(super) tensor: Tensor,
    pub(super) labels: Vec<Label>,
}

impl Factor {
    fn has(&self, label: Label) -> bool {
        self.labels.contains(&label)
    }

    pub(super) fn place(&self, label: Label) -> usize {
        self.labels.iter().position(|other| *other == label).unwrap_or(0)
    }
}

impl Exporter<'_> {
    pub(super) fn contract(&mut self, contraction: &Contraction, operands: &[Held], result: &Type) -> Written<Tensor> {
        if operands.is_empty() {
            let filled = self.filled(1.0, result)?;
            return self.tensor(&filled);
        }
        if let Some(convolved) = self.convolution(contraction, operands, result)? {
            return Ok(convolved);
        }
        let mut factors = Vec::with_capacity(operands.len());
        for (held, labels) in operands.iter().zip(&contraction.operands) {
            factors.push(Factor { tensor: self.tensor(held)?, labels: labels.to_vec() });
        }
        for k in 0..factors.len() {
            self.without_thin_axes(&mut factors, k, &contraction.result)?;
        }
        // What no factor has any more is the same everywhere.
        let present: Vec<bool> = contraction.result.iter().map(|l| factors.iter().any(|f| f.has(*l))).collect();
        let labels: Vec<Label> =
            contraction.result.iter().zip(&present).filter(|(_, present)| **present).map(|(label, _)| *label).collect();
        let element = factors[0].tensor.element;
        let mut name = match self.matrix_product(&factors, &labels) {
            Some(name) => name,
            None => self.einsum(&factors, &labels)?,
        };
        let missing: Vec<i64> = (0..present.len()).filter(|&axis| !present[axis]).map(|axis| axis as i64).collect();
        if !missing.is_empty() {
            let missing = self.builder.integers(&missing);
            name = self.builder.node("Unsqueeze", &[&name, &missing], vec![]);
        }
        let thin =
            (0..present.len()).map(|axis| !present[axis] && result.shape[axis].as_integer() != Some(1)).collect();
        Ok(Tensor { name, element, shape: result.shape.clone(), thin })
    }

    /// Takes axes away along which a factor is the same, where another factor has them or the result alone.
    fn without_thin_axes(&mut self, factors: &mut [Factor], k: usize, result: &[Label]) -> Written<()> {
        let (mut gone, mut wide) = (Vec::new(), Vec::new());
        for axis in 0..factors[k].labels.len() {
            let label = factors[k].labels[axis];
            if !factors[k].tensor.thin[axis] {
                continue;
            }
            let repeated = factors[k].labels.iter().filter(|other| **other == label).count() > 1;
            let elsewhere = factors.iter().enumerate().any(|(other, factor)| other != k && factor.has(label));
            if !repeated && (elsewhere || result.contains(&label)) { gone.push(axis) } else { wide.push(axis) }
        }
        factors[k].tensor = self.wide(&factors[k].tensor, &wide)?;
        if gone.is_empty() {
            return Ok(());
        }
        let axes: Vec<i64> = gone.iter().map(|&axis| axis as i64).collect();
        let axes = self.builder.integers(&axes);
        let factor = &mut factors[k];
        factor.tensor.name = self.builder.node("Squeeze", &[&factor.tensor.name, &axes], vec![]);
        for &axis in gone.iter().rev() {
            factor.labels.remove(axis);
            factor.tensor.shape.remove(axis);
            factor.tensor.thin.remove(axis);
        }
        Ok(())
    }

    /// The product as that of matrices, if it is one.
    fn matrix_product(&mut self, factors: &[Factor], result: &[Label]) -> Option<Name> {
        let [a, b] = factors else { return None };
        let distinct = |labels: &[Label]| labels.iter().enumerate().all(|(k, label)| !labels[..k].contains(label));
        if !distinct(&a.labels) || !distinct(&b.labels) {
            return None;
        }
        // The columns of the result are those of the second factor.
        let (a, b) = match result.last() {
            Some(last) if a.has(*last) && !b.has(*last) => (b, a),
            _ => (a, b),
        };
        let (mut both, mut summed, mut rows, mut columns) = (vec![], vec![], vec![], vec![]);
        for &label in &a.labels {
            match (b.has(label), result.contains(&label)) {
                (true, true) => both.push(label),
                (true, false) => summed.push(label),
                (false, true) => rows.push(label),
                (false, false) => return None,
            }
        }
        for &label in b.labels.iter().filter(|label| !a.has(**label)) {
            if !result.contains(&label) {
                return None;
            }
            columns.push(label);
        }
        let [summed] = summed.as_slice() else { return None };
        let in_result = |labels: &[Label]| result.iter().copied().filter(|label| labels.contains(label)).collect();
        let (both, rows): (Vec<Label>, Vec<Label>) = (in_result(&both), in_result(&rows));
        let of_groups: Vec<Label> = both.iter().chain(&rows).chain(&columns).copied().collect();
        if columns.len() > 1 || of_groups != result || !both.is_empty() && (rows.len() != 1 || columns.len() != 1) {
            return None;
        }
        if both.is_empty() && rows.len() == 1 && columns.len() == 1 {
            return Some(self.gemm(a, b, *summed));
        }
        let left: Vec<Label> = both.iter().chain(&rows).copied().chain([*summed]).collect();
        let right: Vec<Label> = both.iter().copied().chain([*summed]).chain(columns).collect();
        let (left, right) = (self.arranged(a, &left), self.arranged(b, &right));
        Some(self.builder.node("MatMul", &[&left.name, &right.name], vec![]))
    }

    /// A product of two matrices that may be transposed.
    fn gemm(&mut self, a: &Factor, b: &Factor, summed: Label) -> Name {
        let (transposed, turned) = (a.place(summed) == 0, b.place(summed) == 1);
        if !transposed && !turned {
            return self.builder.node("MatMul", &[&a.tensor.name, &b.tensor.name], vec![]);
        }
        let flags = [("transA", transposed), ("transB", turned)];
        let flags = flags.into_iter().filter(|(_, set)| *set).map(|(name, _)| (name, Attribute::Integer(1)));
        self.builder.node("Gemm", &[&a.tensor.name, &b.tensor.name], flags.collect())
    }

    /// The factor with its axes in an order.
    pub(super) fn arranged(&mut self, factor: &Factor, order: &[Label]) -> Tensor {
        let axes: Vec<usize> = order.iter().map(|label| factor.place(*label)).collect();
        self.transpose(&factor.tensor, &axes)
    }

    fn einsum(&mut self, factors: &[Factor], result: &[Label]) -> Written<Name> {
        let mut known: Vec<Label> = Vec::new();
        let mut letters = |labels: &[Label]| -> Written<String> {
            let letter = |label: &Label| {
                let place = known.iter().position(|other| other == label).unwrap_or_else(|| {
                    known.push(*label);
                    known.len() - 1
                });
                let letter = ('a'..='z').chain('A'..='Z').nth(place);
                letter.ok_or_else(|| "a product of arrays has more than 52 levels".to_owned())
            };
            labels.iter().map(letter).collect()
        };
        let terms: Written<Vec<String>> = factors.iter().map(|factor| letters(&factor.labels)).collect();
        let equation = format!("{}->{}", terms?.join(","), letters(result)?);
        let names: Vec<&Name> = factors.iter().map(|factor| &factor.tensor.name).collect();
        if let ([single], true) = (names.as_slice(), factors[0].labels == result) {
            return Ok(Rc::clone(single));
        }
        Ok(self.builder.node("Einsum", &names, vec![("equation", Attribute::Text(equation))]))
    }
}
