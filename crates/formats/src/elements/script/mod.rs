//! Nets as scripts of other systems: an assignment for each value that has a name or is used several times.
//!
//! The walk over the formulas is one for all systems; a [`Dialect`] says what they write differently, and a table
//! ([`functions`]) what they call functions.

mod casadi;
mod functions;
mod julia;
mod maxima;
mod sympy;

use netform_eval::Session;
use netform_expr::Number;

use super::graph::{Graph, Id, Node};
use super::{Formulas, Outcome, Port, index_text, refused, symbol};
use crate::scalar::{Operator, bare};
use crate::{Destination, Format, FormatError, Reader, Writer};

/// Longer formulas get a name, and those that are used more than once.
const LONGEST: usize = 200;
/// Lists are broken behind about so many characters.
const LINE: usize = 110;

/// What is written for one system.
trait Dialect {
    /// Its name, as a person says it.
    fn name(&self) -> &'static str;

    /// The column of the table of functions.
    fn column(&self) -> usize;

    /// A quotient of two integers.
    fn rational(&self, above: &str, below: &str) -> String {
        format!("{above}/{below}")
    }

    /// A relation or a connective of truth values.
    fn truth(&self, operator: Operator, a: &str, b: &str) -> String {
        format!("({a} {} {b})", operator.text())
    }

    /// One value where something holds, and another one elsewhere.
    fn choice(&self, condition: &str, yes: &str, no: &str) -> String;

    /// A value under a name.
    fn assignment(&self, name: &str, value: &str) -> String {
        format!("{name} = {value}")
    }

    /// The file around the assignments.
    fn file(&self, script: &Script<'_>) -> String;
}

/// What a file is made of.
struct Script<'a> {
    /// What the function is called, where there is one.
    name: String,
    formulas: &'a Formulas,
    /// The names of the elements of inputs.
    inputs: Vec<Vec<String>>,
    /// The names of arrays without numbers and of their elements.
    assignments: Vec<String>,
    /// The texts of the elements of outputs.
    outputs: Vec<Vec<String>>,
}

const OPTIONS: &[&str] = &["Limit"];

pub(crate) const SYMPY: Format = Format {
    name: "SymPy",
    extensions: &[],
    summary: "a net as a script of Python that builds its expressions in SymPy",
    read: Reader::None,
    write: Some(Writer::File { write: |session, to| write(session, to, &sympy::SymPy), options: OPTIONS }),
};

pub(crate) const MAXIMA: Format = Format {
    name: "Maxima",
    extensions: &["mac"],
    summary: "a net as expressions of Maxima",
    read: Reader::None,
    write: Some(Writer::File { write: |session, to| write(session, to, &maxima::Maxima), options: OPTIONS }),
};

pub(crate) const JULIA: Format = Format {
    name: "Julia",
    extensions: &["jl"],
    summary: "a net as a function of Julia, for numbers and for symbols",
    read: Reader::None,
    write: Some(Writer::File { write: |session, to| write(session, to, &julia::Julia), options: &["Limit", "Name"] }),
};

pub(crate) const CASADI: Format = Format {
    name: "CasADi",
    extensions: &[],
    summary: "a net as a script of Python that makes a Function of CasADi",
    read: Reader::None,
    write: Some(Writer::File { write: |session, to| write(session, to, &casadi::CasAdi), options: &["Limit", "Name"] }),
};

fn write(session: &mut Session, to: &Destination<'_>, dialect: &dyn Dialect) -> Outcome<Vec<u8>> {
    let formulas = match Formulas::new(session, to)? {
        Ok(formulas) => formulas,
        Err(error) => return Ok(Err(error)),
    };
    Ok(text(&formulas, to, dialect).map(String::into_bytes))
}

fn text(formulas: &Formulas, to: &Destination<'_>, dialect: &dyn Dialect) -> Result<String, FormatError> {
    let file = to.path.rsplit(['/', '\\']).next().unwrap_or(to.path);
    let name = match to.option("Name").map(|name| name.as_str().map(str::to_owned)) {
        None => symbol(file.split('.').next().unwrap_or(file)),
        Some(Some(name)) if name == symbol(&name) && !name.is_empty() => name,
        Some(_) => return refused("the option \"Name\" is a string of letters, digits and underscores"),
    };
    let mut script = Script { name, formulas, inputs: Vec::new(), assignments: Vec::new(), outputs: Vec::new() };
    let results = formulas.results();
    let graph = &formulas.graph;
    let uses = graph.uses(&results);
    let mut pieces: Vec<Piece> = vec![Piece::default(); graph.len()];
    for port in &formulas.inputs {
        let base = &port.symbol;
        let names: Vec<String> =
            (0..port.elements.len()).map(|place| format!("{base}{}", index_text(&port.shape, place))).collect();
        for (&element, name) in port.elements.iter().zip(&names) {
            pieces[element as usize] = Piece::atom(name.clone());
        }
        script.inputs.push(names);
    }
    let taken: std::collections::HashSet<&String> = script.inputs.iter().flatten().collect();
    let mut count = 0;
    for id in (0..graph.len() as Id).filter(|&id| uses[id as usize] > 0) {
        if matches!(graph.node(id), Node::Input(_)) {
            continue;
        }
        let piece = formula(graph, id, &pieces, dialect)?;
        let own = formulas.names.get(&id).filter(|name| !taken.contains(name));
        let is_atom = graph.node(id).parts().is_empty();
        let is_kept = own.is_some() || uses[id as usize] > 1 || piece.text.len() > LONGEST;
        pieces[id as usize] = match is_kept && !is_atom && !graph.is_truth(id) {
            false => piece,
            true => {
                let name = own.cloned().unwrap_or_else(|| {
                    count += 1;
                    format!("v{count}")
                });
                script.assignments.push(dialect.assignment(&name, bare(&piece.text)));
                Piece::atom(name)
            }
        };
    }
    for port in &formulas.outputs {
        script.outputs.push(port.elements.iter().map(|&id| bare(&pieces[id as usize].text).to_owned()).collect());
    }
    Ok(dialect.file(&script))
}

/// How strongly the outermost operator of a text binds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    #[default]
    Sum,
    Product,
    Atom,
}

/// A formula in a dialect.
#[derive(Clone, Debug, Default)]
struct Piece {
    text: String,
    level: Level,
}

impl Piece {
    fn atom(text: String) -> Piece {
        Piece { text, level: Level::Atom }
    }

    /// The text as an operand of an operator that binds so strongly.
    fn within(&self, level: Level) -> String {
        if self.level >= level { self.text.clone() } else { format!("({})", self.text) }
    }
}

fn formula(graph: &Graph, id: Id, pieces: &[Piece], dialect: &dyn Dialect) -> Result<Piece, FormatError> {
    let piece = |id: Id| &pieces[id as usize];
    let plain = |id: Id| bare(&piece(id).text).to_owned();
    Ok(match graph.node(id) {
        Node::Number(number) => constant(number, dialect),
        Node::Special(bits) => {
            let value = f64::from_bits(*bits);
            let what = if value.is_nan() { "a value that is not defined" } else { "an infinite value" };
            return Err(FormatError::NoForm(format!("it has {what}, which has no form in {}", dialect.name())));
        }
        Node::Input(_) => piece(id).clone(),
        Node::Sum(terms) => {
            let mut text = String::new();
            for &term in terms.iter() {
                // The first term may be a sum itself.
                let term = piece(term).within(if text.is_empty() { Level::Sum } else { Level::Product });
                match term.strip_prefix('-') {
                    _ if text.is_empty() => text = term,
                    Some(rest) => text.push_str(&format!(" - {rest}")),
                    None => text.push_str(&format!(" + {term}")),
                }
            }
            Piece { text, level: Level::Sum }
        }
        Node::Product([a, b]) => {
            let is_opposite = graph.number(*a).is_some_and(|number| *number == Number::MINUS_ONE);
            let second = piece(*b).within(if is_opposite { Level::Product } else { Level::Atom });
            match is_opposite {
                true => Piece { text: format!("-{second}"), level: Level::Product },
                false => {
                    Piece { text: format!("{}*{second}", piece(*a).within(Level::Product)), level: Level::Product }
                }
            }
        }
        Node::Quotient([a, b]) => {
            let text = format!("{}/{}", piece(*a).within(Level::Product), piece(*b).within(Level::Atom));
            Piece { text, level: Level::Product }
        }
        Node::Truth(operator, [a, b]) => Piece::atom(dialect.truth(*operator, &plain(*a), &plain(*b))),
        Node::Choice([condition, yes, no]) => match extreme(graph, *condition, *yes, *no) {
            Some(function) => call(function, &[piece(*yes), piece(*no)], dialect)?,
            None => Piece::atom(dialect.choice(&plain(*condition), &plain(*yes), &plain(*no))),
        },
        Node::Call(function, arguments) => {
            let arguments: Vec<&Piece> = arguments.iter().map(|&id| piece(id)).collect();
            call(function, &arguments, dialect)?
        }
    })
}

/// The function of C that a choice is, if it is the larger or the smaller one of two values.
fn extreme(graph: &Graph, condition: Id, yes: Id, no: Id) -> Option<&'static str> {
    let Node::Truth(operator, [a, b]) = graph.node(condition) else { return None };
    let is_less = match operator {
        Operator::Less | Operator::LessEqual => true,
        Operator::Greater | Operator::GreaterEqual => false,
        _ => return None,
    };
    let same = (*a, *b) == (yes, no);
    let swapped = (*a, *b) == (no, yes);
    (same || swapped).then_some(if same == is_less { "fmin" } else { "fmax" })
}

/// The call of a function of C.
fn call(function: &str, arguments: &[&Piece], dialect: &dyn Dialect) -> Result<Piece, FormatError> {
    let Some(form) = functions::form(function, dialect.column()) else {
        return Err(FormatError::NoForm(format!("the function {function} of C has no form in {}", dialect.name())));
    };
    let mut text = String::new();
    let mut rest = form;
    while let Some(place) = rest.find('#') {
        text.push_str(&rest[..place]);
        let digit = rest[place + 1..].chars().next().and_then(|digit| digit.to_digit(10)).unwrap_or(1) as usize;
        let Some(argument) = arguments.get(digit - 1) else {
            return refused(format!("the function {function} has too few arguments"));
        };
        let (before, after) = (text.ends_with(['(', ' ']), rest[place + 2..].starts_with([')', ',']));
        text.push_str(&if before && after { bare(&argument.text).to_owned() } else { argument.within(Level::Atom) });
        rest = &rest[place + 2..];
    }
    text.push_str(rest);
    let is_call = text.ends_with(')') && !text.starts_with('(') && !form.contains(" - ") && !form.contains('*');
    Ok(if is_call { Piece::atom(text) } else { Piece::atom(format!("({text})")) })
}

/// A number: a fraction of small integers as it is, and what machine numbers hold as they are written.
fn constant(number: &Number, dialect: &dyn Dialect) -> Piece {
    const SMALL: usize = 6;
    let text = number.to_string();
    let is_small = text.split('/').all(|part| part.trim_start_matches('-').len() <= SMALL);
    let machine = number.to_f64().filter(|value| {
        let exact = Number::real(*value).ok().and_then(|real| real.to_exact().ok());
        exact.is_some_and(|exact| exact == *number)
    });
    let level = if text.starts_with('-') { Level::Product } else { Level::Atom };
    match (text.split_once('/'), machine) {
        (Some(_), Some(value)) if !is_small => Piece { text: decimal(value), level },
        (Some((above, below)), _) => Piece { text: dialect.rational(above, below), level: Level::Product },
        (None, Some(value)) if !is_small => Piece { text: decimal(value), level },
        (None, _) => Piece { text, level },
    }
}

/// A machine number that is read as the same one.
fn decimal(value: f64) -> String {
    if value == 0.0 || (1e-5..1e16).contains(&value.abs()) {
        return if value.fract() == 0.0 { format!("{value:.1}") } else { format!("{value}") };
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0e{exponent}"),
        _ => text,
    }
}

/// Items with commas between them, several to a line.
fn items<'a>(items: impl IntoIterator<Item = &'a String>, indent: &str) -> String {
    let (mut text, mut width) = (String::new(), 0);
    for item in items {
        if !text.is_empty() {
            let is_full = width + item.len() > LINE;
            text.push_str(if is_full { ",\n" } else { ", " });
            if is_full {
                text.push_str(indent);
                width = 0;
            }
        }
        width += item.len() + 2;
        text.push_str(item);
    }
    text
}

/// Nested lists of items in an array's shape.
fn nested(shape: &[usize], items: &[String]) -> String {
    match shape.split_first() {
        None => items.first().cloned().unwrap_or_default(),
        Some((&count, inner)) => {
            let size = items.len() / count.max(1);
            let parts: Vec<String> =
                (0..count).map(|part| nested(inner, &items[part * size..(part + 1) * size])).collect();
            format!("[{}]", self::items(&parts, " "))
        }
    }
}

/// Dimensions in parentheses, as Python writes tuples.
fn tuple(shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    if let [single] = sizes.as_slice() { format!("({single},)") } else { format!("({})", sizes.join(", ")) }
}

impl Script<'_> {
    /// Ports with the names or texts of their elements.
    fn inputs(&self) -> impl Iterator<Item = (&Port, &Vec<String>)> {
        self.formulas.inputs.iter().zip(&self.inputs)
    }

    fn outputs(&self) -> impl Iterator<Item = (&Port, &Vec<String>)> {
        self.formulas.outputs.iter().zip(&self.outputs)
    }

    /// What the ports are, a comment a line.
    fn legend(&self, comment: &str) -> String {
        let port = |port: &Port, what: &str| format!("{comment} {what} {}: {}\n", port.name, port.dimensions());
        let inputs = self.formulas.inputs.iter().map(|input| port(input, "input"));
        inputs.chain(self.formulas.outputs.iter().map(|output| port(output, "output"))).collect()
    }

    /// The assignments, a line each.
    fn lines(&self, indent: &str) -> String {
        self.assignments.iter().map(|line| format!("{indent}{line}\n")).collect()
    }
}

#[cfg(test)]
mod tests {
    use netform_expr::Number;

    use super::sympy::SymPy;
    use super::{constant, items, nested};

    #[test]
    fn numbers_are_short_where_they_can_be() {
        let exact = |value: f64| Number::Real(value).to_exact().expect("it is finite");
        let text = |number: &Number| constant(number, &SymPy).text;
        assert_eq!(text(&exact(0.5)), "sp.Rational(1, 2)");
        assert_eq!(text(&exact(0.1)), "0.1");
        assert_eq!(text(&exact(-3.0)), "-3");
        assert_eq!(text(&exact(1e300)), "1.0e300");
    }

    #[test]
    fn lists_have_the_shape_of_arrays() {
        let all: Vec<String> = (1..=6).map(|k| k.to_string()).collect();
        assert_eq!(nested(&[2, 3], &all), "[[1, 2, 3], [4, 5, 6]]");
        assert_eq!(nested(&[0, 2], &[]), "[]");
        assert_eq!(items(&all[..2], ""), "1, 2");
    }
}
