//! Elements of a layout in row-major order, a run of them at a time.

use netform_array::Layout;

/// The shape and steps of a layout, with neighbouring axes joined where one continues the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    sizes: Vec<usize>,
    steps: Vec<isize>,
    /// The lowest and the highest position relative to the start.
    low: usize,
    high: usize,
    len: usize,
}

impl Walk {
    /// The walk through a layout; where it starts does not matter.
    pub fn new(layout: &Layout) -> Walk {
        if layout.is_empty() {
            return Walk::contiguous(0);
        }
        let (mut sizes, mut steps): (Vec<usize>, Vec<isize>) = (vec![], vec![]);
        let (mut low, mut high) = (0, 0);
        for (&size, &step) in layout.shape().iter().zip(layout.strides()).filter(|(size, _)| **size != 1) {
            let reach = step.unsigned_abs() * size.saturating_sub(1);
            if step < 0 {
                low += reach
            } else {
                high += reach
            }
            match (sizes.last_mut(), steps.last_mut()) {
                (Some(outer), Some(outer_step)) if *outer_step == step * size as isize => {
                    *outer *= size;
                    *outer_step = step;
                }
                _ => {
                    sizes.push(size);
                    steps.push(step);
                }
            }
        }
        Walk { sizes, steps, low, high, len: layout.len() }
    }

    /// So many elements that follow each other.
    pub fn contiguous(len: usize) -> Walk {
        let (sizes, steps) = if len == 1 { (vec![], vec![]) } else { (vec![len], vec![1]) };
        Walk { sizes, steps, low: 0, high: len.saturating_sub(1), len }
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the elements follow each other.
    pub fn is_contiguous(&self) -> bool {
        matches!(self.steps.as_slice(), [] | [1])
    }

    /// Whether it is the same element all the time.
    pub fn is_uniform(&self) -> bool {
        self.steps.iter().all(|&step| step == 0)
    }

    /// The single step of a walk in one direction, which may be that of a single element.
    pub fn single_step(&self) -> Option<isize> {
        match self.steps.as_slice() {
            [] => Some(0),
            [step] => Some(*step),
            _ => None,
        }
    }

    /// The steps along axes of such sizes, if these are how the elements lie.
    pub fn as_axes<const N: usize>(&self, sizes: [usize; N]) -> Option<[isize; N]> {
        // An axis of the walk may be several of these, the innermost first.
        let mut axes = self.sizes.iter().zip(&self.steps).rev();
        let (mut left, mut step) = (1, 1);
        let mut steps = [1; N];
        for (size, to) in sizes.iter().zip(&mut steps).rev().filter(|(size, _)| **size != 1) {
            if left == 1 {
                (left, step) = axes.next().map(|(size, step)| (*size, *step))?;
            }
            if *size == 0 || left % size != 0 {
                return None;
            }
            *to = step;
            left /= size;
            step *= *size as isize;
        }
        (left == 1 && axes.next().is_none()).then_some(steps)
    }

    /// Whether a walk from `start` stays within so many elements.
    pub fn fits(&self, start: usize, available: usize) -> bool {
        self.len == 0 || (start >= self.low && start + self.high < available)
    }

    /// How far the walk goes before its start.
    pub(crate) fn low(&self) -> usize {
        self.low
    }

    /// How far the walk goes behind its start.
    pub(crate) fn high(&self) -> usize {
        self.high
    }

    /// Where an element is relative to the start.
    pub(crate) fn offset(&self, place: usize) -> isize {
        let mut left = place;
        let mut offset = 0;
        for (&size, &step) in self.sizes.iter().zip(&self.steps).skip(1).rev() {
            offset += step * (left % size) as isize;
            left /= size;
        }
        offset + self.steps.first().map_or(0, |step| step * left as isize)
    }

    /// The walk through the first elements of rows of so many elements, and the step from there to the others, if the
    /// elements of a row lie in one direction.
    pub fn rows(&self, columns: usize) -> Option<(Walk, isize)> {
        let (&size, &step) = (self.sizes.last()?, self.steps.last()?);
        if columns == 0 || size % columns != 0 {
            return None;
        }
        let (mut sizes, mut steps) = (self.sizes.clone(), self.steps.clone());
        sizes.pop();
        steps.pop();
        if size > columns {
            sizes.push(size / columns);
            steps.push(step * columns as isize);
        }
        let reach = (step * (columns as isize - 1)).unsigned_abs();
        let (low, high) = if step < 0 { (reach, 0) } else { (0, reach) };
        let (low, high) = (self.low - low, self.high - high);
        Some((Walk { sizes, steps, low, high, len: self.len / columns }, step))
    }

    /// Goes to the beginning.
    pub fn begin(&self, at: &mut Position) {
        at.index.clear();
        at.index.resize(self.sizes.len(), 0);
        at.offset = 0;
    }

    /// Goes to the element at a place, or to the end.
    pub(crate) fn begin_at(&self, at: &mut Position, place: usize) {
        self.begin(at);
        let mut left = place;
        for (axis, (&size, &step)) in self.sizes.iter().zip(&self.steps).enumerate().skip(1).rev() {
            at.index[axis] = left % size;
            at.offset += step * at.index[axis] as isize;
            left /= size;
        }
        if let (Some(first), Some(step)) = (at.index.first_mut(), self.steps.first()) {
            *first = left;
            at.offset += step * left as isize;
        }
    }

    /// Whether no place is met twice, as far as that is seen at once: each step leaves what smaller ones reach.
    pub(crate) fn is_spread(&self) -> bool {
        let mut axes: Vec<(usize, usize)> =
            self.steps.iter().map(|step| step.unsigned_abs()).zip(self.sizes.iter().copied()).collect();
        axes.sort_unstable();
        let mut reach = 0;
        axes.into_iter().all(|(step, size)| {
            let leaves = step > reach;
            reach += step * (size - 1);
            leaves
        })
    }

    /// Goes on by at most `most` elements that lie in one direction, fewer where that ends: where the
    /// first one is relative to the start, the step between them, their number.
    #[inline]
    pub fn run(&self, at: &mut Position, most: usize) -> (isize, isize, usize) {
        let Some(last) = self.sizes.len().checked_sub(1) else { return (0, 0, most.min(1)) };
        let (first, step) = (at.offset, self.steps[last]);
        let count = most.min(self.sizes[last] - at.index[last]);
        at.index[last] += count;
        at.offset += step * count as isize;
        let mut axis = last;
        while at.index[axis] == self.sizes[axis] {
            at.index[axis] = 0;
            at.offset -= self.steps[axis] * self.sizes[axis] as isize;
            let Some(outer) = axis.checked_sub(1) else { break };
            axis = outer;
            at.index[axis] += 1;
            at.offset += self.steps[axis];
        }
        (first, step, count)
    }
}

/// The places of all elements of a walk, relative to its start.
#[derive(Clone, Debug)]
pub struct Places {
    offsets: Vec<isize>,
    low: usize,
    high: usize,
}

impl Places {
    /// The places of a walk.
    pub fn new(walk: &Walk) -> Places {
        let mut at = Position::default();
        walk.begin(&mut at);
        let offsets = (0..walk.len()).map(|_| walk.run(&mut at, 1).0).collect();
        Places { offsets, low: walk.low, high: walk.high }
    }

    /// How far they are from the start; none is before `-low` or behind `high`.
    pub fn offsets(&self) -> &[isize] {
        &self.offsets
    }

    /// How far they go before the start.
    pub(crate) fn low(&self) -> usize {
        self.low
    }

    /// How far they go behind the start.
    pub(crate) fn high(&self) -> usize {
        self.high
    }

    /// Their number.
    pub fn len(&self) -> usize {
        self.offsets.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.offsets.is_empty()
    }
}

/// How far a walk has come.
#[derive(Clone, Debug, Default)]
pub struct Position {
    index: Vec<usize>,
    offset: isize,
}

/// Copies the elements of a walk from `start` one after the other.
///
/// # Panics
/// When the walk leaves `from`, or `to` has not its length.
pub fn gather<T: Copy>(from: &[T], start: usize, walk: &Walk, at: &mut Position, to: &mut [T]) {
    assert!(walk.fits(start, from.len()) && to.len() == walk.len(), "a walk leaves its memory");
    if walk.is_contiguous() {
        to.copy_from_slice(&from[start..start + to.len()]);
        return;
    }
    walk.begin(at);
    let mut done = 0;
    while done < to.len() {
        let (first, step, count) = walk.run(at, to.len() - done);
        let first = start.wrapping_add_signed(first);
        let part = &mut to[done..done + count];
        match step {
            1 => part.copy_from_slice(&from[first..first + count]),
            0 => part.fill(from[first]),
            _ => {
                let mut place = first;
                for element in part {
                    *element = from[place];
                    place = place.wrapping_add_signed(step);
                }
            }
        }
        done += count;
    }
}
