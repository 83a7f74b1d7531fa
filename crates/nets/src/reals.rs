//! Values of functions of real numbers: ports carry real numbers, so that what functions of complex numbers make of symbols
//! becomes simpler.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Number, Sym, map_bottom_up, occurs, postorder};

use crate::net::Name;

/// The value of a function of ports, in which a conjugate is the number itself, and an even power of an absolute value that of
/// the number. What the ports themselves hold stays as it is, and complex numbers in the function mean what they say.
pub(crate) fn of_reals(session: &mut Session, value: Expr, ports: &[(Name, Expr)]) -> Result<Expr, Flow> {
    let is_about_complex = |e: &Expr| [Sym::Conjugate, Sym::Abs].iter().any(|head| occurs(e, head.expr()));
    if !is_about_complex(&value) || ports.iter().any(|(_, port)| is_about_complex(port)) || holds_complex(&value) {
        return Ok(value);
    }
    let real = map_bottom_up(&value, |e| match (e.head_sym(), e.args().as_ref()) {
        (Some(Sym::Conjugate), [x]) => x.clone(),
        (Some(Sym::Power), [base, n]) if base.has_head(Sym::Abs) && n.as_i64().is_some_and(|n| n % 2 == 0) => {
            Expr::call(Sym::Power, [base.arg(0), n.clone()])
        }
        _ => e,
    });
    if real == value { Ok(value) } else { session.evaluate(&real) }
}

fn holds_complex(value: &Expr) -> bool {
    let walk = postorder(
        value,
        |_| true,
        |e| if matches!(e.as_number(), Some(Number::Complex(_))) || e.is(Sym::I) { Err(()) } else { Ok(()) },
    );
    walk.is_err()
}
