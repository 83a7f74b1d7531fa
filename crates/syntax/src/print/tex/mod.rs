//! TeXForm: mathematics for papers, as AMS-LaTeX in math mode.

mod arithmetic;
mod arrays;
mod constants;
mod equations;
mod height;
mod labels;
mod lines;
mod names;
mod structures;
mod width;

use netform_expr::{Expr, Kind, Number, Sym, size};

use super::pieces::{Pieces, Seams, print};
use super::{Forms, SHARING_THRESHOLD, shorten, text};
use crate::operator::{Form, Grouping, Operator, OperatorId, precedence, roles_of_head};

pub(super) use equations::Equations;
pub use equations::TEXT_LIMIT;
use labels::Labels;
pub(super) use width::group_length;

/// How many leaves of an expression beyond the threshold are shown.
const LEAVES_SHOWN: usize = 200;

/// The expression as TeX for math mode; it needs `amsmath`.
///
/// Expressions beyond [`crate::SHARING_THRESHOLD`] leaves are shortened with `\ll n\gg` for what
/// is left out. Those of [`TEXT_LIMIT`] leaves are whole if they are equations of arrays, which are set as on paper: long
/// labels are shortened, with comments that say for what they stand, long constants have names, and lines fit the page.
///
/// ```
/// use netform_syntax::{parse_expression, tex_form, DefaultForms, DefaultNames};
///
/// let mut names = DefaultNames::new(&["Tanh"]);
/// let e = parse_expression("Tanh[w . x + b]^2/(2 n)", &mut names).unwrap();
/// let tex = tex_form(&e, &DefaultForms::new(names));
/// assert_eq!(tex, r"\frac{\tanh ^{2}(w.x+b)}{2 n}");
/// ```
pub fn tex_form(e: &Expr, forms: &dyn Forms) -> String {
    match Equations::of(e, forms) {
        Some(equations) => equations.comments() + &equations.aligned(),
        None => formula(e, forms),
    }
}

/// The body of a document with an expression, or with equations, in lines that fit the page.
///
/// ```
/// use netform_syntax::{parse_expression, tex_document, DefaultForms, DefaultNames};
///
/// let e = parse_expression("x/2", &mut DefaultNames::default()).unwrap();
/// assert_eq!(tex_document(&e, &DefaultForms::default()), "\\[\n\\frac{x}{2}\n\\]");
/// ```
pub fn tex_document(e: &Expr, forms: &dyn Forms) -> String {
    let Some(equations) = Equations::of(e, forms) else {
        return format!("\\[\n{}\n\\]", equations::fitted(&formula(e, forms)));
    };
    let rows = equations.rows().join(" \\\\\n");
    format!("\\begin{{align*}}\n{rows}\n\\end{{align*}}{}", equations::legend_text(&equations.legend()))
}

/// How many leaves the text of an expression has, if it is too many for a text that is whole.
///
/// ```
/// use netform_syntax::{DefaultForms, DefaultNames, parse_expression, too_many_leaves};
///
/// let e = parse_expression("x + 1", &mut DefaultNames::default()).unwrap();
/// assert_eq!(too_many_leaves(&e, &DefaultForms::default()), None);
/// ```
pub fn too_many_leaves(e: &Expr, forms: &dyn Forms) -> Option<f64> {
    let leaves = size(e).leaves;
    (leaves > SHARING_THRESHOLD && Equations::of(e, forms).is_none()).then_some(leaves)
}

/// One formula.
fn formula(e: &Expr, forms: &dyn Forms) -> String {
    let is_large = size(e).leaves > SHARING_THRESHOLD;
    let e = if is_large { shorten::shorten(e, LEAVES_SHOWN) } else { e.clone() };
    let tex = Tex { forms, labels: None };
    print(&e, precedence::NONE, Seams::Commands, |e, min, out| tex.lay_out(e, min, out))
}

struct Tex<'f> {
    forms: &'f dyn Forms,
    /// In equations, short labels for the places of layers.
    labels: Option<Labels>,
}

type Out<'p> = &'p mut Pieces<u16>;

impl Tex<'_> {
    fn lay_out(&self, e: &Expr, min: u16, out: Out<'_>) {
        match e.kind() {
            Kind::Integer(_) | Kind::Real(_) | Kind::Number(_) => self.number(e, min, out),
            Kind::String(value) => out.text(names::text(value)),
            Kind::Symbol(symbol) => match self.forms.tex(symbol) {
                Some(tex) => out.text(tex.into_owned()),
                None => out.text(names::name(symbol.name())),
            },
            Kind::Array(_) => self.list(&e.args(), out),
            Kind::Normal(head, args) => {
                if !self.structure(head, args, min, out) && !self.table_operator(head, args, min, out) {
                    self.call(head, args, out);
                }
            }
        }
    }

    /// Writes `body`, which is made of `parts`, in parentheses if it binds less tightly than the
    /// place asks for.
    fn wrap(&self, own: u16, min: u16, parts: &[Expr], out: Out<'_>, body: impl FnOnce(Out<'_>)) {
        if own < min {
            let [open, close] = height::parentheses(parts);
            out.text(open);
            body(out);
            out.text(close);
        } else {
            body(out);
        }
    }

    fn number(&self, e: &Expr, min: u16, out: Out<'_>) {
        let Some(number) = e.as_number() else { return };
        match &number {
            Number::Rational(_) => {
                let sign = if number.is_negative() { "-" } else { "" };
                let [above, below] = [number.numerator(), number.denominator()];
                if let (Some(above), Some(below)) = (above, below) {
                    let own = if number.is_negative() { precedence::NEGATION } else { precedence::QUOTIENT };
                    let fraction = format!(r"{sign}\frac{{{}}}{{{below}}}", above.abs());
                    self.wrap(own, min, std::slice::from_ref(e), out, |out| out.text(fraction));
                }
            }
            Number::Complex(z) => self.complex(z.re(), z.im(), min, out),
            real => {
                let own = if real.is_negative() { precedence::NEGATION } else { precedence::ATOM };
                let text = if self.labels.is_some() { plain_text(real) } else { real_text(real) };
                self.wrap(own, min, &[], out, |out| out.text(text));
            }
        }
    }

    fn complex(&self, re: &Number, im: &Number, min: u16, out: Out<'_>) {
        let imaginary = Expr::call(Sym::Times, [Expr::number(im.clone()), Sym::I.into()]);
        let imaginary = match im.as_i64() {
            Some(1) => Sym::I.into(),
            _ => imaginary,
        };
        if re.is_exact_zero() {
            out.node(&imaginary, min);
        } else {
            out.node(&Expr::call(Sym::Plus, [Expr::number(re.clone()), imaginary]), min);
        }
    }

    fn table_operator(&self, head: &Expr, args: &[Expr], min: u16, out: Out<'_>) -> bool {
        let Some(symbol) = head.as_symbol().filter(|symbol| symbol.context() == "System`") else { return false };
        let roles = roles_of_head(symbol.name());
        let operator = match args.len() {
            0 => None,
            1 => roles.prefix.or(roles.postfix),
            2 => roles.infix,
            _ => roles.infix.filter(|infix| infix.get().grouping == Grouping::Flat),
        };
        match operator.map(OperatorId::get) {
            Some(operator) => self.operator(operator, head, args, min, out),
            None => return false,
        }
        true
    }

    fn operator(&self, operator: &Operator, head: &Expr, args: &[Expr], min: u16, out: Out<'_>) {
        let own = operator.precedence;
        let sign = if operator.tex.is_empty() { names::escaped(operator.text) } else { operator.tex.to_string() };
        self.wrap(own, min, args, out, |out| match operator.form {
            Form::Prefix => {
                out.text(sign);
                out.node(&args[0], own);
            }
            Form::Postfix => {
                out.node(&args[0], own + 1);
                out.text(sign);
            }
            Form::Infix => {
                let last = args.len() - 1;
                for (i, arg) in args.iter().enumerate() {
                    if i > 0 {
                        out.text(sign.clone());
                    }
                    let is_nested = match operator.grouping {
                        Grouping::Left => i == 0,
                        Grouping::Right => i == last,
                        Grouping::Flat => false,
                    };
                    out.node(arg, if is_nested && arg.head() == head { own } else { own + 1 });
                }
            }
        });
    }

    /// `f(x,y)`.
    fn call(&self, head: &Expr, args: &[Expr], out: Out<'_>) {
        out.node(head, precedence::PRIMED);
        self.arguments(args, out);
    }

    fn arguments(&self, args: &[Expr], out: Out<'_>) {
        let [open, close] = height::parentheses(args);
        out.text(open);
        out.separated(args, ",", |_| precedence::NONE);
        out.text(close);
    }
}

/// A real number with the digits of OutputForm; a power of ten after a times sign.
fn real_text(number: &Number) -> String {
    match number.output_text(6) {
        Some(mut text) => match text.exponent.take() {
            Some(exponent) => format!(r"{text}\times 10^{{{exponent}}}"),
            None => text.to_string(),
        },
        None => number.to_string(),
    }
}

/// The same as in mathematics: without a point behind whole digits, and powers of ten without a factor of one.
fn plain_text(number: &Number) -> String {
    let Some(mut text) = number.output_text(6) else { return number.to_string() };
    let exponent = text.exponent.take();
    let digits = text.to_string();
    let digits = digits.strip_suffix('.').unwrap_or(&digits);
    match (exponent, digits) {
        (None, digits) => digits.to_owned(),
        (Some(exponent), "1") => format!("10^{{{exponent}}}"),
        (Some(exponent), "-1") => format!("-10^{{{exponent}}}"),
        (Some(exponent), digits) => format!(r"{digits}\times 10^{{{exponent}}}"),
    }
}

/// Whether the expression is a negative number or a product that begins with one.
fn is_negative_term(e: &Expr) -> bool {
    match e.kind() {
        Kind::Normal(head, args) if head.is(Sym::Times) && args.len() > 1 => text::is_negative(&args[0]),
        _ => text::is_negative(e),
    }
}

#[cfg(test)]
mod tests;
