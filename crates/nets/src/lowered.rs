//! The program of a net before the passes: the definitions of its layers on array symbols, lowered one by one.

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{Binding, Dim, Program, Source, Tables, Type, lower_in_steps, optimize};
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::apply::symbol;
use crate::data::array_symbol;
use crate::evaluate::{Arrays, array_name, array_value, evaluate_layers};
use crate::net::{ArrayValue, Elements, Leaf, Net, Place, path_text};
use crate::program::NetProgram;
use crate::traced::unfaithful;
use crate::{Fault, NetPort};

/// What the outputs of a program are.
#[derive(Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// Those of the net.
    Outputs,
    /// Those of the net, and the values of its layers.
    OutputsAndLayers,
    /// One of those of the net, and these arrays as the layers leave them.
    Loss(&'a NetPort, &'a [(usize, &'static str)]),
}

/// The program of a net before the passes.
pub(crate) struct Lowered {
    pub(crate) program: Program,
    pub(crate) parameters: Vec<Expr>,
    /// The layers and names of the arrays that are inputs.
    pub(crate) arrays: Vec<(usize, &'static str)>,
}

impl Lowered {
    /// The program after the passes.
    pub(crate) fn optimized(self, net: &Net) -> Result<NetProgram, Fault> {
        match optimize(&self.program) {
            Ok(program) => {
                let paths = self.arrays.iter().map(|(leaf, name)| array_name(&net.leaves[*leaf], name)).collect();
                Ok(NetProgram { program, parameters: self.parameters, paths })
            }
            Err(error) => Err(Fault::new(symbol(net), "progfail", [error.to_string()])),
        }
    }

    pub(crate) fn of_net(
        session: &mut Session,
        net: &Net,
        given: &[bool],
        real: ElementType,
        kind: Arrays,
    ) -> Result<Result<Lowered, Fault>, Flow> {
        Lowered::with_outputs(session, net, given, real, kind, Wanted::Outputs)
    }

    /// The program of an output of a net in training, and of the arrays that its layers change, with the values that they
    /// have then, as further outputs: which arrays these are.
    pub(crate) fn of_loss(
        session: &mut Session,
        net: &Net,
        given: &[bool],
        real: ElementType,
        loss: &NetPort,
    ) -> Result<Result<(Lowered, Vec<(usize, &'static str)>), Fault>, Flow> {
        let of_layer = |leaf: &Leaf| leaf.layer.training.into_iter().flat_map(|training| training.updated());
        let leaves = net.leaves.iter().enumerate().filter(|(_, leaf)| leaf.owner.is_none());
        let changed: Vec<(usize, &'static str)> = leaves
            .flat_map(|(place, leaf)| of_layer(leaf).map(move |name| (place, name)))
            .filter(|(place, name)| net.leaves[*place].array(name).is_some_and(|value| *value != ArrayValue::None))
            .collect();
        let wanted = Wanted::Loss(loss, &changed);
        let lowered = Lowered::with_outputs(session, net, given, real, Arrays::Numbers, wanted)?;
        Ok(lowered.map(|lowered| (lowered, changed)))
    }

    pub(crate) fn with_outputs(
        session: &mut Session,
        net: &Net,
        given: &[bool],
        real: ElementType,
        kind: Arrays,
        wanted: Wanted<'_>,
    ) -> Result<Result<Lowered, Fault>, Flow> {
        if let Some(fault) = Fault::undefined(net) {
            return Ok(Err(fault));
        }
        if let Some(fault) = unfaithful(session, net)? {
            return Ok(Err(fault));
        }
        let fail = |error: String| Ok(Err(Fault::new(symbol(net), "progfail", [error])));
        let mut bindings = Vec::new();
        let mut inputs = Vec::with_capacity(given.len());
        for (port, given) in net.inputs.iter().zip(given) {
            if !given {
                inputs.push(None);
                continue;
            }
            let dimensions = net.dimensions(port);
            let symbol = dimensions.map(|dimensions| {
                let symbol = array_symbol(Expr::string(&port.name), &dimensions);
                let element = match net.elements(port) {
                    Elements::Real => real,
                    Elements::Index(_) => ElementType::I64,
                    Elements::Truth => ElementType::Bool,
                };
                bindings.extend(binding(symbol.clone(), &port.name, Source::Input, &dimensions, element));
                symbol
            });
            let Some(symbol) = symbol else { return fail(format!("the shape of {} is not known", port.name)) };
            inputs.push(Some(symbol));
        }
        let mut parameters = Vec::new();
        let mut arrays = Vec::new();
        for (place, leaf) in net.leaves.iter().enumerate() {
            for (name, value) in &leaf.arrays {
                let Some(dimensions) = leaf.shape(name).dimensions() else { continue };
                if *value == ArrayValue::None || net.places_of(place, name)[0] != (place, *name) {
                    continue;
                }
                let array = array_symbol(array_name(leaf, name), &dimensions);
                let label = format!("{} {name}", leaf.label());
                let Some(binding) = binding(array, &label, Source::Parameter, &dimensions, real) else { continue };
                bindings.push(binding);
                arrays.push((place, *name));
                parameters.extend(array_value(leaf, name, Arrays::Components));
            }
        }
        let mut steps = Vec::new();
        let mut inner: Vec<(Arc<str>, Expr)> = Vec::new();
        let values = evaluate_layers(session, net, &inputs, kind, |session, leaf, port, value| {
            let known = leaf.port(port).filter(|_| !leaf.path.is_empty()).and_then(|_| net.dimensions_of(leaf, port));
            let Some(dimensions) = known else { return Ok(value) };
            if kind == Arrays::Numbers && has_logarithm(session, &value)? {
                return Ok(value);
            }
            // A layer is lowered as it is, and takes symbols for what the layers before it give.
            let symbol = array_symbol(array_name(leaf, port), &dimensions);
            if matches!(wanted, Wanted::OutputsAndLayers) {
                inner.push((format!("{} {port}", path_text(&leaf.path)).into(), symbol.clone()));
            }
            steps.push((symbol.clone(), value));
            Ok(symbol)
        })?;
        let output = |port: &NetPort| Some((port.name.clone(), values.get(port.places.first()?)?.clone()));
        let outputs: Vec<(Arc<str>, Expr)> = match wanted {
            Wanted::Outputs | Wanted::OutputsAndLayers => net.outputs.iter().filter_map(output).chain(inner).collect(),
            Wanted::Loss(loss, changed) => {
                let changed = changed.iter().filter_map(|&(place, name)| {
                    let label = format!("{} {name}", net.leaves[place].label());
                    Some((label.into(), values.get(&Place { leaf: place, port: name.into() })?.clone()))
                });
                output(loss).into_iter().chain(changed).collect()
            }
        };
        let mut tables = Tables::new(session);
        tables = match kind {
            Arrays::Numbers => tables.for_numbers(),
            Arrays::Intervals => tables.for_intervals(),
            Arrays::Components | Arrays::Whole | Arrays::Symbols => tables,
        };
        let lowered = lower_in_steps(&steps, &outputs, &bindings, real, &mut tables);
        match (tables.flow(), lowered) {
            (Some(flow), Err(_)) => Err(flow),
            (_, Err(error)) => fail(error.to_string()),
            (_, Ok(program)) => Ok(Ok(Lowered { program, parameters, arrays })),
        }
    }
}

/// Whether the logarithm of an array is taken in a better way than by its value.
fn has_logarithm(session: &mut Session, array: &Expr) -> Result<bool, Flow> {
    let logarithm = Expr::call(Sym::Log, [array.clone()]);
    let stable = session.evaluate_call(Sym::ProgramStable, [logarithm.clone()])?;
    Ok(stable.args_of(Sym::HoldComplete).is_some_and(|held| held.first().is_some_and(|held| !held.has_head(Sym::Log))))
}

fn binding(leaf: Expr, name: &str, source: Source, dimensions: &[Expr], element: ElementType) -> Option<Binding> {
    let sizes: Option<Vec<Dim>> = dimensions.iter().map(|size| Dim::from_expr(size).ok()).collect();
    Some(Binding { leaf, name: Arc::from(name), source, value_type: Type::new(element, sizes?) })
}
