//! Recurrences whose steps are those of the operators `LSTM`, `GRU` or `RNN`.
//!
//! The products of the weights with a sequence stand before the recurrence, where they are done for all steps at once; the
//! operators take them back.

use std::rc::Rc;

use super::element::Element;
use super::find::Finder;
use super::graph::{Attribute, Builder, Graph, Name, Node};

/// The sum in a gate: an element of a sequence, a product of weights with a state, and a bias.
#[derive(Clone, Debug)]
struct Sum {
    element: usize,
    state: usize,
    weights: Name,
    bias: Name,
}

/// An operator for a recurrence: its gates in the order of the format.
struct Cell {
    operator: &'static str,
    gates: Vec<Sum>,
    /// The state that is the output, and the one that is the memory.
    output: usize,
    memory: Option<usize>,
    /// What the output is in a step.
    next: Name,
    attributes: Vec<(&'static str, Attribute)>,
}

/// The body of a recurrence, and what is around it.
struct Step<'a> {
    inner: Finder<'a>,
    outer: &'a Finder<'a>,
    body: &'a Graph,
    states: usize,
    builder: &'a Builder,
}

/// The operator that a recurrence is, with what arranges its operands and results.
pub(super) fn cell(finder: &Finder<'_>, node: &Node, builder: &mut Builder) -> Option<Vec<Node>> {
    // Runtimes have these operators in single precision.
    if builder.real() != Element::Float {
        return None;
    }
    let body = node.attributes.iter().find_map(|(_, value)| match value {
        Attribute::Graph(graph) => Some(graph.as_ref()),
        _ => None,
    })?;
    let states = node.inputs.len().checked_sub(usize::try_from(node.integer("num_scan_inputs")?).ok()?)?;
    let step = Step { inner: Finder::new(&body.nodes), outer: finder, body, states, builder };
    let results: Vec<Name> = body.outputs.iter().map(|port| step.inner.source(&port.name)).collect();
    let cell = match states {
        1 => step.gru(results.first()?).or_else(|| step.rnn(results.first()?))?,
        2 => step.lstm(&results)?,
        _ => return None,
    };
    if results[states..].iter().any(|result| *result != cell.next) {
        return None;
    }
    let mut weights = Vec::new();
    let mut x: Option<(Name, bool)> = None;
    for gate in &cell.gates {
        let (own, of, is_turned) = sequence(finder, node.inputs.get(states + gate.element)?, builder)?;
        if x.get_or_insert_with(|| (Rc::clone(&of), is_turned)) != &(of, is_turned) {
            return None;
        }
        weights.push(own);
    }
    Some(written(node, &cell, weights, x?, builder))
}

/// The weights and the sequence whose product an operand is, and whether the sequence has examples before steps.
fn sequence(finder: &Finder<'_>, name: &Name, builder: &Builder) -> Option<(Name, Name, bool)> {
    let turned = finder.node(name).filter(|node| node.operator == "Transpose");
    let product = match turned {
        Some(node) if node.integers("perm") == Some(&[1, 0, 2]) => node.inputs.first()?,
        Some(_) => return None,
        None => name,
    };
    let [x, weights]: &[Name; 2] = finder.operands("MatMul", product)?;
    let turn = finder.node(weights).filter(|node| node.operator == "Transpose")?;
    let own = turn.inputs.first().filter(|_| turn.integers("perm") == Some(&[1, 0]))?;
    builder.stored_shape(own).filter(|shape| shape.len() == 2)?;
    Some((Rc::clone(own), Rc::clone(x), turned.is_some()))
}

impl Step<'_> {
    fn port(&self, name: &Name) -> Option<usize> {
        self.body.inputs.iter().position(|port| port.name == *name)
    }

    /// Terms of a sum with their signs.
    fn terms(&self, name: &Name) -> Vec<(bool, Name)> {
        let mut found = Vec::new();
        let mut stack = vec![(true, Rc::clone(name))];
        while let Some((sign, name)) = stack.pop() {
            match self.inner.node(&name).map(|node| (node.operator, node.inputs.as_slice())) {
                Some(("Add", [a, b])) => stack.extend([(sign, Rc::clone(a)), (sign, Rc::clone(b))]),
                Some(("Sub", [a, b])) => stack.extend([(sign, Rc::clone(a)), (!sign, Rc::clone(b))]),
                _ => found.push((sign, name)),
            }
        }
        found
    }

    /// The weights whose product with a state a value is.
    fn product(&self, name: &Name) -> Option<(usize, Name)> {
        let node = self.inner.node(name).filter(|node| node.operator == "Gemm" && node.integer("transB") == Some(1))?;
        let [state, weights] = node.inputs.as_slice() else { return None };
        let state = self.port(state).filter(|place| *place < self.states)?;
        self.builder.stored_shape(weights)?;
        Some((state, Rc::clone(weights)))
    }

    /// The vector of the net that a value is but for an axis of size 1; the sign is its own.
    fn bias(&self, name: &Name) -> Option<(bool, Name)> {
        let [inner, _]: &[Name; 2] = self.inner.operands("Unsqueeze", name)?;
        let (sign, array) = match self.outer.operands::<1>("Neg", inner) {
            Some([inner]) => (false, inner),
            None => (true, inner),
        };
        self.builder.stored_shape(array).filter(|shape| shape.len() == 1)?;
        Some((sign, Rc::clone(array)))
    }

    /// The sum in a gate, if all its terms have the sign.
    fn sum(&self, name: &Name, sign: bool) -> Option<Sum> {
        let (mut element, mut product, mut bias) = (None, None, None);
        let terms = self.terms(name);
        for (own, term) in &terms {
            if let Some((state, weights)) = self.product(term).filter(|_| *own == sign) {
                product = Some((state, weights));
            } else if let Some(place) = self.port(term).filter(|place| *own == sign && *place >= self.states) {
                element = Some(place - self.states);
            } else {
                let (inner, vector) = self.bias(term)?;
                bias = (inner == (*own == sign)).then_some(vector);
            }
        }
        let (state, weights) = product?;
        (terms.len() == 3).then_some(())?;
        Some(Sum { element: element?, state, weights, bias: bias? })
    }

    fn gate(&self, function: &str, name: &Name, sign: bool) -> Option<Sum> {
        let [inner]: &[Name; 1] = self.inner.operands(function, name)?;
        self.sum(inner, sign)
    }

    fn rnn(&self, next: &Name) -> Option<Cell> {
        let gates = vec![self.gate("Tanh", next, true)?];
        let (operator, next) = ("RNN", Rc::clone(next));
        Some(Cell { operator, gates, output: 0, memory: None, next, attributes: vec![] })
    }

    fn lstm(&self, results: &[Name]) -> Option<Cell> {
        (0..2).find_map(|output| {
            let memory = 1 - output;
            let (next, cell) = (results.get(output)?, results.get(memory)?);
            let exit = self.inner.either("Mul", next).find_map(|(gate, value)| {
                let [inner]: &[Name; 1] = self.inner.operands("Tanh", value)?;
                (inner == cell).then(|| self.gate("Sigmoid", gate, true)).flatten()
            })?;
            let (enter, forget, value) = self.inner.either("Add", cell).find_map(|(new, old)| {
                let (enter, value) = self.inner.either("Mul", new).find_map(|(gate, value)| {
                    Some((self.gate("Sigmoid", gate, true)?, self.gate("Tanh", value, true)?))
                })?;
                let forget = self.inner.either("Mul", old).find_map(|(gate, state)| {
                    (self.port(state)? == memory).then(|| self.gate("Sigmoid", gate, true)).flatten()
                })?;
                Some((enter, forget, value))
            })?;
            let gates = vec![enter, exit, forget, value];
            let is_it = gates.iter().all(|gate| gate.state == output);
            let cell = Cell {
                operator: "LSTM",
                gates,
                output,
                memory: Some(memory),
                next: Rc::clone(next),
                attributes: vec![],
            };
            is_it.then_some(cell)
        })
    }

    fn gru(&self, next: &Name) -> Option<Cell> {
        self.inner.either("Add", next).find_map(|(new, old)| {
            let update = self.inner.either("Mul", old).find_map(|(gate, state)| {
                (self.port(state)? == 0).then(|| self.gate("Sigmoid", gate, true)).flatten()
            })?;
            let (complement, value) = self.inner.either("Mul", new).find_map(|(gate, value)| {
                Some((self.gate("Sigmoid", gate, false)?, self.inner.operands::<1>("Tanh", value)?))
            })?;
            let same = complement.element == update.element
                && complement.weights == update.weights
                && complement.bias == update.bias;
            let (reset, value) = self.reset(&value[0]).filter(|_| same)?;
            let attributes = vec![("linear_before_reset", Attribute::Integer(1))];
            let gates = vec![update, reset, value];
            Some(Cell { operator: "GRU", gates, output: 0, memory: None, next: Rc::clone(next), attributes })
        })
    }

    /// The reset gate, and the sum in whose product with the state it is a factor.
    fn reset(&self, name: &Name) -> Option<(Sum, Sum)> {
        let (mut reset, mut element, mut bias) = (None, None, None);
        let terms = self.terms(name);
        for (_, term) in terms.iter().filter(|(sign, _)| *sign) {
            let factors = self
                .inner
                .either("Mul", term)
                .find_map(|(gate, product)| Some((self.gate("Sigmoid", gate, true)?, self.product(product)?)));
            if factors.is_some() {
                reset = factors;
            } else if let Some(place) = self.port(term).filter(|place| *place >= self.states) {
                element = Some(place - self.states);
            } else {
                bias = self.bias(term).filter(|(sign, _)| *sign).map(|(_, vector)| vector);
            }
        }
        let (gate, (state, weights)) = reset?;
        (terms.len() == 3).then_some(())?;
        Some((gate, Sum { element: element?, state, weights, bias: bias? }))
    }
}

/// The nodes of a cell: its operands in the arrangement of the format, and the results of the recurrence.
fn written(node: &Node, cell: &Cell, weights: Vec<Name>, x: (Name, bool), builder: &mut Builder) -> Vec<Node> {
    let hidden = builder.stored_shape(&cell.gates[0].weights).and_then(|shape| shape.first().copied()).unwrap_or(0);
    let mut nodes = Vec::new();
    let (zero, one) = (builder.integers(&[0]), builder.integers(&[1]));
    let mut add = |builder: &mut Builder, operator: &'static str, inputs: Vec<Name>, attributes| {
        let name = builder.name(operator);
        nodes.push(Node { operator, inputs, outputs: vec![Rc::clone(&name)], attributes });
        name
    };
    let mut joined = |builder: &mut Builder, parts: Vec<Name>| {
        let whole = match parts.as_slice() {
            [single] => Rc::clone(single),
            _ => add(builder, "Concat", parts, vec![("axis", Attribute::Integer(0))]),
        };
        add(builder, "Unsqueeze", vec![whole, Rc::clone(&zero)], vec![])
    };
    let states = cell.gates.iter().map(|gate| Rc::clone(&gate.weights)).collect();
    let count = hidden * cell.gates.len() as i64;
    let none = builder.constant(Element::Float, &[count], &vec![0.0; usize::try_from(count).unwrap_or(0)]);
    let biases = cell.gates.iter().map(|gate| Rc::clone(&gate.bias)).chain([none]).collect();
    let operands = [weights, states, biases].map(|parts| joined(builder, parts));
    let sequence = match x {
        (x, true) => add(builder, "Transpose", vec![x], vec![("perm", Attribute::Integers(vec![1, 0, 2]))]),
        (x, false) => x,
    };
    let mut initial = |builder: &mut Builder, state: usize| {
        add(builder, "Unsqueeze", vec![Rc::clone(&node.inputs[state]), Rc::clone(&zero)], vec![])
    };
    let mut inputs = vec![sequence];
    inputs.extend(operands);
    // The lengths of sequences are left out: all are whole.
    inputs.push("".into());
    inputs.push(initial(builder, cell.output));
    inputs.extend(cell.memory.map(|memory| initial(builder, memory)));
    let results: Vec<Name> =
        (0..inputs.len().min(2 + cell.memory.iter().len())).map(|_| builder.name(cell.operator)).collect();
    let backward = node.integers("scan_input_directions").is_some();
    let direction = if backward { "reverse" } else { "forward" };
    let mut attributes = cell.attributes.clone();
    attributes.push(("hidden_size", Attribute::Integer(hidden)));
    attributes.push(("direction", Attribute::Text(direction.to_owned())));
    nodes.push(Node { operator: cell.operator, inputs, outputs: results.clone(), attributes });
    let states = [Some(cell.output), cell.memory];
    for (place, output) in node.outputs.iter().enumerate() {
        let state = states.iter().position(|state| *state == Some(place));
        let (source, axis) = match state {
            Some(state) => (&results[1 + state], &zero),
            None => (&results[0], &one),
        };
        let inputs = vec![Rc::clone(source), Rc::clone(axis)];
        nodes.push(Node { operator: "Squeeze", inputs, outputs: vec![Rc::clone(output)], attributes: vec![] });
    }
    nodes
}
