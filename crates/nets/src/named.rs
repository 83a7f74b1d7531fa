//! Things that are written as a name with parameters, such as `NetEncoder[{"Class", {a, b}}]`: what is written is read by their
//! records.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, substitute};
use netform_layers::{Parameter, Requirement, Scope, parse_in};

use crate::Fault;
use crate::diagnostic::instead;
use crate::environment::Environment;
use crate::parameters::{default_of, objection};
use crate::read::split_options;

/// What a record says about the parameters of the things of its name.
pub(crate) struct Form {
    pub(crate) name: &'static str,
    /// The parameters by position.
    pub(crate) arguments: &'static [Parameter],
    /// The parameters by name; those that are arguments too may be given either way.
    pub(crate) options: &'static [Parameter],
}

impl Form {
    /// What may be written, in words: "{\"Image\", size, ColorSpace}, with the options Interleaving and MeanImage".
    fn described(&self) -> String {
        let quoted = format!("\"{}\"", self.name);
        let arguments = self.arguments.iter().map(|argument| argument.name);
        let form = match self.arguments {
            [] => quoted,
            _ => format!("{{{}}}", std::iter::once(&*quoted).chain(arguments).collect::<Vec<_>>().join(", ")),
        };
        let is_option = |option: &&Parameter| self.arguments.iter().all(|argument| argument.name != option.name);
        let options: Vec<&str> = self.options.iter().filter(is_option).map(|option| option.name).collect();
        match options.split_last() {
            None => form,
            Some((last, [])) => format!("{form}, with the option {last}"),
            Some((last, others)) => format!("{form}, with the options {} and {last}", others.join(", ")),
        }
    }
}

/// The record that a call names, of all that there are, and the parameters that are written behind the name.
///
/// # Errors
/// The fault of the form.
pub(crate) fn record_of<T: Copy>(
    session: &Session,
    call: &Expr,
    records: &[T],
    name_of: impl Fn(T) -> &'static str,
) -> Result<(T, Vec<Expr>), Fault> {
    let written = match call.args().as_ref() {
        [list] if list.is_list() => list.args().into_owned(),
        [name] => vec![name.clone()],
        args => {
            let counts = [args.len().to_string(), "1".into(), "{\"name\", ...} or \"name\"".into()];
            return Err(Fault::new(call.head().clone(), "netnargs", counts));
        }
    };
    let named = written.first().and_then(|name| records.iter().find(|record| name.as_str() == Some(name_of(**record))));
    let Some(record) = named.copied() else {
        let shown = written.first().map_or_else(|| "{}".to_owned(), |name| session.output_form(name));
        let known: Vec<&str> = records.iter().map(|record| name_of(*record)).collect();
        let known = instead(&shown, &known);
        return Err(Fault::new(call.head().clone(), "nocoder", [shown, known]));
    };
    Ok((record, written[1..].to_vec()))
}

/// The values of all parameters.
///
/// # Errors
/// The faults of what is written.
pub(crate) fn parameters(
    session: &mut Session,
    head: &Expr,
    form: &Form,
    written: &[Expr],
    scope: &Scope,
) -> Result<Result<Environment, Vec<Fault>>, Flow> {
    let (positional, options) = split_options(written);
    if positional.len() > form.arguments.len() {
        let count = match form.arguments.len() {
            0 => "none is".to_owned(),
            count => format!("at most {count}"),
        };
        let counts = [positional.len().to_string(), count, form.described()];
        return Ok(Err(vec![Fault::new(head.clone(), "netnargs", counts)]));
    }
    let mut faults = Vec::new();
    let by_place = form.arguments.iter().take(positional.len());
    for argument in by_place.filter(|argument| options.iter().any(|(name, _)| name == argument.name)) {
        let text = format!("{} is given twice, by its place and by its name. Leave out one of the two", argument.name);
        faults.push(Fault::new(head.clone(), "cstfail", [form.name.to_owned(), text]));
    }
    for (name, _) in options.iter().filter(|(name, _)| !form.options.iter().any(|option| option.name == name)) {
        let known: Vec<&str> = form.options.iter().map(|option| option.name).collect();
        faults.push(Fault::new(head.clone(), "optx", [name.clone(), instead(name, &known)]));
    }
    let mut known = Environment::default();
    let by_name = form.options.iter().filter(|option| form.arguments.iter().all(|other| other.name != option.name));
    for (place, parameter) in form.arguments.iter().chain(by_name).enumerate() {
        let given = positional.get(place).cloned();
        let given = given.or_else(|| options.iter().find(|(name, _)| name == parameter.name).map(|(_, v)| v.clone()));
        let Some(value) = (match given {
            Some(value) => Some(value),
            None => default_of(session, parameter)?,
        }) else {
            let least = form.arguments.iter().filter(|argument| argument.default.is_none()).count();
            let counts = [positional.len().to_string(), format!("at least {least}"), parameter.name.to_owned()];
            faults.push(Fault::new(head.clone(), "netnargs", counts));
            continue;
        };
        if let Some(expected) = objection(session, parameter, &value)? {
            let text = [parameter.name.to_owned(), session.output_form(&value), expected];
            faults.push(Fault::new(head.clone(), "valfail", text));
        }
        known.set(scope.symbol(parameter.name), value);
    }
    Ok(if faults.is_empty() { Ok(known) } else { Err(faults) })
}

/// What is wrong with parameters that do not fit together.
pub(crate) fn unmet(
    session: &mut Session,
    head: &Expr,
    form: &Form,
    requirements: &'static [Requirement],
    known: &Environment,
    scope: &Scope,
) -> Result<Vec<Fault>, Flow> {
    let mut faults = Vec::new();
    for requirement in requirements {
        if value(session, scope, known, requirement.test)?.is(netform_expr::Sym::False) {
            let [wrong, remedy] = [requirement.fault, requirement.remedy].map(|sentence| {
                requirement.sentence(sentence, |text| {
                    value(session, scope, known, text).map(|value| session.output_form(&value))
                })
            });
            let text = format!("{}. {}", wrong?, remedy?);
            faults.push(Fault::new(head.clone(), "cstfail", [form.name.to_owned(), text]));
        }
    }
    Ok(faults)
}

/// The value of a text of a record.
pub(crate) fn value(session: &mut Session, scope: &Scope, known: &Environment, text: &str) -> Result<Expr, Flow> {
    let parsed = parse_in(session, scope, text);
    session.evaluate(&known.put_into(&parsed))
}

/// The value of a prepared text in which some more names stand for values.
pub(crate) fn value_with(
    session: &mut Session,
    scope: &Scope,
    prepared: &Expr,
    bindings: &[(&str, &Expr)],
) -> Result<Expr, Flow> {
    let bindings = bindings.iter().map(|(name, value)| (scope.symbol(name), (*value).clone())).collect();
    session.evaluate(&substitute(prepared, &bindings))
}
