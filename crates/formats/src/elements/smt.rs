//! Nets as formulas of SMT-LIB 2.
//!
//! A piecewise linear net has formulas of linear arithmetic (`QF_LRA`), in which all numbers are exact. Roots and products
//! are nonlinear ones. Functions that the language does not have are declared, and some facts about them are asserted, so that
//! `unsat` is true of the net, and `sat` may be the answer for other functions than the ones that are meant.

use std::collections::BTreeSet;
use std::fmt::Write;

use netform_eval::Session;
use netform_expr::Number;

use super::graph::{Id, Node};
use super::{Formulas, Outcome, option_text, refused};
use crate::scalar::Operator;
use crate::{Destination, FormatError};

/// Longer formulas get a name, and those that are used more than once.
const LONGEST: usize = 100;

pub(super) fn write(session: &mut Session, to: &Destination<'_>) -> Outcome<Vec<u8>> {
    let property =
        match option_text(session, to, "Property").and_then(|text| text.map(|text| property(&text)).transpose()) {
            Ok(property) => property,
            Err(error) => return Ok(Err(error)),
        };
    let formulas = match Formulas::new(session, to)? {
        Ok(formulas) => formulas,
        Err(error) => return Ok(Err(error)),
    };
    Ok(Writer::default().file(&formulas, property.as_deref()).map(String::into_bytes))
}

/// What is said of a function that is declared: `#` stands for the argument, `*` for the value.
const FACTS: &[(&str, &[&str])] = &[
    ("exp", &["(> * 0.0)", "(>= * (+ 1.0 #))"]),
    ("expm1", &["(> * (- 1.0))", "(>= * #)"]),
    ("log", &["(=> (> # 0.0) (<= * (- # 1.0)))"]),
    ("log1p", &["(=> (> # (- 1.0)) (<= * #))"]),
    ("tanh", &["(< (- 1.0) * 1.0)", "(=> (>= # 0.0) (<= 0.0 * #))", "(=> (<= # 0.0) (<= # * 0.0))"]),
    ("erf", &["(< (- 1.0) * 1.0)", "(=> (>= # 0.0) (>= * 0.0))", "(=> (<= # 0.0) (<= * 0.0))"]),
    ("atan", &["(< (- 1.5708) * 1.5708)", "(=> (>= # 0.0) (<= 0.0 * #))", "(=> (<= # 0.0) (<= # * 0.0))"]),
    ("sin", &["(<= (- 1.0) * 1.0)"]),
    ("cos", &["(<= (- 1.0) * 1.0)"]),
    ("cosh", &["(>= * 1.0)"]),
];

/// What a file needs.
#[derive(Default)]
struct Writer {
    text: String,
    /// The names of functions that are declared, and their arity.
    functions: BTreeSet<(String, usize)>,
    is_nonlinear: bool,
    has_integers: bool,
    /// Names of values so far.
    names: usize,
}

impl Writer {
    fn file(mut self, formulas: &Formulas, property: Option<&str>) -> Result<String, FormatError> {
        let (graph, results) = (&formulas.graph, formulas.results());
        self.has_integers = formulas.positions.keys().any(|&id| matches!(graph.node(id), Node::Input(_)));
        let uses = graph.uses(&results);
        let mut texts: Vec<String> = vec![String::new(); graph.len()];
        for id in (0..graph.len() as Id).filter(|&id| uses[id as usize] > 0) {
            let text = self.formula(formulas, id, &texts)?;
            let is_atom = graph.node(id).parts().is_empty();
            let name = formulas.names.get(&id).cloned();
            let is_long = uses[id as usize] > 1 || text.len() > LONGEST;
            texts[id as usize] = match name {
                _ if is_atom => text,
                None if !is_long => text,
                name => {
                    let name = name.unwrap_or_else(|| {
                        self.names += 1;
                        format!("v{}", self.names)
                    });
                    let sort = if graph.is_truth(id) { "Bool" } else { "Real" };
                    let _ = writeln!(self.text, "(define-fun {name} () {sort} {text})");
                    name
                }
            };
            for &part in graph.node(id).parts() {
                // Texts that nobody reads any more take no room.
                if uses[part as usize] == 1 {
                    texts[part as usize] = String::new();
                }
            }
        }
        Ok(self.assembled(formulas, &results, &texts, property))
    }

    fn assembled(&self, formulas: &Formulas, results: &[Id], texts: &[String], property: Option<&str>) -> String {
        let mut file = String::new();
        for line in formulas.legend() {
            let _ = writeln!(file, "; {line}");
        }
        let functions = if self.functions.is_empty() { "" } else { "UF" };
        let linear = if self.is_nonlinear { "N" } else { "L" };
        let integers = if self.has_integers { "I" } else { "" };
        let _ = writeln!(file, "(set-logic QF_{functions}{linear}{integers}RA)");
        for (function, arity) in &self.functions {
            let _ = writeln!(file, "(declare-fun {function} ({}) Real)", vec!["Real"; *arity].join(" "));
        }
        let inputs = formulas.inputs.iter().flat_map(|port| &port.elements);
        for (place, id) in inputs.enumerate() {
            let limit = formulas.positions.get(id);
            let sort = if limit.is_some() { "Int" } else { "Real" };
            let _ = writeln!(file, "(declare-const X_{place} {sort})");
            if let Some(limit) = limit.filter(|limit| **limit < i64::MAX) {
                let _ = writeln!(file, "(assert (<= 1 X_{place} {limit}))");
            }
        }
        for (place, range) in formulas.bounds.iter().flatten().enumerate() {
            for (relation, end) in
                [(">=", range.low), ("<=", range.high)].into_iter().filter(|(_, end)| end.is_finite())
            {
                let end = Number::real(end).and_then(|end| end.to_exact()).unwrap_or(Number::ZERO);
                let _ = writeln!(file, "(assert ({relation} X_{place} {}))", number(&end));
            }
        }
        file.push_str(&self.text);
        for (place, &id) in results.iter().enumerate() {
            let _ = writeln!(file, "(declare-const Y_{place} Real)\n(assert (= Y_{place} {}))", texts[id as usize]);
        }
        if let Some(property) = property {
            file.push_str(property);
        }
        file
    }

    fn formula(&mut self, formulas: &Formulas, id: Id, texts: &[String]) -> Result<String, FormatError> {
        let graph = &formulas.graph;
        let text = |id: Id| texts[id as usize].as_str();
        let all = |ids: &[Id]| ids.iter().map(|&id| text(id)).collect::<Vec<_>>().join(" ");
        Ok(match graph.node(id) {
            Node::Number(value) => number(value),
            Node::Special(bits) => {
                let value = f64::from_bits(*bits);
                let what = if value.is_nan() { "a value that is not defined" } else { "an infinite value" };
                return Err(FormatError::NoForm(format!("it has {what}, which solvers of real arithmetic have not")));
            }
            Node::Input(place) => match formulas.positions.contains_key(&id) {
                true => format!("(to_real X_{place})"),
                false => format!("X_{place}"),
            },
            Node::Sum(terms) => format!("(+ {})", all(terms)),
            Node::Product(factors) => {
                self.is_nonlinear |= graph.number(factors[0]).is_none();
                format!("(* {})", all(factors))
            }
            Node::Quotient(parts) => {
                self.is_nonlinear = true;
                format!("(/ {})", all(parts))
            }
            Node::Truth(Operator::NotEqual, parts) => format!("(not (= {}))", all(parts)),
            Node::Truth(operator, parts) => {
                let operator = match operator {
                    Operator::And => "and",
                    Operator::Or => "or",
                    Operator::Equal => "=",
                    other => other.text(),
                };
                format!("({operator} {})", all(parts))
            }
            Node::Choice(parts) => format!("(ite {})", all(parts)),
            Node::Call(function, arguments) => {
                self.call(function, &arguments.iter().map(|&id| text(id)).collect::<Vec<_>>())
            }
        })
    }

    /// A call of a function: by what the language has, by an equation, or by a declaration with some facts.
    fn call(&mut self, function: &str, arguments: &[&str]) -> String {
        match (function, arguments) {
            ("floor", [x]) => {
                self.has_integers = true;
                return format!("(to_real (to_int {x}))");
            }
            ("ceil", [x]) => {
                self.has_integers = true;
                return format!("(- (to_real (to_int (- {x}))))");
            }
            ("trunc", [x]) => {
                self.has_integers = true;
                return format!("(ite (>= {x} 0.0) (to_real (to_int {x})) (- (to_real (to_int (- {x})))))");
            }
            ("sqrt" | "cbrt", [x]) => {
                self.is_nonlinear = true;
                self.names += 1;
                let root = format!("root{}", self.names);
                let fact = match function {
                    "sqrt" => format!("(=> (>= {x} 0.0) (and (>= {root} 0.0) (= (* {root} {root}) {x})))"),
                    _ => format!("(= (* {root} {root} {root}) {x})"),
                };
                let _ = writeln!(self.text, "(declare-const {root} Real)\n(assert {fact})");
                return root;
            }
            _ => {}
        }
        // Solvers may know a function by its name in C, but few agree on what it does.
        let name = format!("real_{function}");
        self.functions.insert((name.clone(), arguments.len()));
        let value = format!("({name} {})", arguments.join(" "));
        if let Some((_, facts)) = FACTS.iter().find(|(known, _)| *known == function)
            && let [argument] = arguments
        {
            for fact in *facts {
                let fact: String = fact
                    .split_inclusive(['#', '*'])
                    .map(|piece| match piece.strip_suffix('#') {
                        Some(before) => format!("{before}{argument}"),
                        None => match piece.strip_suffix('*') {
                            Some(before) => format!("{before}{value}"),
                            None => piece.to_owned(),
                        },
                    })
                    .collect();
                let _ = writeln!(self.text, "(assert {fact})");
            }
        }
        value
    }
}

/// An exact number.
fn number(value: &Number) -> String {
    let text = value.to_string();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.as_str()),
    };
    let plain = match digits.split_once('/') {
        Some((above, below)) => format!("(/ {above}.0 {below}.0)"),
        None => format!("{digits}.0"),
    };
    if sign { format!("(- {plain})") } else { plain }
}

/// The assertions of a property as VNN-LIB has them, without the declarations of inputs and outputs that are there already.
fn property(text: &str) -> Result<String, FormatError> {
    let mut kept = String::new();
    let mut asks = false;
    for command in commands(text)? {
        let word = command.trim_start_matches('(').split_whitespace().next().unwrap_or("");
        match word.trim_end_matches(')') {
            "declare-const" | "declare-fun" | "set-logic" | "set-info" => continue,
            "check-sat" => asks = true,
            _ => {}
        }
        let _ = writeln!(kept, "{}", with_plain_numbers(&command));
    }
    if !asks {
        kept.push_str("(check-sat)\n");
    }
    Ok(kept)
}

/// Decimal numbers with signs and exponents, as VNN-LIB allows them, in the form of the standard.
fn with_plain_numbers(command: &str) -> String {
    let is_delimiter = |c: char| c.is_whitespace() || matches!(c, '(' | ')');
    let mut plain = String::with_capacity(command.len());
    for part in command.split_inclusive(is_delimiter) {
        let word = part.trim_end_matches(is_delimiter);
        plain.push_str(&plain_number(word).unwrap_or_else(|| word.to_owned()));
        plain.push_str(&part[word.len()..]);
    }
    plain
}

/// Exponents of numbers that anyone writes.
const LARGEST_EXPONENT: i64 = 400;

/// The standard's form of a number that has another one.
fn plain_number(word: &str) -> Option<String> {
    let unsigned = word.trim_start_matches(['-', '+']);
    let begins = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let is_other = unsigned.len() != word.len() || unsigned.contains(['e', 'E']) || unsigned.starts_with('.');
    if !begins || !is_other || word.len() - unsigned.len() > 1 {
        return None;
    }
    let (digits, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent: i64 = exponent.parse().ok().filter(|exponent: &i64| exponent.abs() <= LARGEST_EXPONENT)?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all: String = [whole, fraction].concat();
    if all.is_empty() || !all.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let point = whole.len() as i64 + exponent;
    let zeros = |count: i64| "0".repeat(count.max(0) as usize);
    let plain = match all.split_at_checked(point.max(0) as usize) {
        _ if point <= 0 => format!("0.{}{all}", zeros(-point)),
        Some((before, after)) if !after.is_empty() => format!("{before}.{after}"),
        _ => format!("{all}{}.0", zeros(point - all.len() as i64)),
    };
    Some(if word.starts_with('-') { format!("(- {plain})") } else { plain })
}

/// The lists of a text at the highest level, without comments.
fn commands(text: &str) -> Result<Vec<String>, FormatError> {
    let lines: Vec<&str> = text.lines().map(|line| line.split(';').next().unwrap_or("")).collect();
    let text = lines.join(" ");
    let (mut depth, mut start, mut found) = (0_usize, 0, Vec::new());
    for (place, c) in text.char_indices() {
        match c {
            '(' => {
                if depth == 0 {
                    start = place;
                }
                depth += 1;
            }
            ')' if depth == 0 => return refused("the option \"Property\" has a parenthesis that nothing opens"),
            ')' => {
                depth -= 1;
                if depth == 0 {
                    found.push(text[start..=place].to_owned());
                }
            }
            c if depth == 0 && !c.is_whitespace() => {
                return refused("the option \"Property\" is a text such as \"(assert (>= Y_0 Y_1))\"");
            }
            _ => {}
        }
    }
    if depth == 0 { Ok(found) } else { refused("the option \"Property\" has a parenthesis that nothing closes") }
}

#[cfg(test)]
mod tests {
    use netform_expr::Number;

    use super::{number, property};

    #[test]
    fn numbers_are_exact() {
        assert_eq!(number(&Number::from(-3)), "(- 3.0)");
        let tenth = Number::Real(0.1).to_exact().expect("it is finite");
        assert_eq!(number(&tenth), "(/ 3602879701896397.0 36028797018963968.0)");
    }

    #[test]
    fn properties_lose_their_declarations() {
        let text = "; a property\n(declare-const X_0 Real)\n(assert (<= X_0 1.0)) (assert\n (>= Y_0 0.5))";
        let kept = property(text).expect("it is one");
        assert_eq!(kept, "(assert (<= X_0 1.0))\n(assert  (>= Y_0 0.5))\n(check-sat)\n");
        for wrong in ["(assert", "assert)", "Y_0 > 0"] {
            assert!(property(wrong).is_err(), "{wrong}");
        }
    }
}
