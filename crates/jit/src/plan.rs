//! What machine code does, with the values that it holds in registers and those that it leaves in memory.
//!
//! The code is straight, so that it is known when each value is needed next. When there are more values than registers,
//! that one goes to memory which is needed last, and it is read again when it is needed: the allocator of the code generator
//! then finds registers for all that lives at once, which it does in a time that grows no faster than the code. Functions
//! that are called keep no register, and neither do the ends of chunks.

use std::collections::HashMap;
use std::ops::Range;

use netform_kernels::{Code, Routine};

use crate::schedule::{Arrays, Item, Schedule, schedule};
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
    /// Computes values by one routine, none of which depends on another; several are left in the scratch array from this
    /// place.
    Call(Vec<Value>, usize),
    /// Computes the sums of a product, by its place among all.
    Product(usize, Arrays),
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

impl Place {
    /// The place that many numbers later.
    pub(crate) fn after(self, count: usize) -> Place {
        match self {
            Place::Input(place) => Place::Input(place + count),
            Place::Result(place) => Place::Result(place + count),
            Place::Scratch(place) => Place::Scratch(place + count),
        }
    }
}

impl Plan {
    /// The plan for values, in chunks of so many units of work at most.
    pub(crate) fn new(values: &Values, limit: usize) -> Plan {
        let schedule = schedule(values, limit);
        let mut planner = Planner::new(values, &schedule);
        let chunks = schedule.chunks.iter().map(|items| planner.chunk(items)).collect();
        Plan { chunks, scratch: planner.scratch }
    }
}

/// Follows the values through the code.
struct Planner<'a> {
    values: &'a Values,
    schedule: &'a Schedule,
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
    fn new(values: &'a Values, schedule: &'a Schedule) -> Planner<'a> {
        let reads = || {
            let operands = schedule.chunks.iter().flatten().map(|item| item.operands(values));
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
        // Constants are read where they are.
        let homes = (0..values.count() as Value).map(|value| values.input(value).map(Place::Input)).collect();
        let (held, actions, free, scratch) = (vec![], vec![], vec![], schedule.scratch);
        Planner { values, schedule, uses, units, results, homes, held, actions, free, scratch }
    }

    /// The actions of a chunk.
    fn chunk(&mut self, items: &[Item]) -> Vec<Action> {
        for item in items {
            let operands = item.operands(self.values);
            if let Item::Argument(value, place) = *item
                && self.homes[value as usize] == Some(Place::Scratch(place))
            {
                self.read(value);
                continue;
            }
            for &operand in &operands {
                self.fetch(operand, &operands);
            }
            operands.iter().for_each(|&operand| self.read(operand));
            match item {
                Item::Compute(value) => {
                    if let Some((Code::Unary(_) | Code::Binary(_) | Code::Power, _)) = self.values.operation(*value) {
                        self.release();
                    }
                    self.actions.push(Action::Compute(*value));
                    self.define(*value);
                }
                Item::Call(called) => {
                    self.release();
                    let place = self.together(called);
                    self.actions.push(Action::Call(called.clone(), place.unwrap_or(0)));
                    match place {
                        Some(place) => called.iter().enumerate().for_each(|(k, &value)| self.leave(value, place + k)),
                        None => called.iter().for_each(|&value| self.define(value)),
                    }
                }
                Item::Product(product) => {
                    self.release();
                    let arrays = self.schedule.arrays[*product];
                    self.actions.push(Action::Product(*product, arrays));
                    for (k, &sum) in self.values.products()[*product].sums.iter().enumerate() {
                        self.homes[sum as usize] = Some(arrays.sums.after(k));
                    }
                }
                Item::Collect(value, first) => {
                    self.release();
                    self.actions.push(Action::Collect(*value, *first));
                    self.define(*value);
                }
                Item::Argument(value, place) => {
                    self.actions.push(Action::Store(*value, Place::Scratch(*place)));
                    self.homes[*value as usize].get_or_insert(Place::Scratch(*place));
                }
                Item::Result(value, place) => self.actions.push(Action::Store(*value, Place::Result(*place))),
            }
        }
        self.release();
        std::mem::take(&mut self.actions)
    }

    /// The place in the scratch array from which products find values that are called together, one after the other, if they are
    /// no results and as many as the routine writes.
    fn together(&self, called: &[Value]) -> Option<usize> {
        let first = *self.schedule.places.get(&called[0]).filter(|_| called.len() == Routine::WIDTH)?;
        let is_next = |(k, value): (usize, &Value)| {
            self.schedule.places.get(value) == Some(&(first + k)) && !self.results.contains_key(value)
        };
        called.iter().enumerate().all(is_next).then_some(first)
    }

    /// Finds a new value in the scratch array.
    fn leave(&mut self, value: Value, place: usize) {
        self.homes[value as usize] = Some(Place::Scratch(place));
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
            if let Some(Place::Scratch(place)) = self.homes[value as usize]
                .take_if(|home| matches!(home, Place::Scratch(place) if *place >= self.schedule.scratch))
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use netform_kernels::{Code, Register, Routine, Tape};

    use super::{Action, Place, Plan, REGISTERS, UNITS};
    use crate::values::{Value, Values};

    /// The values and the plan of steps on two inputs.
    fn plan(steps: Vec<(Code, Vec<Register>)>, results: &[Register]) -> (Values, Plan) {
        let values = Values::new(&Tape::new(2, vec![], steps, results));
        let plan = Plan::new(&values, UNITS);
        (values, plan)
    }

    /// Steps of which each reads the one before and another one, often far away.
    fn tangle(count: usize) -> (Values, Plan) {
        let steps = (0..count).map(|place| {
            let other = if place % 3 == 0 { place / 2 } else { place - place.min(place % 31) };
            let code = [Code::Add, Code::Multiply, Code::Subtract, Code::Larger][place % 4];
            (code, vec![place as Register + 1, other as Register])
        });
        plan(steps.collect(), &[count as Register + 1])
    }

    /// The largest number of values that are held at once in a chunk.
    fn width(values: &Values, actions: &[Action]) -> usize {
        let (mut live, mut widest) = (HashSet::<Value>::new(), 0);
        let operands = |value: &Value| values.operation(*value).map_or(vec![], |(_, operands)| operands.to_vec());
        for action in actions.iter().rev() {
            match action {
                Action::Load(value, _) | Action::Collect(value, _) => {
                    live.remove(value);
                }
                Action::Store(value, _) => {
                    live.insert(*value);
                }
                Action::Compute(value) => {
                    live.remove(value);
                    live.extend(operands(value));
                }
                Action::Call(called, _) => {
                    called.iter().for_each(|value| {
                        live.remove(value);
                    });
                    live.extend(called.iter().flat_map(operands));
                }
                Action::Product(..) => {}
            }
            widest = widest.max(live.len());
        }
        widest
    }

    #[test]
    fn code_grows_with_the_tape_in_chunks_of_one_size() {
        let sizes = [4_000, 8_000, 16_000].map(|count| {
            let (values, plan) = tangle(count);
            for actions in &plan.chunks {
                // A unit may need two loads, each of which may displace a value.
                assert!(actions.len() <= 5 * UNITS + REGISTERS, "a chunk of {} actions", actions.len());
                let width = width(&values, actions);
                assert!(width <= REGISTERS + 1, "{width} values are held at once");
            }
            assert_eq!(plan.chunks.len(), count / UNITS);
            plan.chunks.iter().map(Vec::len).sum::<usize>()
        });
        assert!(sizes[1] < sizes[0] * 21 / 10 && sizes[2] < sizes[1] * 21 / 10, "{sizes:?} actions");
    }

    #[test]
    fn places_in_memory_are_used_again() {
        let steps = (0..5_000).map(|place| (Code::Add, vec![place + 1, place]));
        let (_, plan) = plan(steps.collect(), &[5_001]);
        assert!(plan.scratch <= Routine::WIDTH + 2, "{} places", plan.scratch);
    }

    #[test]
    fn independent_calls_stand_together() {
        // Sixteen hyperbolic tangents of as many sums, and the sum of them.
        let mut steps: Vec<(Code, Vec<Register>)> = vec![];
        let mut total = 0;
        for unit in 0..16 {
            let last = steps.len() as Register + 1;
            steps.push((Code::Add, vec![unit % 2, if unit < 2 { 1 } else { last - 2 }]));
            steps.push((Code::HyperbolicTangent, vec![last + 1]));
            steps.push((Code::Add, vec![total, last + 2]));
            total = last + 3;
        }
        let (_, plan) = plan(steps, &[total]);
        let calls: Vec<usize> = plan.chunks.iter().flatten().filter_map(calls).collect();
        assert_eq!(calls, [Routine::WIDTH, Routine::WIDTH]);
    }

    fn calls(action: &Action) -> Option<usize> {
        if let Action::Call(called, _) = action { Some(called.len()) } else { None }
    }

    #[test]
    fn arguments_of_a_function_of_many_are_shared_by_chunks() {
        let steps = vec![(Code::Variadic(|numbers| numbers.iter().sum()), (0..5_000).map(|place| place % 2).collect())];
        let (_, plan) = plan(steps, &[2]);
        assert_eq!(plan.chunks.len(), 6);
        assert!(plan.chunks.iter().all(|actions| actions.len() <= UNITS + 2));
        assert_eq!(plan.scratch, Routine::WIDTH + 5_000);
    }

    #[test]
    fn only_what_results_need_is_computed() {
        let steps = vec![(Code::Add, vec![0, 1]), (Code::Multiply, vec![0, 1]), (Code::Copy, vec![3])];
        let (values, plan) = plan(steps, &[4, 0]);
        assert_eq!(values.computed().len(), 1);
        let expected = [
            Action::Load(0, Place::Input(0)),
            Action::Load(1, Place::Input(1)),
            Action::Compute(2),
            Action::Store(2, Place::Result(0)),
            Action::Store(0, Place::Result(1)),
        ];
        assert_eq!(plan.chunks, [expected]);
    }
}
