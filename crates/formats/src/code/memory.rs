//! The working memory of generated code: one array for each kind of element, in which values have places as long as they
//! are needed.

use std::cell::RefCell;
use std::rc::Rc;

use netform_array::ElementType;

/// What elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Real numbers.
    Real,
    /// Integers.
    Index,
    /// Truth values.
    Truth,
}

impl Kind {
    pub(super) const ALL: [Kind; 3] = [Kind::Real, Kind::Index, Kind::Truth];

    pub(super) fn of(element: ElementType) -> Option<Kind> {
        match element {
            ElementType::F32 | ElementType::F64 => Some(Kind::Real),
            ElementType::I64 => Some(Kind::Index),
            ElementType::Bool => Some(Kind::Truth),
            ElementType::Complex => None,
        }
    }

    /// The member of the memory.
    pub(super) fn member(self) -> &'static str {
        match self {
            Kind::Real => "real",
            Kind::Index => "index",
            Kind::Truth => "truth",
        }
    }
}

/// Which places are free; first fit.
#[derive(Debug, Default)]
struct Pool {
    /// Free places below `size`: starts and lengths, in order and apart from each other.
    free: Vec<(usize, usize)>,
    size: usize,
}

impl Pool {
    fn take(&mut self, length: usize) -> usize {
        if let Some(place) = self.free.iter().position(|(_, free)| *free >= length) {
            let (start, free) = self.free[place];
            if free == length {
                self.free.remove(place);
            } else {
                self.free[place] = (start + length, free - length);
            }
            return start;
        }
        // A free place at the end grows.
        let start = match self.free.last() {
            Some(&(start, free)) if start + free == self.size => {
                self.free.pop();
                start
            }
            _ => self.size,
        };
        self.size = start + length;
        start
    }

    fn give_back(&mut self, start: usize, length: usize) {
        let at = self.free.partition_point(|(other, _)| *other < start);
        self.free.insert(at, (start, length));
        if let Some(&(next, more)) = self.free.get(at + 1)
            && start + length == next
        {
            self.free[at].1 += more;
            self.free.remove(at + 1);
        }
        if at > 0 && self.free[at - 1].0 + self.free[at - 1].1 == start {
            self.free[at - 1].1 += self.free[at].1;
            self.free.remove(at);
        }
    }
}

/// The working memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory(Rc<RefCell<[Pool; 3]>>);

impl Memory {
    /// A place for so many elements, until the last slot of it is dropped.
    pub(super) fn take(&self, kind: Kind, length: usize) -> Rc<Slot> {
        let start = self.0.borrow_mut()[kind as usize].take(length);
        Rc::new(Slot { memory: self.clone(), kind, start, length })
    }

    /// The number of elements of a kind that there must be.
    pub(super) fn size(&self, kind: Kind) -> usize {
        self.0.borrow()[kind as usize].size
    }
}

/// A place in the working memory.
#[derive(Debug)]
pub(super) struct Slot {
    memory: Memory,
    kind: Kind,
    start: usize,
    length: usize,
}

impl Slot {
    /// Where it starts.
    pub(super) fn start(&self) -> usize {
        self.start
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.length > 0 {
            self.memory.0.borrow_mut()[self.kind as usize].give_back(self.start, self.length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Memory};

    #[test]
    fn places_are_used_again_and_never_twice_at_once() {
        let memory = Memory::default();
        let mut held = Vec::new();
        for turn in 0..200_usize {
            held.push(memory.take(Kind::Real, turn * 7 % 13 + 1));
            if turn % 3 == 2 {
                held.remove(turn * 5 % held.len());
            }
            let mut places: Vec<(usize, usize)> = held.iter().map(|slot| (slot.start, slot.length)).collect();
            places.sort_unstable();
            assert!(places.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0), "{places:?}");
        }
        let needed: usize = held.iter().map(|slot| slot.length).sum();
        assert!(memory.size(Kind::Real) < 2 * needed, "{} elements for {needed}", memory.size(Kind::Real));
        drop(held);
        assert_eq!(memory.take(Kind::Real, memory.size(Kind::Real)).start(), 0);
    }
}
