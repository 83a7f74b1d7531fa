//! Nodes with graphs in them: choices, and loops, which are written out; scans are in `scan.rs`, attention that graphs change in
//! `flexible.rs`.

use netform_eval::Flow;
use netform_expr::Expr;

use super::graph::Importer;
use super::label;
use super::value::{Content, Scope, Value};
use crate::onnx::model::{AttributeValue, Graph, Node};
use crate::onnx::operators::preview;
use crate::onnx::tensor::Element;

/// The most steps of a loop.
pub(super) const STEP_LIMIT: i64 = 4_000;

/// The outputs of a node, or nothing after an error.
pub(super) type Outputs = Result<Option<Vec<Value>>, Flow>;

impl<'a> Importer<'_, 'a> {
    /// The outputs of a node whose operator has graphs; `None` if it is another operator.
    pub(super) fn control(&mut self, node: &Node<'a>, scope: &Scope<'_>) -> Result<Option<Option<Vec<Value>>>, Flow> {
        Ok(Some(match (node.domain, node.operator) {
            ("", "If") => self.choice(node, scope)?,
            ("", "Loop") => self.repetition(node, scope)?,
            ("", "Scan") => self.scan(node, scope)?,
            ("", "SequenceMap") => self.sequence_map(node, scope)?,
            (preview::DOMAIN, "FlexAttention") => self.flexible(node, scope)?,
            _ => return Ok(None),
        }))
    }

    /// The graph of an attribute.
    pub(super) fn body<'n>(&mut self, node: &'n Node<'a>, name: &str) -> Option<&'n Graph<'a>> {
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
    pub(super) fn operand(&mut self, node: &Node<'a>, place: usize, scope: &Scope<'_>) -> Result<Option<Value>, ()> {
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
    pub(super) fn inlined(
        &mut self,
        node: &Node<'a>,
        graph: &Graph<'a>,
        inputs: Vec<Value>,
        outer: &Scope<'_>,
    ) -> Outputs {
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
        self.chosen(node, &condition, yes, no)
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
        // Where the condition is computed, each step has both what it makes and what was before, and the condition chooses.
        let mut running = condition.filter(|_| going.is_none());
        loop {
            let Some(most) = most.filter(|most| going.is_some() || self.is_choice(node, carried.len(), *most)) else {
                self.faults.add(format!(
                    "{}: how often the loop runs depends on computed values; what they depend on can be given by the option \"Constants\"",
                    label(node)
                ));
                return Ok(None);
            };
            if step >= most || going == Some(0) {
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
            let next = outputs.split_off(1);
            let condition = outputs.remove(0);
            going = condition.constant().and_then(single);
            match running.take() {
                None => {
                    carried = next;
                    running = going.is_none().then_some(condition);
                }
                Some(before) => {
                    let Some(chosen) = self.chosen(node, &before, next, carried)? else { return Ok(None) };
                    carried = chosen;
                    let Some(still) = self.operation(node, "And", vec![before, condition], Vec::new())? else {
                        return Ok(None);
                    };
                    going = still.constant().and_then(single);
                    running = Some(still);
                }
            }
            if sequences.is_empty() {
                sequences = vec![Vec::new(); results.len()];
            }
            sequences.iter_mut().zip(results).for_each(|(sequence, result)| sequence.push(result));
            step += 1;
        }
        let wanted = node.outputs.len().saturating_sub(carried.len());
        if step == 0 && wanted > 0 {
            let Some(empty) = self.without_steps(node, body, &carried, scope)? else { return Ok(None) };
            carried.extend(empty);
            return Ok(Some(carried));
        }
        self.stacked(node, carried, sequences, wanted, &[], &[])
    }

    /// The results of a loop that makes no step: arrays without elements, of the dimensions that results of a step would have.
    fn without_steps(&mut self, node: &Node<'a>, body: &Graph<'a>, carried: &[Value], scope: &Scope<'_>) -> Outputs {
        let mut inputs = vec![number(0, Element::INT64), number(1, Element::Bool)];
        inputs.extend(carried.iter().cloned());
        let Some(mut outputs) = self.inlined(node, body, inputs, scope)? else { return Ok(None) };
        let results = outputs.split_off((1 + carried.len()).min(outputs.len()));
        let empty = |result: Value| {
            let dimensions: Vec<Expr> = [Expr::integer(0)].into_iter().chain(result.dimensions).collect();
            Value { content: Content::Constant(Expr::list([])), element: result.element, dimensions }
        };
        Ok(Some(results.into_iter().map(empty).collect()))
    }

    /// Whether a loop can be written out although it is not known when it ends: it has a bound, and all that is used are carried values.
    fn is_choice(&self, node: &Node<'_>, carried: usize, most: i64) -> bool {
        most <= STEP_LIMIT && node.outputs.iter().skip(carried).all(|name| name.is_empty())
    }

    /// One of two values by a condition, for each of several.
    fn chosen(&mut self, node: &Node<'a>, condition: &Value, yes: Vec<Value>, no: Vec<Value>) -> Outputs {
        let mut outputs = Vec::new();
        for (yes, no) in yes.into_iter().zip(no) {
            if yes.dimensions != no.dimensions {
                self.faults.add(format!(
                    "{}: there are arrays of different dimensions to choose from, and the condition is not known; its input can be given by the option \"Constants\"",
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

    /// Carried values, and sequences of results as arrays.
    pub(super) fn stacked(
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
