//! `NetMeasurements`: what the outputs of a net are worth, compared with what they should be.

mod compared;
mod data;

use std::sync::Arc;

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};
use netform_layers::{Compared, MEASURES, Measure, Scope, parse_in};

use crate::Fault;
use crate::diagnostic::{MESSAGES, instead};
use crate::extract::view;
use crate::named::value_with;
use crate::net::{Name, Net};
use crate::read::{is_net, split_options};
use compared::{Cases, cases};
use data::Examples;

pub(crate) const NET_MEASUREMENTS: Function = Function {
    name: "NetMeasurements",
    usage: "NetMeasurements[net, data, measure] compares what a net gives for data with what it should give; the data is \
            {input1 -> output1, ...}, {input1, ...} -> {output1, ...}, or an association of lists for all ports, or a list of associations. \
            For numbers the measures are \"MeanSquare\", \"MeanDeviation\", \"StandardDeviation\", \"FractionVarianceUnexplained\" and \
            \"RSquared\", for probabilities of classes, which are compared with classes of the decoder or with their numbers, \
            \"CrossEntropy\", \"Perplexity\", \"Accuracy\", \"ErrorRate\", \"Accuracy\" -> n and \"ErrorRate\" -> n by the n most probable classes, \
            and \"ConfusionMatrix\". \"Loss\" is the mean of the net's output Loss, or else \"MeanSquare\" or \"CrossEntropy\", or with the option \
            LossFunction -> layer the mean of what this layer gives. NetPort[...] is the mean of what the net gives at a port. \
            NetMeasurements[net, data, {measure1, ...}] gives several. Other options are those of an application. Symbols are data \
            and weights as well as numbers.",
    arguments: Some((3, usize::MAX)),
    evaluate: Some(measurements),
    messages: MESSAGES,
    examples: &[
        (
            "NetMeasurements[ElementwiseLayer[#^2 &, \"Input\" -> {}], {1 -> 2, 2 -> 4}, {\"MeanSquare\", \"RSquared\"}]",
            "{1/2, 1/2}",
        ),
        (
            "NetMeasurements[SoftmaxLayer[\"Input\" -> 2], {{2, 1} -> 1, {0, 1} -> 1}, {\"Accuracy\", \"ConfusionMatrix\"}]",
            "{1/2, {{1, 1}, {0, 0}}}",
        ),
        (
            "NetMeasurements[LinearLayer[1, \"Weights\" -> {{w}}, \"Biases\" -> None], {{1}, {2}} -> {{3}, {a}}, \"MeanSquare\"]",
            "((-3 + w)^2 + (-a + 2 w)^2)/2",
        ),
    ],
    ..Function::NEW
};

/// The option that says what the loss is.
const LOSS_FUNCTION: &str = "LossFunction";
/// The measure that is the loss, and the name of the output of a net that is one.
const LOSS: &str = "Loss";

/// What is asked for.
enum Asked {
    Loss,
    Port(Expr),
    Of(&'static Measure, Option<Expr>),
}

fn measurements(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(net) = view(session, Sym::NetMeasurements, &args[0])? else { return Ok(Some(Sym::Failed.into())) };
    let value = measured(session, net, &args[1], &args[2], &args[3..])?;
    Ok(Some(value.unwrap_or_else(|faults| Fault::fail(session, &faults))))
}

fn fault(tag: &'static str, args: impl IntoIterator<Item = String>) -> Fault {
    Fault::new(Sym::NetMeasurements.into(), tag, args)
}

fn measured(
    session: &mut Session,
    net: Arc<Net>,
    data: &Expr,
    asked: &Expr,
    options: &[Expr],
) -> Result<Result<Expr, Vec<Fault>>, Flow> {
    let (rest, named) = split_options(options);
    if let Some(other) = rest.first() {
        let text = session.output_form(other);
        return Ok(Err(vec![fault("measopt", [text])]));
    }
    let loss = named.iter().rev().find(|(name, _)| name == LOSS_FUNCTION).map(|(_, loss)| loss.clone());
    let loss = loss.filter(|loss| !loss.is(Sym::Automatic));
    if let Some(other) = loss.as_ref().filter(|loss| !is_net(session, loss)) {
        let text = session.output_form(other);
        let expected = "a loss layer or Automatic is expected".to_owned();
        return Ok(Err(vec![fault("valfail", [LOSS_FUNCTION.to_owned(), text, expected])]));
    }
    let of_application = options.iter().zip(&named).filter(|(_, (name, _))| name != LOSS_FUNCTION);
    let of_application = of_application.map(|(rule, _)| rule.clone()).collect();
    let wanted = if asked.is_list() { asked.args().into_owned() } else { vec![asked.clone()] };
    let wanted: Result<Vec<Asked>, Fault> = wanted.iter().map(|measure| read_asked(session, measure)).collect();
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(fault) => return Ok(Err(vec![fault])),
    };
    let examples = match Examples::read(session, &net, data) {
        Ok(examples) => examples,
        Err(fault) => return Ok(Err(vec![fault])),
    };
    let mut measuring = Measuring { session, net, examples, options: of_application, loss, outputs: None };
    let mut values = Vec::with_capacity(wanted.len());
    for measure in &wanted {
        match measuring.value(measure)? {
            Ok(value) => values.push(value),
            Err(faults) => return Ok(Err(faults)),
        }
    }
    Ok(Ok(if asked.is_list() { Expr::list(values) } else { values.swap_remove(0) }))
}

/// What an expression asks for: the name of a measure, one with a number behind it, or a port.
fn read_asked(session: &Session, asked: &Expr) -> Result<Asked, Fault> {
    if asked.has_head(Sym::NetPort) {
        return Ok(Asked::Port(asked.clone()));
    }
    let (name, argument) =
        if asked.has_head(Sym::Rule) { (asked.arg(0), Some(asked.arg(1))) } else { (asked.clone(), None) };
    if name.as_str() == Some(LOSS) && argument.is_none() {
        return Ok(Asked::Loss);
    }
    let measure = MEASURES.iter().find(|measure| name.as_str() == Some(measure.name));
    match (measure, argument) {
        (Some(measure), Some(argument)) if measure.argument.is_some() => {
            if argument.as_usize().is_some_and(|count| count > 0) {
                return Ok(Asked::Of(measure, Some(argument)));
            }
            let text = session.output_form(&argument);
            Err(fault(
                "valfail",
                [measure.name.to_owned(), text, "a positive number of classes is expected".to_owned()],
            ))
        }
        (Some(measure), None) => Ok(Asked::Of(measure, None)),
        _ => {
            let known: Vec<&str> = [LOSS].into_iter().chain(MEASURES.iter().map(|measure| measure.name)).collect();
            let name = session.output_form(asked);
            let known = instead(&name, &known);
            Err(fault("measure", [name, known]))
        }
    }
}

/// A net that is measured on examples.
struct Measuring<'a> {
    session: &'a mut Session,
    net: Arc<Net>,
    examples: Examples,
    /// Options of the applications.
    options: Vec<Expr>,
    /// The layer that is the loss.
    loss: Option<Expr>,
    /// What the net gives for all examples, output by output, as soon as it is computed.
    outputs: Option<Vec<(Name, Vec<Expr>)>>,
}

type Measured = Result<Result<Expr, Vec<Fault>>, Flow>;

impl Measuring<'_> {
    fn value(&mut self, asked: &Asked) -> Measured {
        match asked {
            Asked::Loss => self.loss(),
            Asked::Port(port) => {
                let found = self.examples.apply(self.session, &self.net, Some(port), &self.options)?;
                Ok(match found {
                    Some(values) => self.mean(values)?,
                    None => Err(Vec::new()),
                })
            }
            Asked::Of(measure, argument) => self.of_targets(|this, name, output, target| {
                match cases(this.session, &this.net, name, output, target)? {
                    Ok(cases) => this.measure(measure, argument.as_ref(), name, &cases),
                    Err(fault) => Ok(Err(vec![fault])),
                }
            }),
        }
    }

    /// What is made of each output whose targets are given; an association where these are several.
    fn of_targets(&mut self, make: impl Fn(&mut Self, &Name, &[Expr], &[Expr]) -> Measured) -> Measured {
        if self.outputs.is_none() {
            match self.examples.outputs(self.session, &self.net, &self.options)? {
                Some(outputs) => self.outputs = Some(outputs),
                None => return Ok(Err(Vec::new())),
            }
        }
        let outputs = self.outputs.clone().unwrap_or_default();
        let mut values = Vec::new();
        for (name, target) in self.examples.targets.clone() {
            let output = outputs.iter().find(|(output, _)| *output == name).map(|(_, values)| values);
            match make(self, &name, output.unwrap_or(&Vec::new()), &target)? {
                Ok(value) => values.push((name, value)),
                Err(faults) => return Ok(Err(faults)),
            }
        }
        Ok(match values.as_slice() {
            [] => {
                let names: Vec<&str> = self.net.outputs.iter().map(|port| &*port.name).collect();
                Err(vec![fault("notargets", [names.join(", ")])])
            }
            [(_, value)] => Ok(value.clone()),
            several => {
                let rules = several.iter().map(|(name, value)| Expr::rule(Expr::string(name), value.clone()));
                Ok(Expr::call(Sym::Association, rules.collect::<Vec<_>>()))
            }
        })
    }

    /// The loss: what the net gives as one, what a layer gives for outputs and targets, or the usual measure.
    fn loss(&mut self) -> Measured {
        let port = self.net.outputs.iter().find(|port| &*port.name == LOSS).map(|port| port.name.clone());
        if let (Some(port), None) = (port, &self.loss) {
            let port = Expr::call(Sym::NetPort, [Expr::string(&port)]);
            return self.value(&Asked::Port(port));
        }
        let loss = self.loss.clone();
        self.of_targets(|this, name, output, target| {
            let cases = match cases(this.session, &this.net, name, output, target)? {
                Ok(cases) => cases,
                Err(fault) => return Ok(Err(vec![fault])),
            };
            let Some(loss) = &loss else { return this.measure(Measure::loss(cases.of), None, name, &cases) };
            let mut values = Vec::with_capacity(cases.output.len());
            for (output, target) in cases.output.args().iter().zip(cases.target.args().iter()) {
                let ports = [("Input", output), ("Target", target)];
                let data = ports.map(|(port, value)| Expr::rule(Expr::string(port), value.clone()));
                let call = Expr::normal(loss.clone(), [Expr::call(Sym::Association, data)]);
                let value = this.session.evaluate(&call)?;
                if value.is(Sym::Failed) {
                    return Ok(Err(Vec::new()));
                }
                values.push(value);
            }
            this.mean(values)
        })
    }

    /// The mean over all examples.
    fn mean(&mut self, values: Vec<Expr>) -> Measured {
        self.session.evaluate_call(Sym::Mean, [Expr::list(values)]).map(Ok)
    }

    fn measure(&mut self, measure: &Measure, argument: Option<&Expr>, output: &Name, cases: &Cases) -> Measured {
        if measure.of != cases.of {
            let found = match cases.of {
                Compared::Numbers => "numbers",
                Compared::Classes => "probabilities of classes",
            };
            let known = MEASURES.iter().filter(|measure| measure.of == cases.of).map(|measure| measure.name);
            let known: Vec<String> = [LOSS].into_iter().chain(known).map(|name| format!("{name:?}")).collect();
            let args = [measure.name.to_owned(), output.to_string(), found.to_owned(), known.join(", ")];
            return Ok(Err(vec![fault("measkind", args)]));
        }
        let argument = match (argument, measure.argument) {
            (Some(argument), _) => argument.clone(),
            (None, default) => self.session.parse_static(default.unwrap_or("None")),
        };
        let scope = Scope::with_names(Measure::NAMES);
        let bindings = [
            (Measure::OUTPUT, &cases.output),
            (Measure::TARGET, &cases.target),
            (Measure::CLASSES, &cases.classes),
            (Measure::ARGUMENT, &argument),
        ];
        let decided = parse_in(self.session, &scope, measure.decided);
        if !value_with(self.session, &scope, &decided, &bindings)?.is(Sym::True) {
            return Ok(Err(vec![fault("measnum", [measure.name.to_owned(), output.to_string()])]));
        }
        let text = parse_in(self.session, &scope, measure.value);
        value_with(self.session, &scope, &text, &bindings).map(Ok)
    }
}
