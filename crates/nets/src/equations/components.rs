//! Equations of the elements of a net's outputs: the net, applied to the elements of its inputs and arrays.

use std::sync::Arc;

use netform_array::element_count;
use netform_eval::Session;
use netform_expr::Expr;

use super::COMPONENT_LIMIT;
use super::names::{Naming, output_tex, port_tex};
use super::symbols;
use super::writer::{Stop, Writer, Written};
use crate::data::{components, components_at};
use crate::evaluate::Arrays;
use crate::net::{ArrayValue, Net, NetPort};
use crate::training::outputs;

impl Writer<'_> {
    /// Writes an equation for each element of the outputs, and of the arrays with values if these are wanted.
    pub(super) fn write_components(&mut self, session: &mut Session) -> Written<()> {
        let inputs = self.inputs(session)?;
        let mut net = Net::clone(self.net);
        let mut total = 0_usize;
        let mut data = Vec::with_capacity(inputs.len());
        for input in inputs {
            data.push(match input {
                Some(symbol) => Some(elements(session, &symbol, &mut total)?),
                None => None,
            });
        }
        let mut values = Vec::new();
        for (i, leaf) in self.net.leaves.iter().enumerate() {
            for (place, (name, value)) in leaf.arrays.iter().enumerate() {
                if *value == ArrayValue::None {
                    continue;
                }
                let Some(symbol) = self.array(i, name)? else { continue };
                let list = elements(session, &symbol, &mut total)?;
                net.leaves[i].arrays[place].1 = ArrayValue::Given(list.clone());
                if let (ArrayValue::Given(value), true) = (value, self.settings.values)
                    && self.net.places_of(i, name).first() == Some(&(i, *name))
                {
                    values.push((symbol, list, value.clone()));
                }
            }
        }
        let shapes = self.net.outputs.iter().map(|port| sizes_of(self.net, port));
        for sizes in shapes.collect::<Written<Vec<_>>>()? {
            total = total.saturating_add(element_count(&sizes).unwrap_or(usize::MAX));
        }
        if total > COMPONENT_LIMIT {
            return Err(Stop::TooLarge(total));
        }
        let results = outputs(session, &Arc::new(net), &data, Arrays::Components, None)?;
        let used = symbols(&results);
        for (_, list, value) in values.iter().filter(|(symbol, ..)| used.contains(symbol)) {
            self.equate(list, value);
        }
        let net = self.net;
        for (port, result) in net.outputs.iter().zip(&results) {
            let sizes = sizes_of(net, port)?;
            let place = port.places.first().map(|place| (&net.leaves[place.leaf], &place.port));
            let inner = place.and_then(|(leaf, name)| self.settings.name(&leaf.path, name));
            let naming = match (self.settings.name(&[], &port.name).or(inner), place) {
                (Some(name), _) => Naming::Given(self.names.take(&name)),
                (None, Some((leaf, name))) => {
                    self.place = leaf.path.clone();
                    Naming::New(port_tex(leaf, name))
                }
                (None, None) => Naming::New(output_tex(net, port)),
            };
            let dimensions: Vec<Expr> = sizes.iter().map(|&size| Expr::integer(size as i64)).collect();
            let symbol = self.named_variable(naming, &dimensions);
            self.equate(&components(&symbol, &sizes), result);
        }
        Ok(())
    }

    /// Equations between corresponding elements.
    fn equate(&mut self, left: &Expr, right: &Expr) {
        if !left.is_list() {
            self.equations.push(Expr::call(netform_expr::Sym::Equal, [left.clone(), right.clone()]));
            return;
        }
        for place in 0..left.len() {
            let part = if right.is_list() { right.arg(place) } else { components_at(right, &[], &[place]) };
            self.equate(&left.arg(place), &part);
        }
    }
}

/// The elements of an array symbol, whose number is added to the total.
fn elements(session: &mut Session, symbol: &Expr, total: &mut usize) -> Written<Expr> {
    let dimensions = session.shape_of(symbol)?.dimensions().unwrap_or_default().to_vec();
    let sizes: Option<Vec<usize>> = dimensions.iter().map(Expr::as_usize).collect();
    let Some(sizes) = sizes else { return Err(Stop::Sizes(dimensions)) };
    *total = total.saturating_add(element_count(&sizes).unwrap_or(usize::MAX));
    // Too many are counted only.
    Ok(if *total > COMPONENT_LIMIT { symbol.clone() } else { components(symbol, &sizes) })
}

/// The dimensions of an output.
fn sizes_of(net: &Net, port: &NetPort) -> Written<Vec<usize>> {
    let Some(dimensions) = net.dimensions(port) else { return Err(Stop::Shape(format!("the output {}", port.name))) };
    let sizes: Option<Vec<usize>> = dimensions.iter().map(Expr::as_usize).collect();
    sizes.ok_or(Stop::Sizes(dimensions))
}
