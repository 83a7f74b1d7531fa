//! What machine code does in which order: chunks of actions, small enough for the allocator of registers, and the memory
//! through which values go from one chunk to others.

use std::collections::{BTreeMap, HashMap};

use netform_kernels::{Code, Routine};

use crate::values::{Value, Values};

/// A chunk has so many operations at most: the time of the good allocator of registers grows faster than a function.
pub(crate) const OPERATIONS: usize = 1000;

/// Chunks of actions, which are functions of their own, called one after the other.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) chunks: Vec<Vec<Action>>,
    /// How many numbers the scratch array has.
    pub(crate) scratch: usize,
}

/// What a chunk does next.
#[derive(Debug, PartialEq)]
pub(crate) enum Action {
    /// Reads a value that an earlier chunk has left in memory, or an input.
    Load(Value, Place),
    /// Leaves a value in memory.
    Store(Value, Place),
    /// Computes a value from values.
    Compute(Value),
    /// Computes values by one routine, none of which depends on another.
    Call(Vec<Value>),
    /// Computes a value from arguments that are in the scratch array from this place.
    Collect(Value, usize),
}

/// A place in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Input(usize),
    Result(usize),
    Scratch(usize),
}

/// A unit of work, before it is known where values are.
#[derive(Debug)]
enum Item {
    Compute(Value),
    Call(Vec<Value>),
    /// An operand of a function of any number of arguments, and its place in the scratch array.
    Argument(Value, usize),
    Collect(Value, usize),
    Result(Value, usize),
}

impl Plan {
    /// The plan for values, in chunks of so many operations at most.
    pub(crate) fn new(values: &Values, limit: usize) -> Plan {
        // The first places are where routines leave several results.
        let mut scratch = Routine::WIDTH;
        let items = items(values, &mut scratch);
        let ranks = ranks(values);
        let mut items = items.into_iter().peekable();
        let mut chunks = vec![];
        while items.peek().is_some() {
            chunks.push(gather(values, &ranks, items.by_ref().take(limit).collect()));
        }
        Memory::new(values, &chunks, scratch).plan(values, &chunks)
    }
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
    fn operands<'a>(&'a self, values: &'a Values) -> Vec<Value> {
        let of = |value: &Value| values.operation(*value).map_or(&[][..], |(_, operands)| operands).to_vec();
        match self {
            Item::Compute(value) => of(value),
            Item::Call(called) => called.iter().flat_map(of).collect(),
            Item::Argument(value, _) | Item::Result(value, _) => vec![*value],
            Item::Collect(..) => vec![],
        }
    }
}

/// Where values are between chunks.
struct Memory {
    /// The last chunk that reads each value.
    last: Vec<usize>,
    /// The places among the results of those that are results.
    results: HashMap<Value, Vec<usize>>,
    homes: Vec<Option<Place>>,
    /// Places of the scratch array that are used no more.
    free: Vec<usize>,
    scratch: usize,
}

impl Memory {
    fn new(values: &Values, chunks: &[Vec<Item>], scratch: usize) -> Memory {
        let mut last = vec![0; values.count()];
        for (number, items) in chunks.iter().enumerate() {
            for operand in items.iter().flat_map(|item| item.operands(values)) {
                last[operand as usize] = number;
            }
        }
        let mut results: HashMap<Value, Vec<usize>> = HashMap::new();
        for (place, &value) in values.results().iter().enumerate() {
            results.entry(value).or_default().push(place);
        }
        let homes = (0..values.count() as Value).map(|value| values.input(value).map(Place::Input)).collect();
        Memory { last, results, homes, free: vec![], scratch }
    }

    /// Adds what brings values to where they are needed.
    fn plan(mut self, values: &Values, chunks: &[Vec<Item>]) -> Plan {
        let mut present: Vec<Option<usize>> = vec![None; values.count()];
        let mut planned = vec![];
        for (number, items) in chunks.iter().enumerate() {
            let (mut actions, mut loaded) = (vec![], vec![]);
            for item in items {
                for operand in item.operands(values) {
                    let is_here = present[operand as usize].replace(number) == Some(number);
                    if let (false, Some(home)) = (is_here, self.homes[operand as usize]) {
                        actions.push(Action::Load(operand, home));
                        loaded.push(operand);
                    }
                }
                let defined = match item {
                    Item::Compute(value) => {
                        actions.push(Action::Compute(*value));
                        vec![*value]
                    }
                    Item::Call(called) => {
                        actions.push(Action::Call(called.clone()));
                        called.clone()
                    }
                    Item::Collect(value, first) => {
                        actions.push(Action::Collect(*value, *first));
                        vec![*value]
                    }
                    Item::Argument(value, place) => {
                        actions.push(Action::Store(*value, Place::Scratch(*place)));
                        vec![]
                    }
                    Item::Result(value, place) => {
                        actions.push(Action::Store(*value, Place::Result(*place)));
                        vec![]
                    }
                };
                for value in defined {
                    present[value as usize] = Some(number);
                    self.store(value, number, &mut actions);
                }
            }
            let over = loaded.into_iter().filter(|&value| self.last[value as usize] == number);
            self.free.extend(over.filter_map(|value| match self.homes[value as usize] {
                Some(Place::Scratch(place)) => Some(place),
                _ => None,
            }));
            planned.push(actions);
        }
        Plan { chunks: planned, scratch: self.scratch }
    }

    /// Stores a new value where results are wanted, or where later chunks find it.
    fn store(&mut self, value: Value, chunk: usize, actions: &mut Vec<Action>) {
        for &place in self.results.get(&value).into_iter().flatten() {
            actions.push(Action::Store(value, Place::Result(place)));
            self.homes[value as usize] = Some(Place::Result(place));
        }
        if self.homes[value as usize].is_none() && self.last[value as usize] > chunk {
            let place = self.free.pop().unwrap_or_else(|| {
                self.scratch += 1;
                self.scratch - 1
            });
            actions.push(Action::Store(value, Place::Scratch(place)));
            self.homes[value as usize] = Some(Place::Scratch(place));
        }
    }
}
