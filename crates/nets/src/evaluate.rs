//! The evaluation of a net's definitions on whatever stands for its ports and arrays.

use netform_array::ElementType;
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym, map_bottom_up, occurs};
use netform_layers::{Absent, Definition, Statement, Training, definition_of};

use crate::data::{array_symbol, components, filled};
use crate::draws;
use crate::environment::{Environment, fold_of, results_of};
use crate::net::{ArrayValue, Examples, Leaf, LeafPort, Name, Net, NetPort, Place, Source, needs_whole_batch};
use crate::program::NetProgram;
use crate::reals::of_reals;

/// How arrays without explicit numbers appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrays {
    /// As lists: of their numbers, or of the components of an array symbol.
    Components,
    /// Given ones as they are, the others as array symbols.
    Whole,
    /// All as array symbols.
    Symbols,
    /// All as array symbols, in equations that keep the accuracy of machine numbers.
    Numbers,
    /// All as array symbols, in programs that give narrow bounds on intervals.
    Intervals,
}

/// The outputs of layers, by layer and port.
pub(crate) struct Values {
    by_leaf: Vec<Vec<(Name, Expr)>>,
}

impl Values {
    /// The value of an output port.
    pub(crate) fn get(&self, place: &Place) -> Option<&Expr> {
        self.by_leaf[place.leaf].iter().find(|(name, _)| *name == place.port).map(|(_, value)| value)
    }
}

/// Evaluates all layers of a net; `inputs` stand for its ports, `None` for states that are zero.
///
/// All shapes must be known.
pub(crate) fn evaluate_net(
    session: &mut Session,
    net: &Net,
    inputs: &[Option<Expr>],
    arrays: Arrays,
) -> Result<Values, Flow> {
    evaluate_layers(session, net, inputs, arrays, |_, _, _, value| Ok(value))
}

/// As [`evaluate_net`]; `passed` is what the following layers get for an output of a layer.
pub(crate) fn evaluate_layers(
    session: &mut Session,
    net: &Net,
    inputs: &[Option<Expr>],
    arrays: Arrays,
    mut passed: impl FnMut(&mut Session, &Leaf, &Name, Expr) -> Result<Expr, Flow>,
) -> Result<Values, Flow> {
    let mut values = Values { by_leaf: vec![Vec::new(); net.leaves.len()] };
    for (i, leaf) in net.leaves.iter().enumerate().filter(|(_, leaf)| leaf.owner.is_none()) {
        let ports = port_values(leaf, inputs, &values);
        let outputs = match net.examples {
            Examples::All(count) if !needs_whole_batch(leaf) => {
                evaluate_each(session, net, i, &ports, arrays, count, inputs.iter().flatten().next())?
            }
            Examples::All(_) => evaluate_leaf(session, net, i, &ports, arrays, Examples::One)?,
            other => evaluate_leaf(session, net, i, &ports, arrays, other)?,
        };
        for (port, value) in outputs {
            let value = passed(session, leaf, &port, value)?;
            values.by_leaf[i].push((port, value));
        }
    }
    Ok(values)
}

/// The outputs of a layer for all examples, the leading level of its ports: for symbols as a recurrence without states,
/// which may go through `any` input of the net if the layer has none.
fn evaluate_each(
    session: &mut Session,
    net: &Net,
    index: usize,
    ports: &[(Name, Expr)],
    arrays: Arrays,
    count: usize,
    any: Option<&Expr>,
) -> Result<Vec<(Name, Expr)>, Flow> {
    let leaf = &net.leaves[index];
    if matches!(arrays, Arrays::Symbols | Arrays::Numbers | Arrays::Intervals) {
        let [states, elements] = ["Layer`states$", "Layer`elements$"].map(Expr::symbol);
        let element = |i: usize| Expr::call(Sym::Part, [elements.clone(), Expr::integer(i as i64 + 1)]);
        let own: Vec<(Name, Expr)> =
            ports.iter().enumerate().map(|(i, (name, _))| (name.clone(), element(i))).collect();
        let outputs = write_leaf(session, net, index, &own, arrays);
        let values = Expr::list(outputs.iter().map(|(_, value)| value.clone()));
        let body = Expr::list([Expr::list([]), values]);
        let step = Expr::call(Sym::Function, [Expr::list([states, elements]), body]);
        let mut sequences: Vec<Expr> = ports.iter().map(|(_, value)| value.clone()).collect();
        if sequences.is_empty() {
            sequences.extend(any.cloned());
        }
        let fold = Expr::call(Sym::ArrayFold, [step, Expr::list([]), Expr::list(sequences)]);
        let fold = session.evaluate(&fold)?;
        let mut stacked = Vec::with_capacity(outputs.len());
        for (i, (name, _)) in outputs.into_iter().enumerate() {
            let part = [fold.clone(), Expr::integer(2), Expr::integer(i as i64 + 1)];
            stacked.push((name, session.evaluate_call(Sym::Part, part)?));
        }
        return Ok(stacked);
    }
    let mut columns: Vec<(Name, Vec<Expr>)> =
        leaf.outputs.iter().map(|port| (port.name.clone(), Vec::with_capacity(count))).collect();
    for place in 0..count {
        session.tick()?;
        let mut own = Vec::with_capacity(ports.len());
        for (name, value) in ports {
            let part = session.evaluate_call(Sym::Part, [value.clone(), Expr::integer(place as i64 + 1)])?;
            own.push((name.clone(), part));
        }
        for (name, value) in evaluate_leaf(session, net, index, &own, arrays, Examples::Of(place, count))? {
            if let Some((_, column)) = columns.iter_mut().find(|(column, _)| *column == name) {
                column.push(value);
            }
        }
    }
    Ok(columns.into_iter().map(|(name, column)| (name, Expr::list(column))).collect())
}

/// What the inputs of a leaf get, by the inputs of its net and the values of other leaves.
fn port_values(leaf: &Leaf, inputs: &[Option<Expr>], values: &Values) -> Vec<(Name, Expr)> {
    let value = |source: &Source| match source {
        Source::Input(i) => inputs[*i].clone(),
        Source::Leaf(place) => values.get(place).cloned(),
    };
    leaf.sources.iter().filter_map(|(port, source)| Some((port.clone(), value(source)?))).collect()
}

/// What stands for an array of a leaf.
pub(crate) fn array_value(leaf: &Leaf, name: &'static str, arrays: Arrays) -> Option<Expr> {
    let shape = leaf.shape(name);
    match leaf.array(name)? {
        ArrayValue::Given(value) if arrays == Arrays::Components && !value.is_list() => {
            // An array symbol or expression among lists takes part with its components.
            let dimensions = shape.dimensions().unwrap_or_default();
            let sizes: Option<Vec<usize>> = dimensions.iter().map(Expr::as_usize).collect();
            Some(
                sizes
                    .filter(|sizes| !sizes.is_empty())
                    .map_or(value.clone(), |_| Expr::call(Sym::ComponentExpand, [value.clone()])),
            )
        }
        ArrayValue::Given(value) if !matches!(arrays, Arrays::Symbols | Arrays::Numbers | Arrays::Intervals) => {
            Some(value.clone())
        }
        ArrayValue::None => {
            let fill = match leaf.layer.array(name)?.absent {
                Some(Absent::Ones) => 1,
                Some(Absent::Zeros) | None => 0,
            };
            filled(fill, shape, arrays != Arrays::Components)
        }
        ArrayValue::Given(_) | ArrayValue::Automatic => {
            let dimensions = shape.dimensions()?;
            let symbol = array_symbol(array_name(leaf, name), &dimensions);
            if arrays != Arrays::Components && !dimensions.is_empty() {
                return Some(symbol);
            }
            let sizes: Option<Vec<usize>> = dimensions.iter().map(Expr::as_usize).collect();
            Some(sizes.map_or(symbol.clone(), |sizes| components(&symbol, &sizes)))
        }
    }
}

/// The name of an array symbol: the array's name, with the path of its layer in a larger net.
pub(crate) fn array_name(leaf: &Leaf, name: &str) -> Expr {
    if let Some(shared) = leaf.shared_name(name) {
        return Expr::list([Expr::string("NetArray"), shared.clone()]);
    }
    if leaf.path.is_empty() {
        Expr::string(name)
    } else {
        Expr::list(leaf.path.iter().cloned().chain([Expr::string(name)]))
    }
}

/// Evaluates the definition of one layer.
pub(crate) fn evaluate_leaf(
    session: &mut Session,
    net: &Net,
    index: usize,
    ports: &[(Name, Expr)],
    arrays: Arrays,
    examples: Examples,
) -> Result<Vec<(Name, Expr)>, Flow> {
    let leaf = &net.leaves[index];
    let inside = &net.leaves[index..index + net.extent(index)];
    let of_one = !(net.training && needs_whole_batch(leaf));
    if of_one
        && arrays == Arrays::Components
        && inside.iter().any(|leaf| leaf.shapes.iter().any(|(_, shape)| shape.is_empty()))
        && let Some(outputs) = evaluate_empty(session, net, index, ports)?
    {
        return Ok(outputs);
    }
    let mut scope = Environment::of_leaf(session, net, index, ports, arrays);
    let definition = definition_of(session, leaf.layer);
    for statement in statements_for(&definition, arrays, net.training) {
        match statement {
            Statement::Is { left, right, .. } => {
                let text = text_of(net, leaf, right, arrays);
                let text = draws::with_symbols(session, &text, &scope, arrays, examples)?;
                let value = session.evaluate(&scope.put_into(&text))?;
                scope.set(left.clone(), of_reals(session, value, ports)?);
            }
            Statement::Recurrence(recurrence) => {
                let fold = session.evaluate(&fold_of(&scope, recurrence))?;
                for (name, part) in results_of(&fold, recurrence) {
                    let value = session.evaluate(&part)?;
                    scope.set(name, value);
                }
            }
        }
    }
    let mut outputs = outputs_of(leaf, &definition, &scope);
    if net.training {
        let updated = leaf.layer.training.iter().flat_map(Training::updated);
        outputs
            .extend(updated.filter_map(|array| {
                scope.get(&definition.scope.symbol(array)).map(|value| (Name::from(array), value))
            }));
    }
    Ok(outputs)
}

/// The text of a statement: with the names of its draws, and where the result is to be differentiated with maxima that tell
/// which of equal elements counts.
fn text_of(net: &Net, leaf: &Leaf, text: &Expr, arrays: Arrays) -> Expr {
    let mut text = draws::named(leaf, text);
    if !net.differentiated && occurs(&text, &Sym::ProgramWithGradient.into()) {
        text = map_bottom_up(&text, with_values);
    }
    if !net.differentiated || arrays != Arrays::Components || !occurs(&text, &Sym::ArrayReduce.into()) {
        return text;
    }
    map_bottom_up(&text, |node| match node.args_of(Sym::ArrayReduce).as_deref() {
        Some([f, array, levels, ties]) if ties.has_head(Sym::Rule) && ties.arg(1).as_str() == Some("First") => {
            let slot = Expr::call(Sym::Slot, [Expr::integer(1)]);
            let first = Expr::call(Sym::Function, [Expr::call(Sym::Apply, [Sym::ProgramFirstMax.into(), slot])]);
            let is_max = Expr::call(Sym::SameQ, [f.clone(), Sym::Max.into()]);
            let f = Expr::call(Sym::If, [is_max, first, f.clone()]);
            Expr::call(Sym::ArrayReduce, [f, array.clone(), levels.clone()])
        }
        _ => node,
    })
}

/// A function with a gradient of its own as its value: what it is where no gradient is taken.
pub(crate) fn with_values(part: Expr) -> Expr {
    match part.args_of(Sym::ProgramWithGradient).as_deref() {
        Some([f, _, input]) => Expr::normal(f.clone(), [input.clone()]),
        _ => part,
    }
}

/// The statements of a definition in training, for numbers, or for everything else.
fn statements_for(definition: &Definition, arrays: Arrays, training: bool) -> &[Statement] {
    let in_training = training && definition.training.is_some();
    let is_stable = arrays == Arrays::Numbers && !definition.stable.is_empty();
    if is_stable && !in_training { &definition.stable } else { definition.statements(training) }
}

/// The values of the output ports of a leaf.
fn outputs_of(leaf: &Leaf, definition: &Definition, scope: &Environment) -> Vec<(Name, Expr)> {
    let value = |port: &LeafPort| {
        let value = scope.get(&definition.scope.symbol(port.record.name))?;
        match port.index {
            Some(i) if value.is_list() => value.args().get(i).cloned(),
            Some(i) => Some(Expr::call(Sym::Part, [value, Expr::integer(i as i64 + 1)])),
            None => Some(value),
        }
    };
    leaf.outputs.iter().filter_map(|port| value(port).map(|value| (port.name.clone(), value))).collect()
}

/// Evaluates a layer with empty arrays by its program: lists do not show the dimensions that
/// follow a 0, values of programs do.
fn evaluate_empty(
    session: &mut Session,
    net: &Net,
    index: usize,
    ports: &[(Name, Expr)],
) -> Result<Option<Vec<(Name, Expr)>>, Flow> {
    let alone = net.of_leaf(index);
    let list = |port: &NetPort| ports.iter().find(|(name, _)| *name == port.name).map(|(_, list)| list.clone());
    let lists: Vec<Option<Expr>> = alone.inputs.iter().map(list).collect();
    let given: Vec<bool> = lists.iter().map(Option::is_some).collect();
    let Ok(program) = NetProgram::of_net(session, &alone, &given, ElementType::F64, Arrays::Symbols)? else {
        return Ok(None);
    };
    let lists: Vec<Expr> = lists.into_iter().flatten().collect();
    let Ok(results) = program.run(session, &lists)? else { return Ok(None) };
    Ok(Some(alone.outputs.into_iter().map(|port| port.name).zip(results).collect()))
}

/// A net that is an argument of a layer, as a function of its inputs: the texts of its layers put
/// into each other, to be evaluated where it is applied.
pub(crate) fn inner_function(session: &mut Session, net: &Net, owner: usize, which: usize, arrays: Arrays) -> Expr {
    let inner = &net.leaves[owner].nets[which];
    let before: usize = net.leaves[owner].nets[..which].iter().map(|inner| inner.count).sum();
    let first = owner + 1 + before;
    // The depth tells the variables of functions within functions apart.
    let depth = net.leaves[owner].path.len();
    let variable = |i: usize| Expr::symbol(&format!("Layer`x{}${depth}", i + 1));
    let variables: Vec<Expr> = (0..inner.inputs.len()).map(variable).collect();
    let inputs: Vec<Option<Expr>> = variables.iter().cloned().map(Some).collect();
    let mut values = Values { by_leaf: vec![Vec::new(); net.leaves.len()] };
    for i in first..first + inner.count {
        if net.leaves[i].owner == Some(owner) {
            let ports = port_values(&net.leaves[i], &inputs, &values);
            values.by_leaf[i] = write_leaf(session, net, i, &ports, arrays);
        }
    }
    let outputs: Vec<Expr> =
        inner.outputs.iter().filter_map(|(_, port)| values.get(port.places.first()?).cloned()).collect();
    let single = inner.outputs.len() == 1 && inner.outputs[0].0.index.is_none();
    let body = if single && outputs.len() == 1 { outputs[0].clone() } else { Expr::list(outputs) };
    Expr::call(Sym::Function, [Expr::list(variables), body])
}

/// As [`evaluate_leaf`], but nothing is evaluated.
fn write_leaf(
    session: &mut Session,
    net: &Net,
    index: usize,
    ports: &[(Name, Expr)],
    arrays: Arrays,
) -> Vec<(Name, Expr)> {
    let mut scope = Environment::of_leaf(session, net, index, ports, arrays);
    let definition = definition_of(session, net.leaves[index].layer);
    for statement in statements_for(&definition, arrays, net.training) {
        match statement {
            Statement::Is { left, right, .. } => {
                let value = scope.put_into(&text_of(net, &net.leaves[index], right, arrays));
                scope.set(left.clone(), value);
            }
            Statement::Recurrence(recurrence) => {
                let fold = fold_of(&scope, recurrence);
                for (name, part) in results_of(&fold, recurrence) {
                    scope.set(name, part);
                }
            }
        }
    }
    outputs_of(&net.leaves[index], &definition, &scope)
}
