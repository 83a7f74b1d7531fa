//! Properties of compiled functions: what `Compile` makes of a call is what evaluation gives, for every function that has code,
//! one row at a time and many together.

use libtest_mimic::{Failed, Trial};
use netform::eval::{Derivative, Function, RealCode};
use netform::expr::{Expr, Sym};

use crate::session::TestSession;

/// Where functions are compared; some values are complex or infinite, and compiled code gives way there.
const PLACES: &[f64] = &[-2.25, -1.0, -0.4137, 0.0, 0.3137, 1.0, 1.3713, 2.0, 5.271];
/// How far values may be apart, relative to their size: kernels state their errors, and sums are added in any order.
const TOLERANCE: f64 = 1e-13;

/// The tests of all records with code for machine numbers.
pub(super) fn trials() -> Vec<Trial> {
    let functions = netform::registry().functions();
    let with_code = functions.into_iter().filter_map(|function| Some((function, arity(function)?)));
    // What keeps its accuracy in programs is not written by users.
    let named = with_code.filter(|(function, _)| !function.name.contains('`'));
    let trial = |(function, count): (&'static Function, usize)| {
        Trial::test(format!("properties::compilation::{}", function.name), move || check(function, count))
    };
    named.map(trial).collect()
}

fn arity(function: &Function) -> Option<usize> {
    match (function.real?, function.derivative) {
        (RealCode::Unary(_), _) => Some(1),
        (RealCode::Binary(_), _) => Some(2),
        (RealCode::Variadic(_), Derivative::Partial(partials)) => Some(partials.len()),
        (RealCode::Variadic(_), _) => Some(3),
    }
}

fn check(function: &Function, count: usize) -> Result<(), Failed> {
    let mut session = TestSession::new();
    let names: Vec<String> = (1..=count).map(|k| format!("x{k}")).collect();
    let names = names.join(", ");
    session.value(&format!("one = Compile[{{{names}}}, {}[{names}]]", function.name))?;
    session
        .value(&format!("all = Compile[{{{names}}}, {}[{names}], RuntimeAttributes -> {{Listable}}]", function.name))?;
    let rows: Vec<Vec<String>> = (0..PLACES.len())
        .map(|row| (0..count).map(|k| format!("{:?}", PLACES[(row + 4 * k) % PLACES.len()])).collect())
        .collect();
    let columns: Vec<String> = (0..count)
        .map(|k| format!("{{{}}}", rows.iter().map(|row| row[k].as_str()).collect::<Vec<_>>().join(", ")))
        .collect();
    let together = session.value(&format!("Quiet[all[{}]]", columns.join(", ")))?;
    if !together.is_list() || together.len() != rows.len() {
        return Err(format!("all[{}] is {together:?}", columns.join(", ")).into());
    }
    for (row, together) in rows.iter().zip(together.args().iter()) {
        let arguments = row.join(", ");
        let evaluated = session.value(&format!("Quiet[{}[{arguments}]]", function.name))?;
        let compiled = session.value(&format!("Quiet[one[{arguments}]]"))?;
        for (how, value) in [("alone", &compiled), ("among others", together)] {
            if !agree(value, &evaluated) {
                let name = function.name;
                return Err(format!("{name}[{arguments}] is {evaluated:?}, compiled {how} {value:?}").into());
            }
        }
    }
    Ok(())
}

/// Whether values are the same, or numbers that nearly are.
fn agree(value: &Expr, evaluated: &Expr) -> bool {
    let parts = |e: &Expr| {
        let number = e.as_number()?;
        Some([number.re().to_f64()?, number.im().to_f64()?])
    };
    if value == evaluated {
        return true;
    }
    match (parts(value), parts(evaluated)) {
        (Some(a), Some(b)) => {
            let size = 1.0 + b[0].hypot(b[1]);
            (a[0] - b[0]).hypot(a[1] - b[1]) <= TOLERANCE * size
        }
        _ => value.has_head(Sym::DirectedInfinity) && evaluated.has_head(Sym::DirectedInfinity),
    }
}
