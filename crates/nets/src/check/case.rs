//! A net with data, in the forms in which ways of computing it take them.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use super::compare::numeric;
use super::data::Drawn;
use crate::inputs::Inputs;
use crate::net::{ArrayValue, Elements, Net};

/// A net with data for its inputs.
pub(super) struct Case {
    /// The net, initialized.
    pub(super) net: Expr,
    /// The names of the inputs that are given, whether they hold real numbers, and the data.
    pub(super) ports: Vec<(Expr, bool, Expr)>,
    /// The arrays: all places of each, and its value.
    pub(super) arrays: Vec<(Vec<Expr>, Expr)>,
    /// The elements of all arrays and ports.
    pub(super) size: usize,
    /// The numeric results.
    pub(super) results: Vec<f64>,
}

impl Case {
    /// With data as they were drawn; integers are not taken for real numbers.
    pub(super) fn new(expression: &Expr, net: &Net, inputs: Inputs, drawn: &[Drawn]) -> Case {
        let given = net.inputs.iter().zip(inputs).zip(drawn);
        let is_real = |port, drawn: &Drawn| {
            let of_integers = net.integers(port).is_some() || matches!(drawn, Drawn::Integers(_));
            net.elements(port) == Elements::Real && !of_integers
        };
        let ports =
            given.filter_map(|((port, value), drawn)| Some((Expr::string(&port.name), is_real(port, drawn), value?)));
        let ports: Vec<_> = ports.collect();
        let shapes = net.leaves.iter().flat_map(|leaf| &leaf.shapes);
        let count = |dimensions: Vec<Expr>| {
            dimensions.iter().fold(1usize, |count, size| count.saturating_mul(size.as_usize().unwrap_or(4)))
        };
        let array = |(leaf, array): (usize, &'static str)| {
            let ArrayValue::Given(value) = net.leaves[leaf].array(array)? else { return None };
            let place = |(leaf, array): (usize, &str)| {
                Expr::list(net.leaves[leaf].path.iter().cloned().chain([Expr::string(array)]))
            };
            Some((net.places_of(leaf, array).into_iter().map(place).collect(), value.clone()))
        };
        let arrays = net.distinct_arrays().filter_map(array).collect();
        let size = shapes.filter_map(|(_, shape)| shape.dimensions()).map(count).fold(0, usize::saturating_add);
        Case { net: expression.clone(), ports, arrays, size, results: Vec::new() }
    }

    /// With the numeric results; what came instead otherwise.
    pub(super) fn measured(self, session: &mut Session) -> Result<Result<Case, String>, Flow> {
        let argument = self.machine(session)?;
        let value = self.apply(session, &argument, &[])?;
        let results = numeric(session, &value)?;
        Ok(match results {
            Ok(results) if results.iter().all(|x| x.is_finite()) => Ok(Case { results, ..self }),
            Ok(_) => Err("a result is infinite".to_owned()),
            Err(text) => Err(text),
        })
    }

    /// The data as an association, each element of real ports changed.
    pub(super) fn argument(
        &self,
        session: &mut Session,
        mut change: impl FnMut(&mut Session, &Expr) -> Result<Expr, Flow>,
    ) -> Result<Expr, Flow> {
        let mut rules = Vec::with_capacity(self.ports.len());
        for (name, real, value) in &self.ports {
            let value = if *real { changed(session, value, &mut change)? } else { value.clone() };
            rules.push(Expr::rule(name.clone(), value));
        }
        Ok(Expr::call(Sym::Association, rules))
    }

    /// The data in machine numbers.
    pub(super) fn machine(&self, session: &mut Session) -> Result<Expr, Flow> {
        self.argument(session, |session, e| session.evaluate_call(Sym::N, [e.clone()]))
    }

    /// The data in exact numbers.
    pub(super) fn exact(&self, session: &mut Session) -> Result<Expr, Flow> {
        self.argument(session, exactly)
    }

    /// Symbols in the place of all real numbers, and rules that put the machine numbers back.
    pub(super) fn symbols(&self, session: &mut Session) -> Result<(Expr, Expr), Flow> {
        let mut rules = Vec::new();
        let argument = self.argument(session, |session, e| {
            let symbol = Expr::symbol(&format!("NetCheck`x{}", rules.len() + 1));
            rules.push(Expr::rule(symbol.clone(), session.evaluate_call(Sym::N, [e.clone()])?));
            Ok(symbol)
        })?;
        Ok((argument, Expr::list(rules)))
    }

    /// The value of the net on an argument, with further arguments and options.
    pub(super) fn apply(&self, session: &mut Session, argument: &Expr, more: &[Expr]) -> Result<Expr, Flow> {
        let call = Expr::normal(self.net.clone(), [argument.clone()].into_iter().chain(more.iter().cloned()));
        session.evaluate(&call)
    }

    /// The numeric values of the real outputs' gradients by all real inputs and all arrays, to be asked for.
    pub(super) fn gradients(&self) -> Vec<Expr> {
        let inputs = self.ports.iter().filter(|(_, real, _)| *real).map(|(name, ..)| name.clone());
        let arrays = self.arrays.iter().filter_map(|(places, _)| places.first().cloned());
        inputs.chain(arrays).map(|port| Expr::call(Sym::NetPortGradient, [port])).collect()
    }

    pub(super) fn information(&self, session: &mut Session, property: &str) -> Result<Expr, Flow> {
        session.evaluate_call(Sym::Information, [self.net.clone(), Expr::string(property)])
    }
}

/// An exact number for a number.
pub(super) fn exactly(session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
    let infinity = Expr::call(Sym::DirectedInfinity, [Expr::integer(1)]);
    session.evaluate_call(Sym::SetPrecision, [e.clone(), infinity])
}

/// Nested lists with all elements changed, in order.
pub(super) fn changed(
    session: &mut Session,
    e: &Expr,
    change: &mut impl FnMut(&mut Session, &Expr) -> Result<Expr, Flow>,
) -> Result<Expr, Flow> {
    if !e.is_list() {
        return change(session, e);
    }
    let mut items = Vec::with_capacity(e.len());
    for item in e.args().iter() {
        items.push(changed(session, item, change)?);
    }
    Ok(Expr::list(items))
}
