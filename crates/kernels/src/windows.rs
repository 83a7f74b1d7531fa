//! Windows that lie in memory line by line, and what becomes of the elements of each.

use std::ops::Range;

use crate::lanes::{Lanes, Work};
use crate::memory::Aligned;
use crate::pool::{Address, Crew, are_apart};
use crate::real::Real;
use crate::reduce::Combine;
use crate::walk::Places;

/// Windows in lines: an element is so far from the first one as the places along the depth and of the line say together, and
/// the place in the line.
#[derive(Clone, Debug)]
pub struct Windows {
    /// The places of the elements of a window. Where windows are columns of a matrix, these are its rows.
    pub depth: Places,
    /// Where each line of windows begins.
    pub lines: Places,
    /// How many windows each line has.
    pub across: usize,
    /// The step from a window of a line to the next one.
    pub step: isize,
}

impl Windows {
    /// The number of windows.
    pub fn len(&self) -> usize {
        self.lines.len() * self.across
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the elements of neighbouring windows follow each other.
    pub(crate) fn is_close(&self) -> bool {
        self.step == 1 || self.across <= 1
    }

    /// How far the elements reach before and behind the first one.
    pub fn reach(&self) -> (usize, usize) {
        let last = self.step * self.across.saturating_sub(1) as isize;
        let (low, high) = (last.min(0).unsigned_abs(), last.max(0) as usize);
        (self.depth.low() + self.lines.low() + low, self.depth.high() + self.lines.high() + high)
    }

    /// Where the elements are, if their first one is at `start`, and whether vectors that begin at any of them stay in
    /// memory.
    ///
    /// # Panics
    /// When the elements leave the memory.
    fn within<T: Real>(&self, start: usize, available: usize) -> (Range<usize>, bool) {
        if self.is_empty() || self.depth.is_empty() {
            return (0..0, true);
        }
        let (low, high) = self.reach();
        let end = start.checked_add(high).map(|last| last + 1).filter(|&end| start >= low && end <= available);
        let end = end.expect("windows leave their memory");
        (start - low..end, end + Aligned::<T>::line() - 1 <= available)
    }
}

/// Combines the elements of each window, in order of the depth, and writes what comes of them one after the other.
///
/// # Panics
/// When windows or results leave the memory.
pub fn combine_windows<T: Real>(kind: Combine, memory: &mut [T], (start, windows): (usize, &Windows), to: usize) {
    let wide = check(memory, start, windows, to).1;
    let memory = memory.as_mut_ptr();
    T::combine_windows(Members { kind, memory, start, windows, lines: 0..windows.lines.len(), to, wide });
}

/// The same, some lines at once, if no result is an element.
///
/// # Panics
/// As [`combine_windows`].
pub fn combine_windows_apart<T: Real>(
    kind: Combine,
    memory: &mut [T],
    (start, windows): (usize, &Windows),
    to: usize,
    crew: &mut Crew,
) {
    let (mut read, wide) = check(memory, start, windows, to);
    if wide && !read.is_empty() {
        read.end += Aligned::<T>::line() - 1;
    }
    let results = to..to + windows.len();
    if !are_apart(&[results], &[read]) {
        return combine_windows(kind, memory, (start, windows), to);
    }
    let memory = Address(memory.as_mut_ptr());
    crew.each(windows.lines.len(), 1, |lines, _| {
        T::combine_windows(Members { kind, memory: memory.at(0), start, windows, lines, to, wide });
    });
}

fn check<T: Real>(memory: &[T], start: usize, windows: &Windows, to: usize) -> (Range<usize>, bool) {
    assert!(to.checked_add(windows.len()).is_some_and(|end| end <= memory.len()), "results leave their memory");
    windows.within::<T>(start, memory.len())
}

/// Some lines of windows.
pub struct Members<'a, T> {
    kind: Combine,
    memory: *mut T,
    start: usize,
    windows: &'a Windows,
    lines: Range<usize>,
    to: usize,
    /// Whether vectors may be read as a whole.
    wide: bool,
}

impl<T: Real> Work<T> for Members<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        // SAFETY: the caller's promise; the kind is a constant in each version.
        unsafe {
            match self.kind {
                Combine::Sum => self.all::<L>(Combine::Sum),
                Combine::Product => self.all::<L>(Combine::Product),
                Combine::Largest => self.all::<L>(Combine::Largest),
                Combine::Smallest => self.all::<L>(Combine::Smallest),
            }
        }
    }
}

impl<T: Real> Members<'_, T> {
    /// # Safety
    /// Windows and results lie in memory, and the processor has the instructions.
    #[inline(always)]
    unsafe fn all<L: Lanes<Real = T>>(&self, kind: Combine) {
        let Windows { lines, across, .. } = self.windows;
        let start = self.memory.wrapping_add(self.start).cast_const();
        for line in self.lines.clone() {
            let from = start.wrapping_offset(lines.offsets()[line]);
            let to = self.memory.wrapping_add(self.to + line * across);
            for place in (0..*across).step_by(L::WIDTH) {
                let count = L::WIDTH.min(across - place);
                // SAFETY: the caller's promise.
                unsafe {
                    let from = from.wrapping_offset(self.windows.step * place as isize);
                    let combined: L = match self.windows.step {
                        1 if self.wide => self.close(kind, from),
                        2 if self.wide => self.pairs(kind, from, count),
                        _ => self.singles(kind, from, count),
                    };
                    let to = to.wrapping_add(place);
                    if count < L::WIDTH { combined.store_first(to, count) } else { combined.store(to) }
                }
            }
        }
    }

    /// # Safety
    /// Vectors at all places can be read.
    #[inline(always)]
    unsafe fn close<L: Lanes<Real = T>>(&self, kind: Combine, from: *const T) -> L {
        // SAFETY: the caller's promise.
        unsafe {
            let [first, others @ ..] = self.windows.depth.offsets() else { return L::splat(kind.nothing()) };
            let mut folded = L::load(from.wrapping_offset(*first));
            for &offset in others {
                folded = kind.of(folded, L::load(from.wrapping_offset(offset)));
            }
            folded
        }
    }

    /// Elements at every second place: neighbours of these, if they are members too, are read along with them.
    ///
    /// # Safety
    /// Vectors that begin at the elements of so many windows can be read.
    #[inline(always)]
    unsafe fn pairs<L: Lanes<Real = T>>(&self, kind: Combine, from: *const T, count: usize) -> L {
        let offsets = self.windows.depth.offsets();
        // SAFETY: the caller's promise; the second vector is read only where the first one has not all elements.
        unsafe {
            let mut folded = L::splat(kind.nothing());
            let mut place = 0;
            while place < offsets.len() {
                let from = from.wrapping_offset(offsets[place]);
                let is_pair = offsets.get(place + 1) == Some(&(offsets[place] + 1));
                let reach = 2 * count - usize::from(!is_pair);
                let second = if reach > L::WIDTH { L::WIDTH } else { 0 };
                let (even, odd) = L::load(from).part(L::load(from.wrapping_add(second)));
                folded = if place == 0 { even } else { kind.of(folded, even) };
                if is_pair {
                    folded = kind.of(folded, odd);
                }
                place += 1 + usize::from(is_pair);
            }
            folded
        }
    }

    /// # Safety
    /// The elements of so many windows can be read.
    #[inline(always)]
    unsafe fn singles<L: Lanes<Real = T>>(&self, kind: Combine, from: *const T, count: usize) -> L {
        // SAFETY: the caller's promise.
        unsafe {
            let mut folded = L::splat(kind.nothing());
            for (member, &offset) in self.windows.depth.offsets().iter().enumerate() {
                let mut elements = [T::ZERO; 16];
                for (place, element) in elements[..count].iter_mut().enumerate() {
                    *element = from.wrapping_offset(offset + self.windows.step * place as isize).read();
                }
                let next = L::load(elements.as_ptr());
                folded = if member == 0 { next } else { kind.of(folded, next) };
            }
            folded
        }
    }
}
