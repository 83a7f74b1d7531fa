//! The application of a net: `net[data]`.

use std::sync::Arc;

use netform_compile::Segments;
use netform_eval::{Declared, Eval, Flow, Quiet, Session};
use netform_expr::{Expr, Sym};

use crate::Fault;
use crate::arguments::{arranged, as_lists, split_arguments};
use crate::coder::{decode_outputs, encode_inputs, is_property};
use crate::data::{Content, as_truth, content, content_of, unfit_element};
use crate::diagnostic::instead;
use crate::draws::{Seeding, is_random};
use crate::evaluate::{Arrays, Values, evaluate_net};
use crate::gradient;
use crate::inputs::{Inputs, batch_size, bind, fit_again, with_examples};
use crate::net::{Elements, Examples, Net, NetPort};
use crate::numeric::run_batch;
use crate::options::APPLICATION;
use crate::ports::{Wanted, ask, how_to_give_data};
use crate::precision::Precision;
use crate::read::read;
use crate::training::{batch, outputs_of};

/// The rule for calls `net[...]`.
pub(crate) fn apply(session: &mut Session, call: &Expr) -> Eval {
    let net = match read(session, call.head())? {
        Ok(net) if net.faults.is_empty() => net,
        Ok(net) => return Ok(Some(Fault::fail(session, &net.faults))),
        Err(faults) => return Ok(Some(Fault::fail(session, &faults))),
    };
    if let Some(value) = by_assumptions(session, call)? {
        return Ok(Some(value));
    }
    let args = arranged(&net, call.args().into_owned());
    let (positional, options) = split_arguments(&net, &args);
    if let Some(closed) = close(session, &net, positional) {
        return Ok(Some(Expr::normal(closed, args.iter().cloned())));
    }
    Ok(Some(match value(session, net, positional, &options)? {
        Ok(value) => value,
        Err(faults) => Fault::fail(session, &faults),
    }))
}

/// The value of a net on symbols that `$Assumptions` declare to be arrays, if there are some in its data.
fn by_assumptions(session: &mut Session, call: &Expr) -> Eval {
    if call.args().iter().all(|argument| argument.user_classes() == 0) {
        return Ok(None);
    }
    let assumptions = session.evaluate(&Sym::Assumptions.into())?;
    let declared = Declared::by(&assumptions);
    let arguments: Vec<Expr> = call.args().iter().map(|argument| declared.with_arrays(argument)).collect();
    if arguments.iter().eq(call.args().iter()) {
        return Ok(None);
    }
    let value = session.evaluate(&Expr::normal(call.head().clone(), arguments))?;
    // Some functions do without the arrays themselves, such as `Map` of a symbol: then these stay.
    let symbols = declared.with_symbols(&value);
    let symbols = session.quietly(Quiet::All, |session| session.evaluate(&symbols))?;
    let again = session.quietly(Quiet::All, |session| session.evaluate(&declared.with_arrays(&symbols)))?;
    Ok(Some(if again == value { symbols } else { value }))
}

/// The value of a net on data.
fn value(
    session: &mut Session,
    net: Arc<Net>,
    positional: &[Expr],
    options: &[(String, Expr)],
) -> Result<Result<Expr, Vec<Fault>>, Flow> {
    let mut settings = match Settings::read(session, &net, options) {
        Ok(settings) => settings,
        Err(fault) => return Ok(Err(vec![fault])),
    };
    let (data, asked) = match positional {
        [] => (None, None),
        [data] => (Some(as_lists(data)), None),
        [data, asked] => (Some(as_lists(data)), Some(asked)),
        _ => {
            let expected = format!("the data, and the ports. {}", how_to_give_data(&net).trim_end_matches('.'));
            let args = [positional.len().to_string(), "at most 2".into(), expected];
            return Ok(Err(vec![Fault::new(symbol(&net), "netnargs", args)]));
        }
    };
    let (data, cotangents) = match gradient::split_data(data.as_ref()) {
        (data, cotangents) if cotangents.is_empty() => (data, cotangents),
        (data, cotangents) if asked.is_some_and(gradient::is_asked) => (data, cotangents),
        _ => return Ok(Err(vec![Fault::new(symbol(&net), "nograd", [])])),
    };
    let net = if settings.training { Arc::new(Net { training: true, ..Net::clone(&net) }) } else { net };
    if let Some(leaf) = net.of_whole_batch().find(|leaf| leaf.owner.is_some()) {
        return Ok(Err(vec![Fault::new(symbol(&net), "innerbatch", [leaf.label()])]));
    }
    if let (Some(size), Some(leaf)) = (settings.batch_size, net.of_whole_batch().next()) {
        return Ok(Err(vec![Fault::new(symbol(&net), "wholebatch", [leaf.label(), size.to_string()])]));
    }
    let (net, data) = match bind(session, net, data.as_ref())? {
        Ok(bound) => bound,
        Err(faults) => return Ok(Err(faults)),
    };
    if is_random(session, &net) {
        settings.seed = Some(settings.seeding.seed(session)?);
    }
    if let Some(asked) = asked.filter(|asked| gradient::is_asked(asked)) {
        return gradient::value(session, &net, &data, &cotangents, asked, &settings);
    }
    if settings.segments.is_some() {
        return Ok(Err(vec![Fault::new(symbol(&net), "nocheckpoints", [])]));
    }
    applied(session, net, &data, asked, &settings)
}

/// The values of a net's outputs, or of the ports that are asked for, on its inputs.
pub(crate) fn applied(
    session: &mut Session,
    net: Arc<Net>,
    data: &Inputs,
    asked: Option<&Expr>,
    settings: &Settings,
) -> Result<Result<Expr, Vec<Fault>>, Flow> {
    let property = asked.filter(|asked| is_property(&net, asked));
    let (net, wanted) = match asked.filter(|_| property.is_none()) {
        None => (net.clone(), Wanted::outputs(&net)),
        Some(asked) => match ask(session, &net, asked)? {
            Ok(asked) => asked,
            Err(faults) => return Ok(Err(faults)),
        },
    };
    let (data, batches) = match encode_inputs(session, &net, data)? {
        Ok(encoded) => encoded,
        Err(faults) => return Ok(Err(faults)),
    };
    let mut data = with_examples(session, &net, &data)?;
    for (port, value) in net.inputs.iter().zip(&mut data) {
        if net.elements(port) == Elements::Truth
            && let Some(given) = value
        {
            *given = as_truth(given);
        }
    }
    let count = match batch_size(session, &net, &data, &batches)? {
        Ok(count) => count,
        Err(faults) => return Ok(Err(faults)),
    };
    let values = match outputs(session, &net, &data, count, settings)? {
        Ok(values) => values,
        Err(faults) => return Ok(Err(faults)),
    };
    Ok(decode_outputs(session, &net, values, count.is_some(), property)?.map(|values| wanted.collect(values)))
}

/// The values of a net's outputs on arrays for its inputs, or the lists of those of all examples of a batch.
fn outputs(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    count: Option<usize>,
    settings: &Settings,
) -> Result<Result<Vec<Expr>, Vec<Fault>>, Flow> {
    if net.of_whole_batch().next().is_some() {
        return batch(session, net, data, count, settings);
    }
    let Some(count) = count else { return one(session, net, data, settings, Examples::One) };
    if let Some(outputs) = together(session, net, data, count, settings)? {
        return Ok(Ok(outputs));
    }
    let mut columns = vec![Vec::with_capacity(count); net.outputs.len()];
    for i in 0..count {
        session.tick()?;
        let example: Vec<Option<Expr>> = data.iter().map(|d| d.as_ref().map(|d| d.arg(i))).collect();
        match one(session, net, &example, settings, Examples::Of(i, count))? {
            Ok(values) => columns.iter_mut().zip(values).for_each(|(column, value)| column.push(value)),
            Err(faults) => return Ok(Err(faults.into_iter().map(|fault| fault.in_example(i + 1)).collect())),
        }
    }
    Ok(Ok(columns.into_iter().map(Expr::list).collect()))
}

/// The outputs of a batch whose examples are arrays of machine numbers of one shape, computed together.
fn together(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    count: usize,
    settings: &Settings,
) -> Result<Option<Vec<Expr>>, Flow> {
    let packed = |(port, value): (&NetPort, &Option<Expr>)| {
        let real = value.as_ref().is_none_or(|value| value.as_array().is_some_and(|array| array.is_real()));
        real && net.elements(port) == Elements::Real && net.integers(port).is_none()
    };
    if count < 2 || settings.seed.is_some() || !net.inputs.iter().zip(data).all(packed) {
        return Ok(None);
    }
    let example: Inputs = data.iter().map(|value| value.as_ref().map(|value| value.arg(0))).collect();
    match prepare(session, net, &example, settings)? {
        Ok(prepared) if prepared.machine => run_batch(session, &prepared.net, data, settings.precision, count),
        _ => Ok(None),
    }
}

/// A layer that takes any number of inputs, or an operator with such a layer as its net, with as many as there are data.
fn close(session: &mut Session, net: &Net, positional: &[Expr]) -> Option<Expr> {
    if !net.leaves.first().is_some_and(|whole| whole.open && whole.path.is_empty()) {
        return None;
    }
    let leaf = net.leaves.iter().find(|leaf| leaf.open && leaf.layer.parameter("InputPorts").is_some())?;
    let data = positional.first()?;
    let count = if data.is_list() || data.has_head(Sym::Association) { data.len() } else { 1 };
    Some(crate::parts::set(session, &net.expr, &leaf.path, "InputPorts", &Expr::integer(count as i64)))
}

/// The symbol whose messages a net gives.
pub(crate) fn symbol(net: &Net) -> Expr {
    net.expr.head().clone()
}

pub(crate) fn port_names(net: &Net) -> String {
    net.inputs.iter().map(|p| &*p.name).collect::<Vec<_>>().join(", ")
}

pub(crate) struct Settings {
    pub(crate) precision: Precision,
    /// Whether the net is evaluated as in training.
    training: bool,
    /// How many examples are to be computed together, if that is given.
    batch_size: Option<usize>,
    /// How recurrences are cut in gradients, where few of their states are to be stored.
    pub(crate) segments: Option<Segments>,
    seeding: Seeding,
    /// The seed of what the net draws, if it draws.
    pub(crate) seed: Option<u64>,
}

impl Settings {
    fn read(session: &mut Session, net: &Net, options: &[(String, Expr)]) -> Result<Settings, Fault> {
        let mut settings = Settings {
            precision: Precision::Automatic,
            training: false,
            batch_size: None,
            segments: None,
            seeding: Seeding::Inherited,
            seed: None,
        };
        for (name, value) in options {
            let valid = match name.as_str() {
                "WorkingPrecision" => Precision::read(value).map(|p| settings.precision = p).is_some(),
                "NetEvaluationMode" => match value.as_str() {
                    Some("Test") => true,
                    Some("Train") => {
                        settings.training = true;
                        true
                    }
                    _ => false,
                },
                "RandomSeeding" => Seeding::read(value).map(|seeding| settings.seeding = seeding).is_some(),
                // Examples are computed one after the other, whatever is asked for.
                "BatchSize" => {
                    settings.batch_size = value.as_usize();
                    value.is(Sym::Automatic) || settings.batch_size.is_some_and(|size| size > 0)
                }
                "GradientCheckpointing" => {
                    settings.segments = match value.as_usize() {
                        Some(steps) => Some(Segments::Of(steps)),
                        None => value.is(Sym::Automatic).then_some(Segments::Root),
                    };
                    value.is(Sym::None) || settings.segments.is_some_and(|segments| segments != Segments::Of(0))
                }
                "TargetDevice" => value.as_str() == Some("CPU"),
                _ => false,
            };
            if !valid {
                return Err(invalid_option(session, net, name, value));
            }
        }
        Ok(settings)
    }
}

/// An option of an application that there is not, or a value of one that it does not take.
fn invalid_option(session: &Session, net: &Net, name: &str, value: &Expr) -> Fault {
    let value = session.output_form(value);
    match APPLICATION.iter().find(|(known, ..)| *known == name) {
        Some((_, _, values)) => {
            Fault::new(symbol(net), "valfail", [name.to_owned(), value, format!("{values} is expected")])
        }
        None => {
            let known: Vec<&str> = APPLICATION.iter().map(|(known, ..)| *known).collect();
            Fault::new(symbol(net), "invopt", [format!("{name} -> {value}"), instead(name, &known)])
        }
    }
}

/// A net with the shapes of its data, and how it is to be computed.
pub(crate) struct Prepared {
    pub(crate) net: Arc<Net>,
    /// Whether everything is a machine number, or is to become one.
    pub(crate) machine: bool,
    /// Whether everything is a number.
    pub(crate) numeric: bool,
    /// Whether everything is a real number or an interval of them, and some are intervals.
    pub(crate) intervals: bool,
    /// What stands for arrays otherwise.
    pub(crate) arrays: Arrays,
}

impl Prepared {
    /// The same for this example and another one together.
    pub(crate) fn with(self, other: &Prepared) -> Prepared {
        Prepared {
            machine: self.machine && other.machine,
            numeric: self.numeric && other.numeric,
            intervals: self.intervals && (other.intervals || other.numeric) || self.numeric && other.intervals,
            arrays: if other.arrays == Arrays::Whole { Arrays::Whole } else { self.arrays },
            net: self.net,
        }
    }
}

/// Fits a net to the data of one example.
pub(crate) fn prepare(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    settings: &Settings,
) -> Result<Result<Prepared, Vec<Fault>>, Flow> {
    let net = match fit_again(session, net, data)? {
        Ok(net) => net,
        Err(faults) => return Ok(Err(faults)),
    };
    let mut all = Content::Exact;
    let mut unfit = Vec::new();
    for (port, value) in net.inputs.iter().zip(data) {
        let Some(value) = value else { continue };
        let elements = net.elements(port);
        all = all.max(content_of(session, value, &elements)?);
        unfit.extend(unfit_element(&port.name, &symbol(&net), value, &elements));
        if let (true, Some(integers)) = (unfit.is_empty(), net.integers(port)) {
            unfit.extend(integers.unfit(session, &port.name, &symbol(&net), value)?);
        }
    }
    if !unfit.is_empty() {
        return Ok(Err(unfit));
    }
    let (of_arrays, complete) = array_content(session, &net)?;
    let numeric = complete && all.max(of_arrays) <= Content::Machine;
    let machine = match settings.precision {
        Precision::Automatic => all.max(of_arrays) == Content::Machine,
        Precision::Double | Precision::Single => true,
        Precision::Exact | Precision::Digits(_) => false,
    };
    let arrays = if all == Content::Arrays { Arrays::Whole } else { Arrays::Components };
    let intervals = complete && all.max(of_arrays) == Content::Intervals;
    Ok(Ok(Prepared { net, machine: numeric && machine, numeric, intervals, arrays }))
}

/// The results for one example.
fn one(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    settings: &Settings,
    examples: Examples,
) -> Result<Result<Vec<Expr>, Vec<Fault>>, Flow> {
    match prepare_one(session, net, data, settings, examples)? {
        Ok(prepared) => outputs_of(session, &prepared, data, settings),
        Err(faults) => Ok(Err(faults)),
    }
}

/// As [`prepare`], for an example of a batch.
pub(crate) fn prepare_one(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    settings: &Settings,
    examples: Examples,
) -> Result<Result<Prepared, Vec<Fault>>, Flow> {
    let mut prepared = prepare(session, net, data, settings)?;
    if let Ok(prepared) = &mut prepared
        && settings.seed.is_some()
        && prepared.net.examples != examples
    {
        prepared.net = Arc::new(Net { examples, ..Net::clone(&prepared.net) });
    }
    Ok(prepared)
}

/// Why a net cannot be applied to intervals.
pub(crate) fn unenclosed(session: &mut Session, net: &Arc<Net>, settings: &Settings) -> Option<Fault> {
    let reason = if is_random(session, net) {
        "its layers draw numbers in training"
    } else if !matches!(settings.precision, Precision::Automatic | Precision::Double) {
        "the ends of intervals are machine numbers: WorkingPrecision must be Automatic or MachinePrecision"
    } else {
        return None;
    };
    Some(Fault::new(symbol(net), "encfail", [reason.to_owned()]))
}

/// The faults of a net whose lists would be too large.
pub(crate) fn oversized(net: &Net, arrays: Arrays) -> Vec<Fault> {
    if arrays == Arrays::Components { Fault::oversized(net, |_, _| true) } else { Vec::new() }
}

/// The value of an output.
pub(crate) fn value_at(port: &NetPort, values: &Values) -> Expr {
    let value = port.places.first().and_then(|place| values.get(place));
    value.cloned().unwrap_or_else(|| Sym::Failed.into())
}

/// The outputs of a net whose shapes are known, by the definitions of its layers.
pub(crate) fn outputs_by_definition(
    session: &mut Session,
    net: &Net,
    data: &Inputs,
    arrays: Arrays,
) -> Result<Vec<Expr>, Flow> {
    let values = evaluate_net(session, net, data, arrays)?;
    Ok(net.outputs.iter().map(|port| value_at(port, &values)).collect())
}

/// What the arrays of a net are made of, and whether all of them have values.
fn array_content(session: &mut Session, net: &Net) -> Result<(Content, bool), Flow> {
    let mut all = Content::Exact;
    for value in net.leaves.iter().flat_map(|leaf| &leaf.arrays) {
        if let crate::ArrayValue::Given(array) = &value.1 {
            all = all.max(content(session, array)?);
        }
    }
    Ok((all, net.missing_arrays().is_empty()))
}
