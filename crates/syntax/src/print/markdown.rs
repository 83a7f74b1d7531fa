//! MarkdownForm: equations with the sizes of their quantities, as Markdown with TeX between dollar signs.

use netform_expr::{Expr, Sym};

use super::Forms;
use super::tex::{Equations, tex_form};

/// The expression as Markdown: each equation of a list by itself, and then where the arrays are from.
///
/// ```
/// use netform_syntax::{DefaultForms, DefaultNames, markdown_form, parse_expression};
///
/// let e = parse_expression("x^2", &mut DefaultNames::default()).unwrap();
/// assert_eq!(markdown_form(&e, &DefaultForms::default()), "$$\nx^2\n$$\n");
/// ```
pub fn markdown_form(e: &Expr, forms: &dyn Forms) -> String {
    let Some(equations) = Equations::of(e, forms) else {
        let is_list_of_equations = e.is_list() && !e.is_empty() && e.args().iter().all(|e| e.has_head(Sym::Equal));
        let formulas = if is_list_of_equations { e.args().into_owned() } else { vec![e.clone()] };
        return formulas.iter().map(|formula| displayed(&tex_form(formula, forms))).collect();
    };
    let mut text: String = equations.each().iter().map(|formula| displayed(formula)).collect();
    let arrays = equations.arrays();
    if !arrays.is_empty() {
        text.push_str("\nwhere\n\n");
    }
    for array in arrays {
        let sizes = sizes(&array, |size| equations.print(size));
        text.push_str(&format!("* ${}\\in \\mathbb{{R}}{sizes}$\n", equations.print(&array)));
    }
    let legend = equations.legend();
    if !legend.is_empty() {
        text.push_str("\nwith labels for the names of layers\n\n");
    }
    for (label, name) in legend {
        text.push_str(&format!("* `{}`: `{}`\n", unquoted(label), unquoted(name)));
    }
    text
}

/// A formula by itself.
fn displayed(tex: &str) -> String {
    format!("$$\n{tex}\n$$\n")
}

/// Text that may stand between backquotes.
fn unquoted(text: &str) -> String {
    text.replace(|c: char| c == '`' || c.is_control(), "'")
}

/// The exponent that tells the dimensions of an array symbol.
fn sizes(array: &Expr, print: impl Fn(&Expr) -> String) -> String {
    let dimensions = match array.arg(1) {
        list if list.is_list() => list.args().into_owned(),
        size => vec![size],
    };
    if dimensions.is_empty() {
        return String::new();
    }
    let sizes: Vec<String> = dimensions.iter().map(print).collect();
    format!("^{{{}}}", sizes.join(r"\times "))
}
