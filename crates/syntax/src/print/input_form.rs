//! InputForm: text that reads back as the same expression.

use netform_expr::Expr;

use super::linear::{Linear, Place, Style};
use super::{Forms, sharing};

/// The expression as one would type it.
///
/// The text reads back and evaluates to the same node. Where nothing is evaluated, in `Hold[...]`
/// say, it reads back as the same node at once: there, `1/2` is a quotient and `Rational[1, 2]`
/// the number. Machine reals have the fewest digits that tell them apart, other reals carry their
/// precision.
///
/// Expressions beyond [`crate::SHARING_THRESHOLD`] leaves are written as nested `With`, which name
/// the parts that occur more than once, so that the text is as long as the graph, not as the tree.
///
/// ```
/// use netform_syntax::{input_form, parse_expression, DefaultForms, DefaultNames};
///
/// let e = parse_expression("f[x_] := -x^2 + {1., 2`20} & /@ y", &mut DefaultNames::default()).unwrap();
/// assert_eq!(input_form(&e, &DefaultForms::default()), "f[x_] := (-x^2 + {1., 2.`20.} & ) /@ y");
/// ```
pub fn input_form(e: &Expr, forms: &dyn Forms) -> String {
    let e = sharing::with_names(e, forms);
    Linear { style: Style::Input, forms }.print(&e, Place::TOP)
}
