//! MarkdownForm: equations with the sizes of their quantities, as Markdown with TeX between dollar signs.

use netform_expr::{Expr, NodeSet, Sym, postorder};

use super::Forms;
use super::tex::tex_form;

/// The expression as Markdown: each equation of a list by itself, and then where the arrays are from.
///
/// ```
/// use netform_syntax::{DefaultForms, DefaultNames, markdown_form, parse_expression};
///
/// let e = parse_expression("x^2", &mut DefaultNames::default()).unwrap();
/// assert_eq!(markdown_form(&e, &DefaultForms::default()), "$$\nx^2\n$$\n");
/// ```
pub fn markdown_form(e: &Expr, forms: &dyn Forms) -> String {
    let is_list_of_equations = e.is_list() && !e.is_empty() && e.args().iter().all(|e| e.has_head(Sym::Equal));
    let equations = if is_list_of_equations { e.args().into_owned() } else { vec![e.clone()] };
    let mut text = String::new();
    for equation in &equations {
        text.push_str(&format!("$$\n{}\n$$\n", tex_form(equation, forms)));
    }
    let arrays = arrays(e);
    if is_list_of_equations && !arrays.is_empty() {
        text.push_str("\nwhere\n\n");
        for array in arrays {
            text.push_str(&format!("* ${}\\in \\mathbb{{R}}{}$\n", tex_form(&array, forms), sizes(&array, forms)));
        }
    }
    text
}

/// The exponent that tells the dimensions of an array symbol.
fn sizes(array: &Expr, forms: &dyn Forms) -> String {
    let dimensions = match array.arg(1) {
        list if list.is_list() => list.args().into_owned(),
        size => vec![size],
    };
    if dimensions.is_empty() {
        return String::new();
    }
    let sizes: Vec<String> = dimensions.iter().map(|size| tex_form(size, forms)).collect();
    format!("^{{{}}}", sizes.join(r"\times "))
}

/// The array symbols of an expression, each once.
fn arrays(e: &Expr) -> Vec<Expr> {
    let mut seen = NodeSet::default();
    let mut found = Vec::new();
    let walk = postorder::<std::convert::Infallible>(
        e,
        |_| true,
        |node| {
            let is_array = node.is_array_symbol();
            if is_array && node.len() == 2 && seen.insert(node.clone()) {
                found.push(node.clone());
            }
            Ok(())
        },
    );
    match walk {
        Ok(()) => found,
        Err(never) => match never {},
    }
}
