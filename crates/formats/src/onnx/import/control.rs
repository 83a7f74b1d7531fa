//! Nodes with graphs in them: choices, and loops, which are written out.

use netform_eval::Flow;
use netform_expr::Expr;

use super::graph::Importer;
use super::label;
use super::value::{Content, Scope, Value};
use crate::onnx::model::{AttributeValue, Graph, Node};
use crate::onnx::tensor::Element;

/// The most steps of a loop.
const STEP_LIMIT: i64 = 4_000;

/// The outputs of a node, or nothing after an error.
type Outputs = Result<Option<Vec<Value>>, Flow>;

/// A scan: its graph, the levels of its sequences, which of them are read from the end, and the same of its results.
struct Scan<'a, 'n> {
    node: &'n Node<'a>,
    body: &'n Graph<'a>,
    axes: &'n [i64],
    directions: &'n [i64],
    results: [&'n [i64]; 2],
}

impl<'a> Importer<'_, 'a> {
    /// The outputs of a node whose operator has graphs; `None` if it is another operator.
    pub(super) fn control(&mut self, node: &Node<'a>, scope: &Scope<'_>) -> Result<Option<Option<Vec<Value>>>, Flow> {
        Ok(Some(match (node.domain, node.operator) {
            ("", "If") => self.choice(node, scope)?,
            ("", "Loop") => self.repetition(node, scope)?,
            ("", "Scan") => self.scan(node, scope)?,
            _ => return Ok(None),
        }))
    }

    /// The graph of an attribute.
    fn body<'n>(&mut self, node: &'n Node<'a>, name: &str) -> Option<&'n Graph<'a>> {
        let attribute = node.attributes.iter().find(|attribute| attribute.name == name);
        match attribute.map(|attribute| &attribute.value) {
            Some(AttributeValue::Graph(graph)) => Some(graph),
            _ => {
                self.faults.add(format!("{}: the attribute {name:?} with a graph is missing", label(node)));
                None
            }
        }
    }

    /// The value of an input, `None` if it is left out; an error is told about one that is not there.
    fn operand(&mut self, node: &Node<'a>, place: usize, scope: &Scope<'_>) -> Result<Option<Value>, ()> {
        let Some(name) = node.inputs.get(place).filter(|name| !name.is_empty()) else { return Ok(None) };
        match scope.get(name) {
            Some(value) if value.is_failed() => Err(()),
            Some(value) => Ok(Some(value.clone())),
            None => {
                self.faults.add(format!("{}: its input {name:?} is not computed", label(node)));
                Err(())
            }
        }
    }

    /// The outputs of a graph whose inputs have these values.
    fn inlined(&mut self, node: &Node<'a>, graph: &Graph<'a>, inputs: Vec<Value>, outer: &Scope<'_>) -> Outputs {
        let mut scope = Scope::inside(outer);
        if inputs.len() != graph.inputs.len() {
            let (expected, found) = (graph.inputs.len(), inputs.len());
            self.faults.add(format!("{}: its graph has {expected} inputs, but {found} are given", label(node)));
            return Ok(None);
        }
        for (info, value) in graph.inputs.iter().zip(inputs) {
            scope.set(info.name, value);
        }
        self.graph(graph, &mut scope)?;
        let mut outputs = Vec::new();
        for output in &graph.outputs {
            match scope.get(output.name) {
                Some(value) if value.is_failed() => return Ok(None),
                Some(value) => outputs.push(value.clone()),
                None => {
                    self.faults.add(format!("{}: no node of its graph computes {:?}", label(node), output.name));
                    return Ok(None);
                }
            }
        }
        Ok(Some(outputs))
    }

    fn choice(&mut self, node: &Node<'a>, scope: &Scope<'_>) -> Outputs {
        let (Some(yes), Some(no)) = (self.body(node, "then_branch"), self.body(node, "else_branch")) else {
            return Ok(None);
        };
        let Ok(Some(condition)) = self.operand(node, 0, scope) else { return Ok(None) };
        if let Some(known) = condition.constant().and_then(single) {
            return self.inlined(node, if known == 0 { no } else { yes }, Vec::new(), scope);
        }
        let (Some(yes), Some(no)) =
            (self.inlined(node, yes, Vec::new(), scope)?, self.inlined(node, no, Vec::new(), scope)?)
        else {
            return Ok(None);
        };
        let mut outputs = Vec::new();
        for (yes, no) in yes.into_iter().zip(no) {
            if yes.dimensions != no.dimensions {
                self.faults.add(format!(
                    "{}: its branches give arrays of different dimensions, and the condition is not known; its input can be given by the option \"Constants\"",
                    label(node)
                ));
                return Ok(None);
            }
            let Some(value) = self.operation(node, "If", vec![condition.clone(), yes, no], Vec::new())? else {
                return Ok(None);
            };
            outputs.push(value);
        }
        Ok(Some(outputs))
    }

    fn repetition(&mut self, node: &Node<'a>, scope: &Scope<'_>) -> Outputs {
        let Some(body) = self.body(node, "body") else { return Ok(None) };
        let (Ok(count), Ok(condition)) = (self.operand(node, 0, scope), self.operand(node, 1, scope)) else {
            return Ok(None);
        };
        let most = match &count {
            None => Some(i64::MAX),
            Some(count) => count.constant().and_then(single),
        };
        let mut going = match &condition {
            None => Some(1),
            Some(condition) => condition.constant().and_then(single),
        };
        let mut carried = Vec::new();
        for place in 2..node.inputs.len() {
            match self.operand(node, place, scope) {
                Ok(Some(value)) => carried.push(value),
                _ => return Ok(None),
            }
        }
        let mut sequences: Vec<Vec<Value>> = Vec::new();
        let mut step = 0;
        loop {
            let (Some(most), Some(still)) = (most, going) else {
                self.faults.add(format!(
                    "{}: how often the loop runs depends on computed values; what they depend on can be given by the option \"Constants\"",
                    label(node)
                ));
                return Ok(None);
            };
            if step >= most || still == 0 {
                break;
            }
            if step >= STEP_LIMIT {
                self.faults.add(format!("{}: the loop has more than {STEP_LIMIT} steps", label(node)));
                return Ok(None);
            }
            let mut inputs = vec![number(step, Element::INT64), number(1, Element::Bool)];
            inputs.extend(carried.iter().cloned());
            let Some(mut outputs) = self.inlined(node, body, inputs, scope)? else { return Ok(None) };
            if outputs.len() < 1 + carried.len() {
                self.faults.add(format!("{}: its graph has too few outputs", label(node)));
                return Ok(None);
            }
            let results = outputs.split_off(1 + carried.len());
            carried = outputs.split_off(1);
            going = outputs[0].constant().and_then(single);
            if sequences.is_empty() {
                sequences = vec![Vec::new(); results.len()];
            }
            sequences.iter_mut().zip(results).for_each(|(sequence, result)| sequence.push(result));
            step += 1;
        }
        let wanted = node.outputs.len().saturating_sub(carried.len());
        self.stacked(node, carried, sequences, wanted, &[], &[])
    }

    fn scan(&mut self, node: &Node<'a>, scope: &Scope<'_>) -> Outputs {
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
            let size = usize::try_from(level).ok().and_then(|level| sequence.dimensions.get(level)?.as_i64());
            lengths.extend(size);
        }
        lengths.dedup();
        let [length] = lengths[..] else { return self.unknown_lengths(node) };
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

    /// Carried values, and sequences of results as arrays.
    fn stacked(
        &mut self,
        node: &Node<'a>,
        carried: Vec<Value>,
        sequences: Vec<Vec<Value>>,
        wanted: usize,
        axes: &[i64],
        directions: &[i64],
    ) -> Outputs {
        let mut outputs = carried;
        if sequences.len() < wanted {
            self.faults.add(format!("{}: a loop without steps has no results to be put together", label(node)));
            return Ok(None);
        }
        for (place, mut sequence) in sequences.into_iter().enumerate() {
            if directions.get(place) == Some(&1) {
                sequence.reverse();
            }
            let axis = axes.get(place).copied().unwrap_or(0);
            let Some(value) = self.stack(node, sequence, axis)? else { return Ok(None) };
            outputs.push(value);
        }
        Ok(Some(outputs))
    }

    /// Arrays of the same dimensions along a new axis.
    pub(super) fn stack(&mut self, node: &Node<'a>, values: Vec<Value>, axis: i64) -> Result<Option<Value>, Flow> {
        let axes = Value {
            content: Content::Constant(Expr::list([Expr::integer(axis)])),
            element: Element::INT64,
            dimensions: vec![Expr::integer(1)],
        };
        let mut rows = Vec::new();
        for value in values {
            match self.operation(node, "Unsqueeze", vec![value, axes.clone()], Vec::new())? {
                Some(row) => rows.push(row),
                None => return Ok(None),
            }
        }
        self.operation(node, "Concat", rows, vec![("axis", Expr::integer(axis))])
    }
}

/// A single number that is known, `True` as 1.
pub(super) fn single(value: &Expr) -> Option<i64> {
    let mut value = value.clone();
    while value.is_list() && value.len() == 1 {
        value = value.arg(0);
    }
    value.as_i64()
}

/// A number as a value.
pub(super) fn number(value: i64, element: Element) -> Value {
    Value { content: Content::Constant(Expr::integer(value)), element, dimensions: Vec::new() }
}
