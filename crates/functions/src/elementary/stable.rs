//! Functions that keep the accuracy of machine numbers where what they stand for would lose it. They occur in programs,
//! in the place of what users write: see `rules_text/stable.rules`.

use netform_eval::{Derivative, Eval, Form, Function, Intervals, Lowering, RealCode, Session, ShapeRule};
use netform_expr::Expr;
use netform_kernels::Code;

use super::by_code::by_code;
use super::monotone;
use super::table::NUMERIC;

/// A function of numbers with code.
const fn scalar(
    name: &'static str,
    usage: &'static str,
    real: RealCode,
    derivative: &'static [&'static str],
) -> Function {
    Function {
        name,
        usage,
        attributes: NUMERIC,
        evaluate: Some(on_numbers),
        real: Some(real),
        derivative: Derivative::Partial(derivative),
        shape: ShapeRule::Elementwise,
        lowering: Lowering::Map,
        ..Function::NEW
    }
}

/// What the functions stand for.
const PLAIN: &[(&str, &str)] = &[
    ("LogOnePlus", "Log[1 + #] &"),
    ("ExpMinusOne", "Exp[#] - 1 &"),
    ("Softplus", "Log[1 + Exp[#]] &"),
    ("LogCosh", "Log[Cosh[#]] &"),
    ("LogAddExp", "Log[Exp[#1] + Exp[#2]] &"),
    ("Root", "Sqrt[#] &"),
    ("TimesLog", "If[#1 == 0, 0, #1 Log[#2]] &"),
];

/// The value of a call on inexact numbers, some of which may be exact: machine numbers by code, others by what the
/// function stands for.
fn on_numbers(session: &mut Session, call: &Expr) -> Eval {
    let has_digits = |arg: &Expr| arg.as_number().is_some_and(|number| !number.is_exact()) && arg.as_real().is_none();
    if call.args().iter().any(has_digits) {
        let name = call.head().as_symbol().map_or("", |symbol| symbol.name());
        let plain = PLAIN.iter().find(|(known, _)| *known == name).map(|(_, plain)| *plain);
        let Some(plain) = plain.map(|plain| session.parse_static(plain)) else { return Ok(None) };
        return session.evaluate(&Expr::normal(plain, call.args().into_owned())).map(Some);
    }
    Ok(by_code(session, call))
}

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        arguments: Some((1, 1)),
        instruction: Some(Code::LogarithmOfOnePlus),
        forms: &[(Form::C, "log1p")],
        examples: &[("Program`LogOnePlus[1.*^-20]", "1.*^-20")],
        intervals: Intervals::pieces(&monotone::LOG_ONE_PLUS),
        ..scalar(
            "Program`LogOnePlus",
            "Program`LogOnePlus[x] is Log[1 + x], accurate for small numbers x.",
            RealCode::Unary(libm::log1p),
            &["1/(1 + #1)"],
        )
    },
    Function {
        arguments: Some((1, 1)),
        instruction: Some(Code::ExponentialMinusOne),
        forms: &[(Form::C, "expm1")],
        examples: &[("Program`ExpMinusOne[1.*^-20]", "1.*^-20")],
        intervals: Intervals::pieces(&monotone::EXP_MINUS_ONE),
        ..scalar(
            "Program`ExpMinusOne",
            "Program`ExpMinusOne[x] is Exp[x] - 1, accurate for small numbers x.",
            RealCode::Unary(libm::expm1),
            &["E^#1"],
        )
    },
    Function {
        arguments: Some((1, 1)),
        instruction: Some(Code::Softplus),
        forms: &[(Form::C, "@fmax(#1, 0) + @log1p(@exp(-@fabs(#1)))"), (Form::Onnx, "Softplus")],
        examples: &[("Program`Softplus[1000.]", "1000."), ("Program`Softplus[-50.]", "1.92875*^-22")],
        intervals: Intervals::pieces(&monotone::POSITIVE),
        ..scalar(
            "Program`Softplus",
            "Program`Softplus[x] is Log[1 + Exp[x]], for numbers x of any size.",
            RealCode::Unary(|x| x.max(0.0) + libm::log1p((-x.abs()).exp())),
            &["LogisticSigmoid[#1]"],
        )
    },
    Function {
        arguments: Some((1, 1)),
        forms: &[(
            Form::C,
            "@fabs(#1) < 1 ? @log1p(2*@sinh(#1/2)*@sinh(#1/2)) : @fabs(#1) + @log1p(@exp(-2*@fabs(#1))) - @log(2)",
        )],
        examples: &[("Program`LogCosh[1000.]", "999.307"), ("Program`LogCosh[1.*^-10]", "5.*^-21")],
        intervals: Intervals::pieces(&monotone::VALLEY),
        ..scalar(
            "Program`LogCosh",
            "Program`LogCosh[x] is Log[Cosh[x]], for numbers x of any size.",
            RealCode::Unary(|x| match x.abs() {
                small if small < 1.0 => libm::log1p(2.0 * libm::sinh(small / 2.0).powi(2)),
                large => large + libm::log1p((-2.0 * large).exp()) - std::f64::consts::LN_2,
            }),
            &["Tanh[#1]"],
        )
    },
    Function {
        arguments: Some((2, 2)),
        forms: &[(Form::C, "#1 - #2 == #1 - #2 ? @fmax(#1, #2) + @log1p(@exp(-@fabs(#1 - #2))) : @fmax(#1, #2)")],
        examples: &[("Program`LogAddExp[-1000., -1000.]", "-999.307")],
        ..scalar(
            "Program`LogAddExp",
            "Program`LogAddExp[x, y] is Log[Exp[x] + Exp[y]], for numbers of any size.",
            RealCode::Binary(|x, y| match x.max(y) {
                largest if largest.is_infinite() => largest,
                largest => largest + libm::log1p((-(x - y).abs()).exp()),
            }),
            &["LogisticSigmoid[#1 - #2]", "LogisticSigmoid[#2 - #1]"],
        )
    },
    Function {
        arguments: Some((2, 2)),
        forms: &[(Form::C, "#1 == 0 ? 0 : #1*@log(#2)")],
        examples: &[("Program`TimesLog[0., 0.]", "0."), ("Program`TimesLog[2., 0.5]", "-1.38629")],
        ..scalar(
            "Program`TimesLog",
            "Program`TimesLog[t, x] is t Log[x], and 0 where t is 0, whatever x is.",
            RealCode::Binary(|t, x| if t == 0.0 { 0.0 } else { t * x.ln() }),
            &["Log[#2]", "Program`Select[#1 == 0, 0, #1/#2]"],
        )
    },
    Function {
        arguments: Some((1, 1)),
        forms: &[(Form::C, "sqrt")],
        examples: &[("Program`Root[2.25]", "1.5")],
        instruction: Some(Code::SquareRoot),
        intervals: Intervals::pieces(&monotone::ROOT),
        ..scalar(
            "Program`Root",
            "Program`Root[x] is Sqrt[x] as the length of something: where that is 0 its derivative is 0, the subgradient in the \
             middle of all.",
            RealCode::Unary(f64::sqrt),
            &["Program`Select[#1 == 0, 0, 1/(2*Program`Root[#1])]"],
        )
    },
];
