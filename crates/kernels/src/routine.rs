//! Elementary functions as routines that machine code calls: the values are those that tapes give, bit for bit.

use std::fmt;

use crate::lanes::{Lanes, Level};
use crate::{Code, elementary};

/// A function of numbers with the calling convention of C, for one number and for [`WIDTH`](Routine::WIDTH) at once.
#[derive(Clone, Copy)]
pub struct Routine {
    one: One,
    several: Several,
}

/// # Safety
/// The processor has the instructions.
type One = unsafe extern "C" fn(f64) -> f64;

/// # Safety
/// As for one.
type Two = unsafe extern "C" fn(f64, f64) -> f64;

/// Numbers come in registers, since a vector that is read where single numbers were just written would have to wait; results
/// are written at once.
///
/// # Safety
/// As for one.
type Several = unsafe extern "C" fn(f64, f64, f64, f64, f64, f64, f64, f64, &mut [f64; Routine::WIDTH]);

impl Routine {
    /// How many numbers are done at once.
    pub const WIDTH: usize = 8;

    /// The routine of a code in the best instruction set that the processor has, if the code is an elementary function.
    pub fn of(code: Code) -> Option<Routine> {
        match code {
            Code::Exponential => Some(routine::<Exponential>()),
            Code::ExponentialMinusOne => Some(routine::<ExponentialMinusOne>()),
            Code::Logarithm => Some(routine::<Logarithm>()),
            Code::LogarithmOfOnePlus => Some(routine::<LogarithmOfOnePlus>()),
            Code::Softplus => Some(routine::<Softplus>()),
            Code::HyperbolicTangent => Some(routine::<HyperbolicTangent>()),
            Code::HyperbolicSecant => Some(routine::<HyperbolicSecant>()),
            Code::LogisticSigmoid => Some(routine::<LogisticSigmoid>()),
            Code::Sine => Some(routine::<Sine>()),
            Code::Cosine => Some(routine::<Cosine>()),
            Code::Tangent => Some(routine::<Tangent>()),
            Code::ArcTangent => Some(routine::<ArcTangent>()),
            Code::ErrorFunction => Some(routine::<ErrorFunction>()),
            Code::ComplementaryErrorFunction => Some(routine::<ComplementaryErrorFunction>()),
            _ => None,
        }
    }

    /// The address of `extern "C" fn(f64, f64) -> f64`, the power of two numbers.
    pub fn power() -> usize {
        let power: Two = match Level::best() {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => avx512::power,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => avx2::power,
            Level::Plain => plain::power,
        };
        power as usize
    }

    /// The address of `extern "C" fn(f64) -> f64`.
    pub fn one(self) -> usize {
        self.one as usize
    }

    /// The address of `extern "C" fn(f64, ..., &mut [f64; WIDTH])`, whose first `WIDTH` parameters are numbers.
    pub fn several(self) -> usize {
        self.several as usize
    }
}

impl fmt::Debug for Routine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routine").finish_non_exhaustive()
    }
}

/// A function of one vector.
trait Function {
    fn of<L: Lanes>(x: L) -> L;
}

macro_rules! functions {
    ($($name:ident $function:ident),*) => {
        $(struct $name;

        impl Function for $name {
            #[inline(always)]
            fn of<L: Lanes>(x: L) -> L {
                elementary::$function(x)
            }
        })*
    };
}

functions!(Exponential exponential, ExponentialMinusOne exponential_minus_one, Logarithm logarithm,
    LogarithmOfOnePlus logarithm_of_one_plus, Softplus softplus, HyperbolicTangent hyperbolic_tangent,
    HyperbolicSecant hyperbolic_secant, LogisticSigmoid logistic_sigmoid, Sine sine, Cosine cosine, Tangent tangent, ArcTangent arc_tangent,
    ErrorFunction error_function, ComplementaryErrorFunction complementary_error_function);

fn routine<F: Function>() -> Routine {
    match Level::best() {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => Routine { one: avx512::one::<F>, several: avx512::several::<F> },
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => Routine { one: avx2::one::<F>, several: avx2::several::<F> },
        Level::Plain => Routine { one: plain::one::<F>, several: plain::several::<F> },
    }
}

/// The routines of an instruction set: whole functions with its features, so that numbers stay in registers.
macro_rules! routines {
    ($(#[$configuration:meta])* $level:ident, $one:ty, $several:ty, $($features:literal)?) => {
        $(#[$configuration])*
        mod $level {
            use super::{Function, Routine};
            use crate::elementary;
            use crate::lanes::Lanes;

            /// # Safety
            /// The processor has the instructions.
            $(#[target_feature(enable = $features)])?
            pub(super) unsafe extern "C" fn one<F: Function>(x: f64) -> f64 {
                let mut all = [0.0; Routine::WIDTH];
                // SAFETY: the caller says that the processor has the instructions, and no vector has more numbers.
                unsafe { F::of(<$one>::splat(x)).store(all.as_mut_ptr()) };
                all[0]
            }

            /// # Safety
            /// The processor has the instructions.
            $(#[target_feature(enable = $features)])?
            pub(super) unsafe extern "C" fn power(x: f64, y: f64) -> f64 {
                let mut all = [0.0; Routine::WIDTH];
                // SAFETY: as above.
                unsafe { elementary::power(<$one>::splat(x), <$one>::splat(y)).store(all.as_mut_ptr()) };
                all[0]
            }

            /// # Safety
            /// The processor has the instructions.
            $(#[target_feature(enable = $features)])?
            pub(super) unsafe extern "C" fn several<F: Function>(
                a: f64,
                b: f64,
                c: f64,
                d: f64,
                e: f64,
                f: f64,
                g: f64,
                h: f64,
                to: &mut [f64; Routine::WIDTH],
            ) {
                let all = [a, b, c, d, e, f, g, h];
                let mut k = 0;
                while k < Routine::WIDTH {
                    // SAFETY: the caller says that the processor has the instructions; the width of vectors divides that of
                    // routines.
                    unsafe { F::of(<$several>::load(all.as_ptr().add(k))).store(to.as_mut_ptr().add(k)) };
                    k += <$several as Lanes>::WIDTH;
                }
            }
        }
    };
}

routines!(
    #[cfg(target_arch = "x86_64")]
    avx512,
    crate::lanes::Double128,
    crate::lanes::Double512,
    "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"
);
routines!(
    #[cfg(target_arch = "x86_64")]
    avx2,
    crate::lanes::Double256,
    crate::lanes::Double256,
    "avx2,fma"
);
routines!(plain, crate::lanes::Plain<f64>, crate::lanes::Plain<f64>,);
