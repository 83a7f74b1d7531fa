//! Examples: what is given to the inputs of a net, and what its outputs should be.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use super::fault;
use crate::Fault;
use crate::diagnostic::instead;
use crate::inputs::{by_port, is_list_of_associations};
use crate::net::{Name, Net};

/// All examples.
pub(super) struct Examples {
    /// How many there are.
    count: usize,
    /// The data of the inputs, example by example: a list, or an association of lists.
    inputs: Expr,
    /// What the outputs should be, example by example.
    pub(super) targets: Vec<(Name, Vec<Expr>)>,
}

impl Examples {
    /// The examples that an expression says.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(session: &Session, net: &Net, data: &Expr) -> Result<Examples, Fault> {
        let is_rule = |e: &Expr| e.has_head(Sym::Rule) && e.len() == 2;
        let wrong = || fault("measdata", [session.output_form(data).chars().take(80).collect()]);
        let examples = if data.is_list() && !data.is_empty() && data.args().iter().all(is_rule) {
            let column = |place: usize| Expr::list(data.args().iter().map(|rule| rule.arg(place)).collect::<Vec<_>>());
            Examples::of_columns(session, net, &column(0), &column(1))?
        } else if is_rule(data) && data.arg(1).is_list() {
            Examples::of_columns(session, net, &data.arg(0), &data.arg(1))?
        } else {
            Examples::of_ports(session, net, &columns(session, data)?.ok_or_else(wrong)?)?
        };
        if examples.count == 0 {
            return Err(wrong());
        }
        let other = |(_, values): &&(Name, Vec<Expr>)| values.len() != examples.count;
        match examples.targets.iter().find(other) {
            Some((name, values)) => {
                let counts = [examples.count.to_string(), values.len().to_string(), name.to_string()];
                Err(fault("meascount", counts))
            }
            None => Ok(examples),
        }
    }

    /// Examples whose inputs and outputs stand apart.
    fn of_columns(session: &Session, net: &Net, inputs: &Expr, outputs: &Expr) -> Result<Examples, Fault> {
        let outputs = match (columns(session, outputs)?, net.outputs.as_slice()) {
            (Some(outputs), _) => outputs,
            (None, [only]) => Expr::call(Sym::Association, [Expr::rule(Expr::string(&only.name), outputs.clone())]),
            (None, several) => {
                let names: Vec<&str> = several.iter().map(|port| &*port.name).collect();
                return Err(fault("measports", [names.join(", ")]));
            }
        };
        let mut examples = Examples::of_ports(session, net, &outputs)?;
        let inputs = columns(session, inputs)?.unwrap_or_else(|| inputs.clone());
        examples.count = count_of(&inputs);
        examples.inputs = inputs;
        Ok(examples)
    }

    /// Examples by the ports of the net: targets for its outputs, data for its inputs.
    fn of_ports(session: &Session, net: &Net, columns: &Expr) -> Result<Examples, Fault> {
        let mut inputs = Vec::new();
        let mut targets = Vec::new();
        for rule in columns.args().iter() {
            let name = rule.arg(0).as_str().map_or_else(|| session.output_form(&rule.arg(0)), str::to_owned);
            if net.inputs.iter().any(|port| *port.name == *name) || rule.arg(0).has_head(Sym::NetPort) {
                inputs.push(rule.clone());
            } else if let Some(port) = net.outputs.iter().find(|port| *port.name == *name) {
                targets.push((port.name.clone(), rule.arg(1).args().into_owned()));
            } else {
                let known: Vec<&str> = net.inputs.iter().chain(&net.outputs).map(|port| &*port.name).collect();
                let known = instead(&name, &known);
                return Err(fault("inpunk", [name, known]));
            }
        }
        let inputs = Expr::call(Sym::Association, inputs);
        Ok(Examples { count: count_of(&inputs), inputs, targets })
    }

    /// What the net gives for all examples, output by output; None after a message.
    pub(super) fn outputs(
        &self,
        session: &mut Session,
        net: &Net,
        options: &[Expr],
    ) -> Result<Option<Vec<(Name, Vec<Expr>)>>, Flow> {
        let names = || net.outputs.iter().map(|port| port.name.clone());
        let Some(found) = self.apply(session, net, None, options)? else { return Ok(None) };
        if net.outputs.len() == 1 {
            return Ok(Some(names().map(|name| (name, found.clone())).collect()));
        }
        let of = |example: &Expr, name: &Name| {
            let rules = example.args();
            let rule = rules.iter().find(|rule| rule.arg(0).as_str() == Some(&**name));
            rule.map_or_else(|| Sym::Failed.into(), |rule| rule.arg(1))
        };
        let column = |name: Name| {
            let values = found.iter().map(|example| of(example, &name)).collect();
            (name, values)
        };
        Ok(Some(names().map(column).collect()))
    }

    /// What the net gives for each example, at a port if one is asked for, and as arrays else; None after a message.
    pub(super) fn apply(
        &self,
        session: &mut Session,
        net: &Net,
        port: Option<&Expr>,
        options: &[Expr],
    ) -> Result<Option<Vec<Expr>>, Flow> {
        let asked = port.cloned().unwrap_or_else(|| Sym::None.into());
        let call = |data: Expr| {
            let arguments = [data, asked.clone()].into_iter().chain(options.iter().cloned());
            Expr::normal(net.expr.clone(), arguments)
        };
        // A list of examples cannot be told from one where the rank is not known, and several outputs come apart by themselves.
        let several = port.is_none() && net.outputs.len() != 1;
        let by_itself = several || net.inputs.iter().any(|port| port.coder.is_none() && port.shape.rank().is_none());
        if !by_itself {
            let found = session.evaluate(&call(self.inputs.clone()))?;
            return Ok((found.is_list() && found.len() == self.count).then(|| found.args().into_owned()));
        }
        let mut values = Vec::with_capacity(self.count);
        for place in 0..self.count {
            session.tick()?;
            let example = if self.inputs.is_list() {
                self.inputs.arg(place)
            } else {
                let rules = self.inputs.args().into_owned();
                let rules = rules.iter().map(|rule| Expr::rule(rule.arg(0), rule.arg(1).arg(place)));
                Expr::call(Sym::Association, rules.collect::<Vec<_>>())
            };
            let found = session.evaluate(&call(example))?;
            if found.is(Sym::Failed) {
                return Ok(None);
            }
            values.push(found);
        }
        Ok(Some(values))
    }
}

/// An association of lists for ports, which may be written as a list of associations; None for what is neither.
fn columns(session: &Session, data: &Expr) -> Result<Option<Expr>, Fault> {
    if is_list_of_associations(data) {
        let missing =
            |(example, port)| fault("inpmiss", [format!("{} of example {example}", session.output_form(&port))]);
        return by_port(data).map(Some).map_err(missing);
    }
    let of_lists = || data.args().iter().all(|rule| rule.arg(1).is_list());
    Ok((data.has_head(Sym::Association) && !data.is_empty() && of_lists()).then(|| data.clone()))
}

/// The number of examples that the data of inputs is for.
fn count_of(inputs: &Expr) -> usize {
    match inputs.is_list() {
        true => inputs.len(),
        false => inputs.args().first().map_or(0, |rule| rule.arg(1).len()),
    }
}
