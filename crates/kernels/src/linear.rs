//! Sums of products of the same numbers with constants, several at once, as machine code calls them: the values are those of
//! [`Code::Dot`](crate::Code::Dot), bit for bit.

use crate::lanes::{Lanes, Level};
use crate::memory::Aligned;

/// A linear function of numbers: each result is the sum, from the left, of a constant if there is one and of the products of
/// constants with the arguments, each of which is rounded.
///
/// Results stand side by side in vectors, so that no sum is divided.
///
/// ```
/// use netform_kernels::Linear;
///
/// // x + 2 y and 3 x + 4 y + 5
/// let linear = Linear::new(2, Some(&[0.0, 5.0]), &[1.0, 2.0, 3.0, 4.0]);
/// let mut results = [0.0; 2];
/// linear.apply(&[10.0, 1.0], &mut results);
/// assert_eq!(results, [12.0, 39.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Linear {
    results: usize,
    arguments: usize,
    starts: bool,
    /// Panels of results: in each the constants that sums start with, if they do, and then a row for each argument.
    panels: Aligned<f64>,
}

/// # Safety
/// The processor has the instructions; the arguments can be read and the results written, which are not in the memory of the
/// arguments.
type Apply = unsafe extern "C" fn(&Linear, *const f64, *mut f64);

/// So many vectors of results are computed together.
const VECTORS: usize = 4;

impl Linear {
    /// The function with the constants that sums start with, one for each result, and the factors of the arguments, row by row
    /// for each result.
    ///
    /// # Panics
    /// When there are neither arguments nor starts, or other numbers of constants.
    pub fn new(results: usize, starts: Option<&[f64]>, factors: &[f64]) -> Linear {
        let arguments = factors.len() / results.max(1);
        assert!(factors.len() == arguments * results, "not the factors of each result");
        assert!(starts.is_none_or(|starts| starts.len() == results), "not a start for each result");
        assert!(arguments > 0 || starts.is_some(), "sums of nothing");
        let width = Level::best().width::<f64>();
        let rows = arguments + usize::from(starts.is_some());
        let mut panels = Aligned::zeros(rows * results.next_multiple_of(width));
        let mut to = panels.as_mut_slice();
        for first in (0..results).step_by(VECTORS * width) {
            let count = (results - first).min(VECTORS * width);
            let columns = count.next_multiple_of(width);
            let (panel, others) = to.split_at_mut(rows * columns);
            for k in 0..count {
                let row = &factors[(first + k) * arguments..][..arguments];
                let column = starts.map(|starts| starts[first + k]).into_iter().chain(row.iter().copied());
                column.enumerate().for_each(|(row, constant)| panel[row * columns + k] = constant);
            }
            to = others;
        }
        Linear { results, arguments, starts: starts.is_some(), panels }
    }

    /// The number of arguments.
    pub fn arguments(&self) -> usize {
        self.arguments
    }

    /// The number of results.
    pub fn results(&self) -> usize {
        self.results
    }

    /// Computes the results.
    ///
    /// # Panics
    /// When there are other numbers of arguments or results than the function has.
    pub fn apply(&self, arguments: &[f64], results: &mut [f64]) {
        assert!(arguments.len() == self.arguments && results.len() == self.results, "not the numbers of the function");
        // SAFETY: the level says that the processor has the instructions, and the lengths were checked.
        unsafe { Linear::routine()(self, arguments.as_ptr(), results.as_mut_ptr()) }
    }

    /// The address of `extern "C" fn(&Linear, *const f64, *mut f64)`, in the best instruction set that the processor has.
    pub fn address() -> usize {
        Linear::routine() as usize
    }

    fn routine() -> Apply {
        match Level::best() {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => avx512,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => avx2,
            Level::Plain => plain,
        }
    }

    /// Computes all panels.
    ///
    /// # Safety
    /// As for [`Apply`]; lanes are those of the best level.
    #[inline(always)]
    unsafe fn panels<L: Lanes<Real = f64>>(&self, arguments: *const f64, results: *mut f64) {
        let rows = self.arguments + usize::from(self.starts);
        let (mut panel, mut done) = (self.panels.as_slice().as_ptr(), 0);
        while done < self.results {
            let vectors = (self.results - done).div_ceil(L::WIDTH).min(VECTORS);
            // SAFETY: the caller's promise; panels have a row of whole vectors for each argument and for the start.
            unsafe {
                match vectors {
                    1 => self.panel::<L, 1>(panel, arguments, results, done),
                    2 => self.panel::<L, 2>(panel, arguments, results, done),
                    3 => self.panel::<L, 3>(panel, arguments, results, done),
                    _ => self.panel::<L, VECTORS>(panel, arguments, results, done),
                }
                panel = panel.add(rows * vectors * L::WIDTH);
            }
            done += vectors * L::WIDTH;
        }
    }

    /// Computes a panel of so many vectors.
    ///
    /// # Safety
    /// As above.
    #[inline(always)]
    unsafe fn panel<L: Lanes<Real = f64>, const N: usize>(
        &self,
        mut row: *const f64,
        arguments: *const f64,
        results: *mut f64,
        done: usize,
    ) {
        // SAFETY: the caller's promise.
        unsafe {
            let mut sums = [L::splat(0.0); N];
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum = L::load(row.add(k * L::WIDTH));
            }
            let mut place = 0;
            if !self.starts {
                let argument = L::splat(arguments.read());
                for sum in &mut sums {
                    *sum = sum.multiply(argument);
                }
                place = 1;
            }
            while place < self.arguments {
                row = row.add(N * L::WIDTH);
                let argument = L::splat(arguments.add(place).read());
                for (k, sum) in sums.iter_mut().enumerate() {
                    *sum = sum.add(L::load(row.add(k * L::WIDTH)).multiply(argument));
                }
                place += 1;
            }
            for (k, sum) in sums.iter().enumerate() {
                let first = done + k * L::WIDTH;
                let to = results.add(first);
                match self.results - first {
                    left if left < L::WIDTH => sum.store_first(to, left),
                    _ => sum.store(to),
                }
            }
        }
    }
}

/// # Safety
/// As for [`Apply`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")]
unsafe extern "C" fn avx512(linear: &Linear, arguments: *const f64, results: *mut f64) {
    // SAFETY: the caller's promise.
    unsafe { linear.panels::<crate::lanes::Double512>(arguments, results) }
}

/// # Safety
/// As for [`Apply`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe extern "C" fn avx2(linear: &Linear, arguments: *const f64, results: *mut f64) {
    // SAFETY: the caller's promise.
    unsafe { linear.panels::<crate::lanes::Double256>(arguments, results) }
}

/// # Safety
/// As for [`Apply`].
unsafe extern "C" fn plain(linear: &Linear, arguments: *const f64, results: *mut f64) {
    // SAFETY: the caller's promise.
    unsafe { linear.panels::<crate::lanes::Plain<f64>>(arguments, results) }
}
