//! Elements brought from the places of one walk to those of another.

use crate::pool::{Address, Crew, are_apart};
use crate::real::Real;
use crate::walk::{Position, Walk};

/// What becomes of an element that stands where another is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onto {
    /// It is replaced.
    Replace,
    /// It is added to.
    Add,
}

/// Brings the elements of a walk to the places of another one of the same length. Where these are the same place several
/// times, the last element replaces, and all are added.
///
/// # Panics
/// When a walk leaves the memory, or the lengths differ.
pub fn transfer<T: Real>(
    memory: &mut [T],
    (from_start, from): (usize, &Walk),
    (to_start, to): (usize, &Walk),
    onto: Onto,
    [from_at, to_at]: [&mut Position; 2],
) {
    check(memory.len(), (from_start, from), (to_start, to));
    from.begin(from_at);
    to.begin(to_at);
    let memory = memory.as_mut_ptr();
    // SAFETY: both walks stay within the memory.
    unsafe { bring(memory, (from_start, from), (to_start, to), onto, [from_at, to_at], to.len()) };
}

/// Brings the elements of a walk to the places of another one of the same length, parts of them at once, if no place is one
/// that is read, nor is met twice; says whether it has done so.
///
/// # Panics
/// As [`transfer`].
pub fn transfer_apart<T: Real>(
    memory: &mut [T],
    (from_start, from): (usize, &Walk),
    (to_start, to): (usize, &Walk),
    crew: &mut Crew,
) -> bool {
    check(memory.len(), (from_start, from), (to_start, to));
    let span = |start: usize, walk: &Walk| start - walk.low()..start + walk.high() + 1;
    if to.is_empty() || !to.is_spread() || !are_apart(&[span(to_start, to)], &[span(from_start, from)]) {
        return false;
    }
    let memory = Address(memory.as_mut_ptr());
    crew.each(to.len(), 1, |some, scratch| {
        let [from_at, to_at] = scratch.positions();
        from.begin_at(from_at, some.start);
        to.begin_at(to_at, some.start);
        // SAFETY: both walks stay within the memory, and no other thread writes what this one reads or writes.
        unsafe {
            bring(memory.at(0), (from_start, from), (to_start, to), Onto::Replace, [from_at, to_at], some.len());
        }
    });
    true
}

fn check(available: usize, (from_start, from): (usize, &Walk), (to_start, to): (usize, &Walk)) {
    assert!(from.len() == to.len(), "walks of different lengths");
    assert!(from.fits(from_start, available) && to.fits(to_start, available), "a walk leaves its memory");
}

/// Brings so many elements on from where both walks are.
///
/// # Safety
/// Both walks stay within the memory.
unsafe fn bring<T: Real>(
    memory: *mut T,
    (from_start, from): (usize, &Walk),
    (to_start, to): (usize, &Walk),
    onto: Onto,
    [from_at, to_at]: [&mut Position; 2],
    count: usize,
) {
    let mut done = 0;
    while done < count {
        let (to_first, to_step, run) = to.run(to_at, count - done);
        let mut within = 0;
        while within < run {
            let (from_first, from_step, count) = from.run(from_at, run - within);
            let mut source = memory.wrapping_add(from_start).wrapping_offset(from_first);
            let mut target = memory.wrapping_add(to_start).wrapping_offset(to_first + to_step * within as isize);
            // SAFETY: the caller's promise.
            unsafe {
                if onto == Onto::Replace && from_step == 1 && to_step == 1 {
                    std::ptr::copy(source, target, count);
                } else {
                    for _ in 0..count {
                        match onto {
                            Onto::Replace => *target = *source,
                            Onto::Add => *target += *source,
                        }
                        source = source.wrapping_offset(from_step);
                        target = target.wrapping_offset(to_step);
                    }
                }
            }
            within += count;
        }
        done += run;
    }
}
