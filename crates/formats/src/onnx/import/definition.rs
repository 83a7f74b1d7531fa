//! The definition of an operator with the inputs and attributes of a node.

use netform_eval::{Flow, Session};
use netform_expr::number::Integer;
use netform_expr::pattern::Bindings;
use netform_expr::{Expr, Number, Sym, occurs, substitute};
use rustc_hash::FxHashSet;

use super::graph::Importer;
use super::label;
use super::layer::{Output, Port};
use super::node::Given;
use super::value::{Content, Value};
use crate::graph::identifier;
use crate::onnx::model::{Attribute, AttributeValue, Node};
use crate::onnx::operators::{self, Count, ElementOf, Meaning, Operator};
use crate::onnx::tensor::Element;

impl<'a> Importer<'_, 'a> {
    /// The outputs of an operator, or nothing after an error.
    pub(super) fn apply(
        &mut self,
        node: &Node<'a>,
        row: &'static Operator,
        given: Vec<Given>,
        attributes: Vec<(Expr, Expr)>,
    ) -> Result<Option<Vec<Option<Value>>>, Flow> {
        let mut elements: Vec<Element> = given.iter().map(|input| input.value.element).collect();
        let mut fixed = attributes;
        let first = elements.first().copied().unwrap_or(Element::FLOAT);
        fixed.push((operators::symbol("T"), Expr::string(first.kind())));
        fixed.push((operators::symbol("wrapped"), wrapped(self.session, first)));
        for input in &given {
            let kind = Expr::string(input.value.element.kind());
            fixed.push((operators::symbol(&format!("{}_kind", input.name)), kind));
        }
        let to = row.outputs.first().map_or(first, |output| self.element(node, output.element, &elements));
        if let Element::Other(_) = to {
            self.faults.add(format!("{}: elements of the type {} are not supported", label(node), to.name()));
            return Ok(None);
        }
        let rounding = match to {
            Element::Small(small) => small.rounding(),
            Element::BFloat16 => bfloat16(),
            _ => Sym::None.into(),
        };
        let cast_to = Expr::list([Expr::string(to.kind()), wrapped(self.session, to), rounding]);
        fixed.push((operators::symbol("castTo"), cast_to));
        fixed.push((operators::symbol("range"), range(to)));
        fixed.push((operators::symbol("version"), Expr::integer(self.version(node.domain).unwrap_or(0))));
        fixed.push((operators::symbol("outputs"), Expr::integer(node.outputs.len() as i64)));
        let used = node.outputs.iter().enumerate().filter(|(_, name)| !name.is_empty());
        let used = used.map(|(place, _)| Expr::integer(place as i64 + 1));
        fixed.push((operators::symbol("used"), Expr::list(used)));
        fixed.push((operators::symbol("wanted"), Expr::integer(only_output(node).map_or(0, |place| place as i64 + 1))));
        if elements.is_empty() {
            elements.push(Element::FLOAT);
        }
        let is_folded = given.iter().all(|input| input.value.constant().is_some());
        if !self.is_valid(node, row, &given, &fixed)? {
            return Ok(None);
        }
        if !is_folded && let Some(outputs) = self.named_layer(node, row, &given, &fixed)? {
            return Ok(Some(outputs));
        }
        let mut ports = Vec::new();
        let bound = self.bind(row, &given, is_folded, &mut ports);
        let bindings = Bindings::from_iter(fixed.iter().cloned().chain(bound));
        let definition = operators::parse(self.session, row, row.meaning.text());
        let function = substitute(&definition, &bindings);
        let arrays = self.arguments(row, &bindings, &given);
        let (value, plain) = match &row.meaning {
            Meaning::Value(_) => (function, None),
            Meaning::Elementwise(_) => {
                let layer = Expr::call(Sym::ElementwiseLayer, [self.session.evaluate(&function)?]);
                (Expr::normal(layer.clone(), arrays), Some(layer))
            }
            Meaning::Threading(_) => {
                let function = self.session.evaluate(&function)?;
                let ranks = ports.iter().map(|port| port.dimensions.len());
                let replication = (ranks.clone().max() != ranks.min()).then(|| Expr::integer(1));
                let layer = Expr::call(Sym::ThreadingLayer, [function.clone()].into_iter().chain(replication));
                let plain = (ports.len() == given.len() && given.len() > 1).then_some(layer);
                let elementwise = operators::helper(self.session, "elementwise");
                (Expr::normal(elementwise, [function, Expr::list(arrays)]), plain)
            }
        };
        let Some(value) = self.evaluate(node, &value)? else { return Ok(None) };
        let values: Vec<Expr> = if row.outputs.len() == 1 {
            vec![value]
        } else if value.is_list() {
            value.args().into_owned()
        } else {
            self.faults.add(format!("{}: its outputs cannot be told apart", label(node)));
            return Ok(None);
        };
        let mut results = Vec::new();
        for (place, name) in node.outputs.iter().enumerate() {
            if name.is_empty() {
                results.push(None);
                continue;
            }
            let Some(value) = values.get(place) else {
                let known: Vec<&str> = row.outputs.iter().map(|output| output.name).collect();
                self.faults.add(format!("{}: it has the outputs {}, none for {name:?}", label(node), known.join(", ")));
                return Ok(None);
            };
            let record = &row.outputs[place.min(row.outputs.len() - 1)];
            let element = self.element(node, record.element, &elements);
            let output = Output { name, value, element, plain: plain.as_ref() };
            let Some(result) = self.output_of(node, &output, &ports)? else { return Ok(None) };
            results.push(Some(result));
        }
        Ok(Some(results))
    }

    /// The expressions that the inputs of the node are bound to, in order.
    fn arguments(&self, row: &Operator, bindings: &Bindings, given: &[Given]) -> Vec<Expr> {
        if let Some(last) = row.several() {
            let list = bindings.get(&operators::symbol(row.inputs[last].name));
            return list.map(|list| list.args().into_owned()).unwrap_or_default();
        }
        let symbols = given.iter().map(|input| operators::symbol(&input.name));
        symbols.filter_map(|symbol| bindings.get(&symbol).cloned()).collect()
    }

    /// What stands for the inputs in the definition: constants, or array symbols for what comes through ports.
    fn bind(&mut self, row: &Operator, given: &[Given], is_folded: bool, ports: &mut Vec<Port>) -> Vec<(Expr, Expr)> {
        let mut bound = Vec::new();
        let several = row.several().map(|place| row.inputs[place].name);
        let mut list = Vec::new();
        for input in given {
            let value = match &input.value.content {
                Content::Constant(value) if is_folded || input.known || is_embedded(&input.value) => value.clone(),
                content => {
                    let (from, root) = match content {
                        Content::Port(from, root) => (from.clone(), root.clone()),
                        _ => (self.array_layer(&input.source, &input.value), String::new()),
                    };
                    let name = identifier(&input.name).to_lowercase();
                    let symbol = operators::symbol(&input.name);
                    let array = Session::array_symbol(symbol.clone(), &input.value.dimensions);
                    ports.push(Port { symbol, name, from, root, dimensions: input.value.dimensions.clone() });
                    array
                }
            };
            if several
                .is_some_and(|name| input.name.strip_prefix(name).is_some_and(|rest| rest.parse::<usize>().is_ok()))
            {
                list.push(value);
            } else {
                bound.push((operators::symbol(&input.name), value));
            }
        }
        if let Some(name) = several {
            bound.push((operators::symbol(name), Expr::list(list)));
        }
        for record in row.inputs.iter().filter(|record| record.count == Count::Optional) {
            let symbol = operators::symbol(record.name);
            if !bound.iter().any(|(known, _)| *known == symbol) {
                bound.push((symbol, Sym::None.into()));
            }
        }
        bound
    }

    /// The layer that holds a constant; one for each.
    pub(super) fn array_layer(&mut self, name: &str, value: &Value) -> Expr {
        let array = value.constant().cloned().unwrap_or_else(|| Sym::None.into());
        if let Some(layer) = self.arrays.get(&array) {
            return layer.clone();
        }
        let layer = Expr::call(Sym::NetArrayLayer, [Expr::rule(Expr::string("Array"), array.clone())]);
        let name = format!("{}{name}", self.prefix);
        let name = Expr::string(&self.net.add(&name, layer));
        self.arrays.insert(array, name.clone());
        name
    }

    /// Evaluates a definition; nothing after an error.
    pub(super) fn evaluate(&mut self, node: &Node<'_>, e: &Expr) -> Result<Option<Expr>, Flow> {
        let (value, messages) = self.session.catch_messages(|session| session.evaluate(e));
        let value = match value {
            Err(Flow::Throw { value, tag: Some(tag), .. }) if tag.is(Sym::CheckedIndices) => {
                let fault = wrong_index(self.session, &value);
                self.faults.add(format!("{}: {fault}", label(node)));
                return Ok(None);
            }
            value => value?,
        };
        let refusal = operators::refusal(&value);
        if refusal.is_none() && messages.is_empty() && !occurs(&value, &Sym::Failed.into()) {
            return Ok(Some(value));
        }
        // What a definition refuses is the cause of all else.
        let mut texts: Vec<String> = match refusal {
            Some(refusal) => vec![refusal],
            None => messages.into_iter().map(|message| message.text.trim_end_matches('.').to_owned()).collect(),
        };
        let mut told = FxHashSet::default();
        texts.retain(|text| told.insert(text.clone()));
        texts.truncate(3);
        self.faults.add(format!("{}: {}", label(node), texts.join("; ")));
        Ok(None)
    }

    fn element(&self, node: &Node<'_>, of: ElementOf, inputs: &[Element]) -> Element {
        match of {
            ElementOf::Input(place) => inputs.get(place).or(inputs.first()).copied().unwrap_or(Element::FLOAT),
            ElementOf::Is(element) => element,
            ElementOf::Quantized => match node.attributes.iter().find(|attribute| attribute.name == "output_dtype") {
                Some(Attribute { value: AttributeValue::Integer(code), .. }) if *code != 0 => Element::of(*code),
                _ => inputs.get(2).copied().unwrap_or(Element::Integer(8, false)),
            },
            ElementOf::Constant => {
                let told = node.attributes.iter().find_map(|attribute| match &attribute.value {
                    AttributeValue::Tensor(tensor) => Some(Element::of(tensor.element_type)),
                    AttributeValue::Sparse(sparse) => Some(Element::of(sparse.values.element_type)),
                    AttributeValue::Integer(_) | AttributeValue::Integers(_) => Some(Element::INT64),
                    _ => None,
                });
                told.unwrap_or(Element::FLOAT)
            }
            ElementOf::Attribute(name) => match node.attributes.iter().find(|attribute| attribute.name == name) {
                Some(Attribute { value: AttributeValue::Integer(code), .. }) => Element::of(*code),
                Some(Attribute { value: AttributeValue::Tensor(tensor), .. }) => Element::of(tensor.element_type),
                _ => inputs.first().copied().unwrap_or(Element::FLOAT),
            },
        }
    }
}

/// What is wrong with constants that are no positions, from what `CheckedIndices` throws.
fn wrong_index(session: &Session, thrown: &Expr) -> String {
    let [what, found, greatest] = [0, 1, 2].map(|place| thrown.args().get(place).map(|e| session.output_form(e)));
    let [what, found, greatest] = [what, found, greatest].map(Option::unwrap_or_default);
    format!("{what} must hold integers from 1 to {greatest}, but there is {found}")
}

/// The place of the only output of a node that is used.
pub(super) fn only_output(node: &Node<'_>) -> Option<usize> {
    let mut used = (0..node.outputs.len()).filter(|place| !node.outputs[*place].is_empty());
    used.next().filter(|_| used.next().is_none())
}

/// Whether a constant stands in the definition itself: integers, which are positions and sizes, and single numbers.
fn is_embedded(value: &Value) -> bool {
    !value.element.is_real() || value.count().is_none_or(|count| count <= 1)
}

/// The least and the greatest integer of a type.
fn range(element: Element) -> Expr {
    let (least, greatest) = match element {
        Element::Integer(bits @ 1..=32, true) => (-(1_i64 << (bits - 1)), (1_i64 << (bits - 1)) - 1),
        Element::Integer(bits @ 1..=32, false) => (0, (1_i64 << bits) - 1),
        Element::Integer(64, false) => {
            let greatest = Number::Integer(Integer::from_words(&[u64::MAX]));
            return Expr::list([Expr::integer(0), Expr::number(greatest)]);
        }
        _ => (i64::MIN, i64::MAX),
    };
    Expr::list([Expr::integer(least), Expr::integer(greatest)])
}

/// What makes of a function one whose results are in the range of integers of a type.
fn wrapped(session: &mut Session, element: Element) -> Expr {
    match element {
        // Sizes are computed with signed integers of 32 and 64 bits and do not reach their limits.
        Element::Integer(bits, signed) if bits < 32 || !signed => {
            let text = match (bits, signed) {
                (2, false) => "Function[f, Function[Mod[f[##], 4]]]",
                (2, true) => "Function[f, Function[Mod[f[##], 4, -2]]]",
                (4, false) => "Function[f, Function[Mod[f[##], 16]]]",
                (4, true) => "Function[f, Function[Mod[f[##], 16, -8]]]",
                (8, false) => "Function[f, Function[Mod[f[##], 256]]]",
                (8, true) => "Function[f, Function[Mod[f[##], 256, -128]]]",
                (16, false) => "Function[f, Function[Mod[f[##], 65536]]]",
                (16, true) => "Function[f, Function[Mod[f[##], 65536, -32768]]]",
                (32, false) => "Function[f, Function[Mod[f[##], 4294967296]]]",
                _ => "Function[f, Function[Mod[f[##], 18446744073709551616]]]",
            };
            session.parse_static(text)
        }
        _ => Sym::Identity.into(),
    }
}

/// What rounding to numbers with the exponents of single precision and 7 bits behind the first one needs.
fn bfloat16() -> Expr {
    let greatest = f64::from_bits(0x47ef_e000_0000_0000);
    Expr::list([Expr::integer(7), Expr::integer(-126), Expr::real(greatest), Expr::symbol("System`Infinity")])
}
