//! Repeatable random choices for properties.

/// How many random cases a property tries: `usual`, or as many times that as the environment variable `NETFORM_CASES` says.
pub(super) fn cases(usual: usize) -> usize {
    let times = std::env::var("NETFORM_CASES").ok().and_then(|text| text.parse().ok());
    usual * times.unwrap_or(1).max(1)
}

/// A generator of random numbers (SplitMix64, Steele, Lea and Flood 2014) with a fixed sequence for each seed.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The generator with this seed.
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// The next 64 random bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, but without, `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.bits() % bound.max(1) as u64) as usize
    }

    /// One of the elements of a list that is not empty.
    pub(super) fn choose<'a, T>(&mut self, elements: &'a [T]) -> &'a T {
        &elements[self.below(elements.len())]
    }
}
