//! Elements of sums: contractions, products of matrices, and what is combined over levels.

use netform_eval::Session;
use netform_expr::{Expr, Sym};

use super::elements::inactive;
use super::names::Use;
use super::notation::indexed;
use super::writer::{Stop, Writer, Written};

impl Writer<'_> {
    /// A sum of products over labels.
    pub(super) fn of_contraction(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let (arrays, labels) = (e.arg(0).args().into_owned(), e.arg(1));
        let (from, to) = (labels.arg(0).args().into_owned(), labels.arg(1).args().into_owned());
        let mut known: Vec<(Expr, Expr)> = to.into_iter().zip(at.iter().cloned()).collect();
        let mut ranges = Vec::new();
        for (array, labels) in arrays.iter().zip(&from) {
            let sizes = self.dimensions(session, array)?;
            for (label, size) in labels.args().iter().zip(sizes) {
                if !known.iter().any(|(other, _)| other == label) {
                    let index = if size.is_integer(1) {
                        Expr::integer(1)
                    } else {
                        let index = self.new_index(session, Use::Bound, size.clone());
                        ranges.push((index.clone(), size));
                        index
                    };
                    known.push((label.clone(), index));
                }
            }
        }
        let mut factors = Vec::with_capacity(arrays.len());
        for (array, labels) in arrays.iter().zip(&from) {
            let index = |label: &Expr| known.iter().find(|(other, _)| other == label).map(|(_, index)| index.clone());
            let own: Vec<Expr> = labels.args().iter().filter_map(index).collect();
            factors.push(self.argument(session, array, &own)?);
        }
        Ok(inactive(Sym::Sum, Expr::call(Sym::Times, factors), &ranges))
    }

    /// A product of matrices and vectors: a sum where indices reach beyond the first factor.
    pub(super) fn of_product(&mut self, session: &mut Session, factors: &[Expr], at: &[Expr]) -> Written<Expr> {
        let (first, rest) = match factors {
            [single] => return self.argument(session, single, at),
            [first, single] => (first.clone(), single.clone()),
            [first, rest @ ..] => (first.clone(), Expr::call(Sym::Dot, rest.iter().cloned())),
            [] => return Ok(Expr::integer(1)),
        };
        let rank = self.rank(session, &first)?;
        if rank == 0 {
            return Err(Stop::Shape(session.output_form(&first)));
        }
        let (own, others) = at.split_at(at.len().min(rank - 1));
        if others.is_empty() && rank - own.len() <= 2 && self.rank(session, &rest)? <= 2 {
            let mut parts = vec![self.argument(session, &first, own)?];
            for factor in &factors[1..] {
                parts.push(self.argument(session, factor, &[])?);
            }
            return Ok(Expr::call(Sym::Dot, parts));
        }
        let size = self.dimensions(session, &first)?[rank - 1].clone();
        let index = self.new_index(session, Use::Bound, size.clone());
        let left = self.argument(session, &first, &[own, std::slice::from_ref(&index)].concat())?;
        let right = self.argument(session, &rest, &[std::slice::from_ref(&index), others].concat())?;
        Ok(inactive(Sym::Sum, Expr::call(Sym::Times, [left, right]), &[(index, size)]))
    }

    /// A sum, mean, maximum over levels.
    pub(super) fn of_reduction(
        &mut self,
        session: &mut Session,
        function: &Expr,
        array: &Expr,
        levels: &[usize],
        at: &[Expr],
    ) -> Written<Expr> {
        let sizes = self.dimensions(session, array)?;
        let mut rest = at.iter();
        let mut places = Vec::with_capacity(sizes.len());
        let mut ranges = Vec::new();
        for (level, size) in sizes.iter().enumerate() {
            if levels.contains(&level) {
                if size.is_integer(1) {
                    places.push(Expr::integer(1));
                    continue;
                }
                let index = self.new_index(session, Use::Bound, size.clone());
                ranges.push((index.clone(), size.clone()));
                places.push(index);
            } else {
                places.extend(rest.next().cloned());
            }
        }
        let known = [Sym::Total, Sym::Mean, Sym::Max, Sym::Min, Sym::Times];
        let Some(kind) = function.sym().filter(|kind| known.contains(kind)) else {
            return self.of_other_reduction(session, function, array, levels, at);
        };
        let term = self.argument(session, array, &places)?;
        let term = self.element(session, &term, &[])?;
        Ok(match kind {
            Sym::Total => inactive(Sym::Sum, term, &ranges),
            Sym::Mean => {
                let counts = ranges.iter().map(|(_, size)| Expr::call(Sym::Power, [size.clone(), Expr::integer(-1)]));
                let counts: Vec<Expr> = counts.collect();
                Expr::call(Sym::Times, counts.into_iter().chain([inactive(Sym::Sum, term, &ranges)]))
            }
            Sym::Times => inactive(Sym::Product, term, &ranges),
            _ if ranges.is_empty() => term,
            kind => {
                let table = inactive(Sym::Table, term, &ranges);
                Expr::normal(Expr::call(Sym::Inactive, [kind.into()]), [table])
            }
        })
    }

    /// A reduction by any other function stays, of an array with a name.
    pub(super) fn of_other_reduction(
        &mut self,
        session: &mut Session,
        function: &Expr,
        array: &Expr,
        levels: &[usize],
        at: &[Expr],
    ) -> Written<Expr> {
        let levels = Expr::list(levels.iter().map(|level| Expr::integer(*level as i64 + 1)));
        let of = self.argument(session, array, &[])?;
        let whole = Expr::call(Sym::ArrayReduce, [function.clone(), of, levels]);
        if at.is_empty() {
            return Ok(whole);
        }
        let named = self.named_whole(session, &whole, "a", |_, _| Ok(whole.clone()))?;
        Ok(indexed(&named, at))
    }
}
