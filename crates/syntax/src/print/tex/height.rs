//! Which parentheses TeX should let grow with what they hold.

use netform_expr::{Expr, Kind, Number, Sym};

use super::super::fraction::reciprocal;

/// How many nodes are looked at before what is in parentheses counts as tall.
const NODES_SEEN: usize = 60;

/// Plain parentheses, or growing ones around what is taller than a line.
pub(super) fn parentheses(parts: &[Expr]) -> [&'static str; 2] {
    if is_low(parts) { ["(", ")"] } else { [r"\left(", r"\right)"] }
}

fn is_low(parts: &[Expr]) -> bool {
    let mut stack: Vec<Expr> = parts.to_vec();
    let mut seen = 0;
    while let Some(e) = stack.pop() {
        seen += 1;
        if seen > NODES_SEEN || is_tall(&e) {
            return false;
        }
        if let Kind::Normal(head, args) = e.kind() {
            stack.push(head.clone());
            stack.extend(args.iter().cloned());
        }
    }
    true
}

/// Whether a node itself makes a fraction, a root, a matrix, cases, or a large sign.
fn is_tall(e: &Expr) -> bool {
    match e.kind() {
        Kind::Number(number) => matches!(number, Number::Rational(_)),
        Kind::Array(array) => array.rank() > 1,
        Kind::Normal(head, _) if head.has_head(Sym::Inactive) => true,
        Kind::Normal(head, args) => match head.sym() {
            Some(Sym::Power) => reciprocal(e).is_some(),
            Some(Sym::Sqrt | Sym::Sum | Sym::Product | Sym::Integrate | Sym::Piecewise | Sym::Column | Sym::Join) => {
                true
            }
            Some(Sym::List) => args.first().is_some_and(Expr::is_list),
            _ => false,
        },
        _ => false,
    }
}
