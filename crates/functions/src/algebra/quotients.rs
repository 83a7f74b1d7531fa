//! Products of circular or hyperbolic functions of one argument with as few factors as there can be.

use netform_eval::{Eval, Session};
use netform_expr::{Expr, NodeMap, Sym};

use crate::arithmetic::{power, product};

/// A sine, a cosine, and what their quotients and reciprocals are called.
struct Family {
    sine: Sym,
    cosine: Sym,
    tangent: Sym,
    cotangent: Sym,
    secant: Sym,
    cosecant: Sym,
}

const FAMILIES: [Family; 2] = [
    Family {
        sine: Sym::Sin,
        cosine: Sym::Cos,
        tangent: Sym::Tan,
        cotangent: Sym::Cot,
        secant: Sym::Sec,
        cosecant: Sym::Csc,
    },
    Family {
        sine: Sym::Sinh,
        cosine: Sym::Cosh,
        tangent: Sym::Tanh,
        cotangent: Sym::Coth,
        secant: Sym::Sech,
        cosecant: Sym::Csch,
    },
];

impl Family {
    /// The exponents of sine and cosine in a function of the family.
    fn exponents(&self, function: Sym) -> Option<(i64, i64)> {
        [
            (self.sine, (1, 0)),
            (self.cosine, (0, 1)),
            (self.tangent, (1, -1)),
            (self.cotangent, (-1, 1)),
            (self.secant, (0, -1)),
            (self.cosecant, (-1, 0)),
        ]
        .into_iter()
        .find_map(|(member, exponents)| (member == function).then_some(exponents))
    }

    /// Powers with positive exponents whose product is a power of the sine times one of the cosine: a tangent or cotangent as
    /// far as both go in opposite directions, then what is left of one of them.
    fn factors(&self, sine: i64, cosine: i64) -> [(Sym, i64); 3] {
        let quotient = if sine.signum() * cosine.signum() < 0 { sine.abs().min(cosine.abs()) } else { 0 };
        let (direction, tangent) = (sine.signum(), if sine > 0 { self.tangent } else { self.cotangent });
        let (sine, cosine) = (sine - direction * quotient, cosine + direction * quotient);
        [
            (tangent, quotient),
            (if sine > 0 { self.sine } else { self.cosecant }, sine.abs()),
            (if cosine > 0 { self.cosine } else { self.secant }, cosine.abs()),
        ]
    }
}

/// A product or a power in which the functions of one argument are joined: `Sin[x]/Cos[x]` is `Tan[x]`, `Tan[x] Cos[x]` is
/// `Sin[x]`, `1/Cos[x]^2` is `Sec[x]^2`. `None` where nothing changes.
pub(super) fn joined(session: &mut Session, e: &Expr) -> Eval {
    let factors = if e.has_head(Sym::Times) { e.args().into_owned() } else { vec![e.clone()] };
    // The exponents of sine and cosine, for each argument in the order in which they come.
    let mut found: Vec<(usize, Expr, i64, i64)> = Vec::new();
    let mut places: [NodeMap<usize>; FAMILIES.len()] = Default::default();
    let mut rest = Vec::new();
    for factor in factors {
        let (base, exponent) = match factor.args_of(Sym::Power).as_deref() {
            Some([base, exponent]) => (base.clone(), exponent.as_i64()),
            _ => (factor.clone(), Some(1)),
        };
        let member = base.head_sym().filter(|_| base.len() == 1).and_then(|function| {
            FAMILIES.iter().enumerate().find_map(|(i, family)| family.exponents(function).map(|found| (i, found)))
        });
        let (Some((family, (sine, cosine))), Some(exponent)) = (member, exponent.filter(|n| n.abs() < 1 << 30)) else {
            rest.push(factor);
            continue;
        };
        let place = *places[family].entry(base.arg(0)).or_insert_with(|| {
            found.push((family, base.arg(0), 0, 0));
            found.len() - 1
        });
        found[place].2 += sine * exponent;
        found[place].3 += cosine * exponent;
    }
    for (family, argument, sine, cosine) in found {
        for (function, exponent) in FAMILIES[family].factors(sine, cosine) {
            if exponent > 0 {
                let call = Expr::call(function, [argument.clone()]);
                rest.push(power(session, call, Expr::integer(exponent))?);
            }
        }
    }
    let joined = product(session, rest)?;
    Ok((joined != *e).then_some(joined))
}
