//! In which order machine code works: chunks small enough for the allocator of registers, in which independent calls of one
//! elementary function stand together.

use std::collections::BTreeMap;

use netform_kernels::{Code, Routine};

use crate::values::{Value, Values};

/// A unit of work, of which it is not yet known where its values are.
#[derive(Debug)]
pub(crate) enum Item {
    Compute(Value),
    Call(Vec<Value>),
    /// An operand of a function of any number of arguments, and its place in the scratch array.
    Argument(Value, usize),
    Collect(Value, usize),
    Result(Value, usize),
}

/// The work in chunks of so many units at most, and how large the scratch array is that the units need.
pub(crate) fn schedule(values: &Values, limit: usize) -> (Vec<Vec<Item>>, usize) {
    // The first places are where routines leave several results.
    let mut scratch = Routine::WIDTH;
    let ranks = ranks(values);
    let mut items = items(values, &mut scratch).into_iter().peekable();
    let mut chunks = vec![];
    while items.peek().is_some() {
        chunks.push(gather(values, &ranks, items.by_ref().take(limit).collect()));
    }
    (chunks, scratch)
}

/// The work in the order of the tape; arguments of functions of many get places in the scratch array.
fn items(values: &Values, scratch: &mut usize) -> Vec<Item> {
    let mut items = vec![];
    for value in values.computed() {
        match values.operation(value) {
            Some((Code::Variadic(_), operands)) => {
                let first = *scratch;
                *scratch += operands.len();
                items.extend(operands.iter().enumerate().map(|(k, &operand)| Item::Argument(operand, first + k)));
                items.push(Item::Collect(value, first));
            }
            Some((code, _)) if Routine::of(code).is_some() => items.push(Item::Call(vec![value])),
            _ => items.push(Item::Compute(value)),
        }
    }
    // Results that are computed are stored when they are.
    let others = values.results().iter().enumerate().filter(|(_, value)| values.operation(**value).is_none());
    items.extend(others.map(|(place, &value)| Item::Result(value, place)));
    items
}

/// How many calls of routines must come before a value, one after the other; calls of one rank are independent.
fn ranks(values: &Values) -> Vec<u32> {
    let mut ranks = vec![0; values.count()];
    for value in values.computed() {
        if let Some((code, operands)) = values.operation(value) {
            let before = operands.iter().map(|&operand| ranks[operand as usize]).max().unwrap_or(0);
            ranks[value as usize] = before + u32::from(Routine::of(code).is_some());
        }
    }
    ranks
}

/// Puts calls together that are independent, with all that they need before them.
fn gather(values: &Values, ranks: &[u32], items: Vec<Item>) -> Vec<Item> {
    /// Of one rank: calls by their routines, and what follows from them.
    #[derive(Default)]
    struct Level {
        calls: Vec<(usize, Vec<Value>)>,
        others: Vec<Item>,
    }
    let mut levels: BTreeMap<u32, Level> = BTreeMap::new();
    for item in items {
        match item {
            Item::Call(called) => {
                for value in called {
                    let routine = values.operation(value).and_then(|(code, _)| Routine::of(code));
                    let address = routine.map_or(0, Routine::several);
                    let calls = &mut levels.entry(ranks[value as usize]).or_default().calls;
                    match calls.iter_mut().find(|(known, _)| *known == address) {
                        Some((_, same)) => same.push(value),
                        None => calls.push((address, vec![value])),
                    }
                }
            }
            Item::Compute(value) | Item::Argument(value, _) | Item::Collect(value, _) | Item::Result(value, _) => {
                levels.entry(ranks[value as usize]).or_default().others.push(item);
            }
        }
    }
    let mut gathered = vec![];
    for level in levels.into_values() {
        for (_, called) in level.calls {
            gathered.extend(called.chunks(Routine::WIDTH).map(|several| Item::Call(several.to_vec())));
        }
        gathered.extend(level.others);
    }
    gathered
}

impl Item {
    /// The values that it reads.
    pub(crate) fn operands(&self, values: &Values) -> Vec<Value> {
        let of = |value: &Value| values.operation(*value).map_or(&[][..], |(_, operands)| operands).to_vec();
        match self {
            Item::Compute(value) => of(value),
            Item::Call(called) => called.iter().flat_map(of).collect(),
            Item::Argument(value, _) | Item::Result(value, _) => vec![*value],
            Item::Collect(..) => vec![],
        }
    }
}
