//! A node: its operator's definition with its inputs and attributes, as a constant or as a layer.

use netform_eval::{Flow, Session};
use netform_expr::pattern::Bindings;
use netform_expr::{Expr, NodeMap, Sym, map_bottom_up, occurs, substitute};

use super::constants;
use super::fault::label;
use super::graph::{Importer, identifier};
use super::net::port;
use super::value::{Content, Scope, Value};
use crate::onnx::model::{Attribute, AttributeValue, Node};
use crate::onnx::operators::{self, Count, ElementOf, Meaning, Operator};
use crate::onnx::tensor::Element;

/// An input of a node, with the name that the definition has for it.
struct Given {
    name: String,
    value: Value,
    known: bool,
    /// The name of the value in the file.
    source: String,
}

/// An input of a layer: the symbol of the array in the definition, the name in the layer, and where its values come from.
struct Port {
    symbol: Expr,
    name: String,
    from: Expr,
    root: String,
    dimensions: Vec<Expr>,
}

impl<'a> Importer<'_, 'a> {
    /// Goes through a node whose inputs have been gone through.
    pub(super) fn node(&mut self, node: &Node<'a>, scope: &mut Scope<'_>) -> Result<(), Flow> {
        let outputs = self.values_of(node, scope)?;
        for (name, value) in node.outputs.iter().zip(outputs) {
            if let Some(value) = value {
                scope.set(name, value);
            }
        }
        Ok(())
    }

    /// The outputs of a node. Where something is wrong, that is told, and they are values without content.
    fn values_of(&mut self, node: &Node<'a>, scope: &Scope<'_>) -> Result<Vec<Option<Value>>, Flow> {
        let failed = vec![Some(Value::failed()); node.outputs.len()];
        for special in [Self::local, Self::control, Self::sequence] {
            if let Some(outputs) = special(self, node, scope)? {
                let outputs = outputs.map(|values| values.into_iter().map(Some).collect());
                return Ok(outputs.unwrap_or(failed));
            }
        }
        let version = self.version(node.domain);
        let row = version
            .and_then(|version| if node.domain.is_empty() { operators::find(node.operator, version) } else { None });
        let Some(row) = row else {
            self.unknown_operator(node, version);
            return Ok(failed);
        };
        let Some(given) = self.inputs(node, row, scope) else { return Ok(failed) };
        let Some(attributes) = self.attributes(node, row)? else { return Ok(failed) };
        let result = self.apply(node, row, given, attributes)?;
        Ok(result.map_or(failed, |values| values))
    }

    /// The version of a set of operators.
    pub(super) fn version(&self, domain: &str) -> Option<i64> {
        let same = |known: &str| known == domain || (domain.is_empty() && known == "ai.onnx");
        self.opsets.iter().find(|(known, _)| same(known)).map(|(_, version)| *version)
    }

    fn unknown_operator(&mut self, node: &Node<'_>, version: Option<i64>) {
        let why = match version {
            None => "the model does not say which version of its set of operators it uses".to_owned(),
            Some(version) if operators::is_known(node.operator) && node.domain.is_empty() => {
                format!("there is no such operator in version {version} of the operators")
            }
            _ => "this operator is not supported; a model with simpler operators can be exported, or onnx's function inliner used".to_owned(),
        };
        self.faults.add(format!("{}: {why}", label(node)));
    }

    /// The values of the inputs, or nothing after an error.
    fn inputs(&mut self, node: &Node<'a>, row: &Operator, scope: &Scope<'_>) -> Option<Vec<Given>> {
        let several = row.several();
        let most = if several.is_some() { usize::MAX } else { row.inputs.len() };
        if node.inputs.len() > most {
            self.faults.add(format!(
                "{}: it has {} inputs, at most {most} are expected",
                label(node),
                node.inputs.len()
            ));
            return None;
        }
        let mut given = Vec::new();
        let mut failed = false;
        for (place, name) in node.inputs.iter().enumerate() {
            let record = &row.inputs[several.map_or(place, |last| place.min(last))];
            if name.is_empty() {
                continue;
            }
            let Some(value) = scope.get(name) else {
                let text = format!(
                    "{}: its input {name:?} is neither an input of the model nor computed by a node",
                    label(node)
                );
                self.faults.add(text);
                failed = true;
                continue;
            };
            failed |= value.is_failed();
            if let Content::Sequence(_) = value.content {
                self.faults.add(format!("{}: its input {name:?} is a sequence", label(node)));
                failed = true;
            }
            if record.known
                && let Content::Port(_, root) = &value.content
            {
                self.faults.add(format!(
                    "{}: the value of {:?} ({name:?}) decides about the dimensions and must be known; it depends on the input {root:?}, whose value can be given by the option \"Constants\" -> <|{root:?} -> ...|>",
                    label(node), record.name
                ));
                failed = true;
            }
            let own = match record.count {
                Count::Several => format!("{}{}", record.name, place - several.unwrap_or(0) + 1),
                _ => record.name.to_owned(),
            };
            given.push(Given { name: own, value: value.clone(), known: record.known, source: (*name).to_owned() });
        }
        for record in row.inputs.iter().filter(|record| record.count == Count::One) {
            if !failed && !given.iter().any(|input| input.name == record.name) {
                self.faults.add(format!("{}: its input {:?} is missing", label(node), record.name));
                failed = true;
            }
        }
        (!failed).then_some(given)
    }

    /// The values of the attributes, or nothing after an error.
    fn attributes(&mut self, node: &Node<'a>, row: &'static Operator) -> Result<Option<Vec<(Expr, Expr)>>, Flow> {
        let mut bound = Vec::new();
        let mut failed = false;
        for attribute in &node.attributes {
            // A hint about memory of early versions, which says nothing about values.
            if attribute.name == "consumed_inputs" {
                continue;
            }
            if !row.attributes.iter().any(|(name, _)| *name == attribute.name) {
                let known: Vec<&str> = row.attributes.iter().map(|(name, _)| *name).collect();
                let known =
                    if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
                self.faults.add(format!(
                    "{}: it has no attribute {:?} in this version; {known}",
                    label(node),
                    attribute.name
                ));
                failed = true;
            }
        }
        for (name, default) in row.attributes {
            let given = node.attributes.iter().find(|attribute| attribute.name == *name);
            let value = match given {
                Some(attribute) => match self.attribute(attribute)? {
                    Ok(value) => value,
                    Err(why) => {
                        self.faults.add(format!("{}: the attribute {name:?} {why}", label(node)));
                        failed = true;
                        continue;
                    }
                },
                None if default.is_empty() => {
                    self.faults.add(format!("{}: the attribute {name:?} is missing", label(node)));
                    failed = true;
                    continue;
                }
                None => operators::parse(self.session, row, default),
            };
            bound.push((operators::symbol(name), value));
        }
        Ok((!failed).then_some(bound))
    }

    /// What an attribute holds, as an expression.
    pub(super) fn attribute(&mut self, attribute: &Attribute<'a>) -> Result<Result<Expr, String>, Flow> {
        let text = |bytes: &[u8]| Expr::string(&String::from_utf8_lossy(bytes));
        Ok(Ok(match &attribute.value {
            AttributeValue::Float(value) => decimal(*value),
            AttributeValue::Integer(value) => Expr::integer(*value),
            AttributeValue::Text(bytes) => text(bytes),
            AttributeValue::Floats(list) => Expr::list(list.iter().map(|value| decimal(*value))),
            AttributeValue::Integers(list) => Expr::list(list.iter().map(|value| Expr::integer(*value))),
            AttributeValue::Texts(list) => Expr::list(list.iter().map(|bytes| text(bytes))),
            AttributeValue::Tensor(tensor) => match constants::constant(self.session, self.source, tensor)? {
                Ok(value) => value.constant().cloned().unwrap_or_else(|| Sym::None.into()),
                Err(error) => return Ok(Err(error.to_string())),
            },
            AttributeValue::None | AttributeValue::Graph(_) | AttributeValue::Other => {
                return Ok(Err("holds nothing that this operator knows".to_owned()));
            }
        }))
    }

    /// The output of an operator that another node uses, with attributes in the place of those of the node.
    pub(super) fn operation(
        &mut self,
        node: &Node<'a>,
        operator: &'static str,
        values: Vec<Value>,
        attributes: Vec<(&'static str, Expr)>,
    ) -> Result<Option<Value>, Flow> {
        let version = self.version("").unwrap_or(i64::MAX).max(13);
        let Some(row) = operators::find(operator, version) else { return Ok(None) };
        let part = Node {
            operator,
            inputs: node.inputs.first().copied().into_iter().cycle().take(values.len()).collect(),
            outputs: node.outputs.iter().copied().find(|name| !name.is_empty()).into_iter().collect(),
            ..Node::default()
        };
        let several = row.several();
        let mut given = Vec::new();
        for (place, value) in values.into_iter().enumerate() {
            let record = &row.inputs[several.map_or(place, |last| place.min(last))];
            let name = match record.count {
                Count::Several => format!("{}{}", record.name, place + 1),
                _ => record.name.to_owned(),
            };
            let source = part.inputs.first().copied().unwrap_or(operator).to_owned();
            given.push(Given { name, value, known: record.known, source });
        }
        let mut bound = Vec::new();
        for (name, default) in row.attributes {
            let value = match attributes.iter().find(|(given, _)| given == name) {
                Some((_, value)) => value.clone(),
                None => operators::parse(self.session, row, default),
            };
            bound.push((operators::symbol(name), value));
        }
        let outputs = self.apply(&part, row, given, bound)?;
        Ok(outputs.and_then(|outputs| outputs.into_iter().next().flatten()))
    }

    /// The outputs of an operator, or nothing after an error.
    fn apply(
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
        let cast_to = Expr::list([Expr::string(to.kind()), wrapped(self.session, to)]);
        fixed.push((operators::symbol("castTo"), cast_to));
        fixed.push((operators::symbol("range"), range(to)));
        fixed.push((operators::symbol("version"), Expr::integer(self.version(node.domain).unwrap_or(0))));
        fixed.push((operators::symbol("outputs"), Expr::integer(node.outputs.len() as i64)));
        if elements.is_empty() {
            elements.push(Element::FLOAT);
        }
        let is_folded = given.iter().all(|input| input.value.constant().is_some());
        if !is_folded && let Some(layer) = self.named_layer(node, row, &given, &fixed)? {
            return Ok(Some(vec![Some(layer)]));
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
                let broadcast = operators::helper(self.session, "broadcast");
                (Expr::normal(broadcast, [function, Expr::list(arrays)]), plain)
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
                self.faults.add(format!("{}: it has no output for {name:?}", label(node)));
                return Ok(None);
            };
            let record = &row.outputs[place.min(row.outputs.len() - 1)];
            let element = self.element(node, record.element, &elements);
            let own = if node.outputs.len() == 1 && !node.name.is_empty() { node.name } else { name };
            let layer_name = format!("{}{own}", self.prefix);
            let Some(result) = self.result(node, name, value, element, &ports, layer_name, plain.as_ref())? else {
                return Ok(None);
            };
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
    fn array_layer(&mut self, name: &str, value: &Value) -> Expr {
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
        let value = value?;
        let refusal = operators::refusal(&value);
        if refusal.is_none() && messages.is_empty() && !occurs(&value, &Sym::Failed.into()) {
            return Ok(Some(value));
        }
        let mut texts: Vec<String> =
            refusal.into_iter().chain(messages.into_iter().map(|message| message.text)).collect();
        texts.dedup();
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

    /// An output: known, an input that is passed on, or what comes out of a new layer.
    #[expect(clippy::too_many_arguments)]
    fn result(
        &mut self,
        node: &Node<'_>,
        name: &str,
        value: &Expr,
        element: Element,
        ports: &[Port],
        layer_name: String,
        plain: Option<&Expr>,
    ) -> Result<Option<Value>, Flow> {
        let Some(dimensions) = self.session.shape_of(value)?.dimensions().map(<[Expr]>::to_vec) else {
            let shown = self.session.output_form(value);
            let shown: String = shown.chars().take(300).collect();
            let roots: Vec<&str> =
                ports.iter().map(|port| port.root.as_str()).filter(|root| !root.is_empty()).collect();
            self.faults.add(format!(
                "{}: the dimensions of its output {name:?} do not follow from those of its inputs; values of inputs can be given by the option \"Constants\" (it depends on {}), dimensions by \"Dimensions\"; it is {shown}",
                label(node), roots.join(", ")
            ));
            return Ok(None);
        };
        let used: Vec<&Port> = ports.iter().filter(|port| occurs(value, &port.symbol)).collect();
        if used.is_empty() {
            return Ok(Some(Value { content: Content::Constant(value.clone()), element, dimensions }));
        }
        if let Some(same) = used.iter().find(|port| stands_for(value, &port.symbol)) {
            let content = Content::Port(same.from.clone(), same.root.clone());
            return Ok(Some(Value { content, element, dimensions }));
        }
        let root = used.iter().map(|port| port.root.clone()).find(|root| !root.is_empty()).unwrap_or_default();
        let layer_name = match plain {
            Some(layer) => {
                let layer_name = self.net.add(&layer_name, layer.clone());
                for (place, from) in ports.iter().enumerate() {
                    let own = if ports.len() == 1 { "Input".to_owned() } else { format!("Input{}", place + 1) };
                    self.net.connect(from.from.clone(), port(Some(&layer_name), &own));
                }
                layer_name
            }
            None => {
                let (layer, sources) = self.function_layer(value, &used);
                let layer_name = self.net.add(&layer_name, layer);
                for (own, from) in sources {
                    self.net.connect(from, port(Some(&layer_name), &own));
                }
                layer_name
            }
        };
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

    /// What comes out of the layer of the record that says what the node means, if there is one.
    fn named_layer(
        &mut self,
        node: &Node<'_>,
        row: &'static Operator,
        given: &[Given],
        fixed: &[(Expr, Expr)],
    ) -> Result<Option<Value>, Flow> {
        let mut bound = fixed.to_vec();
        for record in row.inputs {
            let input = given.iter().find(|input| input.name == record.name);
            let value = input.map_or(Sym::None.into(), |input| match &input.value.content {
                Content::Constant(value) => value.clone(),
                _ => Session::array_symbol(operators::symbol(record.name), &input.value.dimensions),
            });
            bound.push((operators::symbol(record.name), value));
        }
        let bindings = Bindings::from_iter(bound);
        for named in row.layers {
            let when = operators::parse(self.session, row, named.when);
            let Some(data) = given.iter().find(|input| input.name == named.data) else { continue };
            let Content::Port(from, root) = &data.value.content else { continue };
            if !self.session.is_true(&substitute(&when, &bindings))? {
                continue;
            }
            let text = operators::parse(self.session, row, named.layer);
            let symbol = Session::array_symbol(operators::symbol(named.data), &data.value.dimensions);
            // A layer that is not valid here is no error: the definition holds.
            let (layer, messages) = self.session.catch_messages(|session| {
                let layer = session.evaluate(&substitute(&text, &bindings))?;
                let value = session.evaluate(&Expr::normal(layer.clone(), [symbol]))?;
                Ok::<_, Flow>((layer, session.shape_of(&value)?))
            });
            let (layer, shape) = layer?;
            let Some(dimensions) = shape.dimensions().filter(|_| messages.is_empty()) else { continue };
            if self.symbols.iter().any(|(symbol, ..)| occurs(&layer, symbol)) {
                continue;
            }
            let output = node.outputs.first().copied().unwrap_or_default();
            let own = if node.outputs.len() == 1 && !node.name.is_empty() { node.name } else { output };
            let name = self.net.add(&format!("{}{own}", self.prefix), layer);
            self.net.connect(from.clone(), Expr::string(&name));
            let content = Content::Port(Expr::string(&name), root.clone());
            return Ok(Some(Value { content, element: data.value.element, dimensions: dimensions.to_vec() }));
        }
        Ok(None)
    }
}

fn is_array_symbol(e: &Expr) -> bool {
    [Sym::ArraySymbol, Sym::MatrixSymbol, Sym::VectorSymbol].into_iter().any(|head| e.has_head(head)) && !e.is_empty()
}

/// Whether an expression is the array of a symbol. Its dimensions may have been written differently since.
fn stands_for(e: &Expr, symbol: &Expr) -> bool {
    e == symbol || (is_array_symbol(e) && e.arg(0) == *symbol)
}

/// Replaces symbols, and arrays of symbols.
fn with_names(e: &Expr, names: &NodeMap<Expr>) -> Expr {
    map_bottom_up(e, |node| {
        // The symbol in an array symbol is replaced before it.
        if is_array_symbol(&node) && names.values().any(|name| node.arg(0) == *name) {
            return node.arg(0);
        }
        names.get(&node).cloned().unwrap_or(node)
    })
}

/// Whether a constant stands in the definition itself: integers, which are positions and sizes, and single numbers.
fn is_embedded(value: &Value) -> bool {
    !value.element.is_real() || value.count().is_none_or(|count| count <= 1)
}

/// A number of single precision as the shortest decimal that means it.
fn decimal(value: f32) -> Expr {
    Expr::real(value.to_string().parse().unwrap_or_else(|_| f64::from(value)))
}

/// The least and the greatest integer of a type.
fn range(element: Element) -> Expr {
    let (least, greatest) = match element {
        Element::Integer(bits @ 1..=32, true) => (-(1_i64 << (bits - 1)), (1_i64 << (bits - 1)) - 1),
        Element::Integer(bits @ 1..=32, false) => (0, (1_i64 << bits) - 1),
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
