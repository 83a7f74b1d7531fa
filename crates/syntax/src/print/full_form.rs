//! FullForm: heads and brackets throughout.

use netform_expr::{Expr, Kind, Number};

use super::pieces::{Pieces, Seams, print};
use super::{Forms, sharing, text};

/// The expression written with heads and brackets only, as `FullForm` shows it.
///
/// Expressions beyond [`crate::SHARING_THRESHOLD`] leaves are written with names for their shared
/// parts, like InputForm's.
///
/// ```
/// use netform_syntax::{full_form, parse_expression, DefaultForms, DefaultNames};
///
/// let e = parse_expression("x_ /; x > 1.5", &mut DefaultNames::new(&[])).unwrap();
/// let text = full_form(&e, &DefaultForms::default());
/// assert_eq!(text, "Condition[Pattern[x, Blank[]], Greater[x, 1.5`]]");
/// ```
pub fn full_form(e: &Expr, forms: &dyn Forms) -> String {
    let e = sharing::with_names(e, forms);
    print(&e, false, Seams::Operators, |e, is_head, pieces| lay_out(e, is_head, pieces, forms))
}

fn lay_out(e: &Expr, is_head: bool, pieces: &mut Pieces<bool>, forms: &dyn Forms) {
    match e.kind() {
        Kind::Normal(head, args) => {
            // `Rational[1, 2]` is a literal; the call of that head is none.
            let looks_like_literal = super::looks_like_number(head, args);
            if looks_like_literal {
                pieces.text("(");
            }
            pieces.node(head, true);
            pieces.text(if looks_like_literal { ")[" } else { "[" });
            pieces.separated(args, ", ", |_| false);
            pieces.text("]");
        }
        Kind::Array(_) => {
            pieces.text("List[");
            pieces.separated(e.args().iter(), ", ", |_| false);
            pieces.text("]");
        }
        Kind::String(value) => pieces.text(text::quoted(value)),
        Kind::Symbol(symbol) => {
            pieces.text(text::symbol(symbol, forms).unwrap_or_else(|| text::unwritable_symbol(symbol)));
        }
        Kind::Integer(_) | Kind::Real(_) | Kind::Number(_) => {
            let number = number(e);
            let parenthesised = is_head && number.starts_with('-');
            pieces.text(if parenthesised { format!("({number})") } else { number });
        }
    }
}

/// A number; machine reals carry the mark of machine precision.
fn number(e: &Expr) -> String {
    match e.as_number() {
        Some(Number::Real(value)) => real(&Number::Real(value)),
        Some(Number::Rational(q)) => format!("Rational[{}, {}]", q.numerator(), q.denominator()),
        Some(Number::Complex(z)) => {
            let part = |n: &Number| number(&Expr::number(n.clone()));
            format!("Complex[{}, {}]", part(z.re()), part(z.im()))
        }
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

fn real(value: &Number) -> String {
    match value.input_text() {
        Some(mut text) => {
            text.mark = Some("`".to_string());
            text.to_string()
        }
        None => String::new(),
    }
}
