//! The functions of C's library as functions of the language, from which their values and derivatives on intervals follow.

use std::collections::HashMap;

use netform_array::ElementType;
use netform_compile::{Domain, Enclosures, ScalarFunction, Sizes, Tables};
use netform_eval::{Enclosure, Flow, Session};
use netform_expr::{Expr, Sym};

use super::bounded::{Bounded, product, sum};

/// A function of C.
struct Row {
    name: &'static str,
    /// The function of the language with the same values.
    function: &'static str,
    arguments: usize,
    /// By how many units in the last place its results may be wrong.
    units: f64,
}

const fn row(name: &'static str, function: &'static str, units: f64) -> Row {
    Row { name, function, arguments: 1, units }
}

const ROWS: &[Row] = &[
    row("sqrt", "System`Sqrt", 0.5),
    row("cbrt", "System`CubeRoot", FEW),
    row("exp", "System`Exp", FEW),
    row("expm1", "Program`ExpMinusOne", FEW),
    row("log", "System`Log", FEW),
    row("log1p", "Program`LogOnePlus", FEW),
    row("log2", "System`Log2", FEW),
    row("log10", "System`Log10", FEW),
    row("sin", "System`Sin", FEW),
    row("cos", "System`Cos", FEW),
    row("tan", "System`Tan", FEW),
    row("asin", "System`ArcSin", FEW),
    row("acos", "System`ArcCos", FEW),
    row("atan", "System`ArcTan", FEW),
    row("sinh", "System`Sinh", FEW),
    row("cosh", "System`Cosh", FEW),
    row("tanh", "System`Tanh", FEW),
    row("asinh", "System`ArcSinh", FEW),
    row("acosh", "System`ArcCosh", FEW),
    row("atanh", "System`ArcTanh", FEW),
    row("erf", "System`Erf", FEW),
    row("erfc", "System`Erfc", FEW),
    row("tgamma", "System`Gamma", 8.0),
    row("lgamma", "System`LogGamma", 8.0),
    Row { name: "pow", function: "System`Power", arguments: 2, units: FEW },
];

/// What functions of mathematics err by in the files that bring them along, and in all libraries that are in use.
const FEW: f64 = 2.5;

/// A function that is not rounded, and jumps by at most 1 from integer to integer.
const WHOLE: &[(&str, fn(f64) -> f64)] =
    &[("floor", f64::floor), ("ceil", f64::ceil), ("rint", f64::round_ties_even), ("trunc", f64::trunc)];

/// The functions, with their partial derivatives.
#[derive(Default)]
pub(super) struct Functions {
    known: HashMap<&'static str, (ScalarFunction, Vec<ScalarFunction>, f64)>,
}

impl Functions {
    pub(super) fn new(session: &mut Session) -> Result<Functions, Flow> {
        let mut known = HashMap::new();
        for row in ROWS {
            let symbols: Vec<Expr> =
                (0..row.arguments).map(|k| Expr::symbol(&format!("Program`argument{k}"))).collect();
            let slots = symbols
                .iter()
                .enumerate()
                .map(|(k, symbol)| (symbol.clone(), Expr::call(Sym::Slot, [Expr::integer(k as i64 + 1)])));
            let slots = slots.collect();
            let mut of = |e: Expr| -> Result<ScalarFunction, Flow> {
                let body = netform_expr::substitute(&session.evaluate(&e)?, &slots);
                Ok(ScalarFunction { body, element: ElementType::F64 })
            };
            let call = Expr::normal(Expr::symbol(row.function), symbols.clone());
            let value = of(call.clone())?;
            let partials = symbols.iter().map(|symbol| of(Expr::call(Sym::D, [call.clone(), symbol.clone()])));
            known.insert(row.name, (value, partials.collect::<Result<_, Flow>>()?, row.units));
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
