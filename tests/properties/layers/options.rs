//! Every argument, option and array of a record matters: another value of it changes what the layer gives in some sample,
//! or is refused with a message.

use libtest_mimic::{Failed, Trial};
use netform::expr::{Expr, Sym};
use netform::layers::{Layer, Parameter, ParameterType};

use super::case::{Call, Case, calls};
use crate::session::TestSession;

/// The test of a record.
pub(super) fn trial(layer: &'static Layer) -> Trial {
    Trial::test(format!("properties::layers::{}::options", layer.name), move || {
        let samples = samples(layer)?;
        let mut faults = Vec::new();
        for setting in settings(layer, &samples)? {
            faults.extend(faults_of(&samples, &setting)?);
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(Failed::from(faults.join("\n"))),
        }
    })
}

/// A call of a sample.
pub(super) struct Given {
    pub(super) net: Expr,
    probabilities: bool,
}

/// What a call can be given: the place among the arguments, for those, with the defaults of the arguments before it, and
/// values.
pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) before: Option<Vec<Option<Expr>>>,
    pub(super) values: Vec<Expr>,
}

/// The calls of all samples. Each of them once more without the shapes of its ports: there are values that follow from these.
pub(super) fn samples(layer: &Layer) -> Result<Vec<Given>, String> {
    let mut session = TestSession::new();
    let mut samples = Vec::new();
    for Call { text, probabilities } in calls(layer) {
        let net = session.value(&text)?;
        let is_port = |e: &Expr| name_of(e).is_some_and(|name| layer.parameter(&name).is_none());
        let open: Vec<Expr> = net.args().iter().filter(|e| !is_port(e)).cloned().collect();
        let open = Expr::normal(net.head().clone(), open);
        for net in [net, open] {
            if !samples.iter().any(|given: &Given| given.net == net) {
                samples.push(Given { net, probabilities });
            }
        }
    }
    Ok(samples)
}

/// The name in an option.
fn name_of(e: &Expr) -> Option<String> {
    let key = e.has_head(Sym::Rule).then(|| e.arg(0))?;
    key.as_str().map(str::to_owned).or_else(|| key.as_symbol().map(|symbol| symbol.name().to_owned()))
}

/// All that calls can be given: values are those in the samples, the default, and those that the type of a parameter has.
pub(super) fn settings(layer: &'static Layer, samples: &[Given]) -> Result<Vec<Setting>, String> {
    let mut session = TestSession::new();
    let mut settings = Vec::new();
    let mut defaults: Vec<Option<Expr>> = Vec::new();
    for (place, parameter) in layer.arguments.iter().chain(layer.options).enumerate() {
        let is_argument = place < layer.arguments.len();
        let default = parameter.default.map(|text| session.value(text)).transpose()?;
        let mut values: Vec<Expr> = default.iter().cloned().collect();
        values.extend(samples.iter().filter_map(|given| value_in(&given.net, parameter.name, place, is_argument)));
        for text in typical(parameter) {
            values.push(session.value(text)?);
        }
        let mut different: Vec<Expr> = Vec::new();
        values.into_iter().for_each(|value| {
            if !different.contains(&value) {
                different.push(value);
            }
        });
        let before = is_argument.then(|| defaults.clone());
        settings.push(Setting { name: parameter.name, before, values: different });
        defaults.push(default);
    }
    for array in layer.arrays {
        let absent = array.absent.map(|_| Sym::None.into());
        let values = [Sym::Automatic.into()].into_iter().chain(absent).collect();
        settings.push(Setting { name: array.name, before: None, values });
    }
    Ok(settings)
}

/// Values of a type, whatever the layer is.
fn typical(parameter: &Parameter) -> &'static [&'static str] {
    match parameter.kind {
        ParameterType::Size | ParameterType::Sizes => &["1", "2", "3"],
        ParameterType::Dimensions => &["2", "{2, 3}"],
        ParameterType::Padding => &["1", "\"Same\""],
        ParameterType::Real | ParameterType::NonNegative => &["1/3", "2/3"],
        ParameterType::Boolean => &["True", "False"],
        ParameterType::Function => &["Cos", "Sin"],
        ParameterType::Choice(choices) => choices,
        ParameterType::Levels => &["1", "2", "-1"],
        ParameterType::Net | ParameterType::Any | ParameterType::Matching { .. } | ParameterType::Stated { .. } => &[],
    }
}

/// The value that a call gives.
fn value_in(net: &Expr, name: &str, place: usize, is_argument: bool) -> Option<Expr> {
    let args = net.args();
    let option = args.iter().find(|e| name_of(e).is_some_and(|found| found == name));
    let argument = args.get(place).filter(|_| is_argument && args[..=place].iter().all(|e| name_of(e).is_none()));
    option.map(|option| option.arg(1)).or_else(|| argument.cloned())
}

/// A call with another value; `None` where arguments before it would have to be given that have no default.
pub(super) fn with_value(net: &Expr, setting: &Setting, value: &Expr) -> Option<Expr> {
    let is_it = |e: &Expr| name_of(e).is_some_and(|name| name == setting.name);
    let mut arguments: Vec<Expr> = net.args().iter().take_while(|e| name_of(e).is_none()).cloned().collect();
    let options = net.args().iter().skip(arguments.len()).filter(|e| !is_it(e)).cloned().collect::<Vec<_>>();
    let mut option = Some(Expr::rule(Expr::string(setting.name), value.clone()));
    if let Some(before) = &setting.before {
        for default in before.iter().skip(arguments.len()) {
            arguments.push(default.clone()?);
        }
        arguments.truncate(arguments.len().max(before.len()));
        match arguments.get_mut(before.len()) {
            Some(argument) => *argument = value.clone(),
            None => arguments.push(value.clone()),
        }
        option = None;
    }
    Some(Expr::normal(net.head().clone(), arguments.into_iter().chain(options).chain(option)))
}

/// What a call comes to.
#[derive(PartialEq)]
enum Outcome {
    /// It is refused, with a message.
    Refused,
    /// Shapes, and results if the shapes are known.
    Gives(Vec<Expr>),
}

/// The values of a setting that give what all others give, in every sample; and whether no two that are accepted give
/// something else.
fn faults_of(samples: &[Given], setting: &Setting) -> Result<Vec<String>, String> {
    let mut different = vec![setting.values.len() < 2; setting.values.len()];
    let mut changes = setting.values.len() < 2;
    for given in samples {
        if changes && different.iter().all(|different| *different) {
            break;
        }
        let mut outcomes = Vec::new();
        for value in &setting.values {
            let call = with_value(&given.net, setting, value);
            outcomes.push(call.map(|call| outcome(&call, given.probabilities)).transpose()?);
        }
        for one in 0..outcomes.len() {
            for two in 0..one {
                let (Some(a), Some(b)) = (&outcomes[one], &outcomes[two]) else { continue };
                if a != b {
                    different[one] = true;
                    different[two] = true;
                    changes |= *a != Outcome::Refused && *b != Outcome::Refused;
                }
            }
        }
    }
    let same = setting.values.iter().zip(&different).filter(|(_, different)| !**different);
    let mut faults: Vec<String> =
        same.map(|(value, _)| format!("{} -> {value:?} gives what all other values give", setting.name)).collect();
    if !changes {
        faults.push(format!("all values of {} are refused, or give the same", setting.name));
    }
    Ok(faults)
}

/// What becomes of a call: with messages it is refused, and they say why.
fn outcome(net: &Expr, probabilities: bool) -> Result<Outcome, String> {
    let mut session = TestSession::new();
    let text = session.session().input_form(net);
    let shown = session.transcript(&format!("shapes = Information[{text}, {SHAPES}];"));
    let shapes = session.value("shapes")?;
    if shapes.is(Sym::Failed) || !shown.is_empty() {
        return match shown.is_empty() {
            true => Err(format!("{text} fails without a message")),
            false => Ok(Outcome::Refused),
        };
    }
    let known = session.value("FreeQ[shapes, Automatic | \"Varying\"]")?;
    let mut all = vec![shapes];
    if known.is(Sym::True) {
        let case = Case::new(&Call { text: text.clone(), probabilities }, 3);
        let mut case = case.map_err(|what| format!("{text}: {what}"))?;
        let data = case.machine_argument();
        all.push(case.session.value(&format!("net[{data}]"))?);
        let batch = format!("Map[{{#, # /. x_Real :> x/2 + 0.25}} &, {data}]");
        let asked = "Map[NetPort, Join[Keys[Information[net, \"OutputPorts\"]], updated]]";
        let updated = "updated = If[Head[net] === BatchNormalizationLayer, {\"MovingMean\", \"MovingVariance\"}, {}]";
        let training = format!("net[{batch}, {asked}, NetEvaluationMode -> \"Train\", RandomSeeding -> 1]");
        all.push(case.session.value(&format!("{updated}; {training}"))?);
    }
    Ok(Outcome::Gives(all))
}

/// What is known of a net without data.
const SHAPES: &str = "{\"InputPorts\", \"InputPortTypes\", \"OutputPorts\", \"ArraysDimensions\"}";
