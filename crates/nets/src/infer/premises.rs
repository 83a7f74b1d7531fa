//! What the relations of a layer take for granted, tested before they are used.

use netform_eval::{Flow, Quiet, Session};
use netform_expr::{Expr, NodeSet, Sym, postorder};
use netform_layers::{ParsedPremise, Premise};

use super::add;
use super::state::State;
use crate::Fault;
use crate::net::Leaf;

/// What helps where an array has another rank.
const OTHER_RANK: &str = " Change the shape of the port, or put a layer such as ReshapeLayer before it.";

impl State {
    /// Whether something is known that a premise of the record forbids, which is then told.
    pub(super) fn refutes_premise(
        &self,
        session: &mut Session,
        leaf: &Leaf,
        faults: &mut Vec<Fault>,
    ) -> Result<bool, Flow> {
        let mut refuted = false;
        for ParsedPremise { premise, number } in &self.definition.premises {
            let number = match number {
                Some((text, needs)) => self.value_of(session, text, needs)?.and_then(|number| number.as_usize()),
                None => None,
            };
            let fault = match premise {
                Premise::Items { of, each, .. } => self.items(session, leaf, of, each, |found| match number {
                    Some(number) if number != found => Some(counted(number, "is", "are")),
                    _ => None,
                }),
                Premise::AtMost { of, each, .. } => self.items(session, leaf, of, each, |found| match number {
                    Some(number) if number < found => Some(format!("at most {}", counted(number, "is", "are"))),
                    _ => None,
                }),
                Premise::Rank { port, least, levels, advice, .. } => {
                    self.rank(session, leaf, port, number, *least, (levels, advice))
                }
                Premise::Levels { of, port } => self.levels(session, leaf, of, port)?,
                Premise::Arguments { of, each, .. } => {
                    number.and_then(|number| self.arguments(session, leaf, of, number, each))
                }
            };
            if let Some(fault) = fault {
                add(faults, fault);
                refuted = true;
                // Numbers that follow from an array of the wrong rank would be wrong as well.
                if matches!(premise, Premise::Rank { .. }) {
                    break;
                }
            }
        }
        Ok(refuted)
    }

    fn fault<const N: usize>(&self, leaf: &Leaf, tag: &'static str, texts: [String; N]) -> Fault {
        Fault::new(self.whole.clone(), tag, [leaf.label()].into_iter().chain(texts))
    }

    /// The fault of a list that has another number of elements than `wanted`, which says how many these are.
    fn items(
        &self,
        session: &Session,
        leaf: &Leaf,
        of: &str,
        each: &str,
        wanted: impl FnOnce(usize) -> Option<String>,
    ) -> Option<Fault> {
        let value = self.known.get(&self.definition.scope.symbol(of)).filter(|value| value.is_list())?;
        let wanted = format!("{} expected, one for each {each}", wanted(value.len())?);
        let shape = self.first_input(session, leaf);
        let texts =
            [of.to_owned(), session.output_form(value), counted(value.len(), "element", "elements"), wanted, shape];
        Some(self.fault(leaf, "items", texts))
    }

    /// The fault of a function that cannot take so many arguments.
    fn arguments(&self, session: &Session, leaf: &Leaf, of: &str, number: usize, each: &str) -> Option<Fault> {
        let function = self.known.get(&self.definition.scope.symbol(of))?;
        let (least, most) = arguments_of(session, function)?;
        if (least..=most).contains(&number) {
            return None;
        }
        let takes = match (least, most) {
            (least, most) if least == most => counted(least, "argument", "arguments"),
            (least, usize::MAX) => format!("{} or more", counted(least, "argument", "arguments")),
            (least, most) => format!("{least} to {}", counted(most, "argument", "arguments")),
        };
        let gets = format!("{number}: {each}");
        Some(self.fault(leaf, "fargs", [of.to_owned(), session.input_form(function), takes, gets]))
    }

    /// A sentence about the first input, if its shape is known.
    fn first_input(&self, session: &Session, leaf: &Leaf) -> String {
        let Some(port) = leaf.inputs.first() else { return String::new() };
        let shape = self.port_shape(&port.name);
        match shape.rank() {
            Some(_) => format!(" Port {} takes {}.", port.name, shape.describe(session)),
            None => String::new(),
        }
    }

    /// The fault of a port whose array has the wrong rank.
    fn rank(
        &self,
        session: &Session,
        leaf: &Leaf,
        port: &str,
        number: Option<usize>,
        least: usize,
        (levels, advice): (&str, &str),
    ) -> Option<Fault> {
        let shape = self.port_shape(port);
        let rank = shape.rank()?;
        let number = number.filter(|number| *number >= least);
        if number.map_or(rank >= least, |number| rank == number) {
            return None;
        }
        let wanted = number.map_or_else(|| format!("{least} or more"), |number| number.to_string());
        let advice = if rank + 1 == number.unwrap_or(least) && !advice.is_empty() { advice } else { OTHER_RANK };
        let texts = [port.to_owned(), wanted, levels.to_owned(), shape.describe(session), advice.to_owned()];
        Some(self.fault(leaf, "inrank", texts))
    }

    /// The fault of levels that an array does not have, or that are named twice.
    fn levels(&self, session: &mut Session, leaf: &Leaf, of: &str, port: &str) -> Result<Option<Fault>, Flow> {
        let shape = self.port_shape(port);
        let Some(rank) = shape.rank() else { return Ok(None) };
        let Some(value) = self.known.get(&self.definition.scope.symbol(of)) else { return Ok(None) };
        if value.as_str().is_some() || value.is(Sym::None) {
            return Ok(None);
        }
        let all = Expr::list((1..=rank as i64).map(Expr::integer).collect::<Vec<_>>());
        let part = Expr::call(Sym::Part, [all, value.clone()]);
        let named = session.quietly(Quiet::All, |session| session.evaluate(&part))?;
        let problem = if named.has_head(Sym::Part) {
            "it has no such levels"
        } else if named.is_list() && named.args().iter().cloned().collect::<NodeSet>().len() < named.len() {
            "a level is named twice"
        } else {
            return Ok(None);
        };
        let there_are = match rank {
            0 => "none".to_owned(),
            1 => "1 alone".to_owned(),
            _ => format!("1 to {rank}"),
        };
        let texts = [of, &session.output_form(value), port, &shape.describe(session), &there_are, problem];
        let texts = texts.map(str::to_owned);
        Ok(Some(self.fault(leaf, "levels", texts)))
    }
}

/// How many arguments a function can take, at least and at most, as far as its form tells: arguments that a pure function does
/// not mention are ignored.
fn arguments_of(session: &Session, function: &Expr) -> Option<(usize, usize)> {
    if function.is_symbol() {
        return session.function_of(function).and_then(|record| record.arguments);
    }
    let args = function.args_of(Sym::Function)?;
    let least = match args.as_ref() {
        [body] => greatest_slot(body),
        [parameters, ..] if parameters.is_list() => parameters.len(),
        [_, ..] => 1,
        [] => return None,
    };
    Some((least, usize::MAX))
}

/// The greatest number of a slot in the body of a function; those in other functions inside are theirs.
fn greatest_slot(body: &Expr) -> usize {
    let mut greatest = 0;
    let walk = postorder::<std::convert::Infallible>(
        body,
        |node| !node.has_head(Sym::Function) && !node.has_head(Sym::Slot),
        |node| {
            if node.has_head(Sym::Slot) && node.len() == 1 {
                greatest = greatest.max(node.arg(0).as_usize().unwrap_or(0));
            }
            Ok(())
        },
    );
    match walk {
        Ok(()) => greatest,
        Err(never) => match never {},
    }
}

/// A number with its noun, or another word that depends on it.
fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}
