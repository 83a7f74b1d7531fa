//! Arrays of files in nets: onto a net that is described, with all mismatches told at once, and out of a net.
//!
//! An array has the name of its path in the net, such as `1.Weights` or `encoder.attention.Weights`; or that of the tensor of a state
//! dictionary (`pytorch::state`); or the one that is given.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::fault::Faults;
use crate::pytorch::{Origin, origin_of};
use crate::safe_tensors::named_values;
use crate::{FormatError, Source};

/// The options of the readers of named arrays.
pub(crate) const READER_OPTIONS: &[&str] = &["Net", "Names"];
/// The options of their writers.
pub(crate) const WRITER_OPTIONS: &[&str] = &["Names"];

/// What names the arrays of a net have in a file.
enum Names {
    /// Those of paths, if a tensor has one of these, and else those of state dictionaries.
    Automatic,
    Paths,
    PyTorch,
}

/// The names that the option says: those of a kind, and before them some that are given, by the text of the path.
fn names(option: Option<&Expr>) -> Result<(Names, Vec<(String, Expr)>), FormatError> {
    let Some(option) = option else { return Ok((Names::Automatic, Vec::new())) };
    let kind = match option.as_str() {
        Some("Paths") => Some(Names::Paths),
        Some("PyTorch") => Some(Names::PyTorch),
        _ => option.is(Sym::Automatic).then_some(Names::Automatic),
    };
    if let Some(kind) = kind {
        return Ok((kind, Vec::new()));
    }
    let is_rules = option.has_head(Sym::Association)
        || (option.is_list() && option.args().iter().all(|rule| rule.has_head(Sym::Rule)));
    let rules =
        is_rules.then(|| option.args().iter().map(|rule| Some((text_of(&rule.arg(0))?, rule.arg(1)))).collect());
    let given: Option<Vec<(String, Expr)>> = rules.flatten();
    given.map(|given| (Names::Automatic, given)).ok_or_else(|| {
        FormatError::Value(
            "the option \"Names\" is Automatic, \"Paths\", \"PyTorch\", or an association such as \
             <|{1, \"Weights\"} -> \"fc.weight\"|>, in which {\"fc.weight\", Transpose} applies a function to the array"
                .to_owned(),
        )
    })
}

/// A path as a name: its keys with dots between them.
pub(crate) fn text_of(path: &Expr) -> Option<String> {
    let keys = if path.is_list() { path.args().into_owned() } else { vec![path.clone()] };
    let text = |key: &Expr| key.as_str().map(str::to_owned).or_else(|| key.as_i64().map(|n| n.to_string()));
    keys.iter().map(text).collect::<Option<Vec<String>>>().map(|keys| keys.join("."))
}

/// What a file of named arrays gives: these, or the net of the option with them.
pub(crate) fn read_onto(
    session: &mut Session,
    source: &Source<'_>,
    arrays: Result<Expr, FormatError>,
) -> Result<Result<Expr, FormatError>, Flow> {
    match (arrays, source.option("Net"), source.option("Names")) {
        (Err(error), ..) => Ok(Err(error)),
        (Ok(arrays), Some(net), option) => onto(session, net, option, &arrays),
        (Ok(arrays), None, None) => Ok(Ok(arrays)),
        (Ok(_), None, Some(_)) => Ok(Err(FormatError::Value(
            "the option \"Names\" says where arrays belong in a net; give it with the option \"Net\"".to_owned(),
        ))),
    }
}

/// A net with named arrays.
fn onto(
    session: &mut Session,
    net: &Expr,
    option: Option<&Expr>,
    arrays: &Expr,
) -> Result<Result<Expr, FormatError>, Flow> {
    let tensors = match crate::pytorch::tensors(arrays) {
        Ok(tensors) => tensors,
        Err(error) => return Ok(Err(error)),
    };
    let (kind, given) = match names(option) {
        Ok(names) => names,
        Err(error) => return Ok(Err(error)),
    };
    let dimensions = match array_dimensions(session, net)? {
        Ok(dimensions) => dimensions,
        Err(error) => return Ok(Err(error)),
    };
    let by_paths = match kind {
        Names::Automatic => {
            dimensions.iter().any(|(path, _)| text_of(path).is_some_and(|name| tensors.contains_key(&name)))
        }
        Names::Paths => true,
        Names::PyTorch => false,
    };
    let mut faults = Faults::default();
    for (path, _) in &given {
        if dimensions.iter().all(|(known, _)| text_of(known).as_ref() != Some(path)) {
            let known: Vec<String> = dimensions.iter().filter_map(|(path, _)| text_of(path)).collect();
            faults
                .add(format!("the net has no array {path}, which \"Names\" gives a name; it has {}", known.join(", ")));
        }
    }
    let mut used: FxHashSet<String> = FxHashSet::default();
    let mut rules = Vec::new();
    for (path, expected) in &dimensions {
        session.tick()?;
        let own = text_of(path).unwrap_or_default();
        let origin = match given.iter().find(|(known, _)| *known == own) {
            Some((_, spec)) => named_origin(spec),
            None if by_paths => Ok(Found { tensors: vec![own.clone()], origin: Origin::Tensor(""), function: None }),
            None => {
                let found = origin_of(session, net, path)?;
                found.map(|(tensors, origin)| Found { tensors, origin, function: None })
            }
        };
        let origin = match origin {
            Ok(origin) => origin,
            Err(text) => {
                faults.add(text);
                continue;
            }
        };
        used.extend(origin.tensors.iter().cloned());
        let found: Vec<Option<&Expr>> = origin.tensors.iter().map(|name| tensors.get(name)).collect();
        for (name, _) in origin.tensors.iter().zip(&found).filter(|(_, found)| found.is_none()) {
            faults.add(format!("there is no tensor {name}, for the array {own}"));
        }
        let Some(found) = found.into_iter().collect::<Option<Vec<&Expr>>>() else { continue };
        let mut value = origin.origin.value(session, &found)?;
        if let Some(function) = &origin.function {
            value = session.evaluate(&Expr::normal(function.clone(), [value]))?;
        }
        match misfit(session, &value, expected)? {
            Some(text) => {
                let advice =
                    permutation(session, &value, expected)?.filter(|_| origin.tensors.len() == 1).map(|order| {
                        let path = session.input_form(path);
                        format!(
                            "; {order} of it would fit: give \"Names\" -> <|{path} -> {{\"{}\", {order}}}|>",
                            origin.tensors[0]
                        )
                    });
                faults.add(format!("{}: {text} for {own}{}", origin.tensors.join(", "), advice.unwrap_or_default()));
            }
            None => rules.push(Expr::rule(path.clone(), value)),
        }
    }
    let mut unused: Vec<&String> =
        tensors.iter().filter(|(name, value)| !used.contains(*name) && value.is_list()).map(|(name, _)| name).collect();
    unused.sort();
    for name in unused {
        faults.add(format!("the net has no array for the tensor {name}"));
    }
    if !faults.is_empty() {
        return Ok(Err(faults.error()));
    }
    replaced(session, net, rules).map(Ok)
}

/// Where an array comes from.
struct Found {
    tensors: Vec<String>,
    origin: Origin,
    function: Option<Expr>,
}

/// What `"name"` or `{"name", function}` says.
fn named_origin(spec: &Expr) -> Result<Found, String> {
    let found = |name: &str, function| Found { tensors: vec![name.to_owned()], origin: Origin::Tensor(""), function };
    match spec.as_str() {
        Some(name) => Ok(found(name, None)),
        None if spec.is_list() && spec.len() == 2 && spec.arg(0).as_str().is_some() => {
            Ok(found(spec.arg(0).as_str().unwrap_or_default(), Some(spec.arg(1))))
        }
        None => Err(format!("{spec:?} is no name of a tensor; \"name\" or {{\"name\", function}} is expected")),
    }
}

/// A net with the single array of a file: at the path of the option, or where the net has its only one.
pub(crate) fn read_single_onto(
    session: &mut Session,
    source: &Source<'_>,
    array: Result<Expr, FormatError>,
) -> Result<Result<Expr, FormatError>, Flow> {
    let (array, net) = match (array, source.option("Net")) {
        (Ok(array), Some(net)) => (array, net),
        (Ok(_), None) if source.option("Names").is_some() => {
            return Ok(Err(FormatError::Value("the option \"Names\" is for the option \"Net\"".to_owned())));
        }
        (array, _) => return Ok(array),
    };
    let dimensions = match array_dimensions(session, net)? {
        Ok(dimensions) => dimensions,
        Err(error) => return Ok(Err(error)),
    };
    let wanted = source.option("Names").and_then(text_of);
    let place = match &wanted {
        Some(wanted) => dimensions.iter().find(|(path, _)| text_of(path).as_ref() == Some(wanted)),
        None => dimensions.first().filter(|_| dimensions.len() == 1),
    };
    let Some((path, expected)) = place else {
        let known: Vec<String> = dimensions.iter().map(|(path, _)| session.input_form(path)).collect();
        return Ok(Err(FormatError::Value(format!(
            "the file holds one array; say of which of the net's arrays it is the value, as in \"Names\" -> {}; there are {}",
            known.first().map_or("{1, \"Weights\"}", String::as_str),
            if known.is_empty() { "none".to_owned() } else { known.join(", ") }
        ))));
    };
    if let Some(text) = misfit(session, &array, expected)? {
        let order = permutation(session, &array, expected)?;
        let advice = order.map(|order| format!("; {order} of it would fit")).unwrap_or_default();
        return Ok(Err(FormatError::Value(format!("{text} for {}{advice}", session.output_form(path)))));
    }
    let rules = vec![Expr::rule(path.clone(), array)];
    replaced(session, net, rules).map(Ok)
}

fn replaced(session: &mut Session, net: &Expr, rules: Vec<Expr>) -> Result<Expr, Flow> {
    session.evaluate(&Expr::normal(Expr::symbol("System`NetReplacePart"), [net.clone(), Expr::list(rules)]))
}

/// The paths of a net's arrays with their dimensions.
fn array_dimensions(session: &mut Session, net: &Expr) -> Result<Result<Vec<(Expr, Expr)>, FormatError>, Flow> {
    Ok(property(session, net, "ArraysDimensions")?
        .ok_or_else(|| FormatError::Value("the option \"Net\" must be a net".to_owned())))
}

/// The entries of an association that a net has for a property, by the paths of its arrays.
pub(crate) fn property(session: &mut Session, net: &Expr, name: &str) -> Result<Option<Vec<(Expr, Expr)>>, Flow> {
    let call = Expr::normal(Expr::symbol("System`Information"), [net.clone(), Expr::string(name)]);
    let (value, _) = session.catch_messages(|session| session.evaluate(&call));
    let value = value?;
    let entries = || value.args().iter().map(|rule| (rule.arg(0), rule.arg(1))).collect();
    Ok(value.has_head(Sym::Association).then(entries))
}

/// What is wrong with the dimensions of an array, if something is.
fn misfit(session: &mut Session, value: &Expr, expected: &Expr) -> Result<Option<String>, Flow> {
    let Some((given, wanted)) = sizes(session, value)?.zip(known(expected)) else { return Ok(None) };
    if given == wanted {
        return Ok(None);
    }
    Ok(Some(format!("it gives an array of the dimensions {}, where {} are needed", braces(&given), braces(&wanted))))
}

/// The function that brings the levels of an array into the order that is needed, if there is one.
fn permutation(session: &mut Session, value: &Expr, expected: &Expr) -> Result<Option<String>, Flow> {
    let Some((given, wanted)) = sizes(session, value)?.zip(known(expected)) else { return Ok(None) };
    if given.len() != wanted.len() {
        return Ok(None);
    }
    // Levels of one size, such as those of a kernel, keep their order.
    let mut order = Vec::with_capacity(given.len());
    for size in &given {
        let Some(level) = (0..wanted.len()).find(|level| wanted[*level] == *size && !order.contains(level)) else {
            return Ok(None);
        };
        order.push(level);
    }
    Ok(Some(match order.as_slice() {
        [1, 0] => "Transpose".to_owned(),
        order => {
            let levels: Vec<i64> = order.iter().map(|level| *level as i64 + 1).collect();
            format!("Transpose[#, {}] &", braces(&levels))
        }
    }))
}

fn braces(sizes: &[i64]) -> String {
    format!("{{{}}}", sizes.iter().map(i64::to_string).collect::<Vec<_>>().join(", "))
}

fn sizes(session: &mut Session, value: &Expr) -> Result<Option<Vec<i64>>, Flow> {
    Ok(session.shape_of(value)?.dimensions().and_then(|sizes| sizes.iter().map(Expr::as_i64).collect()))
}

/// Dimensions that are all known.
fn known(sizes: &Expr) -> Option<Vec<i64>> {
    if sizes.is_list() { sizes.args().iter().map(Expr::as_i64).collect() } else { None }
}

/// The named arrays that are to be written: those of an association, or of a net.
pub(crate) fn named_arrays(
    session: &mut Session,
    value: &Expr,
    option: Option<&Expr>,
) -> Result<Result<Vec<(String, Expr)>, FormatError>, Flow> {
    let refuse = |text: String| Ok(Err(FormatError::Value(text)));
    let net =
        if value.has_head(Sym::Association) || value.is_list() { None } else { property(session, value, "Arrays")? };
    let Some(arrays) = net else {
        return match option {
            Some(_) => refuse("the option \"Names\" is for the arrays of a net".to_owned()),
            None => Ok(named_values(value)),
        };
    };
    let given = match names(option) {
        Ok((Names::Automatic | Names::Paths, given)) => given,
        Ok((Names::PyTorch, _)) => {
            return refuse(
                "arrays of several layers, such as gates, are one tensor of PyTorch; give the names, as in \"Names\" -> \
                 <|{1, \"Weights\"} -> \"0.weight\"|>"
                    .to_owned(),
            );
        }
        Err(error) => return Ok(Err(error)),
    };
    let names: FxHashMap<&str, &str> =
        given.iter().filter_map(|(path, name)| Some((path.as_str(), name.as_str()?))).collect();
    let mut faults = Faults::default();
    let mut named: Vec<(String, Expr)> = Vec::with_capacity(arrays.len());
    for (path, name) in &given {
        if name.as_str().is_none() {
            faults.add(format!("{name:?} is no name for the array {path}"));
        } else if arrays.iter().all(|(known, _)| text_of(known).as_ref() != Some(path)) {
            faults.add(format!("the net has no array {path}, which \"Names\" gives a name"));
        }
    }
    for (path, value) in arrays {
        let own = text_of(&path).unwrap_or_default();
        if value.is(Sym::Automatic) {
            faults.add(format!("the array {own} has no values; NetInitialize gives it some"));
        }
        let name = names.get(own.as_str()).map_or_else(|| own.clone(), |name| (*name).to_owned());
        if named.iter().any(|(other, _)| *other == name) {
            faults.add(format!("two arrays would have the name {name}"));
        }
        named.push((name, value));
    }
    if !faults.is_empty() {
        return Ok(Err(faults.error()));
    }
    Ok(Ok(named))
}
