//! Values of functions of real numbers: ports carry real numbers, so that what functions of complex numbers make of symbols
//! becomes simpler.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym, occurs};

use crate::net::Name;

/// The value of a function of ports, as that of real numbers. What the ports themselves hold stays as it is.
pub(crate) fn of_reals(session: &mut Session, value: Expr, ports: &[(Name, Expr)]) -> Result<Expr, Flow> {
    let is_about_complex = |e: &Expr| [Sym::Conjugate, Sym::Abs].iter().any(|head| occurs(e, head.expr()));
    if !is_about_complex(&value) || ports.iter().any(|(_, port)| is_about_complex(port)) {
        return Ok(value);
    }
    session.evaluate(&Expr::normal(Expr::symbol("Program`OfReals"), [value]))
}
