//! Recurrences as the operator `Scan`, whose body is a graph of its own.

use std::rc::Rc;

use netform_compile::{Dim, Direction, Scan, Type};

use super::element::Element;
use super::graph::{Attribute, Graph, Name, Port, Size};
use super::program::{Exporter, Held, Tensor, Written};

impl Exporter<'_> {
    pub(super) fn scan(&mut self, scan: &Scan, operands: &[Tensor], results: &[&Type]) -> Written<Vec<Tensor>> {
        let (initial, rest) = operands.split_at(scan.states);
        let (sequences, constants) = rest.split_at(scan.sequences);
        if scan.length.as_integer() == Some(0) {
            let mut all = initial.to_vec();
            for result in &results[scan.states..] {
                let filled = self.filled(0.0, result)?;
                all.push(self.tensor(&filled)?);
            }
            return Ok(all);
        }
        let mut inputs = Vec::with_capacity(operands.len());
        for operand in initial.iter().chain(sequences) {
            inputs.push(self.full(operand)?.name);
        }
        // The operator wants a sequence, which says how many steps there are.
        let counter = sequences.is_empty();
        if counter {
            let steps = self.counted(&scan.length)?;
            inputs.push(steps);
        }
        let count = inputs.len() - scan.states;
        let body = self.body(scan, constants, counter)?;
        let inputs: Vec<&Name> = inputs.iter().collect();
        let backward = i64::from(scan.direction == Direction::Backward);
        let mut attributes =
            vec![("body", Attribute::Graph(Box::new(body))), ("num_scan_inputs", Attribute::Integer(count as i64))];
        if backward == 1 {
            attributes.push(("scan_input_directions", Attribute::Integers(vec![1; count])));
            attributes.push(("scan_output_directions", Attribute::Integers(vec![1; results.len() - scan.states])));
        }
        let names = self.builder.nodes("Scan", &inputs, attributes, results.len());
        let tensors = names.into_iter().zip(results);
        tensors.map(|(name, result)| Ok(Tensor::new(name, self.element(result.element)?, &result.shape))).collect()
    }

    /// One step as a graph; constants are read from the graph around it.
    fn body(&mut self, scan: &Scan, constants: &[Tensor], counter: bool) -> Written<Graph> {
        let program = &scan.body;
        let fixed = scan.states + scan.sequences;
        let mut graph = Graph { name: "step".to_owned(), ..Graph::default() };
        let mut values = Vec::with_capacity(program.inputs().len());
        for (place, &input) in program.inputs()[..fixed].iter().enumerate() {
            let value_type = program.type_of(input);
            let name = self.builder.name(if place < scan.states { "state" } else { "element" });
            let tensor = Tensor::new(name, self.element(value_type.element)?, &value_type.shape);
            graph.inputs.push(self.port(&tensor));
            values.push(Held::Tensor(tensor));
        }
        if counter {
            let name = self.builder.name("step");
            graph.inputs.push(Port { name, element: Element::Integer, shape: vec![] });
        }
        values.extend(constants.iter().cloned().map(Held::Tensor));
        self.builder.begin();
        let results = self.program(program, values);
        // Each result of a step has a name of its own.
        let named = |tensor: Tensor| {
            let name = self.builder.node_of_its_own("Identity", &tensor.name);
            Tensor { name, ..tensor }
        };
        let results: Written<Vec<Tensor>> = results.map(|results| results.into_iter().map(named).collect());
        graph.nodes = self.builder.end();
        graph.outputs = results?.iter().map(|tensor| self.port(tensor)).collect();
        Ok(graph)
    }

    /// The declaration of a value.
    pub(super) fn port(&self, tensor: &Tensor) -> Port {
        let size = |dim: &Dim| dim.as_integer().map_or_else(|| Size::Named(dim.to_string()), Size::Known);
        Port { name: Rc::clone(&tensor.name), element: tensor.element, shape: tensor.shape.iter().map(size).collect() }
    }
}
