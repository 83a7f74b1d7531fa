//! Vectors of machine numbers, one implementation for each instruction set.
//!
//! A kernel is written once, generic over [`Lanes`], and [`dispatch`] runs the version for the best
//! instruction set that the processor has.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
mod plain;
mod several;

use std::sync::OnceLock;

use crate::real::Real;

pub(crate) use plain::Plain;
pub(crate) use several::Several;

/// A vector of `WIDTH` numbers.
///
/// The constructors are unsafe, since they must not run on a processor without the instruction set;
/// a value that exists proves that it is there, so that the other methods are safe.
pub trait Lanes: Copy {
    /// The numbers.
    type Real: Real;
    /// One truth value for each number.
    type Mask: Copy;
    /// How many numbers a vector holds.
    const WIDTH: usize;
    /// How many vectors stand side by side in a panel of a packed matrix, at most 4.
    const PANEL: usize;

    /// Does work in a function of its own, which is compiled once for all kernels that need it.
    ///
    /// # Safety
    /// The processor has the instruction set, and what the work asks for holds.
    unsafe fn enter<W: Work<Self::Real>>(work: W) -> W::Output;
    /// The same number everywhere.
    ///
    /// # Safety
    /// The processor has the instruction set.
    unsafe fn splat(value: Self::Real) -> Self;
    /// Neighbouring numbers.
    ///
    /// # Safety
    /// The processor has the instruction set, and `WIDTH` numbers can be read.
    unsafe fn load(from: *const Self::Real) -> Self;
    /// The first `count` numbers, fewer than `WIDTH`, and zeros.
    ///
    /// # Safety
    /// The processor has the instruction set, and `count` numbers can be read.
    unsafe fn load_first(from: *const Self::Real, count: usize) -> Self;
    /// Writes all numbers.
    ///
    /// # Safety
    /// `WIDTH` numbers can be written.
    unsafe fn store(self, to: *mut Self::Real);
    /// Writes the first numbers.
    ///
    /// # Safety
    /// `count` numbers, fewer than `WIDTH`, can be written.
    unsafe fn store_first(self, to: *mut Self::Real, count: usize);

    /// The sum.
    fn add(self, other: Self) -> Self;
    /// The difference.
    fn subtract(self, other: Self) -> Self;
    /// The product.
    fn multiply(self, other: Self) -> Self;
    /// The quotient.
    fn divide(self, other: Self) -> Self;
    /// `self factor + summand`, rounded once where the processor can.
    fn multiply_add(self, factor: Self, summand: Self) -> Self;
    /// `self factor + summand`, rounded once on every processor, whatever time that takes.
    fn fused(self, factor: Self, summand: Self) -> Self;
    /// `summand - self factor`, rounded once on every processor, whatever time that takes.
    fn fused_from(self, factor: Self, summand: Self) -> Self;
    /// The square root.
    fn square_root(self) -> Self;
    /// The absolute value.
    fn absolute(self) -> Self;
    /// The larger one; the second where one is not a number.
    fn larger(self, other: Self) -> Self;
    /// The smaller one; the second where one is not a number.
    fn smaller(self, other: Self) -> Self;
    /// The next integer below.
    fn floor(self) -> Self;
    /// The next integer above.
    fn ceiling(self) -> Self;
    /// The nearest integer, of two the even one.
    fn round(self) -> Self;
    /// The next integer towards zero.
    fn truncate(self) -> Self;
    /// `self < other`.
    fn is_less(self, other: Self) -> Self::Mask;
    /// `self <= other`.
    fn is_at_most(self, other: Self) -> Self::Mask;
    /// `self == other`.
    fn is_equal(self, other: Self) -> Self::Mask;
    /// `yes` where the mask holds, otherwise `no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// Whether the mask holds in all places.
    fn all(mask: Self::Mask) -> bool;
    /// The absolute value of this number with the sign of the other one.
    fn copy_sign(self, other: Self) -> Self;
    /// The negative where the other one is odd, an integer of at most 22 digits to the base 2 in single and 50 in double
    /// precision.
    fn negate_odd(self, integer: Self) -> Self;
    /// `self 2^exponent` for integers as exponents.
    fn scale(self, exponent: Self) -> Self;
    /// `2^n` for integers n that are exponents of normal numbers, from `n + RAISED`, the sum that has n in its lowest bits.
    fn power_of_raised(self) -> Self;
    /// Integers e and numbers `1 <= m < 2` with `self = m 2^e`, for positive normal numbers.
    fn split(self) -> (Self, Self);
    /// The numbers of both in turn, one of this first: the vector of the first halves, and that of the second ones.
    fn interleave(self, other: Self) -> (Self, Self);
    /// The numbers at even and those at odd places of both, one after the other: undoes [`Lanes::interleave`].
    fn part(self, other: Self) -> (Self, Self);

    /// The same constant in all places.
    #[inline(always)]
    fn constant(self, value: Self::Real) -> Self {
        // SAFETY: `self` exists, so the processor has the instruction set.
        unsafe { Self::splat(value) }
    }
}

/// The most numbers in a vector.
pub(crate) const WIDEST: usize = 16;

/// Makes rows of the columns of as many vectors as each has places, the first ones of a block.
#[inline(always)]
pub(crate) fn transposed<L: Lanes>(block: &mut [L; WIDEST]) {
    // Each time the two halves are shuffled: after as many times as the width has digits, rows are columns.
    for _ in 0..L::WIDTH.ilog2() {
        let halves = *block;
        for place in 0..L::WIDTH / 2 {
            let (low, high) = halves[place].interleave(halves[place + L::WIDTH / 2]);
            block[2 * place] = low;
            block[2 * place + 1] = high;
        }
    }
}

/// Work that is done in one of several instruction sets.
pub trait Work<T> {
    /// What comes of it.
    type Output;

    /// Does it.
    ///
    /// # Safety
    /// The processor has the instruction set of the lanes.
    unsafe fn run<L: Lanes<Real = T>>(self) -> Self::Output;
}

/// Does work in the best instruction set that the processor has.
#[inline]
pub(crate) fn dispatch<T: Real, W: Work<T>>(work: W) -> W::Output {
    match Level::best() {
        // SAFETY: the level says that the processor has the instructions.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { avx512::run::<T, W>(work) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { avx2::run::<T, W>(work) },
        // SAFETY: plain lanes need no particular instructions.
        Level::Plain => unsafe { work.run::<T::Plain>() },
    }
}

/// The instruction set in which kernels run.
static CHOSEN: OnceLock<Level> = OnceLock::new();

/// An instruction set for which there are lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Numbers one by one: every processor.
    Plain,
    /// 256 bits with fused multiplication and addition.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 512 bits.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// Those that the processor has, the best one last.
    pub fn available() -> impl DoubleEndedIterator<Item = Level> {
        let mut levels = vec![Level::Plain];
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            levels.push(Level::Avx2);
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512bw")
            {
                levels.push(Level::Avx512);
            }
        }
        levels.into_iter()
    }

    /// The one in which kernels run, the same one as long as the process lives: the best that the processor has, if none was
    /// [chosen](Level::choose) before.
    #[inline]
    pub fn best() -> Level {
        *CHOSEN.get_or_init(Level::strongest)
    }

    /// Lets all kernels run in this instruction set, to find out what comes of others than the best one.
    ///
    /// # Errors
    /// The one in which they run, if the processor does not have this one, or another one was chosen or used before: what is
    /// packed for one cannot be used in another.
    pub fn choose(self) -> Result<(), Level> {
        let is_available = Level::available().any(|level| level == self);
        match *CHOSEN.get_or_init(|| if is_available { self } else { Level::strongest() }) {
            chosen if chosen == self => Ok(()),
            other => Err(other),
        }
    }

    /// The best one that the processor has.
    fn strongest() -> Level {
        Level::available().next_back().unwrap_or(Level::Plain)
    }

    /// Its name: `Plain`, `AVX2`, `AVX512`.
    pub fn name(self) -> &'static str {
        match self {
            Level::Plain => "Plain",
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => "AVX512",
        }
    }

    /// How many numbers of this type a vector holds.
    pub(crate) fn width<T: Real>(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => <T::Avx512 as Lanes>::WIDTH,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => <T::Avx2 as Lanes>::WIDTH,
            Level::Plain => <T::Plain as Lanes>::WIDTH,
        }
    }

    /// How many numbers of this type stand side by side in a panel of a packed matrix.
    pub(crate) fn panel_width<T: Real>(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => <T::Avx512 as Lanes>::WIDTH * <T::Avx512 as Lanes>::PANEL,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => <T::Avx2 as Lanes>::WIDTH * <T::Avx2 as Lanes>::PANEL,
            Level::Plain => <T::Plain as Lanes>::WIDTH * <T::Plain as Lanes>::PANEL,
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::{Double256, Single256};
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::{Double128, Double512, Single512};
