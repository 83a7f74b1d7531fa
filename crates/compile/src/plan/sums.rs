//! Sums of products as single steps: what is added needs no register before the sum is complete.

use netform_kernels::Code;

use super::tapes::{Source, Tapes};

/// A sum is one step from this number of summands on, whatever they are.
const SUMMANDS: usize = 3;

/// Follows sums down to what they add.
struct Sums<'a> {
    tapes: &'a mut Tapes,
    /// How often the value of each step is read.
    uses: Vec<usize>,
}

impl Tapes {
    /// Makes one step of each sum together with the sums and products that are parts of it alone. It adds in the same order,
    /// so that values stay the same, bit for bit. Steps that are parts now are not needed any more.
    pub(super) fn gather_sums(&mut self, results: &[Source]) {
        let needed = self.needed(results);
        let mut uses = vec![0; self.steps.len()];
        let read = self.steps.iter().zip(&needed).filter(|(_, needed)| **needed).flat_map(|((_, sources), _)| sources);
        for source in read.chain(results) {
            if let Source::Step(place) = *source {
                uses[place] += 1;
            }
        }
        let mut sums = Sums { tapes: self, uses };
        // The last steps first: what has become a part of a sum is read no more.
        for place in (0..needed.len()).rev() {
            if needed[place] && sums.uses[place] > 0 {
                sums.gather(place);
            }
        }
    }
}

impl Sums<'_> {
    /// Makes a dot product of the sum that a step is, if it is one.
    fn gather(&mut self, place: usize) {
        let mut parts = vec![];
        let mut summands = vec![];
        let mut sum = Some(place);
        while let Some(place) = sum.take() {
            let (code, [a, b]) = match (self.tapes.steps[place].0, self.tapes.steps[place].1.as_slice()) {
                (code @ (Code::Add | Code::Subtract), &[a, b]) => (code, [a, b]),
                _ => return,
            };
            parts.push(place);
            let negative = matches!(code, Code::Subtract);
            match (self.inner(a), self.inner(b)) {
                (Some(inner), _) => {
                    summands.push((b, negative));
                    sum = Some(inner);
                }
                (None, Some(inner)) if !negative => {
                    summands.push((a, false));
                    sum = Some(inner);
                }
                _ => summands.extend([(b, negative), (a, false)]),
            }
        }
        let count = summands.len();
        let mut factors = Vec::with_capacity(2 * count);
        for (summand, negative) in summands.into_iter().rev() {
            factors.extend(self.product(summand, negative, &mut parts));
        }
        if count >= SUMMANDS || parts.len() > 1 {
            parts[1..].iter().for_each(|&part| self.uses[part] = 0);
            self.tapes.steps[place] = (Code::Dot, factors);
        }
    }

    /// The step that gives a value which nothing else needs.
    fn own(&self, source: Source) -> Option<usize> {
        match source {
            Source::Step(place) if self.uses[place] == 1 => Some(place),
            _ => None,
        }
    }

    /// The step of a sum that nothing else needs.
    fn inner(&self, source: Source) -> Option<usize> {
        self.own(source).filter(|&place| matches!(self.tapes.steps[place].0, Code::Add | Code::Subtract))
    }

    /// Two factors of a summand or of its negative, a constant first; the step of the product becomes a part of the sum.
    fn product(&mut self, summand: Source, negative: bool, parts: &mut Vec<usize>) -> [Source; 2] {
        let step = self.own(summand).map(|place| (place, self.tapes.steps[place].0, self.tapes.steps[place].1.clone()));
        let (place, [a, b]) = match step {
            Some((place, Code::Multiply, factors)) if factors.len() == 2 => match (factors[0], factors[1]) {
                (a, b @ Source::Constant(_)) => (Some(place), [b, a]),
                (a, b) => (Some(place), [a, b]),
            },
            Some((place, Code::Negate, factors)) => (Some(place), [self.tapes.constant(-1.0), factors[0]]),
            Some((place, Code::Square, factors)) => (Some(place), [factors[0]; 2]),
            _ => (None, [self.tapes.constant(1.0), summand]),
        };
        match (negative, a) {
            (false, _) => {
                parts.extend(place);
                [a, b]
            }
            (true, Source::Constant(factor)) => {
                parts.extend(place);
                let factor = self.tapes.constants[factor];
                [self.tapes.constant(-factor), b]
            }
            (true, _) => [self.tapes.constant(-1.0), summand],
        }
    }
}
