//! Losses of classes, which are the second level of a tensor, or the only one.

use serde_json::Value;

use super::super::description::{dims, number, text, typed_list};
use super::super::model::{Feed, Model};
use super::{constants, whole};

/// A loss of scores and classes; a single example is a batch of one.
struct Loss {
    /// Whether scores are logarithms of probabilities.
    of_logarithms: bool,
    /// Shapes of the scores and the targets.
    input: Vec<u64>,
    target: Vec<u64>,
    single: bool,
    /// Whether targets are numbers of classes, and not probabilities.
    is_index: bool,
    smoothing: String,
    ignored: Value,
    /// The weights of classes.
    weights: Option<String>,
}

/// A graph that is put together: members, edges, types of ports, and what is fed to them.
#[derive(Default)]
struct Parts {
    members: Vec<String>,
    edges: Vec<String>,
    options: Vec<String>,
    inputs: Vec<Feed>,
}

impl Parts {
    /// An input of the graph with a shape, which goes to a port of a member.
    fn feed(&mut self, feed: Feed, shape: &[u64], through: &str, port: &str) {
        self.options.push(format!("\"{}\" -> {}", feed.port, dims(shape)));
        self.edges.push(format!("NetPort[\"{}\"] -> {through}NetPort[{port}]", feed.port));
        self.inputs.push(feed);
    }
}

/// Cross entropy, and the negative logarithm of likelihoods.
pub(super) fn model(kind: &str, case: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let module = &case["net"];
    let [input, target] = shapes else { return Err("other inputs than scores and classes".to_owned()) };
    let single = input.len() == 1;
    let batch = |shape: &[u64]| if single { [&[1], shape].concat() } else { shape.to_vec() };
    let smoothing = &module["label_smoothing"];
    let loss = Loss {
        of_logarithms: kind == "NLLLoss",
        input: batch(input),
        target: batch(target),
        single,
        is_index: input.len() != target.len(),
        smoothing: if smoothing.is_null() { "(0.)".to_owned() } else { number(module, "label_smoothing")? },
        ignored: module["ignore_index"].clone(),
        weights: constants(case, "weight")?.map(|(weights, _)| weights),
    };
    if loss.input.len() < 2 {
        return Err("scores without classes".to_owned());
    }
    let mut parts = Parts::default();
    if loss.is_index && loss.weights.is_none() {
        loss.by_layer(&mut parts);
    } else {
        loss.by_probabilities(&mut parts);
    }
    let reduction = text(module, "reduction")?;
    loss.total(&mut parts, reduction)?;
    let Parts { members, edges, options, inputs } = parts;
    let layer = format!("NetGraph[<|{}|>, {}, {}]", members.join(", "), typed_list(&edges), options.join(", "));
    let mut model = whole(layer, inputs);
    if single && reduction == "none" {
        model.outputs = vec!["First[First[Values[outputs]]]".to_owned()];
    }
    Ok(model)
}

impl Loss {
    /// The tensor at a place.
    fn tensor(&self, port: &str, place: usize) -> Feed {
        let [into, out] = if self.single { ["List", "First"] } else { ["Identity"; 2] };
        Feed {
            port: port.to_owned(),
            value: format!("{into}[io[\"input.{place}\"]]"),
            gradient: Some((place, out.to_owned())),
        }
    }

    /// The layer that makes the level of the classes the last one.
    fn moved(&self) -> String {
        let rank = self.input.len() as u64;
        let places: Vec<u64> = [1, rank].into_iter().chain(2..rank).collect();
        format!("FunctionLayer[Transpose[#, {}] &]", dims(&places))
    }

    /// The classes of targets, from 0: an ignored target need not be one.
    fn classes(&self) -> String {
        format!("Replace[{}, {} -> 0, {{-1}}]", self.tensor("", 1).value, self.ignored)
    }

    /// The terms of targets that are classes.
    fn by_layer(&self, parts: &mut Parts) {
        let exponentials = if self.of_logarithms { "Exp, " } else { "" };
        let from = if self.of_logarithms { "False" } else { "True" };
        parts.members.push(format!("\"scores\" -> NetChain[{{{exponentials}{}}}]", self.moved()));
        parts.members.push(format!(
            "\"loss\" -> CrossEntropyLossLayer[\"Index\", \"FromLogits\" -> {from}, \"LabelSmoothing\" -> {}, \"Reduction\" -> None]",
            self.smoothing
        ));
        parts.feed(self.tensor("Input", 0), &self.input, "\"scores\" -> ", "{\"loss\", \"Input\"}");
        let targets = Feed { port: "Target".to_owned(), value: format!("{} + 1", self.classes()), gradient: None };
        parts.edges.push("NetPort[\"Target\"] -> NetPort[{\"loss\", \"Target\"}]".to_owned());
        parts.inputs.push(targets);
    }

    /// The terms of targets that are probabilities, or classes that count differently, which targets share by smoothing.
    fn by_probabilities(&self, parts: &mut Parts) {
        let (rank, classes, smoothing) = (self.input.len(), self.input[1], &self.smoothing);
        let others = typed_list(&(1..rank).collect::<Vec<_>>());
        let logarithms = match self.of_logarithms {
            true => self.moved(),
            false => format!(
                "NetChain[{{{}, FunctionLayer[ArrayThread[Subtract, {{#, ArrayLogSumExp[#, {{{rank}}}]}}, {{All, {others}}}] &]}}]",
                self.moved()
            ),
        };
        parts.members.push(format!("\"scores\" -> {logarithms}"));
        parts.members.push(format!(
            "\"loss\" -> FunctionLayer[Function[{{logs, targets, w}}, ArrayReduce[Total, \
             ArrayThread[-#3 ((1 - {smoothing}) #2 + {smoothing}/{classes}) #1 &, {{logs, targets, w}}, {{All, All, {{{rank}}}}}], {rank}]]]"
        ));
        parts.feed(self.tensor("Input", 0), &self.input, "\"scores\" -> ", "{\"loss\", \"logs\"}");
        let weights = self.weights.clone().unwrap_or_else(|| format!("ConstantArray[1., {classes}]"));
        let weights = Feed { port: "Weights".to_owned(), value: weights, gradient: None };
        parts.feed(weights, &[classes], "", "{\"loss\", \"w\"}");
        if self.is_index {
            let hot =
                format!("N[Map[ReplacePart[ConstantArray[0, {classes}], # + 1 -> 1] &, {}, {{-1}}]]", self.classes());
            let targets = Feed { port: "Target".to_owned(), value: hot, gradient: None };
            let shape = [self.target.as_slice(), &[classes]].concat();
            parts.feed(targets, &shape, "", "{\"loss\", \"targets\"}");
        } else {
            parts.members.push(format!("\"targets\" -> {}", self.moved()));
            let targets = self.tensor("Target", 1);
            parts.feed(targets, &self.target, "\"targets\" -> ", "{\"loss\", \"targets\"}");
        }
    }

    /// What becomes of the terms, by how much each target counts, and how much in a mean.
    fn total(&self, parts: &mut Parts, reduction: &str) -> Result<(), String> {
        let shape = [&self.input[..1], &self.input[2..]].concat();
        let counted = match self.is_index {
            true => format!("Map[If[# == {}, 0., 1.] &, {}, {{-1}}]", self.ignored, self.tensor("", 1).value),
            false => format!("ConstantArray[1., {}]", dims(&shape)),
        };
        let shares = match (&self.weights, self.is_index) {
            (Some(weights), true) => format!("{counted} Map[{weights}[[# + 1]] &, {}, {{-1}}]", self.classes()),
            _ => counted.clone(),
        };
        let total = match reduction {
            "none" => "terms counted",
            "sum" => "Total[Flatten[terms counted]]",
            "mean" => "Total[Flatten[terms counted]]/Total[Flatten[shares]]",
            other => return Err(format!("the reduction {other}")),
        };
        let counted = Feed { port: "Counted".to_owned(), value: counted, gradient: None };
        parts.feed(counted, &shape, "", "{\"total\", \"counted\"}");
        let mut parameters = vec!["terms", "counted"];
        if reduction == "mean" {
            let shares = Feed { port: "Shares".to_owned(), value: shares, gradient: None };
            parts.feed(shares, &shape, "", "{\"total\", \"shares\"}");
            parameters.push("shares");
        }
        parts.members.push(format!("\"total\" -> FunctionLayer[Function[{}, {total}]]", typed_list(&parameters)));
        parts.edges.push("\"loss\" -> NetPort[{\"total\", \"terms\"}]".to_owned());
        Ok(())
    }
}
