//! `NetEquations`: the defining equations of a net, in array form.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};
use netform_layers::{Recurrence, Statement};

use crate::data::array_symbol;
use crate::evaluate::{Arrays, Environment, array_value, definition};
use crate::extract::view;
use crate::net::{ArrayValue, Leaf, LeafPort, Name, Net, NetPort, Source};
use crate::shape::is_varying;

pub(crate) const NET_EQUATIONS: Function = Function {
    name: "NetEquations",
    usage: "NetEquations[net] gives the defining equations of a net as a list of equations between arrays, in which \
            every intermediate quantity has its name; those of a recurrent layer are for step t. TeXForm prints them \
            as in a paper.",
    arguments: Some((1, 1)),
    evaluate: Some(net_equations),
    messages: &[
        ("arg1", "The first argument, `1`, is not a net."),
        (
            "nfspec",
            "The net is not fully specified: the shape of `1` is not known. Give the shape with an option such as \"Input\" -> 3.",
        ),
    ],
    examples: &[("Length[NetEquations[LongShortTermMemoryLayer[2, \"Input\" -> {\"Varying\", 3}]]]", "6")],
    ..Function::NEW
};

fn net_equations(session: &mut Session, call: &Expr) -> Eval {
    let Some(net) = view(session, Sym::NetEquations, &call.arg(0))? else { return Ok(Some(Sym::Failed.into())) };
    let mut writer = Writer { net: &net, equations: Vec::new(), missing: Vec::new() };
    for (i, leaf) in net.leaves.iter().enumerate().filter(|(_, leaf)| leaf.owner.is_none()) {
        writer.write_leaf(session, i, leaf)?;
    }
    if let Some(missing) = writer.missing.first() {
        session.message(Sym::NetEquations, "nfspec", &[Expr::string(missing)]);
        return Ok(Some(Sym::Failed.into()));
    }
    Ok(Some(Expr::list(writer.equations)))
}

struct Writer<'a> {
    net: &'a Net,
    equations: Vec<Expr>,
    missing: Vec<String>,
}

impl Writer<'_> {
    fn write_leaf(&mut self, session: &mut Session, index: usize, leaf: &Leaf) -> Result<(), Flow> {
        let definition = definition(session, leaf);
        let mut scope = Environment::new(leaf);
        scope.set_nets(session, self.net, index, Arrays::Symbols);
        for array in leaf.layer.arrays {
            let value = match leaf.array(array.name) {
                Some(ArrayValue::None) => array_value(leaf, array.name, Arrays::Whole),
                _ => self.variable(leaf, array.name, &name(array.tex, &leaf.path, None), false),
            };
            if let Some(value) = value {
                scope.set(definition.scope.symbol(array.name), value);
            }
        }
        let given: Vec<(Name, Option<Expr>)> =
            leaf.sources.iter().map(|(port, _)| (port.clone(), self.port_variable(leaf, port, None))).collect();
        scope.set_ports(&definition, &leaf.inputs, |port| {
            given.iter().find(|(name, _)| *name == port.name).and_then(|(_, value)| value.clone())
        });
        if !self.missing.is_empty() {
            return Ok(());
        }
        for statement in &definition.statements {
            match statement {
                Statement::Is { left, right, tex } => {
                    let value = session.evaluate(&scope.put_into(right))?;
                    let plain = definition.scope.name_of(left).unwrap_or_default();
                    let port = leaf.layer.outputs.iter().find(|p| p.name == plain);
                    let shown = port.map_or(if tex.is_empty() { plain } else { tex }, |p| p.tex);
                    if port.is_none() && is_trivial(&value) {
                        scope.set(left.clone(), value);
                        continue;
                    }
                    let shape = session.shape_of(&value)?;
                    let dimensions = shape.dimensions().unwrap_or_default().to_vec();
                    let variable = variable_of(name(shown, &leaf.path, None), &dimensions);
                    self.equations.push(Expr::call(Sym::Equal, [variable.clone(), value]));
                    scope.set(left.clone(), variable);
                }
                Statement::Recurrence(recurrence) => self.write_step(session, leaf, &scope, recurrence)?,
            }
        }
        Ok(())
    }

    /// The equations of one step, with the index t.
    fn write_step(
        &mut self,
        session: &mut Session,
        leaf: &Leaf,
        scope: &Environment,
        recurrence: &Recurrence,
    ) -> Result<(), Flow> {
        let definition = definition(session, leaf);
        let mut inner = scope.clone();
        let plain = |symbol: &Expr| definition.scope.name_of(symbol).unwrap_or_default().to_owned();
        for (element, sequence) in &recurrence.sequences {
            if let Some(value) = self.port_variable(leaf, &plain(sequence), Some("t")) {
                inner.set(element.clone(), value);
            }
        }
        for ((state, initial, _), next) in recurrence.states.iter().zip(&recurrence.next) {
            let tex = recurrence.step.iter().find(|(left, ..)| left == next).map_or("s", |(.., tex)| *tex);
            if let Some(value) = self.variable(leaf, &plain(initial), &name(tex, &leaf.path, Some("t-1")), false) {
                inner.set(state.clone(), value);
            }
        }
        if !self.missing.is_empty() {
            return Ok(());
        }
        for (left, right, tex) in &recurrence.step {
            let value = session.evaluate(&inner.put_into(right))?;
            let shape = session.shape_of(&value)?;
            let dimensions = shape.dimensions().unwrap_or_default().to_vec();
            let variable = variable_of(name(tex, &leaf.path, Some("t")), &dimensions);
            self.equations.push(Expr::call(Sym::Equal, [variable.clone(), value]));
            inner.set(left.clone(), variable);
        }
        Ok(())
    }

    /// The array symbol for an input port: the output of the layer before, where there is one.
    fn port_variable(&mut self, leaf: &Leaf, port: &str, time: Option<&str>) -> Option<Expr> {
        let source = leaf.sources.iter().find(|(p, _)| **p == *port).map(|(_, source)| source.clone());
        let name = match source {
            Some(Source::Leaf(place)) => {
                let from = &self.net.leaves[place.leaf];
                name(&port_tex(from, &place.port), &from.path, time)
            }
            Some(Source::Input(input)) if leaf.owner.is_none() => name(&self.input_tex(input), &[], time),
            Some(Source::Input(_)) | None => name(&port_tex(leaf, port), &[], time),
        };
        self.variable(leaf, port, &name, time.is_some())
    }

    /// The printed name of an input of the net: that of the first port that takes it, or its own where
    /// several inputs would have one name.
    fn input_tex(&self, input: usize) -> String {
        let tex = |input: &NetPort| {
            let place = input.places.first()?;
            Some(port_tex(&self.net.leaves[place.leaf], &place.port))
        };
        let own = &self.net.inputs[input];
        match tex(own) {
            Some(text) if self.net.inputs.iter().filter(|other| tex(other).as_ref() == Some(&text)).count() == 1 => {
                text
            }
            _ => own.name.to_string(),
        }
    }

    /// The array symbol of a name with the shape of a port or array; with `element`, of an element
    /// of its first level.
    fn variable(&mut self, leaf: &Leaf, of: &str, name: &Expr, element: bool) -> Option<Expr> {
        let Some(dimensions) = leaf.shape(of).dimensions() else {
            self.missing.push(format!("{of} of {}", leaf.label()));
            return None;
        };
        let dimensions: Vec<Expr> = dimensions
            .into_iter()
            .skip(usize::from(element))
            .map(|d| if is_varying(&d) { Expr::symbol("Global`n") } else { d })
            .collect();
        Some(variable_of(name.clone(), &dimensions))
    }
}

/// An equation for these would only rename something.
fn is_trivial(value: &Expr) -> bool {
    value.is_atom() || matches!(value.head_sym(), Some(Sym::VectorSymbol | Sym::MatrixSymbol | Sym::ArraySymbol))
}

/// The printed name of a port, with its number among several.
fn port_tex(leaf: &Leaf, port: &str) -> String {
    match leaf.port(port) {
        Some(LeafPort { record, index: Some(index), .. }) => format!("{}_{}", record.tex, index + 1),
        Some(LeafPort { record, .. }) => record.tex.to_owned(),
        None => port.to_owned(),
    }
}

fn variable_of(name: Expr, dimensions: &[Expr]) -> Expr {
    if dimensions.is_empty() {
        Expr::call(Sym::ArraySymbol, [name, Expr::list([])])
    } else {
        array_symbol(name, dimensions)
    }
}

/// A printed name such as `W_{ix}`, with the place of its layer and the step, as a subscript.
fn name(tex: &str, path: &[Expr], time: Option<&str>) -> Expr {
    let (base, subscript) = match tex.split_once('_') {
        Some((base, subscript)) => (base, subscript.trim_matches(['{', '}'])),
        None => (tex, ""),
    };
    let keys = path.iter().map(|key| key.as_str().map_or_else(|| format!("{key:?}"), str::to_owned));
    let parts: Vec<String> = [subscript.to_owned()]
        .into_iter()
        .filter(|s| !s.is_empty())
        .chain(keys)
        .chain(time.map(str::to_owned))
        .collect();
    if parts.is_empty() {
        Expr::string(base)
    } else {
        Expr::call(Sym::Subscript, [Expr::string(base), Expr::string(&parts.join(","))])
    }
}
