//! Nets without the values of their arrays: a table of the layers, a graph of them, a hash.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use netform_layers::ParameterType;

use crate::PartialShape;
use crate::net::{ArrayValue, Leaf, Net, NetPort, Source, path_text};

/// A text that tells the ports, the layers with the shapes of what they give, and the sizes of the arrays.
pub(crate) fn summary(session: &mut Session, net: &Net) -> Result<String, Flow> {
    let mut rows = Vec::with_capacity(net.leaves.len() + net.inputs.len() + net.outputs.len() + 1);
    rows.push(["", "layer", "output", "array elements"].map(str::to_owned));
    let port = |session: &Session, kind: &str, port: &NetPort| {
        [port.name.to_string(), kind.to_owned(), shape_text(session, &port.shape), String::new()]
    };
    rows.extend(net.inputs.iter().filter(|input| !input.optional).map(|input| port(session, "input", input)));
    for leaf in &net.leaves {
        rows.push(row(session, leaf)?);
    }
    rows.extend(net.outputs.iter().map(|output| port(session, "output", output)));
    let open = net.missing_arrays().len();
    let arrays: usize =
        net.leaves.iter().map(|leaf| leaf.arrays.iter().filter(|(_, v)| *v != ArrayValue::None).count()).sum();
    let state = match open {
        0 => String::new(),
        _ if open == arrays => ", uninitialized".to_owned(),
        _ => format!(", {open} of {arrays} arrays uninitialized"),
    };
    let name = session.output_form(net.expr.head());
    let count = if net.leaves.len() == 1 { "1 layer".to_owned() } else { format!("{} layers", net.leaves.len()) };
    Ok(format!("{name} of {count}{state}\n{}", table(&rows)))
}

fn row(session: &mut Session, leaf: &Leaf) -> Result<[String; 4], Flow> {
    let shapes: Vec<String> = leaf.results().map(|port| shape_text(session, leaf.shape(&port.name))).collect();
    let mut counts = Vec::new();
    let mut known = true;
    for (name, _) in leaf.arrays.iter().filter(|(_, value)| *value != ArrayValue::None) {
        match leaf.shape(name).dimensions() {
            Some(dimensions) => counts.push(Expr::call(Sym::Times, dimensions)),
            None => known = false,
        }
    }
    let elements = match (known, counts.is_empty()) {
        (false, _) => "?".to_owned(),
        (true, true) => String::new(),
        (true, false) => {
            let total = session.evaluate_call(Sym::Plus, counts)?;
            session.output_form(&total)
        }
    };
    Ok([path_text(&leaf.path), leaf.layer.name.to_owned(), shapes.join(", "), elements])
}

/// A shape as it is written, with question marks for what is not known.
fn shape_text(session: &Session, shape: &PartialShape) -> String {
    match shape {
        PartialShape::Unknown => "?".to_owned(),
        PartialShape::Ranked(dimensions) => {
            let text =
                |size: &Option<Expr>| size.as_ref().map_or_else(|| "?".to_owned(), |size| session.output_form(size));
            format!("{{{}}}", dimensions.iter().map(text).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Columns of texts that begin at the same places.
fn table(rows: &[[String; 4]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..4).map(width).collect();
    let line = |row: &[String; 4]| {
        let cells: String = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}  ")).collect();
        cells.trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The layers and ports as vertices of a `Graph`, with an edge for each connection.
pub(crate) fn layers_graph(net: &Net) -> Expr {
    let vertex = |leaf: &Leaf| match leaf.path.as_slice() {
        [] => Expr::string(leaf.layer.name),
        [key] => key.clone(),
        path => Expr::list(path.to_vec()),
    };
    let port = |port: &NetPort| Expr::call(Sym::NetPort, [Expr::string(&port.name)]);
    let edge = |from: Expr, to: Expr| Expr::normal(Expr::symbol("System`DirectedEdge"), [from, to]);
    let leaves = || net.leaves.iter().filter(|leaf| leaf.owner.is_none());
    let mut edges = Vec::new();
    for leaf in leaves() {
        for (_, source) in &leaf.sources {
            let from = match source {
                Source::Input(input) if net.inputs[*input].optional => continue,
                Source::Input(input) => port(&net.inputs[*input]),
                Source::Leaf(place) => vertex(&net.leaves[place.leaf]),
            };
            edges.push(edge(from, vertex(leaf)));
        }
    }
    for output in &net.outputs {
        edges.extend(output.places.iter().map(|place| edge(vertex(&net.leaves[place.leaf]), port(output))));
    }
    let inputs = net.inputs.iter().filter(|input| !input.optional).map(port);
    let vertices = inputs.chain(leaves().map(vertex)).chain(net.outputs.iter().map(port));
    Expr::normal(Expr::symbol("System`Graph"), [Expr::list(vertices.collect::<Vec<_>>()), Expr::list(edges)])
}

/// A text that is the same for nets of the same layers with the same parameters and connections, whatever their names and
/// arrays are.
pub(crate) fn topology_hash(session: &Session, net: &Net) -> String {
    let mut hash = Fnv::default();
    for leaf in &net.leaves {
        hash.write(leaf.layer.name);
        let records = leaf.layer.arguments.iter().chain(leaf.layer.options);
        for (record, (name, value)) in records.zip(&leaf.parameters) {
            // The layers of a net that is an argument follow by themselves.
            if record.kind != ParameterType::Net {
                hash.write(name);
                hash.write(&session.input_form(value));
            }
        }
        hash.write(&format!("{:?} {:?}", leaf.owner, leaf.sources));
    }
    hash.write(&format!("{:?}", net.outputs.iter().map(|output| &output.places).collect::<Vec<_>>()));
    format!("{:016x}", hash.0)
}

/// The hash function of Fowler, Noll and Vo, 64 bits, variant 1a: the same on all machines.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Adds a text and its end.
    fn write(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
