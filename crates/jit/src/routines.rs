//! The routines with the calling convention of C through which machine code calls functions of Rust.

use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use netform_kernels::Code;

/// The functions that code calls, each once.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    codes: Vec<Code>,
    places: HashMap<(std::mem::Discriminant<Code>, usize), usize>,
}

impl Functions {
    /// The place of the function that a code calls, if it calls one.
    pub(crate) fn place(&mut self, code: Code) -> Option<usize> {
        let address = match code {
            Code::Unary(function) => function as usize,
            Code::Binary(function) => function as usize,
            Code::Variadic(function) => function as usize,
            _ => return None,
        };
        let next = self.codes.len();
        let place = *self.places.entry((std::mem::discriminant(&code), address)).or_insert(next);
        if place == next {
            self.codes.push(code);
        }
        Some(place)
    }

    /// The functions by their places.
    pub(crate) fn codes(self) -> Vec<Code> {
        self.codes
    }
}

/// One call of machine code: the functions that it calls, and what one of them has panicked with, since a panic must not
/// pass through machine code.
pub(crate) struct Call<'a> {
    functions: &'a [Code],
    panic: Option<Box<dyn Any + Send>>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(functions: &'a [Code]) -> Call<'a> {
        Call { functions, panic: None }
    }

    /// Goes on with the panic, if there was one.
    pub(crate) fn finish(self) {
        if let Some(panic) = self.panic {
            resume_unwind(panic);
        }
    }

    /// Calls a function, unless one has panicked.
    fn function(&mut self, place: usize, call: impl FnOnce(Code) -> f64) -> f64 {
        if self.panic.is_some() {
            return f64::NAN;
        }
        let functions = self.functions;
        catch_unwind(AssertUnwindSafe(|| call(functions[place]))).unwrap_or_else(|panic| {
            self.panic = Some(panic);
            f64::NAN
        })
    }
}

/// Calls a function of one number.
pub(crate) extern "C" fn unary(call: &mut Call<'_>, place: usize, x: f64) -> f64 {
    call.function(place, |code| match code {
        Code::Unary(function) => function(x),
        _ => unreachable!("{code:?} is no function of one number"),
    })
}

/// Calls a function of two numbers.
pub(crate) extern "C" fn binary(call: &mut Call<'_>, place: usize, a: f64, b: f64) -> f64 {
    call.function(place, |code| match code {
        Code::Binary(function) => function(a, b),
        _ => unreachable!("{code:?} is no function of two numbers"),
    })
}

/// Calls a function of any number of numbers.
///
/// # Safety
/// So many arguments can be read.
pub(crate) unsafe extern "C" fn variadic(
    call: &mut Call<'_>,
    place: usize,
    arguments: *const f64,
    count: usize,
) -> f64 {
    // SAFETY: the caller's promise.
    let arguments = unsafe { std::slice::from_raw_parts(arguments, count) };
    call.function(place, |code| match code {
        Code::Variadic(function) => function(arguments),
        _ => unreachable!("{code:?} is no function of any number of numbers"),
    })
}
