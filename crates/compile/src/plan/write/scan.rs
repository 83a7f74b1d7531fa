//! Recurrences: the body is written once, on buffers that move.

use netform_array::{ElementType, Layout, element_count};
use netform_kernels::Walk;

use super::{Body, Scope, Values, Writer, definite};
use crate::interpret::InterpretError;
use crate::plan::place::{BufferId, Place, Value};
use crate::plan::steps::{self, Output, Sequence, State, Target};
use crate::program::{Direction, Scan};

/// Where a value that leaves the body belongs, and the value itself.
struct Leaving {
    place: Place,
    target: Target,
    /// The buffers within which the target lies.
    within: Vec<BufferId>,
    in_place: bool,
}

impl Writer<'_> {
    pub(super) fn scan(&mut self, scan: &Scan, scope: &Scope<'_>) -> Result<Values, InterpretError> {
        let length = definite(std::slice::from_ref(&scan.length))?[0];
        let types: Vec<_> = scan.body.inputs().iter().map(|&input| scan.body.type_of(input)).collect();
        let mut inputs = Vec::with_capacity(types.len());
        let (mut initial, mut sequences) = (Vec::new(), Vec::new());
        for (place, (value, value_type)) in scope.operands.iter().zip(&types).enumerate() {
            if place >= scan.states + scan.sequences {
                inputs.push(value.clone());
                continue;
            }
            let source = self.place(value.clone(), value_type.element)?;
            let source = if place < scan.states { self.contiguous(source, value_type.element)? } else { source };
            let buffer = self.buffers.moving(value_type.element, vec![source.buffer]);
            let shape = definite(&value_type.shape)?;
            let layout = if place < scan.states {
                initial.push((buffer, source));
                Layout::row_major(&shape)?
            } else {
                let (axes, steps) = (source.layout.shape(), source.layout.strides());
                let element = Layout::new(0, &axes[1..], &steps[1..])?;
                sequences.push(Sequence {
                    buffer,
                    source: source.buffer,
                    offset: source.layout.offset(),
                    step: steps[0],
                });
                element
            };
            inputs.push(Value::At(Place { buffer, double: value_type.element != ElementType::F32, layout }));
        }
        // What the outputs fill is there before the body begins.
        let rows = scope.results[scan.states..].iter();
        let stacks: Vec<Place> = rows.map(|(element, shape)| self.room(*element, shape)).collect::<Result<_, _>>()?;
        let mut rooms = Vec::with_capacity(scan.states);
        for (element, shape) in &scope.results[..scan.states] {
            let len = element_count(shape)?;
            rooms.push([self.buffers.owned(*element, len), self.buffers.owned(*element, len)]);
        }
        self.buffers.advance();
        let start = self.buffers.now();
        let outer = std::mem::take(&mut self.steps);
        self.bodies.push(Body { start, before: vec![] });
        let leaving = self.body(scan, inputs, &stacks, &rooms, start);
        let before = self.bodies.pop().map_or(vec![], |body| body.before);
        // What was packed in each turn is not there any more.
        self.packed.retain(|packed| packed.bodies <= self.bodies.len());
        let body = std::mem::replace(&mut self.steps, outer);
        self.steps.extend(before);
        let mut leaving = leaving?;
        let body = self.fuse(body).into_iter().map(|written| written.step).collect();
        let outputs = leaving.split_off(scan.states);
        let mut used: Vec<BufferId> = stacks.iter().map(|stack| stack.buffer).collect();
        used.extend(rooms.iter().flatten());
        used.extend(initial.iter().map(|(_, source)| source.buffer));
        used.extend(sequences.iter().map(|sequence| sequence.source));
        let mut values = Values::new();
        let mut states = Vec::with_capacity(scan.states);
        let results = scope.results.iter().zip(&scope.used);
        for (((buffer, source), next), ((element, shape), &wanted)) in initial.into_iter().zip(leaving).zip(results) {
            self.buffers.set_moving(buffer, [vec![source.buffer], next.within.clone()].concat());
            let last = self.room(*element, shape)?;
            used.push(last.buffer);
            states.push(State {
                buffer,
                initial: source.region(),
                next: next.output(),
                last: wanted.then(|| last.region()),
            });
            values.push(Value::At(last));
        }
        values.extend(stacks.into_iter().map(Value::At));
        used.iter().for_each(|&buffer| self.buffers.touch(buffer));
        self.buffers.keep_since(start);
        let step = steps::Scan {
            length,
            backward: scan.direction == Direction::Backward,
            body,
            sequences,
            states,
            outputs: outputs.into_iter().map(Leaving::output).collect(),
        };
        let step = self.recurrence(step);
        self.push(step, used);
        Ok(values)
    }

    /// Writes the body, and says where what leaves it belongs: into its row of a stack, if it is an output, else into
    /// the room of the state that is not read in this step. A buffer that is younger than the body and holds nothing
    /// else is written there at once.
    fn body(
        &mut self,
        scan: &Scan,
        inputs: Vec<Value>,
        stacks: &[Place],
        rooms: &[[BufferId; 2]],
        start: usize,
    ) -> Result<Vec<Leaving>, InterpretError> {
        let values = self.program(&scan.body, inputs)?;
        let mut places = Vec::with_capacity(values.len());
        for (value, output) in values.into_iter().zip(scan.body.outputs()) {
            let place = self.place(value, scan.body.type_of(output.value).element)?;
            self.buffers.touch(place.buffer);
            places.push(place);
        }
        let target = |place: usize| match place.checked_sub(scan.states) {
            Some(output) => {
                let stack = &stacks[output];
                let row = stack.layout.len().checked_div(stack.shape()[0]).unwrap_or(0);
                (Target::Row(stack.buffer, row), vec![stack.buffer])
            }
            None => (Target::Other(rooms[place]), rooms[place].to_vec()),
        };
        let is_whole = |buffers: &super::Buffers, place: &Place| {
            let whole = place.layout.is_contiguous() && place.layout.offset() == 0;
            whole && buffers.is_own_since(place.buffer, start) && buffers.len(place.buffer) == place.layout.len()
        };
        let mut written: Vec<(BufferId, Target, Vec<BufferId>)> = Vec::new();
        let mut leaving: Vec<Option<Leaving>> = places.iter().map(|_| None).collect();
        // Outputs first: a state that is one of them is read from its row.
        for at in (scan.states..places.len()).chain(0..scan.states) {
            let place = places[at].clone();
            let known = written.iter().find(|(buffer, ..)| *buffer == place.buffer).cloned();
            let same = known.filter(|_| at < scan.states && place.layout.is_contiguous() && place.layout.offset() == 0);
            leaving[at] = Some(match same {
                Some((_, target, within)) => Leaving { place, target, within, in_place: true },
                None => {
                    let (target, within) = target(at);
                    let in_place = is_whole(&self.buffers, &place);
                    if in_place {
                        written.push((place.buffer, target, within.clone()));
                        self.buffers.set_moving(place.buffer, within.clone());
                    }
                    Leaving { place, target, within, in_place }
                }
            });
        }
        Ok(leaving.into_iter().flatten().collect())
    }
}

impl Leaving {
    fn output(self) -> Output {
        let row = Walk::contiguous(self.place.layout.len());
        Output { value: self.place.region(), row, target: self.target, in_place: self.in_place }
    }
}
