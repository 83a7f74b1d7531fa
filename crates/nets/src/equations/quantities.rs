//! Quantities: array symbols with names, and the equations that define them.

use netform_eval::Session;
use netform_expr::{Expr, NodeMap, Sym};
use netform_layers::ArrayRecord;

use super::names::{Naming, Use, initial};
use super::notation::indexed;
use super::symbols;
use super::terms::dimensions_of;
use super::writer::{Writer, Written, is_plain};
use crate::data::array_symbol;

impl Writer<'_> {
    /// An intermediate quantity of a layer.
    pub(super) fn quantity(&mut self, session: &mut Session, tex: &str, value: &Expr) -> Written<Expr> {
        if is_plain(value) || !self.settings.indices || !self.settings.intermediate {
            return Ok(value.clone());
        }
        let dimensions = self.dimensions(session, value)?;
        self.define(session, Naming::New(tex.into()), &dimensions, value)
    }

    /// Writes the equation that defines a quantity with the indices in scope; gives the quantity.
    pub(super) fn define(
        &mut self,
        session: &mut Session,
        naming: Naming,
        dimensions: &[Expr],
        value: &Expr,
    ) -> Written<Expr> {
        if !self.settings.indices {
            let variable = self.named_variable(naming, dimensions);
            self.equations.push(Expr::call(Sym::Equal, [variable.clone(), value.clone()]));
            return Ok(variable);
        }
        let outer = self.open();
        let depth = self.depth(session, value)?;
        let indices: Vec<Expr> =
            dimensions.iter().take(depth).map(|size| self.new_index(session, Use::Free, size.clone())).collect();
        let right = self.element(session, value, &indices)?;
        let right = session.evaluate(&right)?;
        self.leave(outer);
        if let (Naming::New(_), Some(same)) = (&naming, self.same(&right, &indices, dimensions)) {
            return Ok(same);
        }
        let variable = self.named_variable(naming, dimensions);
        self.equations.push(Expr::call(Sym::Equal, [indexed(&variable, &indices), right]));
        Ok(variable)
    }

    /// The variable of a new quantity.
    pub(super) fn named_variable(&mut self, naming: Naming, dimensions: &[Expr]) -> Expr {
        let name = match naming {
            Naming::Given(name) => name,
            Naming::New(tex) => self.names.fresh(tex, &self.place.clone()),
        };
        self.variable(name, dimensions)
    }

    /// The quantity that the right side of an equation only gives another name.
    fn same(&self, right: &Expr, indices: &[Expr], dimensions: &[Expr]) -> Option<Expr> {
        let (outer, mut sizes): (Vec<Expr>, Vec<Expr>) = self.scope.iter().cloned().unzip();
        sizes.extend(dimensions.iter().cloned());
        let all = [outer.as_slice(), indices].concat();
        if all.is_empty() {
            return None;
        }
        let args = right.args_of(Sym::Indexed)?;
        let is_same =
            args[0].is_array_symbol() && dimensions_of(&args[0]) == sizes && args[1].args().as_ref() == all.as_slice();
        is_same.then(|| indexed(&args[0], &outer))
    }

    /// As [`Self::define`], of a value that is in its final form.
    pub(super) fn define_whole(&mut self, name: Expr, dimensions: &[Expr], value: Expr) -> Expr {
        let variable = self.variable(name, dimensions);
        self.equations.push(Expr::call(Sym::Equal, [variable.clone(), value]));
        variable
    }

    /// A quantity of these dimensions for each value of the indices in scope.
    pub(super) fn variable(&self, name: Expr, dimensions: &[Expr]) -> Expr {
        let (indices, sizes): (Vec<Expr>, Vec<Expr>) = self.scope.iter().cloned().unzip();
        let all: Vec<Expr> = sizes.into_iter().chain(dimensions.iter().cloned()).collect();
        indexed(&array_symbol(name, &all), &indices)
    }

    /// The equation for an array after a step of training, by its name with a prime.
    pub(super) fn write_update(
        &mut self,
        session: &mut Session,
        index: usize,
        record: &'static ArrayRecord,
        value: &Expr,
    ) -> Written<()> {
        let before = self.array(index, record.name)?;
        if before.as_ref() == Some(value) {
            return Ok(());
        }
        let leaf = &self.net.leaves[index];
        let name = self.settings.name(&leaf.path, record.name);
        let name = self.names.fresh(name.as_deref().unwrap_or(record.tex), &leaf.path);
        let dimensions = self.dimensions(session, value)?;
        let updated = self.define(session, Naming::Given(name), &dimensions, value)?;
        self.updated.push(updated);
        Ok(())
    }

    /// Leaves only equations that the results need.
    pub(super) fn drop_unused(&mut self, results: &[Expr]) {
        let left = |equation: &Expr| {
            let left = equation.arg(0);
            if left.has_head(Sym::Indexed) { left.arg(0) } else { left }
        };
        let place: NodeMap<usize> = self.equations.iter().enumerate().map(|(i, e)| (left(e), i)).collect();
        let by_name: NodeMap<usize> = place.iter().map(|(symbol, i)| (symbol.arg(0), *i)).collect();
        let mut open: Vec<Expr> = symbols(results);
        let mut needed = vec![false; self.equations.len()];
        while let Some(symbol) = open.pop() {
            // The value before the first step is needed where that one step before is.
            let first = by_name.get(&initial(&symbol.arg(0)));
            for &i in place.get(&symbol).into_iter().chain(first) {
                if !std::mem::replace(&mut needed[i], true) {
                    open.extend(symbols(&[self.equations[i].arg(1)]));
                }
            }
        }
        let mut needed = needed.into_iter();
        self.equations.retain(|_| needed.next().unwrap_or(true));
    }
}
