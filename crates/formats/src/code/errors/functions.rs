//! The functions of C's library as functions of the language, by the records of these, from which their values and derivatives on
//! intervals follow.

use std::collections::HashMap;

use netform_array::ElementType;
use netform_compile::{Domain, Enclosures, ScalarFunction, Sizes, Tables};
use netform_eval::{Enclosure, Flow, Form, Function, RealCode, Session};
use netform_expr::{Expr, Sym};

use super::bounded::{Bounded, product, sum};
use crate::scalar::alternatives;

/// By how many units in the last place results may be wrong, in the files that bring the functions along and in all libraries that
/// are in use.
fn units(name: &str) -> f64 {
    match name {
        "sqrt" => 0.5,
        "tgamma" | "lgamma" => 8.0,
        _ => 2.5,
    }
}

/// The function of C whose values a function of the language has, by its record.
fn name_in_c(function: &Function) -> Option<(&'static str, usize)> {
    let form = function.form(Form::C)?;
    let is_name = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric());
    match function.real? {
        RealCode::Binary(_) | RealCode::Variadic(_) if form == "pow" => Some((form, 2)),
        RealCode::Unary(_) if is_name(form) => Some((form, 1)),
        _ => {
            let calls = alternatives(form).into_iter();
            let names = calls.filter_map(|text| text.strip_prefix('@')?.strip_suffix("(#1)"));
            names.filter(|name| is_name(name)).map(|name| (name, 1)).next()
        }
    }
}

/// A function that is not rounded, and jumps by at most 1 from integer to integer.
const WHOLE: &[(&str, fn(f64) -> f64)] =
    &[("floor", f64::floor), ("ceil", f64::ceil), ("rint", f64::round_ties_even), ("trunc", f64::trunc)];

/// The functions, with their partial derivatives.
pub(super) struct Functions {
    known: HashMap<&'static str, (ScalarFunction, Vec<ScalarFunction>, f64)>,
}

impl Functions {
    pub(super) fn new(session: &mut Session) -> Result<Functions, Flow> {
        let mut known = HashMap::new();
        for function in session.registry().functions() {
            let Some((name, count)) = name_in_c(function) else { continue };
            // Those of the language itself before those of programs.
            let is_own = function.name.contains('`');
            if is_own && known.contains_key(name) {
                continue;
            }
            let head = if is_own { function.name.to_owned() } else { format!("System`{}", function.name) };
            let symbols: Vec<Expr> = (0..count).map(|k| Expr::symbol(&format!("Program`argument{k}"))).collect();
            let slots = symbols
                .iter()
                .enumerate()
                .map(|(k, symbol)| (symbol.clone(), Expr::call(Sym::Slot, [Expr::integer(k as i64 + 1)])));
            let slots = slots.collect();
            let mut of = |e: Expr| -> Result<ScalarFunction, Flow> {
                let body = netform_expr::substitute(&session.evaluate(&e)?, &slots);
                Ok(ScalarFunction { body, element: ElementType::F64 })
            };
            let call = Expr::normal(Expr::symbol(&head), symbols.clone());
            let value = of(call.clone())?;
            let partials = symbols.iter().map(|symbol| of(Expr::call(Sym::D, [call.clone(), symbol.clone()])));
            known.insert(name, (value, partials.collect::<Result<_, Flow>>()?, units(name)));
        }
        Ok(Functions { known })
    }

    /// The value of a function, of which nothing is known where it is not in the table.
    pub(super) fn call(&self, tables: &mut Tables<'_>, name: &str, arguments: &[Bounded], unit: f64) -> Bounded {
        match (name, arguments) {
            ("fabs", [a]) => {
                let size = a.size();
                let low = if a.range.contains(0.0) { 0.0 } else { a.range.low.abs().min(a.range.high.abs()) };
                return Bounded { range: Enclosure { low, high: size }, ..*a };
            }
            ("fmax", [a, b]) => return a.extreme(*b, f64::max),
            ("fmin", [a, b]) => return a.extreme(*b, f64::min),
            _ => {}
        }
        if let (Some((_, function)), [a]) = (WHOLE.iter().find(|(known, _)| *known == name), arguments) {
            let range = Enclosure { low: function(a.range.low), high: function(a.range.high) };
            let jumps = a.error > 0.0 && range.low != range.high;
            return Bounded::of(range, if jumps { sum(a.error, 1.0) } else { 0.0 });
        }
        self.smooth(tables, name, arguments, unit).unwrap_or(Bounded { range: Enclosure::LINE, error: f64::INFINITY })
    }

    /// The value of a function that is differentiable in the ranges of its arguments.
    fn smooth(&self, tables: &mut Tables<'_>, name: &str, arguments: &[Bounded], unit: f64) -> Option<Bounded> {
        let (value, partials, units) = self.known.get(name)?;
        let ranges: Vec<Enclosure> = arguments.iter().map(|argument| argument.range).collect();
        let mut on_intervals = |function: &ScalarFunction| {
            let mut domain = Enclosures::new(tables);
            let mut prepared = domain.prepare(function, &Sizes::default()).ok()?;
            domain.apply(&mut prepared, &ranges).ok()
        };
        let range = on_intervals(value)?;
        let mut error = 0.0;
        for (partial, argument) in partials.iter().zip(arguments) {
            if argument.error > 0.0 {
                let slope = on_intervals(partial)?;
                error = sum(error, product(slope.low.abs().max(slope.high.abs()), argument.error));
            }
        }
        // A unit in the last place is at most twice the relative rounding error.
        Some(Bounded::rounded(range, error, 2.0 * units * unit))
    }
}
