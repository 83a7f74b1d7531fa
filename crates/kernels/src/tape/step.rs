//! One step of a tape on a block.

use super::{Register, Step, Tape};
use crate::code::Code;
use crate::elementary;
use crate::elementary::Coefficients as _;
use crate::lanes::{Lanes, Several, Work};
use crate::real::Real;

/// All steps of a tape on a block.
pub(crate) struct Steps<'a, T> {
    pub(crate) tape: &'a Tape<T>,
    /// Where the registers are.
    pub(crate) places: &'a [Place],
    pub(crate) count: usize,
}

impl<T: Real> Work<T> for Steps<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        for &next in &self.tape.steps {
            // SAFETY: the caller says that all registers have places, and that the processor has the instructions.
            unsafe { step::<T, L>(self.tape, self.places, next, self.count) };
        }
    }
}

/// Where a register is, and a mask: 0 where all its elements are the same one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) address: *mut u8,
    pub(crate) mask: usize,
}

/// Runs one step on a block.
///
/// # Safety
/// All registers have places with `count` elements, and the processor has the instructions.
#[inline(always)]
unsafe fn step<T: Real, L: Lanes<Real = T>>(tape: &Tape<T>, places: &[Place], step: Step, count: usize) {
    let sources = &tape.sources[step.sources()];
    let place = |k: usize| places[sources[k] as usize];
    let to: *mut T = places[step.target as usize].address.cast();
    // A type for each operation, since closures are not inlined where instructions are needed.
    macro_rules! unary {
        ($x:ident: $value:expr) => {{
            struct Of;
            impl Unary for Of {
                #[inline(always)]
                fn of<L: Lanes>($x: L) -> L {
                    $value
                }
            }
            unary::<L, Of>(place(0), to, count)
        }};
    }
    // Functions whose operations wait for each other, several vectors at once.
    macro_rules! deep {
        ($function:ident) => {{
            struct Of;
            impl Unary for Of {
                #[inline(always)]
                fn of<L: Lanes>(x: L) -> L {
                    elementary::$function(x)
                }
            }
            deep::<L, Of>(place(0), to, count)
        }};
    }
    macro_rules! binary {
        ($a:ident $b:ident: $value:expr) => {{
            struct Of;
            impl Binary for Of {
                #[inline(always)]
                fn of<L: Lanes>($a: L, $b: L) -> L {
                    $value
                }
            }
            binary::<L, Of>(place(0), place(1), to, count)
        }};
    }
    // SAFETY: the caller's promise.
    unsafe {
        match step.code {
            Code::Add => binary!(a b: a.add(b)),
            Code::Subtract => binary!(a b: a.subtract(b)),
            Code::Multiply => binary!(a b: a.multiply(b)),
            Code::Divide => binary!(a b: a.divide(b)),
            Code::Larger => binary!(a b: larger(a, b)),
            Code::Smaller => binary!(a b: smaller(a, b)),
            Code::Largest => binary!(a b: largest(a, b)),
            Code::Smallest => binary!(a b: smallest(a, b)),
            Code::Less => binary!(a b: truth(a.is_less(b), a)),
            Code::AtMost => binary!(a b: truth(a.is_at_most(b), a)),
            Code::Greater => binary!(a b: truth(b.is_less(a), a)),
            Code::AtLeast => binary!(a b: truth(b.is_at_most(a), a)),
            Code::Equal => binary!(a b: truth(a.is_equal(b), a)),
            Code::Unequal => binary!(a b: falsehood(a.is_equal(b), a)),
            Code::And => binary!(a b: L::select(a.is_equal(zero(a)), zero(a), falsehood(b.is_equal(zero(b)), b))),
            Code::Or => binary!(a b: L::select(a.is_equal(zero(a)), falsehood(b.is_equal(zero(b)), b), one(a))),
            Code::Copy => unary!(x: x),
            Code::Negate => unary!(x: x.multiply(x.constant(L::Real::MINUS_ONE))),
            Code::Reciprocal => unary!(x: one(x).divide(x)),
            Code::Square => unary!(x: x.multiply(x)),
            Code::Absolute => unary!(x: x.absolute()),
            Code::SquareRoot => unary!(x: x.square_root()),
            Code::PositivePart => unary!(x: positive_part(x)),
            Code::Sign => unary!(x: sign(x)),
            Code::Floor => unary!(x: x.floor()),
            Code::Ceiling => unary!(x: x.ceiling()),
            Code::Round => unary!(x: x.round()),
            Code::Truncate => unary!(x: x.truncate()),
            Code::Not => unary!(x: truth(x.is_equal(zero(x)), x)),
            Code::Exponential => deep!(exponential),
            Code::ExponentialMinusOne => deep!(exponential_minus_one),
            Code::Logarithm => deep!(logarithm),
            Code::LogarithmOfOnePlus => deep!(logarithm_of_one_plus),
            Code::Softplus => deep!(softplus),
            Code::HyperbolicTangent => deep!(hyperbolic_tangent),
            Code::HyperbolicSecant => deep!(hyperbolic_secant),
            Code::LogisticSigmoid => deep!(logistic_sigmoid),
            Code::Sine => unary!(x: elementary::sine(x)),
            Code::Cosine => unary!(x: elementary::cosine(x)),
            Code::Tangent => unary!(x: elementary::tangent(x)),
            Code::ArcTangent => deep!(arc_tangent),
            Code::ErrorFunction => deep!(error_function),
            Code::ComplementaryErrorFunction => deep!(complementary_error_function),
            Code::Power => binary!(a b: elementary::power(a, b)),
            Code::Select => select::<L>([place(0), place(1), place(2)], to, count),
            Code::Dot => dot::<L>(sources, places, to, count),
            Code::Unary(f) => each(to, count, |i| f(place(0).element::<T>(i))),
            Code::Binary(f) => each(to, count, |i| f(place(0).element::<T>(i), place(1).element::<T>(i))),
            Code::Variadic(f) => variadic::<T>(f, sources.len(), place, to, count),
        }
    }
}

/// Calls a function of any number of elements.
///
/// # Safety
/// The registers have `count` elements.
unsafe fn variadic<T: Real>(
    f: fn(&[f64]) -> f64,
    operands: usize,
    place: impl Fn(usize) -> Place,
    to: *mut T,
    count: usize,
) {
    let mut few = [0.0; FEW];
    let mut many = vec![];
    let arguments: &mut [f64] = match operands <= FEW {
        true => &mut few[..operands],
        false => {
            many.resize(operands, 0.0);
            &mut many
        }
    };
    // SAFETY: the caller's promise.
    unsafe {
        each(to, count, |i| {
            for (k, argument) in arguments.iter_mut().enumerate() {
                *argument = place(k).element::<T>(i);
            }
            f(arguments)
        });
    }
}

/// A function of one vector.
trait Unary {
    fn of<L: Lanes>(x: L) -> L;
}

/// A function of two vectors.
trait Binary {
    fn of<L: Lanes>(a: L, b: L) -> L;
}

#[inline(always)]
fn zero<L: Lanes>(x: L) -> L {
    x.constant(L::Real::ZERO)
}

#[inline(always)]
fn one<L: Lanes>(x: L) -> L {
    x.constant(L::Real::ONE)
}

#[inline(always)]
fn truth<L: Lanes>(mask: L::Mask, x: L) -> L {
    L::select(mask, one(x), zero(x))
}

#[inline(always)]
fn falsehood<L: Lanes>(mask: L::Mask, x: L) -> L {
    L::select(mask, zero(x), one(x))
}

/// The larger one; what is not a number counts as smaller than all.
#[inline(always)]
pub(crate) fn larger<L: Lanes>(a: L, b: L) -> L {
    L::select(b.is_equal(b), a.larger(b), a)
}

/// The smaller one; what is not a number counts as larger than all.
#[inline(always)]
pub(crate) fn smaller<L: Lanes>(a: L, b: L) -> L {
    L::select(b.is_equal(b), a.smaller(b), a)
}

/// The larger one, or what is not a number.
#[inline(always)]
pub(crate) fn largest<L: Lanes>(a: L, b: L) -> L {
    L::select(a.is_equal(a), a.larger(b), a)
}

/// The smaller one, or what is not a number.
#[inline(always)]
pub(crate) fn smallest<L: Lanes>(a: L, b: L) -> L {
    L::select(a.is_equal(a), a.smaller(b), a)
}

/// The number if it is positive, otherwise 0; what is not a number stays.
#[inline(always)]
pub(crate) fn positive_part<L: Lanes>(x: L) -> L {
    zero(x).larger(x)
}

#[inline(always)]
fn sign<L: Lanes>(x: L) -> L {
    let negative = x.constant(L::Real::MINUS_ONE);
    L::select(x.is_less(zero(x)), negative, L::select(zero(x).is_less(x), one(x), x))
}

/// So many arguments of a function that takes any number need no allocation.
const FEW: usize = 8;

impl Place {
    /// Before a register has a place.
    pub(crate) const NOWHERE: Place = Place { address: std::ptr::null_mut(), mask: 0 };

    /// An element in double precision.
    #[inline(always)]
    unsafe fn element<T: Real>(self, i: usize) -> f64 {
        // SAFETY: the caller's promise that the register holds the element.
        unsafe { self.address.cast::<T>().add(i & self.mask).read().to_double() }
    }

    /// Where an element is.
    #[inline(always)]
    pub(crate) unsafe fn at<T>(self, i: usize) -> *const T {
        // SAFETY: as above.
        unsafe { self.address.cast::<T>().add(i & self.mask) }
    }
}

#[inline(always)]
unsafe fn unary<L: Lanes, F: Unary>(a: Place, to: *mut L::Real, count: usize) {
    let mut i = 0;
    // SAFETY: the caller says that the registers have `count` elements.
    unsafe {
        while i + L::WIDTH <= count {
            F::of(L::load(a.at(i))).store(to.add(i));
            i += L::WIDTH;
        }
        if i < count {
            F::of(L::load_first(a.at(i), count - i)).store_first(to.add(i), count - i);
        }
    }
}

/// So many vectors at once find enough to do for the processor, and room in its registers.
const DEEP: usize = 4;

#[inline(always)]
unsafe fn deep<L: Lanes, F: Unary>(a: Place, to: *mut L::Real, count: usize) {
    let most = DEEP * L::WIDTH;
    let mut i = 0;
    if a.mask != 0 {
        while i + most <= count {
            // SAFETY: the caller says that the registers have `count` elements, different ones.
            unsafe { F::of(Several::<L, DEEP>::load(a.at(i))).store(to.add(i)) };
            i += most;
        }
    }
    if i < count {
        let rest = Place { address: a.address.wrapping_add((i & a.mask) * size_of::<L::Real>()), ..a };
        // SAFETY: as above.
        unsafe { unary::<L, F>(rest, to.add(i), count - i) };
    }
}

#[inline(always)]
unsafe fn binary<L: Lanes, F: Binary>(a: Place, b: Place, to: *mut L::Real, count: usize) {
    let mut i = 0;
    // SAFETY: the caller says that the registers have `count` elements.
    unsafe {
        while i + L::WIDTH <= count {
            F::of(L::load(a.at(i)), L::load(b.at(i))).store(to.add(i));
            i += L::WIDTH;
        }
        if i < count {
            let left = count - i;
            F::of(L::load_first(a.at(i), left), L::load_first(b.at(i), left)).store_first(to.add(i), left);
        }
    }
}

#[inline(always)]
unsafe fn select<L: Lanes>([condition, yes, no]: [Place; 3], to: *mut L::Real, count: usize) {
    let mut i = 0;
    // SAFETY: the caller says that the registers have `count` elements.
    unsafe {
        while i + L::WIDTH <= count {
            choose(L::load(condition.at(i)), L::load(yes.at(i)), L::load(no.at(i))).store(to.add(i));
            i += L::WIDTH;
        }
        if i < count {
            let left = count - i;
            let [condition, yes, no] =
                [condition, yes, no].map(|place: Place| L::load_first(place.at::<L::Real>(i), left));
            choose(condition, yes, no).store_first(to.add(i), left);
        }
    }
}

/// The sums of the products of registers two by two, several vectors at once.
#[inline(always)]
unsafe fn dot<L: Lanes>(factors: &[Register], places: &[Place], to: *mut L::Real, count: usize) {
    let most = DEEP * L::WIDTH;
    let mut i = 0;
    // SAFETY: the caller says that the registers have `count` elements, and that there are factors.
    unsafe {
        while i + most <= count {
            let [a, b] = [places[factors[0] as usize], places[factors[1] as usize]];
            let mut sums = [L::load(a.at(i)).multiply(L::load(b.at(i))); DEEP];
            for (k, sum) in sums.iter_mut().enumerate().skip(1) {
                let i = i + k * L::WIDTH;
                *sum = L::load(a.at(i)).multiply(L::load(b.at(i)));
            }
            for pair in factors[2..].chunks_exact(2) {
                let [a, b] = [places[pair[0] as usize], places[pair[1] as usize]];
                for (k, sum) in sums.iter_mut().enumerate() {
                    let i = i + k * L::WIDTH;
                    *sum = sum.add(L::load(a.at(i)).multiply(L::load(b.at(i))));
                }
            }
            for (k, sum) in sums.iter().enumerate() {
                sum.store(to.add(i + k * L::WIDTH));
            }
            i += most;
        }
        while i + L::WIDTH <= count {
            let [a, b] = [places[factors[0] as usize], places[factors[1] as usize]];
            let mut sum = L::load(a.at(i)).multiply(L::load(b.at(i)));
            for pair in factors[2..].chunks_exact(2) {
                let [a, b] = [places[pair[0] as usize], places[pair[1] as usize]];
                sum = sum.add(L::load(a.at(i)).multiply(L::load(b.at(i))));
            }
            sum.store(to.add(i));
            i += L::WIDTH;
        }
        if i < count {
            let left = count - i;
            let [a, b] = [places[factors[0] as usize], places[factors[1] as usize]];
            let mut sum = L::load_first(a.at(i), left).multiply(L::load_first(b.at(i), left));
            for pair in factors[2..].chunks_exact(2) {
                let [a, b] = [places[pair[0] as usize], places[pair[1] as usize]];
                sum = sum.add(L::load_first(a.at(i), left).multiply(L::load_first(b.at(i), left)));
            }
            sum.store_first(to.add(i), left);
        }
    }
}

#[inline(always)]
fn choose<L: Lanes>(condition: L, yes: L, no: L) -> L {
    L::select(condition.is_equal(zero(condition)), no, yes)
}

#[inline(always)]
unsafe fn each<T: Real>(to: *mut T, count: usize, mut f: impl FnMut(usize) -> f64) {
    for i in 0..count {
        // SAFETY: the caller says that the register has `count` elements.
        unsafe { to.add(i).write(T::from_double(f(i))) };
    }
}
