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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use netform_array::Layout;
    use proptest::prelude::{any, prop, proptest};

    use super::{Onto, transfer, transfer_apart};
    use crate::{Crew, Pool, Position, Walk};

    proptest! {
        #[test]
        fn parts_of_walks_are_brought_to_the_same_places(
            sizes in prop::collection::vec(1usize..6, 0..4),
            (turned, padding) in (any::<bool>(), 0usize..3),
        ) {
            // A transpose is brought to where lines are apart.
            let count: usize = sizes.iter().product();
            let natural = Layout::row_major(&sizes).expect("a layout");
            let mut steps = natural.strides().to_vec();
            if turned {
                let reversed: Vec<usize> = sizes.iter().rev().copied().collect();
                steps = Layout::row_major(&reversed).expect("a layout").strides().iter().rev().copied().collect();
            }
            let from = Walk::new(&Layout::new(0, &sizes, &steps).expect("a layout"));
            let wider: Vec<usize> = sizes.iter().map(|size| size + padding).collect();
            let room = Layout::row_major(&wider).expect("a layout");
            let to = Walk::new(&Layout::new(0, &sizes, room.strides()).expect("a layout"));
            let mut memory: Vec<f64> = (0..count + wider.iter().product::<usize>()).map(|k| k as f64).collect();
            let given = memory.clone();
            let at = &mut [Position::default(), Position::default()];
            let [first, second] = at;
            transfer(&mut memory, (0, &from), (count, &to), Onto::Replace, [first, second]);
            for threads in [1, 2, 3] {
                let mut several = given.clone();
                let mut crew = Crew::new(Arc::new(Pool::new(threads)));
                assert!(transfer_apart(&mut several, (0, &from), (count, &to), &mut crew));
                assert_eq!(several, memory);
            }
        }
    }

    #[test]
    fn nothing_is_brought_by_several_where_that_would_matter() {
        let mut crew = Crew::new(Arc::new(Pool::new(2)));
        let walk = |step: isize| Walk::new(&Layout::new(0, &[4], &[step]).expect("a layout"));
        let mut memory = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        assert!(!transfer_apart(&mut memory, (0, &walk(1)), (4, &walk(0)), &mut crew));
        assert!(!transfer_apart(&mut memory, (0, &walk(1)), (3, &walk(1)), &mut crew));
        assert_eq!(memory[3..], [4.0, 5.0, 6.0, 7.0, 8.0]);
    }
}
