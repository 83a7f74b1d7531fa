//! What machine code does, with the values that it holds in registers and those that it leaves in memory.
//!
//! The code is straight, so that it is known when each value is needed next. When there are more values than registers,
//! that one goes to memory which is needed last, and it is read again when it is needed: the allocator of the code generator
//! then finds registers for all that lives at once, which it does in a time that grows no faster than the code. Functions
//! that are called keep no register, and neither do the ends of chunks.

use std::collections::HashMap;
use std::ops::Range;

use netform_kernels::Code;

use crate::schedule::{Item, schedule};
use crate::values::{Value, Values};

/// A chunk has so many units of work at most: code generators are not made for functions without end.
pub(crate) const UNITS: usize = 1000;

/// So many values are held in registers at once; the others are for the constants and masks of single operations.
const REGISTERS: usize = 12;

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
    /// Reads a value that is in memory.
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

impl Plan {
    /// The plan for values, in chunks of so many units of work at most.
    pub(crate) fn new(values: &Values, limit: usize) -> Plan {
        let (chunks, scratch) = schedule(values, limit);
        let mut planner = Planner::new(values, &chunks, scratch);
        let chunks = chunks.iter().map(|items| planner.chunk(items)).collect();
        Plan { chunks, scratch: planner.scratch }
    }
}

/// Follows the values through the code.
struct Planner<'a> {
    values: &'a Values,
    /// The units of work that read each value, in order; those that are done are no more there.
    uses: Vec<Range<usize>>,
    /// All of these, one value after the other.
    units: Vec<usize>,
    /// The places among the results of values that are results.
    results: HashMap<Value, Vec<usize>>,
    /// Where values are in memory.
    homes: Vec<Option<Place>>,
    /// The values that are held in registers.
    held: Vec<Value>,
    actions: Vec<Action>,
    /// Places of the scratch array that are used no more.
    free: Vec<usize>,
    scratch: usize,
}

impl<'a> Planner<'a> {
    fn new(values: &'a Values, chunks: &[Vec<Item>], scratch: usize) -> Planner<'a> {
        let reads = || {
            let operands = chunks.iter().flatten().map(|item| item.operands(values));
            operands.enumerate().flat_map(|(unit, operands)| operands.into_iter().map(move |operand| (operand, unit)))
        };
        let mut counts = vec![0; values.count()];
        reads().for_each(|(operand, _)| counts[operand as usize] += 1);
        let mut end = 0;
        let starts = counts.iter().map(|count| {
            end += count;
            end - count..end - count
        });
        let mut uses: Vec<Range<usize>> = starts.collect();
        let mut units = vec![0; end];
        for (operand, unit) in reads() {
            let place = &mut uses[operand as usize].end;
            units[*place] = unit;
            *place += 1;
        }
        let mut results: HashMap<Value, Vec<usize>> = HashMap::new();
        for (place, &value) in values.results().iter().enumerate() {
            results.entry(value).or_default().push(place);
        }
        let homes = (0..values.count() as Value).map(|value| values.input(value).map(Place::Input)).collect();
        Planner { values, uses, units, results, homes, held: vec![], actions: vec![], free: vec![], scratch }
    }

    /// The actions of a chunk.
    fn chunk(&mut self, items: &[Item]) -> Vec<Action> {
        for item in items {
            let operands = item.operands(self.values);
            for &operand in &operands {
                self.fetch(operand, &operands);
            }
            operands.iter().for_each(|&operand| self.read(operand));
            match item {
                Item::Compute(value) => {
                    if let Some((Code::Unary(_) | Code::Binary(_) | Code::Power(_), _)) = self.values.operation(*value)
                    {
                        self.release();
                    }
                    self.actions.push(Action::Compute(*value));
                    self.define(*value);
                }
                Item::Call(called) => {
                    self.release();
                    self.actions.push(Action::Call(called.clone()));
                    called.iter().for_each(|&value| self.define(value));
                }
                Item::Collect(value, first) => {
                    self.release();
                    self.actions.push(Action::Collect(*value, *first));
                    self.define(*value);
                }
                Item::Argument(value, place) => self.actions.push(Action::Store(*value, Place::Scratch(*place))),
                Item::Result(value, place) => self.actions.push(Action::Store(*value, Place::Result(*place))),
            }
        }
        self.release();
        std::mem::take(&mut self.actions)
    }

    /// The unit of work that reads a value next.
    fn next(&self, value: Value) -> Option<usize> {
        let uses = &self.uses[value as usize];
        (!uses.is_empty()).then(|| self.units[uses.start])
    }

    /// Brings a value into a register; these values stay there.
    fn fetch(&mut self, value: Value, stay: &[Value]) {
        if let (false, Some(home)) = (self.held.contains(&value), self.homes[value as usize]) {
            self.make_room(stay);
            self.held.push(value);
            self.actions.push(Action::Load(value, home));
        }
    }

    /// Counts a use. What is not used again needs no place.
    fn read(&mut self, value: Value) {
        self.uses[value as usize].start += 1;
        if self.next(value).is_none() {
            self.held.retain(|held| *held != value);
            if let Some(Place::Scratch(place)) =
                self.homes[value as usize].take_if(|home| matches!(home, Place::Scratch(_)))
            {
                self.free.push(place);
            }
        }
    }

    /// Holds a new value, and stores it where it is a result.
    fn define(&mut self, value: Value) {
        for &place in self.results.get(&value).into_iter().flatten() {
            self.actions.push(Action::Store(value, Place::Result(place)));
            self.homes[value as usize] = Some(Place::Result(place));
        }
        if self.next(value).is_some() {
            self.make_room(&[value]);
            self.held.push(value);
        }
    }

    /// Gives up the register of the value that is needed last, if all are taken.
    fn make_room(&mut self, stay: &[Value]) {
        let (values, count) = (self.held.iter().enumerate(), self.held.len());
        let others = values.filter(|(_, value)| !stay.contains(value));
        let last = others.max_by_key(|(_, value)| self.next(**value));
        if let (true, Some((place, _))) = (count >= REGISTERS, last) {
            let value = self.held.swap_remove(place);
            self.keep(value);
        }
    }

    /// Gives up all registers.
    fn release(&mut self) {
        for value in std::mem::take(&mut self.held) {
            self.keep(value);
        }
    }

    /// Stores a value that is only in a register.
    fn keep(&mut self, value: Value) {
        if self.homes[value as usize].is_none() {
            let place = self.free.pop().unwrap_or_else(|| {
                self.scratch += 1;
                self.scratch - 1
            });
            self.homes[value as usize] = Some(Place::Scratch(place));
            self.actions.push(Action::Store(value, Place::Scratch(place)));
        }
    }
}
