//! Reductions of rows, and the functions before and behind them, become one step, whatever layer they came from: softmax,
//! normalisation, attention.

use std::any::Any;
use std::ops::Range;

use netform_kernels::{Combine, Pass, RowInput, Rows, Term, Walk};

use super::{Writer, Written};
use crate::plan::memory::Stored;
use crate::plan::place::{BufferId, Region};
use crate::plan::steps::{Fold, Map, Reduce, RowWise, Start, Step};

/// So many passes are made together, so that what they write for a few rows stays in the first cache.
const MOST: usize = 24;

impl Writer<'_> {
    /// The steps, with one in the place of neighbours that reduce rows of one matrix or compute with these.
    pub(super) fn sweep(&mut self, steps: Vec<Written>) -> Vec<Written> {
        let mut found: Vec<(Range<usize>, Box<dyn Step>)> = vec![];
        let (mut free, mut at) = (0, 0);
        while at < steps.len() {
            let next = self.row_wise::<f32>(&steps, free, at).or_else(|| self.row_wise::<f64>(&steps, free, at));
            at += 1;
            if let Some((range, step)) = next {
                (free, at) = (range.end, range.end);
                found.push((range, step));
            }
        }
        let mut swept = Vec::with_capacity(steps.len());
        let mut found = found.into_iter().peekable();
        for (place, written) in steps.into_iter().enumerate() {
            match found.next_if(|(range, _)| place + 1 == range.end) {
                Some((_, step)) => swept.push(Written { step, time: written.time }),
                None if found.peek().is_some_and(|(range, _)| range.contains(&place)) => {}
                None => swept.push(written),
            }
        }
        swept
    }

    /// One step for a reduction of rows at a place and its neighbours, and which steps these are. None before `free` is
    /// among them.
    fn row_wise<T: Stored>(
        &mut self,
        steps: &[Written],
        free: usize,
        at: usize,
    ) -> Option<(Range<usize>, Box<dyn Step>)> {
        let reduce = of_type::<Reduce<T>>(steps.get(at)?)?;
        let (count, columns) = (reduce.kept.walk.len(), reduce.group.len());
        if columns < 2 || count == 0 || pass_kind(reduce.fold).is_none() {
            return None;
        }
        // The functions that lead to it.
        let mut read = vec![reduce.kept.buffer];
        let mut start = at;
        while start > free.max((at + 1).saturating_sub(MOST)) {
            let Some(map) = of_type::<Map<T>>(&steps[start - 1]) else { break };
            if !map.outputs.iter().any(|output| read.contains(&output.buffer)) {
                break;
            }
            read.extend(map.inputs.iter().map(|input| input.buffer));
            start -= 1;
        }
        let mut draft = Draft::<T>::new(count, columns);
        let mut end = start;
        while let Some(step) = steps.get(end).filter(|_| draft.passes.len() < MOST) {
            if draft.add(step).is_some() {
                end += 1;
            } else if end < at {
                (start, end) = (end + 1, end + 1);
                draft = Draft::new(count, columns);
            } else {
                break;
            }
        }
        (end > at && end - start > 1).then(|| {
            let times = steps[start].time..=steps[end - 1].time;
            // What is read is needed until the last row has been written.
            draft.inputs.iter().for_each(|(input, _)| self.buffers.keep(input.buffer, *times.end()));
            let mut results: [Vec<Option<Start>>; 2] = Default::default();
            for made in &draft.made {
                let inside = self.buffers.uses(made.buffer).iter().all(|time| times.contains(time));
                if inside {
                    self.buffers.discard(made.buffer);
                }
                results[usize::from(!made.wide)].push((!inside).then_some((made.buffer, made.offset)));
            }
            let [written, scalars] = results;
            let (inputs, rows) =
                draft.inputs.into_iter().map(|(region, row)| ((region.buffer, region.offset), row)).unzip();
            let rows = Rows::new(count, columns, rows, [written.len(), scalars.len()], draft.passes);
            (start..end, Box::new(RowWise { rows, inputs, written, scalars }) as Box<dyn Step>)
        })
    }
}

fn of_type<S: Step>(written: &Written) -> Option<&S> {
    (&*written.step as &dyn Any).downcast_ref()
}

/// How a pass folds, and whether what is not finite becomes 0.
fn pass_kind(fold: Fold) -> Option<(Combine, bool)> {
    match fold {
        Fold::Combine(kind) => Some((kind, false)),
        Fold::Shift => Some((Combine::Largest, true)),
        Fold::And | Fold::Or | Fold::ArgMax => None,
    }
}

/// Passes over rows that are being collected.
struct Draft<T> {
    count: usize,
    columns: usize,
    inputs: Vec<(Region, RowInput)>,
    made: Vec<Made>,
    passes: Vec<Pass<T>>,
}

/// What passes write: elements of rows, or one number for each row.
struct Made {
    buffer: BufferId,
    offset: usize,
    wide: bool,
    term: Term,
}

impl<T: Stored> Draft<T> {
    fn new(count: usize, columns: usize) -> Draft<T> {
        Draft { count, columns, inputs: vec![], made: vec![], passes: vec![] }
    }

    /// Adds what a step does, if it does it with each row by itself.
    fn add(&mut self, written: &Written) -> Option<()> {
        let inputs = self.inputs.len();
        let added = match of_type::<Map<T>>(written) {
            Some(map) => self.map(map),
            None => of_type::<Reduce<T>>(written).and_then(|reduce| self.reduce(reduce)),
        };
        if added.is_none() {
            self.inputs.truncate(inputs);
        }
        added
    }

    fn reduce(&mut self, reduce: &Reduce<T>) -> Option<()> {
        let Reduce { kept, group, to, .. } = reduce;
        let (kind, finite) = pass_kind(reduce.fold)?;
        let fits = (kept.walk.len(), group.len(), group.single_step()) == (self.count, self.columns, Some(1));
        if !fits || !to.walk.is_contiguous() || kept.double != T::DOUBLE || to.double != T::DOUBLE {
            return None;
        }
        let of = self.term(kept, RowInput { first: kept.walk.clone(), step: 1 })?;
        let to = self.make(to, false);
        self.passes.push(Pass::Fold { kind, finite, of, to });
        Some(())
    }

    fn map(&mut self, map: &Map<T>) -> Option<()> {
        let wide = map.count == self.count.checked_mul(self.columns)?;
        let own = |region: &Region| region.double == T::DOUBLE;
        let outputs = map.outputs.iter().all(|output| own(output) && output.walk.is_contiguous());
        if !(wide || map.count == self.count) || !outputs || !map.inputs.iter().all(own) {
            return None;
        }
        let mut terms = Vec::with_capacity(map.inputs.len());
        for input in &map.inputs {
            let row = if wide { input.walk.rows(self.columns) } else { Some((input.walk.clone(), 0)) };
            let (first, step) = row?;
            let term = self.term(input, RowInput { first, step })?;
            if !wide && matches!(term, Term::Row(_)) {
                return None;
            }
            terms.push(term);
        }
        let to = map.outputs.iter().map(|output| self.make(output, wide)).collect();
        let tape = map.tape.clone();
        self.passes.push(if wide { Pass::Elements { tape, terms, to } } else { Pass::Scalars { tape, terms, to } });
        Some(())
    }

    /// The term for what rows read of a region.
    fn term(&mut self, region: &Region, row: RowInput) -> Option<Term> {
        if let Some(made) = self.made.iter().find(|made| made.buffer == region.buffer) {
            // Rows that come later have not been written yet.
            let follow = |walk: &Walk, step: usize| self.count == 1 || walk.single_step() == Some(step as isize);
            let own = match made.wide {
                true => row.step == 1 && follow(&row.first, self.columns),
                false => row.step == 0 && follow(&row.first, 1),
            };
            return (own && made.offset == region.offset).then_some(made.term);
        }
        let same = |(known, input): &(Region, RowInput)| {
            (known.buffer, known.offset, &input.first, input.step)
                == (region.buffer, region.offset, &row.first, row.step)
        };
        let place = self.inputs.iter().position(same).unwrap_or_else(|| {
            self.inputs.push((region.clone(), row));
            self.inputs.len() - 1
        });
        Some(Term::Input(place))
    }

    /// The place of what a pass writes.
    fn make(&mut self, to: &Region, wide: bool) -> usize {
        let place = self.made.iter().filter(|made| made.wide == wide).count();
        let term = if wide { Term::Row(place) } else { Term::Scalar(place) };
        self.made.push(Made { buffer: to.buffer, offset: to.offset, wide, term });
        place
    }
}
