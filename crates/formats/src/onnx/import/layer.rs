//! Layers for the outputs of nodes.

use netform_eval::{Flow, Session};
use netform_expr::pattern::Bindings;
use netform_expr::{Expr, NodeMap, Sym, map_bottom_up, occurs, substitute};

use super::definition::only_output;
use super::graph::Importer;
use super::label;
use super::node::Given;
use super::value::{Content, Value};
use crate::graph::{identifier, port};
use crate::onnx::model::Node;
use crate::onnx::operators::{self, Operator};
use crate::onnx::tensor::Element;
use crate::traced::{stands_for, with_names};

/// An input of a layer: the symbol of the array in the definition, the name in the layer, and where its values come from.
pub(super) struct Port {
    pub(super) symbol: Expr,
    pub(super) name: String,
    pub(super) from: Expr,
    /// An input of the net on which it depends.
    pub(super) root: String,
    pub(super) dimensions: Vec<Expr>,
}

/// An output of a node: its name in the file, its value in terms of the inputs, and the layer that says it all, if there is one.
pub(super) struct Output<'o> {
    pub(super) name: &'o str,
    pub(super) value: &'o Expr,
    pub(super) element: Element,
    pub(super) plain: Option<&'o Expr>,
}

impl Importer<'_, '_> {
    /// The name of the layer for an output: that of the node, if it has no other output.
    fn layer_name(&self, node: &Node<'_>, output: &str) -> String {
        let own = if only_output(node).is_some() && !node.name.is_empty() { node.name } else { output };
        format!("{}{own}", self.prefix)
    }

    /// An output: known, an input that is passed on, or what comes out of a new layer.
    pub(super) fn output_of(
        &mut self,
        node: &Node<'_>,
        output: &Output<'_>,
        ports: &[Port],
    ) -> Result<Option<Value>, Flow> {
        let &Output { name, value, element, plain } = output;
        let used: Vec<&Port> = ports.iter().filter(|port| occurs(value, &port.symbol)).collect();
        let known = self.session.shape_of(value)?.dimensions().map(<[Expr]>::to_vec);
        // What follows from known numbers, such as a root, is a number.
        let number = used.is_empty() && !value.is_list();
        let Some(dimensions) = known.or(number.then(Vec::new)) else {
            let shown = self.session.output_form(value);
            let shown: String = shown.chars().take(300).collect();
            let roots: Vec<&str> =
                ports.iter().map(|port| port.root.as_str()).filter(|root| !root.is_empty()).collect();
            let values = match roots.as_slice() {
                [] => String::new(),
                roots => {
                    format!(
                        "values of inputs can be given by the option \"Constants\" (it depends on {}), ",
                        roots.join(", ")
                    )
                }
            };
            self.faults.add(format!(
                "{}: the dimensions of its output {name:?} do not follow from those of its inputs; {values}dimensions {}by \"Dimensions\"; it is {shown}",
                label(node),
                if values.is_empty() { "can be given " } else { "" },
            ));
            return Ok(None);
        };
        if used.is_empty() {
            let elements =
                dimensions.iter().fold(1_usize, |all, size| all.saturating_mul(size.as_usize().unwrap_or(1)));
            let Some(room) = self.room.checked_sub(elements) else {
                self.faults.add(format!(
                    "{}: its output {name:?} follows from constants alone and would have {elements} elements, which is too much for a \
                     model of this size; store it in the file",
                    label(node)
                ));
                return Ok(None);
            };
            self.room = room;
            // Such as zeros that are not written out.
            let is_written = value.is_list() || value.as_number().is_some() || value.as_array().is_some();
            let value =
                if is_written { value.clone() } else { self.session.evaluate_call(Sym::Normal, [value.clone()])? };
            return Ok(Some(Value { content: Content::Constant(value), element, dimensions }));
        }
        if let Some(same) = used.iter().find(|port| stands_for(value, &port.symbol)) {
            let content = Content::Port(same.from.clone(), same.root.clone());
            return Ok(Some(Value { content, element, dimensions }));
        }
        let root = used.iter().map(|port| port.root.clone()).find(|root| !root.is_empty()).unwrap_or_default();
        let (layer, sources) = match plain {
            Some(layer) => {
                let sources = ports.iter().enumerate();
                let sources = sources.map(|(place, from)| (format!("Input{}", place + 1), from.from.clone()));
                (layer.clone(), sources.collect())
            }
            None => self.function_layer(value, &used),
        };
        let layer_name = self.net.add(&self.layer_name(node, name), layer);
        if let [(_, from)] = sources.as_slice() {
            self.net.connect(from.clone(), Expr::string(&layer_name));
        } else {
            sources.into_iter().for_each(|(own, from)| self.net.connect(from, port(Some(&layer_name), &own)));
        }
        Ok(Some(Value { content: Content::Port(Expr::string(&layer_name), root), element, dimensions }))
    }

    /// A function of arrays, and its inputs with their sources. Symbols of dimensions are read off inputs.
    fn function_layer(&mut self, value: &Expr, used: &[&Port]) -> (Expr, Vec<(String, Expr)>) {
        let variable = |name: &str| Expr::symbol(&format!("Global`{name}"));
        let mut replaced: NodeMap<Expr> = NodeMap::default();
        let mut sources: Vec<(String, Expr)> = Vec::new();
        for port in used {
            replaced.insert(port.symbol.clone(), variable(&port.name));
            sources.push((port.name.clone(), port.from.clone()));
        }
        for (symbol, input, axis) in self.symbols.clone() {
            if !occurs(value, &symbol) {
                continue;
            }
            let own = used.iter().find_map(|port| {
                let level = port.dimensions.iter().position(|d| *d == symbol)?;
                Some((variable(&port.name), level))
            });
            let (array, level) = own.unwrap_or_else(|| {
                let name = format!("{}Sizes", identifier(&input).to_lowercase());
                if !sources.iter().any(|(known, _)| *known == name) {
                    sources.push((name.clone(), port(None, &input)));
                }
                (variable(&name), axis)
            });
            let dimensions = Expr::call(Sym::Dimensions, [array]);
            replaced.insert(symbol, Expr::call(Sym::Part, [dimensions, Expr::integer(level as i64 + 1)]));
        }
        let body = with_names(value, &replaced);
        let parameters = Expr::list(sources.iter().map(|(name, _)| variable(name)));
        let function = Expr::call(Sym::Function, [parameters, body]);
        (Expr::call(Sym::FunctionLayer, [function]), sources)
    }

    /// Whether all conditions of the record hold; those that do not are told.
    pub(super) fn is_valid(
        &mut self,
        node: &Node<'_>,
        row: &'static Operator,
        given: &[Given],
        fixed: &[(Expr, Expr)],
    ) -> Result<bool, Flow> {
        if row.requires.is_empty() {
            return Ok(true);
        }
        let bindings = bindings(row, given, fixed);
        let mut valid = true;
        for (condition, otherwise) in row.requires {
            let condition = substitute(&operators::parse(self.session, row, condition), &bindings);
            let (holds, _) = self.session.catch_messages(|session| session.evaluate(&condition));
            if holds?.is(Sym::False) {
                self.faults.add(format!("{}: {otherwise}", label(node)));
                valid = false;
            }
        }
        Ok(valid)
    }

    /// What comes out of the layer of the record that says what the node means, if there is one: a value for each output.
    pub(super) fn named_layer(
        &mut self,
        node: &Node<'_>,
        row: &'static Operator,
        given: &[Given],
        fixed: &[(Expr, Expr)],
    ) -> Result<Option<Vec<Option<Value>>>, Flow> {
        let array = |input: &Given| Session::array_symbol(operators::symbol(&input.name), &input.value.dimensions);
        let bindings = bindings(row, given, fixed);
        for named in row.layers {
            let when = operators::parse(self.session, row, named.when);
            let of_name = |name: &&str| given.iter().find(|input| input.name == **name);
            let is_computed = |input: &&Given| matches!(input.value.content, Content::Port(..));
            let data: Vec<&Given> = named.data.iter().filter_map(of_name).filter(is_computed).collect();
            let Some(first) = data.first().filter(|input| named.data.first() == Some(&input.name.as_str())) else {
                continue;
            };
            if !self.session.is_true(&substitute(&when, &bindings))? {
                continue;
            }
            let text = operators::parse(self.session, row, named.layer);
            let argument = match data.as_slice() {
                [single] => array(single),
                several => {
                    let rule = |input: &&Given| Expr::rule(Expr::string(&input.name), array(input));
                    Expr::call(Sym::Association, several.iter().map(rule))
                }
            };
            let used: Vec<usize> = (0..node.outputs.len()).filter(|place| !node.outputs[*place].is_empty()).collect();
            // A layer that is not valid here is no error: the definition holds.
            let (found, messages) = self.session.catch_messages(|session| {
                let layer = session.evaluate(&substitute(&text, &bindings))?;
                let value = session.evaluate(&Expr::normal(layer.clone(), [argument]))?;
                let mut shapes = Vec::with_capacity(used.len());
                for place in &used {
                    let name = Expr::string(row.outputs[(*place).min(row.outputs.len() - 1)].name);
                    let part =
                        value.args().iter().find(|rule| used.len() > 1 && rule.arg(0) == name).map(|rule| rule.arg(1));
                    shapes.push(session.shape_of(part.as_ref().unwrap_or(&value))?.dimensions().map(<[Expr]>::to_vec));
                }
                Ok::<_, Flow>((layer, shapes))
            });
            let (layer, shapes) = found?;
            let Some(shapes) = shapes.into_iter().collect::<Option<Vec<_>>>().filter(|_| messages.is_empty()) else {
                continue;
            };
            let is_open = |e: &Expr| self.symbols.iter().any(|(symbol, ..)| occurs(e, symbol));
            let layer = if is_open(&layer) { without_sizes(&layer, is_open) } else { layer };
            if is_open(&layer) {
                continue;
            }
            let Some(output) = used.first().map(|place| node.outputs[*place]) else { continue };
            let own = if node.name.is_empty() { output } else { node.name };
            let own = if used.len() > 1 { format!("{}{own}", self.prefix) } else { self.layer_name(node, output) };
            let name = self.net.add(&own, layer);
            for input in &data {
                let Content::Port(from, _) = &input.value.content else { continue };
                let to = if data.len() > 1 { port(Some(&name), &input.name) } else { Expr::string(&name) };
                self.net.connect(from.clone(), to);
            }
            let Content::Port(_, root) = &first.value.content else { continue };
            let mut values = vec![None; node.outputs.len()];
            for (place, dimensions) in used.iter().zip(shapes) {
                let from = match used.len() {
                    1 => Expr::string(&name),
                    _ => port(Some(&name), row.outputs[(*place).min(row.outputs.len() - 1)].name),
                };
                let content = Content::Port(from, root.clone());
                values[*place] = Some(Value { content, element: first.value.element, dimensions });
            }
            return Ok(Some(values));
        }
        Ok(None)
    }
}

/// What the inputs and attributes of a node are in texts of its record: arrays that are not known are array symbols.
fn bindings(row: &'static Operator, given: &[Given], fixed: &[(Expr, Expr)]) -> Bindings {
    let mut bound = fixed.to_vec();
    for record in row.inputs {
        let input = given.iter().find(|input| input.name == record.name);
        let value = input.map_or(Sym::None.into(), |input| match &input.value.content {
            Content::Constant(value) => value.clone(),
            _ => Session::array_symbol(operators::symbol(&input.name), &input.value.dimensions),
        });
        bound.push((operators::symbol(record.name), value));
    }
    Bindings::from_iter(bound)
}

/// A layer that takes inputs of any size: without the sizes of its input and those of layers in it, where they are not known.
fn without_sizes(layer: &Expr, is_open: impl Fn(&Expr) -> bool) -> Expr {
    map_bottom_up(layer, |node| {
        let is_size =
            |arg: &Expr| arg.has_head(Sym::Rule) && arg.arg(0).as_str() == Some("Input") && is_open(&arg.arg(1));
        let args = node.args();
        match args.iter().any(is_size) {
            true => Expr::normal(node.head().clone(), args.iter().filter(|arg| !is_size(arg)).cloned()),
            false => node,
        }
    })
}
