//! Nets as models of ONNX: `Export["net.onnx", net]`.
//!
//! A model is made of the net's program, as numbers and code are: each primitive becomes an operator or a few ([`program`]).
//! Functions of numbers are operators by their records ([`elementwise`]).

mod arrangement;
mod bias;
mod cells;
mod clip;
mod contraction;
mod convolution;
mod element;
mod elementwise;
mod find;
mod graph;
mod named;
mod program;
mod recurrence;
mod reduction;
mod shape;
mod sizes;

use std::collections::HashMap;
use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{Compiled, Dim, OpenSizes, Tables, Type, batched, hoist, optimize};
use netform_eval::{Flow, Quiet, Session};
use netform_expr::{Expr, Sym};

use crate::arrays::machine_numbers;
use crate::scalar::Scalars;
use crate::{Destination, FormatError, derivatives};
use element::Element;
use graph::{Builder, Graph};
use program::{Exporter, Held, Tensor, Written};

/// `"Precision"` is `"Real32"` or `"Real64"`; `"BatchSize"` the number of examples that the model takes at once: any for
/// `Automatic`, and `None` for one example without a dimension for it; `"Outputs"` is a list of `"Value"`, `"Gradient"` and
/// `"Jacobian"`; `"ElementTypes"` is an association from ports to what their elements are in the file.
pub(super) const OPTIONS: &[&str] = &["Precision", "BatchSize", "Outputs", "ElementTypes"];

/// The version of the operators' set, and that of the format.
const OPSET: i64 = 18;
const IR_VERSION: i64 = 8;

/// The symbol of the number of examples, which a model names without its context.
const EXAMPLES: &str = "Program`batch";

/// A position that is in no array: 2^62.
const FAR: f64 = 4_611_686_018_427_387_904.0;

/// What is said of a net that has no program.
const NO_PROGRAM: &str = "cannot be computed on machine numbers";

/// No message may be longer.
const LIMIT: usize = (1 << 31) - 1;

/// How many examples a model takes.
enum Examples {
    /// One, without a dimension for it.
    One,
    Known(usize),
    Any,
}

pub(super) fn write(session: &mut Session, to: &Destination<'_>) -> Result<Result<Vec<u8>, FormatError>, Flow> {
    let refuse = |why: &str| Ok(Err(FormatError::Value(why.to_owned())));
    let element = match to.option("Precision").map(|value| value.as_str().map(str::to_owned)) {
        None => Element::Float,
        Some(Some(name)) if name == "Real32" => Element::Float,
        Some(Some(name)) if name == "Real64" => Element::Double,
        Some(_) => return refuse("the option \"Precision\" is \"Real32\" or \"Real64\""),
    };
    let examples = match to.option("BatchSize") {
        None => Examples::Any,
        Some(value) if value.is(Sym::Automatic) => Examples::Any,
        Some(value) if value.is(Sym::None) => Examples::One,
        Some(value) => match value.as_usize().filter(|size| *size > 0) {
            Some(size) => Examples::Known(size),
            None => return refuse("the option \"BatchSize\" is Automatic, None or a positive integer"),
        },
    };
    let Some(types) = element_types(to) else {
        return refuse(
            "the option \"ElementTypes\" is an association from ports to \"FLOAT\", \"DOUBLE\", \"INT64\", \"INT32\" or \"BOOL\"",
        );
    };
    let real = if element == Element::Double { ElementType::F64 } else { ElementType::F32 };
    let compiled = match derivatives::compiled(session, to, real, OpenSizes::Symbols)? {
        Ok(compiled) => compiled,
        Err(why) if why.contains(NO_PROGRAM) => {
            return Ok(Err(FormatError::NoForm(with_advice(session, to.value, why)?)));
        }
        Err(why) => return refuse(&why),
    };
    let registry = Arc::clone(session.registry());
    let scalars = Scalars::new(Tables::new(session).for_numbers(), registry);
    let mut exporter =
        Exporter { scalars, builder: Builder::of(element), real: element, sizes: sizes::OpenSizes::default() };
    let made = exporter.model(compiled, &examples, &types, to.path);
    match (exporter.scalars.into_tables().flow(), made) {
        (Some(flow), Err(_)) => Err(flow),
        (_, Ok(bytes)) if bytes.len() > LIMIT => {
            refuse("a model of ONNX has at most 2 GB; \"Precision\" -> \"Real32\" halves the size of arrays")
        }
        (_, made) => Ok(made.map_err(FormatError::NoForm)),
    }
}

/// Why there is no program, and what helps where sizes are not known.
fn with_advice(session: &mut Session, net: &Expr, why: String) -> Result<String, Flow> {
    let known = session.parse_static("Function[VectorQ[Flatten[Values[Information[#, \"InputPorts\"]]], IntegerQ]]");
    let known = session.quietly(Quiet::All, |session| session.evaluate(&Expr::normal(known, [net.clone()])))?;
    Ok(match known.is(Sym::False) {
        true => format!(
            "{}; some sizes of its inputs are not known, and it may have a program where they are: the option \"Dimensions\" of Import gives \
             them for files of ONNX, such as \"Dimensions\" -> <|\"height\" -> 32|>, and the option of the input does so for other nets",
            why.trim_end_matches('.')
        ),
        false => why,
    })
}

/// What the elements of ports are in the file, where the option says so.
fn element_types(to: &Destination<'_>) -> Option<HashMap<String, Element>> {
    let Some(given) = to.option("ElementTypes") else { return Some(HashMap::new()) };
    let entry = |rule: &Expr| Some((rule.arg(0).as_str()?.to_owned(), Element::named(rule.arg(1).as_str()?)?));
    given.has_head(Sym::Association).then(|| given.args().iter().map(entry).collect())?
}

impl Exporter<'_> {
    fn model(
        &mut self,
        compiled: Compiled,
        examples: &Examples,
        types: &HashMap<String, Element>,
        path: &str,
    ) -> Written<Vec<u8>> {
        let data = compiled.program.inputs().len() - compiled.parameters.len();
        let count = match examples {
            Examples::One => None,
            Examples::Known(size) => Some(Dim::from(*size)),
            Examples::Any => Some(Dim::symbol(Expr::symbol(EXAMPLES))),
        };
        // What a recurrence does for all its steps at once are operators on all of them.
        let own = hoist(&compiled.program).map_err(|error| error.to_string())?;
        let program = match count.filter(|_| data > 0) {
            None => optimize(&own).map_err(|error| error.to_string())?,
            Some(count) => {
                let is_shared: Vec<bool> = (0..own.inputs().len()).map(|place| place >= data).collect();
                let batch = batched(&own, &count, &is_shared).map_err(|error| error.to_string())?;
                optimize(&batch).map_err(|error| error.to_string())?
            }
        };
        self.builder.begin();
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let mut graph = Graph { name: file.split('.').next().unwrap_or(file).to_owned(), ..Graph::default() };
        let mut values = Vec::with_capacity(program.inputs().len());
        for (place, &input) in program.inputs().iter().enumerate() {
            let value_type = program.type_of(input);
            let label = program.input_name(input).map_or("", |name| name);
            let tensor = match place.checked_sub(data) {
                None => {
                    let tensor = self.declared(label, value_type)?;
                    self.sizes.of_input(&tensor.name, &tensor.shape);
                    let stated = types.get(label).copied().unwrap_or(tensor.element);
                    let port = Tensor { element: stated, ..tensor.clone() };
                    graph.inputs.push(self.port(&port));
                    let data = self.cast(&port, tensor.element);
                    self.positions(data)
                }
                Some(place) => self.array(label, value_type, &compiled.parameters[place])?,
            };
            values.push(Held::Tensor(tensor));
        }
        let results = self.program(&program, values)?;
        for (output, tensor) in program.outputs().iter().zip(results) {
            let stated = types.get(&*output.name).copied().unwrap_or(tensor.element);
            let tensor = self.cast(&tensor, stated);
            let name = self.builder.name(&output.name);
            self.builder.node_named("Identity", &tensor.name, &name);
            graph.outputs.push(self.port(&Tensor { name, ..tensor }));
        }
        graph.nodes = self.builder.end();
        let producer = concat!("netform ", env!("CARGO_PKG_VERSION"));
        Ok(self.builder.model(graph, OPSET, IR_VERSION, producer))
    }

    fn declared(&mut self, label: &str, value_type: &Type) -> Written<Tensor> {
        let name = self.builder.name(if label.is_empty() { "Input" } else { label });
        Ok(Tensor::new(name, self.element(value_type.element)?, &value_type.shape))
    }

    /// Positions in the data, those below 1 replaced by one that no array has: the operator that reads an array there would
    /// count others from its end.
    fn positions(&mut self, data: Tensor) -> Tensor {
        if data.element != Element::Integer {
            return data;
        }
        let [one, far] = [1.0, FAR].map(|value| self.builder.constant(Element::Integer, &[], &[value]));
        let is_position = self.builder.node("GreaterOrEqual", &[&data.name, &one], vec![]);
        let name = self.builder.node("Where", &[&is_position, &data.name, &far], vec![]);
        Tensor { name, ..data }
    }

    /// An array of the net.
    fn array(&mut self, label: &str, value_type: &Type, value: &Expr) -> Written<Tensor> {
        let element = self.element(value_type.element)?;
        let shape: Option<Vec<i64>> = value_type.shape.iter().map(Dim::as_integer).collect();
        let shape = shape.ok_or_else(|| format!("the shape of {label} is not known"))?;
        let mut elements = Vec::new();
        machine_numbers(value, &mut elements);
        if elements.len() as i64 != shape.iter().product::<i64>() {
            return Err(format!("{label} has not as many numbers as its shape says"));
        }
        let name = self.builder.array(label, element, &shape, &elements);
        Ok(Tensor::new(name, element, &value_type.shape))
    }
}
