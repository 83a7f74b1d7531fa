//! Scans: a graph that is applied to one element of its sequences after the other, written out.

use netform_eval::Flow;
use netform_expr::Expr;

use super::control::{Outputs, STEP_LIMIT, number};
use super::graph::Importer;
use super::label;
use super::value::{Scope, Value};
use crate::onnx::model::{AttributeValue, Graph, Node};
use crate::onnx::tensor::Element;

/// A scan: its graph, the levels of its sequences, which of them are read from the end, and the same of its results.
pub(super) struct Scan<'a, 'n> {
    pub(super) node: &'n Node<'a>,
    pub(super) body: &'n Graph<'a>,
    pub(super) axes: &'n [i64],
    pub(super) directions: &'n [i64],
    pub(super) results: [&'n [i64]; 2],
}

impl<'a> Importer<'_, 'a> {
    /// The outputs of a scan.
    pub(super) fn scan(&mut self, node: &Node<'a>, scope: &Scope<'_>) -> Outputs {
        let Some(body) = self.body(node, "body") else { return Ok(None) };
        let list = |name: &str| match node.attributes.iter().find(|attribute| attribute.name == name) {
            Some(attribute) => match &attribute.value {
                AttributeValue::Integers(list) => list.clone(),
                AttributeValue::Integer(one) => vec![*one],
                _ => Vec::new(),
            },
            None => Vec::new(),
        };
        let many = list("num_scan_inputs").first().copied().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        if many == 0 || many > node.inputs.len() {
            self.faults.add(format!("{}: it has no sequences", label(node)));
            return Ok(None);
        }
        // Before version 9 the first input said how long the sequences of the examples of a batch are.
        let early = self.version("").is_some_and(|version| version < 9);
        if early && node.inputs.first().is_some_and(|name| !name.is_empty()) {
            self.faults.add(format!("{}: lengths of the sequences of a batch are not supported", label(node)));
            return Ok(None);
        }
        let mut values = Vec::new();
        for place in usize::from(early)..node.inputs.len() {
            match self.operand(node, place, scope) {
                Ok(Some(value)) => values.push(value),
                _ => return Ok(None),
            }
        }
        if many > values.len() {
            self.faults.add(format!("{}: it has too few inputs", label(node)));
            return Ok(None);
        }
        let sequences = values.split_off(values.len() - many);
        let axes = if early { Vec::new() } else { list("scan_input_axes") };
        let directions = list(if early { "directions" } else { "scan_input_directions" });
        let results = [list("scan_output_axes"), list("scan_output_directions")];
        let scan = Scan { node, body, axes: &axes, directions: &directions, results: [&results[0], &results[1]] };
        if early {
            return self.scanned_batch(&scan, values, sequences, scope);
        }
        self.scanned(&scan, values, sequences, scope)
    }

    /// The scan of each example of a batch, whose results are put together.
    fn scanned_batch(
        &mut self,
        scan: &Scan<'a, '_>,
        carried: Vec<Value>,
        sequences: Vec<Value>,
        scope: &Scope<'_>,
    ) -> Outputs {
        let sizes =
            carried.iter().chain(&sequences).map(|value| value.dimensions.first().and_then(|size| size.as_i64()));
        let Some(mut sizes) = sizes.collect::<Option<Vec<i64>>>() else { return self.unknown_lengths(scan.node) };
        sizes.dedup();
        let [examples] = sizes[..] else { return self.unknown_lengths(scan.node) };
        if examples > STEP_LIMIT {
            self.faults.add(format!("{}: the batch has more than {STEP_LIMIT} examples", label(scan.node)));
            return Ok(None);
        }
        let mut outputs: Vec<Vec<Value>> = Vec::new();
        for example in 0..examples {
            let mut parts = [Vec::new(), Vec::new()];
            for (part, values) in parts.iter_mut().zip([&carried, &sequences]) {
                for value in values {
                    let Some(element) = self.element_at(scan.node, value, example, 0)? else { return Ok(None) };
                    part.push(element);
                }
            }
            let [carried, sequences] = parts;
            let Some(results) = self.scanned(scan, carried, sequences, scope)? else { return Ok(None) };
            outputs.resize(results.len(), Vec::new());
            outputs.iter_mut().zip(results).for_each(|(all, result)| all.push(result));
        }
        let mut together = Vec::new();
        for values in outputs {
            let Some(value) = self.stack(scan.node, values, 0)? else { return Ok(None) };
            together.push(value);
        }
        Ok(Some(together))
    }

    fn unknown_lengths(&mut self, node: &Node<'a>) -> Outputs {
        let text = "the length of its sequences is not known, or they have different lengths; sizes can be given by the option \"Dimensions\"";
        self.faults.add(format!("{}: {text}", label(node)));
        Ok(None)
    }

    /// An element of a level of an array.
    fn element_at(&mut self, node: &Node<'a>, array: &Value, at: i64, axis: i64) -> Result<Option<Value>, Flow> {
        let at = number(at, Element::INT64);
        self.operation(node, "Gather", vec![array.clone(), at], vec![("axis", Expr::integer(axis))])
    }

    /// The steps of a scan, one after the other.
    fn scanned(
        &mut self,
        scan: &Scan<'a, '_>,
        mut carried: Vec<Value>,
        sequences: Vec<Value>,
        scope: &Scope<'_>,
    ) -> Outputs {
        let &Scan { node, body, axes, directions, results: [output_axes, output_directions] } = scan;
        let mut lengths = Vec::new();
        for (place, sequence) in sequences.iter().enumerate() {
            let rank = sequence.dimensions.len() as i64;
            let axis = axes.get(place).copied().unwrap_or(0);
            let level = if axis < 0 { axis + rank } else { axis };
            let size = usize::try_from(level).ok().and_then(|level| sequence.dimensions.get(level).cloned());
            lengths.extend(size);
        }
        lengths.dedup();
        let [length] = &lengths[..] else { return self.unknown_lengths(node) };
        let Some(length) = length.as_i64() else { return self.folded(scan, carried, sequences, scope) };
        if length > STEP_LIMIT {
            self.faults.add(format!("{}: the sequences have more than {STEP_LIMIT} elements", label(node)));
            return Ok(None);
        }
        let mut results: Vec<Vec<Value>> = vec![Vec::new(); body.outputs.len().saturating_sub(carried.len())];
        for step in 0..length {
            let mut inputs = carried.clone();
            for (place, sequence) in sequences.iter().enumerate() {
                let back = directions.get(place) == Some(&1);
                let at = if back { length - 1 - step } else { step };
                let axis = axes.get(place).copied().unwrap_or(0);
                let Some(element) = self.element_at(node, sequence, at, axis)? else { return Ok(None) };
                inputs.push(element);
            }
            let Some(mut outputs) = self.inlined(node, body, inputs, scope)? else { return Ok(None) };
            if outputs.len() < carried.len() {
                self.faults.add(format!("{}: its graph has too few outputs", label(node)));
                return Ok(None);
            }
            let made = outputs.split_off(carried.len());
            carried = outputs;
            results.iter_mut().zip(made).for_each(|(sequence, result)| sequence.push(result));
        }
        let wanted = results.len();
        self.stacked(node, carried, results, wanted, output_axes, output_directions)
    }
}
