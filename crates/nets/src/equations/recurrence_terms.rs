//! Recurrences in equations as folds.

use netform_eval::Session;
use netform_expr::{Expr, NodeMap, NodeSet, Sym, map_bottom_up};

use super::names::initial;
use super::net_from_equations::{Definition, needs, strong_components, values_of};
use super::notation::positions;
use super::terms::{Reader, Unread, dimensions_of, integers};
use crate::data::array_symbol;

/// What the quantities of a recurrence are, as parts of a fold; `None` if it is none.
///
/// Within a step the values one step before are the states, and what depends on the step and is no quantity of
/// the recurrence is a sequence.
pub(super) fn read_recurrence(
    session: &mut Session,
    all: &[Definition],
    members: &[&Definition],
) -> Result<Option<Vec<(Expr, Expr)>>, Unread> {
    let own: NodeSet = members.iter().map(|member| member.symbol.clone()).collect();
    let Some(step) = step_index(members, &own) else { return Ok(None) };
    // Values before the first step of a recurrence within a step.
    let mut members = members.to_vec();
    let count = members.len();
    for i in 0..count {
        let first = initial(&members[i].symbol.arg(0));
        let is_it = |other: &&Definition| other.symbol.arg(0) == first && other.indices.contains(&step);
        members.extend(all.iter().find(is_it).filter(|first| !own.contains(&first.symbol)));
    }
    let members = members.as_slice();
    let mut recurrence = Recurrence::default();
    let mut length = None;
    for member in members {
        let Some(level) = member.indices.iter().position(|index| *index == step) else { return Ok(None) };
        let mut sizes = dimensions_of(&member.symbol);
        length = Some(sizes.remove(level));
        // It has one level less, so that the name is enough to tell it.
        recurrence.levels.insert(member.symbol.clone(), level);
        recurrence.locals.insert(member.symbol.clone(), array_symbol(member.symbol.arg(0), &sizes));
    }
    let Some(length) = length else { return Ok(None) };
    let mut reader = Reader::default();
    for member in members {
        let sizes = dimensions_of(&member.symbol);
        reader.sizes.extend(member.indices.iter().cloned().zip(sizes));
    }
    let mut rights = Vec::with_capacity(members.len());
    for member in members {
        let right = recurrence.localized(session, &mut reader, &member.right, &step, &length)?;
        rights.push(right);
    }
    let definitions: Vec<Definition> = members
        .iter()
        .zip(rights)
        .map(|(member, right)| Definition {
            symbol: recurrence.locals[&member.symbol].clone(),
            indices: member.indices.iter().filter(|index| **index != step).cloned().collect(),
            right,
        })
        .collect();
    // Within a step there may be recurrences again.
    let mut values: NodeMap<Expr> = NodeMap::default();
    for group in strong_components(&needs(&definitions)) {
        let members: Vec<&Definition> = group.iter().map(|i| &definitions[*i]).collect();
        let known: Vec<Definition> = definitions.iter().chain(all).cloned().collect();
        let Some(found) = values_of(session, &known, &members)? else { return Ok(None) };
        for (symbol, value) in found {
            let value = map_bottom_up(&value, |e| values.get(&e).cloned().unwrap_or(e));
            values.insert(symbol, value);
        }
    }
    let Some(firsts) = recurrence.firsts(all) else { return Ok(None) };
    let part = |group: i64, i: usize| {
        let slot = Expr::call(Sym::Slot, [Expr::integer(group)]);
        Expr::call(Sym::Part, [slot, Expr::integer(i as i64 + 1)])
    };
    let mut slots: NodeMap<Expr> = NodeMap::default();
    slots.extend(recurrence.states.iter().enumerate().map(|(i, (_, variable))| (variable.clone(), part(1, i))));
    slots.extend(recurrence.sequences.iter().enumerate().map(|(i, (_, variable))| (variable.clone(), part(2, i))));
    let value =
        |symbol: &Expr| map_bottom_up(&values[&recurrence.locals[symbol]], |e| slots.get(&e).cloned().unwrap_or(e));
    let next = Expr::list(recurrence.states.iter().map(|(symbol, _)| value(symbol)));
    let outputs = Expr::list(members.iter().map(|member| value(&member.symbol)));
    let function = Expr::call(Sym::Function, [Expr::list([next, outputs])]);
    let course = if recurrence.sequences.is_empty() {
        length
    } else {
        Expr::list(recurrence.sequences.iter().map(|(sequence, _)| sequence.clone()))
    };
    let fold = Expr::call(Sym::ArrayFold, [function, Expr::list(firsts), course]);
    let result = |(k, member): (usize, &&Definition)| {
        let place = [2, k as i64 + 1].map(Expr::integer);
        let sequence = Expr::call(Sym::Part, [fold.clone()].into_iter().chain(place));
        // The steps come first; in the quantity they may be another level.
        let level = recurrence.levels[&member.symbol];
        let rank = dimensions_of(&member.symbol).len();
        let value = if level == 0 {
            sequence
        } else {
            let order = [level + 1].into_iter().chain(1..=level).chain(level + 2..=rank);
            Expr::call(Sym::Transpose, [sequence, integers(order)])
        };
        (member.symbol.clone(), value)
    };
    Ok(Some(members.iter().take(count).enumerate().map(result).collect()))
}

/// The index that counts steps: an element one step before stands in one of the equations.
fn step_index(members: &[&Definition], own: &NodeSet) -> Option<Expr> {
    let mut found: Option<Expr> = None;
    // A recurrence within a step has an index that not all quantities have.
    let is_common = |index: &Expr| members.iter().all(|member| member.indices.contains(index));
    for member in members {
        let _ = map_bottom_up(&member.right, |e| {
            if e.has_head(Sym::Indexed) && own.contains(&e.arg(0)) {
                let before = |place: &Expr| {
                    let args = place.args_of(Sym::Plus)?;
                    let is_before = args.len() == 2 && args[0].is_integer(-1) && is_common(&args[1]);
                    is_before.then(|| args[1].clone())
                };
                found = positions(&e.arg(1)).iter().find_map(before).or_else(|| found.take());
            }
            e
        });
    }
    found
}

/// What a recurrence is made of.
#[derive(Default)]
struct Recurrence {
    /// The level of steps of each quantity.
    levels: NodeMap<usize>,
    /// Each quantity at one step.
    locals: NodeMap<Expr>,
    /// The quantities whose values one step before are needed, and what stands for these.
    states: Vec<(Expr, Expr)>,
    /// Sequences, and what stands for an element.
    sequences: Vec<(Expr, Expr)>,
}

impl Recurrence {
    /// The right side of an equation for one step.
    fn localized(
        &mut self,
        session: &mut Session,
        reader: &mut Reader,
        right: &Expr,
        step: &Expr,
        length: &Expr,
    ) -> Result<Expr, Unread> {
        let mut fault = None;
        let mut sequences = Vec::new();
        let result = map_bottom_up(right, |e| {
            if !e.has_head(Sym::Indexed) {
                return e;
            }
            let (of, mut places) = (e.arg(0), positions(&e.arg(1)));
            if let Some(level) = self.levels.get(&of).copied() {
                let place = places.remove(level);
                let array = if place == *step { self.locals[&of].clone() } else { self.state(&of) };
                return if places.is_empty() { array } else { Expr::call(Sym::Indexed, [array, Expr::list(places)]) };
            }
            if netform_expr::occurs(&e.arg(1), step) {
                sequences.push(e.clone());
            }
            e
        });
        let mut found: NodeMap<Expr> = NodeMap::default();
        for e in sequences {
            let term = match reader.read(session, &e) {
                Ok(term) => term,
                Err(unread) => {
                    fault = Some(unread);
                    break;
                }
            };
            let others: Vec<Expr> = term.indices.iter().filter(|index| *index != step).cloned().collect();
            let order: Vec<Expr> = [step.clone()].into_iter().chain(others.iter().cloned()).collect();
            let rank = session.shape_of(&e)?.dimensions().unwrap_or_default().to_vec();
            let sequence = reader.spread(term, &order);
            let sizes: Vec<Expr> = others.iter().map(|index| reader.sizes[index].clone()).chain(rank).collect();
            let known =
                self.sequences.iter().find(|(other, _)| *other == sequence).map(|(_, variable)| variable.clone());
            let variable = known.unwrap_or_else(|| {
                let name = Expr::list([Expr::string("element"), Expr::integer(self.sequences.len() as i64)]);
                let variable = array_symbol(name, &sizes);
                self.sequences.push((sequence, variable.clone()));
                variable
            });
            let element = match others.is_empty() {
                true => variable,
                false => Expr::call(Sym::Indexed, [variable, Expr::list(others)]),
            };
            found.insert(e, element);
        }
        if let Some(fault) = fault {
            return Err(fault);
        }
        let result = map_bottom_up(&result, |e| found.get(&e).cloned().unwrap_or(e));
        if !netform_expr::occurs(&result, step) {
            return Ok(result);
        }
        // The number of the step itself.
        let name = Expr::list([Expr::string("element"), Expr::integer(self.sequences.len() as i64)]);
        let variable = array_symbol(name, &[]);
        self.sequences.push((Expr::call(Sym::Range, [length.clone()]), variable.clone()));
        Ok(map_bottom_up(&result, |e| if e == *step { variable.clone() } else { e }))
    }

    /// What stands for the value of a quantity one step before.
    fn state(&mut self, of: &Expr) -> Expr {
        if let Some((_, variable)) = self.states.iter().find(|(symbol, _)| symbol == of) {
            return variable.clone();
        }
        let name = Expr::list([Expr::string("state"), of.arg(0)]);
        let variable = array_symbol(name, &dimensions_of(&self.locals[of]));
        self.states.push((of.clone(), variable.clone()));
        variable
    }

    /// The quantities that the states are before the first step.
    fn firsts(&self, all: &[Definition]) -> Option<Vec<Expr>> {
        let first = |(symbol, _): &(Expr, Expr)| {
            let name = initial(&symbol.arg(0));
            all.iter().map(|definition| &definition.symbol).find(|other| other.arg(0) == name).cloned()
        };
        self.states.iter().map(first).collect()
    }
}
