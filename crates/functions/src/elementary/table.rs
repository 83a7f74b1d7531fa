//! Functions of one number that are smooth: one row each, everything about them.

use netform_eval::{Derivative, Example, Form, Function, Intervals, Law, Lowering, RealCode, Rounding, ShapeRule};
use netform_expr::number::Elementary;
use netform_expr::{Attributes, Sym};
use netform_kernels::Code;

use super::evaluate::evaluate;
use super::monotone;

/// What there is to know about a smooth function of one number.
pub(super) struct Row {
    pub(super) sym: Sym,
    name: &'static str,
    usage: &'static str,
    pub(super) code: Elementary,
    pub(super) parity: Parity,
    /// Arguments with exact values, as text.
    pub(super) exact: &'static [(&'static str, &'static str)],
    /// The function g with `f[g[x]] = x` for all x.
    pub(super) inverse_of: Option<Sym>,
    derivative: [&'static str; 1],
    real: fn(f64) -> f64,
    instruction: Option<Code>,
    intervals: Intervals,
    forms: &'static [(Form, &'static str)],
    examples: &'static [Example],
}

/// What a function makes of the sign of its argument.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Parity {
    /// `f[-x]` is `-f[x]`.
    Odd,
    /// `f[-x]` is `f[x]`.
    Even,
    /// Neither.
    None,
}

pub(super) const NUMERIC: Attributes = Attributes::LISTABLE.with(Attributes::NUMERIC_FUNCTION);

macro_rules! rows {
    ($($name:ident $usage:literal $parity:ident $tex:literal $c:literal $(onnx $onnx:literal)?
        real $real:expr $(, instruction $instruction:ident)?;
        intervals $intervals:expr;
        derivative $derivative:literal;
        exact [$($argument:literal => $value:literal),* $(,)?];
        $(inverse_of $inverse:ident;)?
        examples [$($input:literal => $output:literal),* $(,)?];
    )*) => {
        pub(super) const ROWS: &[Row] = &[$(Row {
            sym: Sym::$name,
            name: stringify!($name),
            usage: $usage,
            code: Elementary::$name,
            parity: Parity::$parity,
            exact: &[$(($argument, $value)),*],
            inverse_of: rows!(@inverse $($inverse)?),
            derivative: [$derivative],
            real: $real,
            instruction: rows!(@instruction $($instruction)?),
            intervals: $intervals,
            forms: &[(Form::Tex, $tex), (Form::C, $c) $(, (Form::Onnx, $onnx))?],
            examples: &[$(($input, $output)),*],
        }),*];

        pub(super) const FUNCTIONS: &[Function] = &{
            const COUNT: usize = ROWS.len();
            let mut all = [Function::NEW; COUNT];
            let mut i = 0;
            while i < COUNT {
                all[i] = function_of(&ROWS[i]);
                i += 1;
            }
            all
        };
    };
    (@instruction) => { None };
    (@instruction $instruction:ident) => { Some(Code::$instruction) };
    (@inverse) => { None };
    (@inverse $sym:ident) => { Some(Sym::$sym) };
}

const fn function_of(row: &'static Row) -> Function {
    Function {
        name: row.name,
        usage: row.usage,
        attributes: NUMERIC,
        // `Erf[x, y]` is the integral from x to y.
        arguments: Some((1, if matches!(row.code, Elementary::Erf) { 2 } else { 1 })),
        evaluate: Some(evaluate),
        shape: ShapeRule::Elementwise,
        derivative: Derivative::Partial(&row.derivative),
        real: Some(RealCode::Unary(row.real)),
        instruction: row.instruction,
        intervals: row.intervals,
        lowering: Lowering::Map,
        forms: row.forms,
        examples: row.examples,
        ..Function::NEW
    }
}

rows! {
    Sin "Sin[x] is the sine of x, an angle in radians." Odd "\\sin" "sin"
        real f64::sin, instruction Sine;
        intervals Intervals::pieces(&monotone::SIN);
        derivative "Cos[#1]"; exact [];
        inverse_of ArcSin;
        examples ["Sin[Pi/6]" => "1/2", "Sin[x + Pi]" => "-Sin[x]", "Sin[-x]" => "-Sin[x]", "Sin[0.5]" => "0.479426"];
    Cos "Cos[x] is the cosine of x, an angle in radians." Even "\\cos" "cos"
        real f64::cos, instruction Cosine;
        intervals Intervals::pieces(&monotone::COS);
        derivative "-Sin[#1]"; exact [];
        inverse_of ArcCos;
        examples ["Cos[Pi/4]" => "1/Sqrt[2]", "Cos[-x]" => "Cos[x]", "Cos[Pi/5]" => "(1 + Sqrt[5])/4"];
    Tan "Tan[x] is the tangent of x, an angle in radians." Odd "\\tan" "tan"
        real f64::tan, instruction Tangent;
        intervals Intervals::pieces(&monotone::TAN);
        derivative "Sec[#1]^2"; exact [];
        inverse_of ArcTan;
        examples ["Tan[Pi/4]" => "1", "Tan[Pi/2]" => "ComplexInfinity"];
    Cot "Cot[x] is the cotangent of x: 1/Tan[x]." Odd "\\cot" "1/@tan(#1)"
        real |x| 1.0 / x.tan();
        intervals Intervals::pieces(&monotone::COT);
        derivative "-Csc[#1]^2"; exact [];
        inverse_of ArcCot;
        examples ["Cot[Pi/4]" => "1"];
    Sec "Sec[x] is the secant of x: 1/Cos[x]." Even "\\sec" "1/@cos(#1)"
        real |x| 1.0 / x.cos();
        intervals Intervals::pieces(&monotone::SEC);
        derivative "Sec[#1]*Tan[#1]"; exact [];
        inverse_of ArcSec;
        examples ["Sec[Pi/3]" => "2"];
    Csc "Csc[x] is the cosecant of x: 1/Sin[x]." Odd "\\csc" "1/@sin(#1)"
        real |x| 1.0 / x.sin();
        intervals Intervals::pieces(&monotone::CSC);
        derivative "-Cot[#1]*Csc[#1]"; exact [];
        inverse_of ArcCsc;
        examples ["Csc[Pi/6]" => "2"];
    ArcSin "ArcSin[x] is the angle between -Pi/2 and Pi/2 whose sine is x." Odd "\\arcsin" "asin"
        real f64::asin;
        intervals Intervals::pieces(&monotone::ARC_SIN);
        derivative "1/Sqrt[1 - #1^2]";
        exact ["0" => "0", "1/2" => "Pi/6", "1/Sqrt[2]" => "Pi/4", "Sqrt[3]/2" => "Pi/3", "1" => "Pi/2"];
        examples ["ArcSin[1]" => "Pi/2", "ArcSin[0.5]" => "0.523599"];
    ArcCos "ArcCos[x] is the angle between 0 and Pi whose cosine is x." None "\\arccos" "acos"
        real f64::acos;
        intervals Intervals::pieces(&monotone::ARC_COS);
        derivative "-(1/Sqrt[1 - #1^2])";
        exact ["0" => "Pi/2", "1/2" => "Pi/3", "1/Sqrt[2]" => "Pi/4", "Sqrt[3]/2" => "Pi/6", "1" => "0", "-1" => "Pi",
            "-1/2" => "2 Pi/3"];
        examples ["ArcCos[0]" => "Pi/2"];
    ArcCot "ArcCot[x] is the inverse cotangent of x: ArcTan[1/x]." Odd "\\operatorname{arccot}" "@atan(1/#1)"
        real |x| (1.0 / x).atan();
        intervals of_reciprocal(&Law::Pieces(&monotone::ARC_TAN), f64::atan, "ArcTan");
        derivative "-(1/(1 + #1^2))"; exact ["0" => "Pi/2", "1" => "Pi/4", "Infinity" => "0"];
        examples ["ArcCot[1]" => "Pi/4"];
    ArcSec "ArcSec[x] is the inverse secant of x: ArcCos[1/x]." None "\\operatorname{arcsec}" "@acos(1/#1)"
        real |x| (1.0 / x).acos();
        intervals of_reciprocal(&Law::Pieces(&monotone::ARC_COS), f64::acos, "ArcCos");
        derivative "1/(Sqrt[1 - 1/#1^2]*#1^2)"; exact ["1" => "0", "2" => "Pi/3", "-1" => "Pi"];
        examples ["ArcSec[2]" => "Pi/3"];
    ArcCsc "ArcCsc[x] is the inverse cosecant of x: ArcSin[1/x]." Odd "\\operatorname{arccsc}" "@asin(1/#1)"
        real |x| (1.0 / x).asin();
        intervals of_reciprocal(&Law::Pieces(&monotone::ARC_SIN), f64::asin, "ArcSin");
        derivative "-(1/(Sqrt[1 - 1/#1^2]*#1^2))"; exact ["1" => "Pi/2", "2" => "Pi/6"];
        examples ["ArcCsc[1]" => "Pi/2"];
    Sinh "Sinh[x] is the hyperbolic sine of x." Odd "\\sinh" "sinh"
        real f64::sinh;
        intervals Intervals::pieces(&monotone::LINE);
        derivative "Cosh[#1]"; exact ["0" => "0", "Infinity" => "Infinity"];
        inverse_of ArcSinh;
        examples ["Sinh[0]" => "0"];
    Cosh "Cosh[x] is the hyperbolic cosine of x." Even "\\cosh" "cosh"
        real f64::cosh;
        intervals Intervals::pieces(&monotone::COSH);
        derivative "Sinh[#1]"; exact ["0" => "1", "Infinity" => "Infinity"];
        inverse_of ArcCosh;
        examples ["Cosh[0]" => "1"];
    Tanh "Tanh[x] is the hyperbolic tangent of x." Odd "\\tanh" "tanh"
        real f64::tanh, instruction HyperbolicTangent;
        intervals Intervals::pieces(&monotone::UNIT);
        derivative "Sech[#1]^2"; exact ["0" => "0", "Infinity" => "1"];
        inverse_of ArcTanh;
        examples ["Tanh[0.5]" => "0.462117", "Tanh[Infinity]" => "1", "Tanh[-x]" => "-Tanh[x]"];
    Coth "Coth[x] is the hyperbolic cotangent of x." Odd "\\coth" "1/@tanh(#1)"
        real |x| 1.0 / x.tanh();
        intervals Intervals::pieces(&monotone::COTH);
        derivative "-Csch[#1]^2"; exact ["0" => "ComplexInfinity", "Infinity" => "1"];
        inverse_of ArcCoth;
        examples ["Coth[Infinity]" => "1"];
    Sech "Sech[x] is the hyperbolic secant of x." Even "\\operatorname{sech}" "1/@cosh(#1)"
        real |x| 1.0 / x.cosh(), instruction HyperbolicSecant;
        intervals Intervals::pieces(&monotone::SECH);
        derivative "-Sech[#1]*Tanh[#1]"; exact ["0" => "1", "Infinity" => "0"];
        inverse_of ArcSech;
        examples ["Sech[0]" => "1"];
    Csch "Csch[x] is the hyperbolic cosecant of x." Odd "\\operatorname{csch}" "1/@sinh(#1)"
        real |x| 1.0 / x.sinh();
        intervals Intervals::pieces(&monotone::COTH);
        derivative "-Coth[#1]*Csch[#1]"; exact ["0" => "ComplexInfinity", "Infinity" => "0"];
        inverse_of ArcCsch;
        examples ["Csch[Infinity]" => "0"];
    ArcSinh "ArcSinh[x] is the inverse hyperbolic sine of x." Odd "\\operatorname{arsinh}" "asinh"
        real f64::asinh;
        intervals Intervals::pieces(&monotone::LINE);
        derivative "1/Sqrt[1 + #1^2]"; exact ["0" => "0", "Infinity" => "Infinity"];
        examples ["ArcSinh[0]" => "0"];
    ArcCosh "ArcCosh[x] is the inverse hyperbolic cosine of x." None "\\operatorname{arcosh}" "acosh"
        real f64::acosh;
        intervals Intervals::pieces(&monotone::ARC_COSH);
        derivative "1/(Sqrt[-1 + #1]*Sqrt[1 + #1])"; exact ["1" => "0", "0" => "I Pi/2", "Infinity" => "Infinity"];
        examples ["ArcCosh[1]" => "0"];
    ArcTanh "ArcTanh[x] is the inverse hyperbolic tangent of x." Odd "\\operatorname{artanh}" "atanh"
        real f64::atanh;
        intervals Intervals::pieces(&monotone::ARC_TANH);
        derivative "1/(1 - #1^2)"; exact ["0" => "0", "1" => "Infinity"];
        examples ["ArcTanh[0]" => "0"];
    ArcCoth "ArcCoth[x] is the inverse hyperbolic cotangent of x." Odd "\\operatorname{arcoth}" "@atanh(1/#1)"
        real |x| (1.0 / x).atanh();
        intervals of_reciprocal(&Law::Pieces(&monotone::ARC_TANH), f64::atanh, "ArcTanh");
        derivative "1/(1 - #1^2)"; exact ["0" => "I Pi/2", "1" => "Infinity", "Infinity" => "0"];
        examples ["ArcCoth[Infinity]" => "0"];
    ArcSech "ArcSech[x] is the inverse hyperbolic secant of x." None "\\operatorname{arsech}" "@acosh(1/#1)"
        real |x| (1.0 / x).acosh();
        intervals of_reciprocal(&Law::Pieces(&monotone::ARC_COSH), f64::acosh, "ArcCosh");
        derivative "-(Sqrt[(1 - #1)/(1 + #1)]/((1 - #1)*#1))"; exact ["1" => "0", "0" => "Infinity"];
        examples ["ArcSech[1]" => "0"];
    ArcCsch "ArcCsch[x] is the inverse hyperbolic cosecant of x." Odd "\\operatorname{arcsch}" "@asinh(1/#1)"
        real |x| (1.0 / x).asinh();
        intervals of_reciprocal(&Law::Pieces(&monotone::LINE), f64::asinh, "ArcSinh");
        derivative "-(1/(Sqrt[1 + 1/#1^2]*#1^2))"; exact ["0" => "ComplexInfinity", "Infinity" => "0"];
        examples ["ArcCsch[Infinity]" => "0"];
    LogisticSigmoid "LogisticSigmoid[x] is the logistic function 1/(1 + Exp[-x])." None "\\sigma" "1/(1 + @exp(-#1))" onnx "Sigmoid"
        real logistic_sigmoid, instruction LogisticSigmoid;
        intervals Intervals::pieces(&monotone::PROBABILITY);
        derivative "LogisticSigmoid[#1]*(1 - LogisticSigmoid[#1])";
        exact ["0" => "1/2", "Infinity" => "1", "-Infinity" => "0"];
        examples ["LogisticSigmoid[0]" => "1/2", "LogisticSigmoid[0.5]" => "0.622459", "LogisticSigmoid[2]" => "LogisticSigmoid[2]"];
    Erf "Erf[x] is the error function, 2/Sqrt[Pi] times the integral of Exp[-t^2] from 0 to x; Erf[x, y] from x to y." Odd "\\operatorname{erf}" "erf"
        real libm::erf, instruction ErrorFunction;
        intervals Intervals::pieces(&monotone::UNIT);
        derivative "2/(E^#1^2*Sqrt[Pi])"; exact ["0" => "0", "Infinity" => "1"];
        examples ["Erf[0.5]" => "0.5205", "Erf[-x]" => "-Erf[x]", "Erf[x, y]" => "-Erf[x] + Erf[y]"];
    Erfc "Erfc[x] is the complementary error function 1 - Erf[x]." None "\\operatorname{erfc}" "erfc"
        real libm::erfc, instruction ComplementaryErrorFunction;
        intervals Intervals::pieces(&monotone::TWICE_PROBABILITY);
        derivative "-2/(E^#1^2*Sqrt[Pi])"; exact ["0" => "1", "Infinity" => "0", "-Infinity" => "2"];
        examples ["Erfc[0]" => "1"];
    LogGamma "LogGamma[x] is the logarithm of the gamma function." None "\\log\\Gamma" "lgamma"
        real log_gamma;
        intervals Intervals::pieces(&monotone::LOG_GAMMA);
        derivative "PolyGamma[0, #1]"; exact ["1" => "0", "2" => "0"];
        examples ["LogGamma[1]" => "0"];
}

/// The function whose value at x is that of another one at 1/x.
const fn of_reciprocal(law: &'static Law, code: fn(f64) -> f64, name: &'static str) -> Intervals {
    Intervals { law: Law::OfReciprocal { law, code, name }, rounding: Rounding::Exact }
}

/// Between the poles on the negative side the gamma function may be negative, and its logarithm complex.
fn log_gamma(x: f64) -> f64 {
    if x < 0.0 { f64::NAN } else { libm::lgamma(x) }
}

/// `1/(1 + exp(-x))` without overflow.
fn logistic_sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}
