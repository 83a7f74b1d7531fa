//! What must hold of every net.

use netform::expr::{Expr, Sym};
use netform::nets::NetProgram;

use super::case::{Case, Value, exact_text, port_shapes, real_text, weights};

/// Half the distance of the points of a difference quotient.
const STEP: f64 = 1e-4;
/// How far a derivative may be from a difference quotient, relative to the derivative.
const DERIVATIVE_TOLERANCE: f64 = 1e-6;

/// What comes out has the shape that the output ports declare.
pub(super) fn shapes(case: &mut Case) -> Result<(), String> {
    let ports = case.session.value("Information[net, \"OutputPorts\"]")?;
    for argument in [case.symbols.clone(), case.machine_argument()] {
        let result = case.session.value(&format!("net[{argument}]"))?;
        let outputs = outputs(&result);
        let shapes = port_shapes(&ports)?;
        let fits = outputs.len() == shapes.len()
            && outputs.iter().zip(&shapes).all(|(output, (_, shape))| has_shape(output, shape));
        if !fits {
            let shown = case.session.session().output_form(&result);
            return Err(format!("net[{argument}] is {shown}; the ports are {shapes:?}"));
        }
    }
    Ok(())
}

/// The symbolic result with numbers put in is the numeric one.
pub(super) fn numbers(case: &mut Case) -> Result<(), String> {
    let symbolic = format!("N[net[{}] /. {}]", case.symbols, case.rules(real_text));
    let numeric = format!("N[net[{}]]", case.machine_argument());
    case.compare(&numeric, &symbolic)
}

/// The result on exact numbers is the symbolic one with exact numbers put in, as the same node.
pub(super) fn exact_numbers(case: &mut Case) -> Result<(), String> {
    let symbolic = format!("plain[{}] /. {}", case.symbols, case.rules(exact_text));
    let exact = format!("plain[{}]", case.exact_argument());
    case.same(&exact, &symbolic)
}

/// The result with symbolic weights, with the weights and numbers put in, is the numeric one.
pub(super) fn symbolic_weights(case: &mut Case) -> Result<(), String> {
    let symbolic = format!("N[plain[{}] /. {} /. {}]", case.symbols, weights("net"), case.rules(real_text));
    let numeric = format!("N[net[{}]]", case.machine_argument());
    case.compare(&numeric, &symbolic)
}

/// The result with symbolic weights, with exact ones put in, is the one with exact weights, as the same node.
pub(super) fn exact_weights(case: &mut Case) -> Result<(), String> {
    // Odd sixteenths: 0, 1 and -1 change the form of a sum that they multiply.
    let rounded = "Map[(2 Floor[8 #] + 1)/16 &, Information[net, \"ArraysList\"], {-1}]";
    let rules = format!("Thread[Information[plain, \"ArraysPositionList\"] -> {rounded}]");
    case.session.value(&format!("exact = NetReplacePart[plain, {rules}];"))?;
    let symbolic = format!("plain[{}] /. {}", case.symbols, weights("exact"));
    case.same(&format!("exact[{}]", case.symbols), &symbolic)
}

/// The derivative of the sum of the results by one of the symbols is the difference quotient.
pub(super) fn derivatives(case: &mut Case) -> Result<(), String> {
    let is_real = |place: &usize| matches!(case.points[*place].value, Value::Real(_));
    let places: Vec<usize> = (0..case.points.len()).filter(is_real).collect();
    if places.is_empty() {
        return Ok(());
    }
    let place = *case.random.choose(&places);
    let variable = case.points[place].name.clone();
    let values = case.rules(real_text);
    let sum = |argument: &str| format!("Total[Flatten[{{net[{argument}]}} //. a_Association :> Values[a]]]");
    let derivative = format!("N[D[{}, {variable}] /. {values}]", sum(&case.symbols));
    let moved = |steps: f64| case.argument(|i, value| real_text(if i == place { value + steps * STEP } else { value }));
    let quotient = [(1.0, "8"), (-1.0, "-8"), (2.0, "-1"), (-2.0, "1")]
        .map(|(steps, weight)| format!("({weight})*{}", sum(&moved(steps))))
        .join(" + ");
    let quotient = format!("({quotient})/{:?}", 12.0 * STEP);
    // What has no value has no derivative either.
    case.numbers(&format!("N[net[{}]]", case.machine_argument()))?;
    let (a, b) = (case.numbers(&derivative)?, case.numbers(&quotient)?);
    match (a.as_slice(), b.as_slice()) {
        ([a], [b]) if (a - b).abs() <= DERIVATIVE_TOLERANCE * (1.0 + a.abs()) => Ok(()),
        _ => Err(format!("by {variable}: D gives {a:?}, the difference quotient is {b:?}")),
    }
}

/// The gradients by all inputs and arrays of the program are those of the definition by `D`, with the numbers put in.
pub(super) fn gradients(case: &mut Case) -> Result<(), String> {
    if !ask_for_gradients(case)? {
        return Ok(());
    }
    let symbolic = format!("N[net[{}, asked] /. {}]", case.symbols, case.rules(real_text));
    // At a kink the derivative is undetermined, and the convention of training is no derivative.
    if case.session.value(&format!("FreeQ[{symbolic}, Indeterminate]"))?.is(Sym::False) {
        return Ok(());
    }
    let numeric = format!("net[{}, asked]", case.machine_argument());
    case.compare(&numeric, &symbolic)
}

/// Makes `asked` the list of the gradients by all inputs and arrays; whether there are any.
fn ask_for_gradients(case: &mut Case) -> Result<bool, String> {
    let types = case.session.value("Information[net, \"InputPortTypes\"]")?;
    let data = case.session.value(&case.symbols.clone())?;
    let is_real = |port_type: &Expr| port_type.as_str() != Some("Boolean") && !port_type.has_head(Sym::Restricted);
    let is_given = |port: &Expr| data.args().iter().any(|rule| rule.arg(0) == *port);
    let mut inputs = Vec::new();
    for port_type in types.args().iter().filter(|port_type| is_real(&port_type.arg(1)) && is_given(&port_type.arg(0))) {
        inputs.extend(port_type.arg(0).as_str().map(|name| format!("NetPortGradient[\"{name}\"]")));
    }
    let arrays = "Map[NetPortGradient, Information[net, \"ArraysPositionList\"]]";
    case.session.value(&format!("asked = Join[{{{}}}, {arrays}]", inputs.join(", ")))?;
    Ok(!case.session.value("asked")?.is_empty())
}

/// So many elements a derivative of second order may have to be tried.
const MOST_ELEMENTS: &str = "3000";

/// A derivative of second order by two of all inputs, arrays and outputs, so that Hessians, mixed derivatives and Jacobians
/// are among them, is by nested programs what it is by `D` with numbers put in.
pub(super) fn second_derivatives(case: &mut Case) -> Result<(), String> {
    if !ask_for_gradients(case)? {
        return Ok(());
    }
    let machine = case.machine_argument();
    // What holds integers cannot be differentiated.
    case.session.value(&format!("names = Information[net, \"OutputPortNames\"]; results = net[{machine}, names];"))?;
    case.session
        .value("outputs = Map[NetPortGradient, Select[names, ! AllTrue[Flatten[{results[#]}], IntegerQ] &]];")?;
    let (all, by) = (case.session.value("Join[outputs, asked]")?, case.session.value("asked")?);
    let all: Vec<Expr> = all.args().into_owned();
    let by: Vec<Expr> = by.args().into_owned();
    let (first, second) = (case.random.choose(&all).arg(0), case.random.choose(&by).arg(0));
    let pair = Expr::call(Sym::NetPortGradient, [first, second]);
    let pair = case.session.session().input_form(&pair);
    let numeric = format!("net[{machine}, {pair}]");
    if case.session.value(&format!("numeric = {numeric}; Length[Flatten[{{numeric}}]] > {MOST_ELEMENTS}"))?.is_true() {
        return Ok(());
    }
    let symbolic = format!("N[net[{}, {pair}] /. {}]", case.symbols, case.rules(real_text));
    if case.session.value(&format!("FreeQ[{symbolic}, Indeterminate]"))?.is(Sym::False) {
        return Ok(());
    }
    case.compare("numeric", &symbolic).map_err(|what| format!("{pair}: {what}"))
}

/// What programs give for a batch in training, outputs, arrays after the step and gradients, is what the definition gives
/// to many digits, with the same random numbers.
pub(super) fn training(case: &mut Case) -> Result<(), String> {
    ask_for_gradients(case)?;
    let outputs = "Map[NetPort, Keys[Information[net, \"OutputPorts\"]]]";
    let arrays =
        "If[Head[net] === BatchNormalizationLayer, {NetPort[\"MovingMean\"], NetPort[\"MovingVariance\"]}, {}]";
    case.session.value(&format!("asked = Join[{outputs}, {arrays}, asked]"))?;
    let batch = format!("Map[{{#, # /. x_Real :> x/2 + 0.25}} &, {}]", case.machine_argument());
    let options = "NetEvaluationMode -> \"Train\", RandomSeeding -> 1";
    let numeric = format!("net[{batch}, asked, {options}]");
    let exact = format!("N[net[{batch}, asked, {options}, WorkingPrecision -> 25]]");
    case.compare(&numeric, &exact)
}

/// The program, run over expressions, gives the nodes that the definition gives on lists.
pub(super) fn program_on_symbols(case: &mut Case) -> Result<(), String> {
    // What is in an order that symbols do not have cannot be found by comparing them.
    let is_ordered = format!(
        "FreeQ[{{plain[{}], If[Head[plain] === OrderingLayer, 0, plain]}}, ArrayOrdering | OrderingLayer]",
        case.symbols
    );
    if case.session.value(&is_ordered)?.is(Sym::False) {
        return Ok(());
    }
    let inputs = case.session.value(&case.symbols.clone())?;
    let plain = case.session.value("plain")?;
    let expected = outputs(&case.session.value(&format!("plain[{}]", case.symbols))?);
    let ports: Vec<Expr> = inputs.args().iter().map(|rule| rule.arg(0)).collect();
    let ports: Vec<&str> = ports.iter().filter_map(Expr::as_str).collect();
    let lists: Vec<Expr> = inputs.args().iter().map(|rule| rule.arg(1)).collect();
    let session = case.session.session();
    let program = NetProgram::new(session, &plain, &ports).map_err(|flow| format!("{flow:?}"))?;
    let program = program.map_err(|faults| format!("{faults:?}"))?;
    let results = program.run(session, &lists).map_err(|flow| format!("{flow:?}"))??;
    if results == expected {
        return Ok(());
    }
    let shown = |list: &[Expr]| list.iter().map(|e| session.output_form(e)).collect::<Vec<_>>().join("\n");
    Err(format!("the program\n{}\ngives\n{}\nthe definition\n{}", program.program, shown(&results), shown(&expected)))
}

/// The net of one step, where there is one, gives step by step what the net gives.
pub(super) fn steps(case: &mut Case) -> Result<(), String> {
    let argument = case.machine_argument();
    case.session.value(&format!("step = Quiet[NetUnfold[net]]; data = {argument}"))?;
    if case.session.value("step === $Failed")?.is_true() {
        return Ok(());
    }
    case.session
        .value("shapes = Information[net, \"InputPorts\"]; shapesOfStep = Information[step, \"InputPorts\"]")?;
    case.session.value("sequences = Select[Keys[data], shapesOfStep[#] =!= shapes[#] &]")?;
    // Lists do not show the other dimensions of an array that is empty, and no step is taken for an empty sequence.
    if !case.session.value("AllTrue[Flatten[Values[shapes]], # > 0 &]")?.is_true() {
        return Ok(());
    }
    let element = "Association[Map[# -> data[#][[i]] &, sequences]]";
    let states = "Select[Keys[shapesOfStep], KeyExistsQ[result, #] && !MemberQ[sequences, #] &]";
    case.session.value(&format!(
        "results = {{}}; given = data;
         Do[result = step[Join[data, given, {element}]]; AppendTo[results, result];
            given = Association[Map[# -> result[#] &, {states}]],
            {{i, Length[data[First[sequences]]]}}]"
    ))?;
    // What the whole gives once, behind its last step, the step gives each time.
    let shape = |net: &str| format!("Information[{net}, \"OutputPorts\"][name]");
    let all = "Map[#[name] &, results]";
    let value = format!("If[{} === {}, Last[{all}], {all}]", shape("net"), shape("step"));
    let stepped = format!("N[Map[Function[name, {value}], Information[net, \"OutputPortNames\"]]]");
    let whole = "N[If[AssociationQ[net[data]], Values[net[data]], {net[data]}]]";
    case.compare(&stepped, whole)
}

/// The net that is made from the equations of a net gives the same results.
pub(super) fn equations(case: &mut Case) -> Result<(), String> {
    round_trip(case, "")
}

/// The same for equations of the results only.
pub(super) fn equations_of_results(case: &mut Case) -> Result<(), String> {
    round_trip(case, ", \"Intermediate\" -> False")
}

/// The same for an equation for each element, where these are not too many.
pub(super) fn equations_of_components(case: &mut Case) -> Result<(), String> {
    round_trip(case, ", \"Notation\" -> \"Components\"")
}

fn round_trip(case: &mut Case, options: &str) -> Result<(), String> {
    let types = case.session.value("Information[net, \"InputPortTypes\"]")?;
    // A function of arrays takes no truth values, and random numbers are others each time.
    let is_truth = |rule: &Expr| rule.arg(1).as_str() == Some("Boolean");
    if types.args().iter().any(is_truth) || case.session.value("FreeQ[net, RandomArrayLayer]")?.is(Sym::False) {
        return Ok(());
    }
    // States begin with zero in equations.
    let argument = case.machine_argument();
    case.session.value(&format!("data = KeySelect[{argument}, StringFreeQ[#, \"State\"] &];"))?;
    case.session.value("names = MapIndexed[#1 -> \"input\" <> ToString[First[#2]] &, Keys[data]];")?;
    let written = format!("NetEquations[net, \"Values\" -> True, \"Names\" -> names{options}]");
    case.session.value(&format!("equations = Check[{written}, \"large\", NetEquations::toolarge];"))?;
    match case.session.value("equations")? {
        large if large.as_str().is_some() => return Ok(()),
        none if none.is(Sym::Failed) => return Err("there are no equations".to_owned()),
        _ => {}
    }
    // Lists do not show the dimensions that follow a 0.
    if case.session.value("FreeQ[equations, {___, 0, ___}]")?.is(Sym::False) {
        return Ok(());
    }
    // An input that the results do not depend on is in no equation.
    case.session.value("used = Select[names, ! FreeQ[equations, #[[2]]] &];")?;
    if case.session.value("used")?.is_empty() {
        return Ok(());
    }
    let shown = |case: &mut Case| {
        let equations = case.session.value("equations").unwrap_or_else(|_| Sym::Failed.into());
        case.session.session().input_form(&equations)
    };
    case.session.value("again = NetFromEquations[equations, Values[used]];")?;
    if case.session.value("again")?.is(Sym::Failed) {
        return Err(format!("there is no net of the equations\n{}", shown(case)));
    }
    // The outputs may be in another order.
    let numbers = |result: &str| format!("Sort[Flatten[N[{{{result}}}] //. a_Association :> Values[a]]]");
    let new = numbers("again[Association[Map[#[[2]] -> data[#[[1]]] &, used]]]");
    let compared = case.compare(&numbers("net[data]"), &new);
    compared.map_err(|what| format!("{what}\n{}", shown(case)))
}

/// Functions of arrays that have no notation of their own, in equations of a few layers.
const NAMED: [&str; 3] = ["ArrayPad", "ArrayReduce", "ArrayRandom"];

/// Equations in print have no function of arrays in them but those without a notation, and are well formed.
pub(super) fn notation(case: &mut Case) -> Result<(), String> {
    let equations = case.session.value("NetEquations[plain]")?;
    if equations.is(Sym::Failed) {
        return Err("there are no equations".to_owned());
    }
    let session = case.session.session();
    let tex = session.tex_form(&equations);
    let internal = ["Array", "Map", "Fold", "Slot", r"\#", "Layer"];
    let named = NAMED.iter().fold(tex.clone(), |text, name| text.replace(name, ""));
    // A function of the user's may fold in its own way.
    let internal = if tex.contains("FoldList") { &internal[..1] } else { &internal[..] };
    if let Some(found) = internal.iter().find(|name| named.contains(**name)) {
        return Err(format!("{found} is in\n{tex}"));
    }
    let count = |part: &str| tex.matches(part).count();
    let braces = tex.replace(r"\{", "").replace(r"\}", "");
    let pairs = [
        (braces.matches('{').count(), braces.matches('}').count()),
        (
            count(r"\left(") + count(r"\left[") + count(r"\left| "),
            count(r"\right)") + count(r"\right]") + count(r"\right| "),
        ),
        (count(r"\begin{"), count(r"\end{")),
    ];
    if pairs.iter().any(|(open, close)| open != close) {
        return Err(format!("what is opened is not closed in\n{tex}"));
    }
    well_formed(&session.mathml_form(&equations))
}

/// Whether every element of an XML text ends where it should.
fn well_formed(xml: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>').ok_or_else(|| format!("a tag does not end in\n{xml}"))?;
        rest = after;
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        match (tag.starts_with('/'), tag.ends_with('/')) {
            (_, true) => {}
            (false, _) => open.push(name),
            (true, _) if open.pop() == Some(name) => {}
            (true, _) => return Err(format!("</{name}> ends nothing in\n{xml}")),
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} do not end in\n{xml}")) }
}

/// The simplified net gives the same results.
pub(super) fn simplification(case: &mut Case) -> Result<(), String> {
    if case.session.value("FreeQ[net, RandomArrayLayer]")?.is(Sym::False) {
        return Ok(());
    }
    case.session.value("simple = NetSimplify[net];")?;
    let data = format!("KeyTake[{}, Keys[Information[simple, \"InputPorts\"]]]", case.machine_argument());
    let numeric = format!("N[net[{}]]", case.machine_argument());
    case.compare(&numeric, &format!("N[simple[{data}]]"))
}

/// The values of the outputs of a net.
pub(super) fn outputs(result: &Expr) -> Vec<Expr> {
    if result.has_head(Sym::Association) {
        return result.args().iter().map(|rule| rule.arg(1)).collect();
    }
    vec![result.clone()]
}

/// Whether nested lists have some dimensions; those after a 0 are not to be seen.
fn has_shape(value: &Expr, dimensions: &[usize]) -> bool {
    match dimensions.split_first() {
        None => !value.is_list() && !value.is(Sym::Failed),
        Some((&size, inner)) => {
            value.is_list() && value.len() == size && value.args().iter().all(|item| has_shape(item, inner))
        }
    }
}
