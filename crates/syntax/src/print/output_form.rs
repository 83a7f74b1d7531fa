//! OutputForm: one line for people to read.

use netform_expr::{Expr, Kind, Size, Sym, size};

use super::linear::{Linear, Place, Style};
use super::sharing::{NamedParts, SHARING_THRESHOLD, name_compound_parts};
use super::{Forms, shorten};

/// How many equations for shared parts are shown with a shortened expression.
const EQUATIONS_SHOWN: usize = 8;

/// How many leaves of a shortened expression are shown.
const LEAVES_SHOWN: usize = 60;

/// The expression as a terminal shows it: products with a space, strings without quotation marks,
/// machine reals with six digits.
///
/// Expressions beyond [`crate::SHARING_THRESHOLD`] leaves are shortened: what is left out is
/// counted in `<<n>>`, the first equations for shared parts follow, and the last line says the
/// true size.
///
/// ```
/// use netform_syntax::{output_form, parse_expression, DefaultForms, DefaultNames};
///
/// let e = parse_expression("{0. - 0.949851234 s1, x/2, \"abc\"}", &mut DefaultNames::default()).unwrap();
/// assert_eq!(output_form(&e, &DefaultForms::default()), "{0. - 0.949851 s1, x/2, abc}");
/// ```
pub fn output_form(e: &Expr, forms: &dyn Forms) -> String {
    output_form_within(e, forms, SHARING_THRESHOLD)
}

/// [`output_form`] that shortens expressions beyond a number of leaves, where there is less room.
pub fn output_form_within(e: &Expr, forms: &dyn Forms, most_leaves: f64) -> String {
    let size = size(e);
    let linear = Linear { style: Style::Output, forms };
    // Forms that name a notation decide for themselves what is too large.
    let is_form = [Sym::InputForm, Sym::FullForm, Sym::TeXForm, Sym::MathMLForm, Sym::MarkdownForm]
        .iter()
        .any(|form| e.has_head(*form));
    if size.leaves <= most_leaves || is_form {
        return match table(e, &linear) {
            Some(table) => table,
            None => linear.print(e, Place::TOP),
        };
    }
    shortened(e, &linear, size)
}

fn shortened(e: &Expr, linear: &Linear<'_>, size: Size) -> String {
    let NamedParts { groups, body } = name_compound_parts(e, linear.forms);
    let short = |e: &Expr| linear.print(&shorten::shorten(e, LEAVES_SHOWN), Place::TOP);
    let mut text = short(&body);
    let count: usize = groups.iter().map(Vec::len).sum();
    for definition in groups.iter().flatten().take(EQUATIONS_SHOWN) {
        text.push_str(&format!("\n  {} = {}", linear.print(&definition.name, Place::TOP), short(&definition.value)));
    }
    if count > EQUATIONS_SHOWN {
        text.push_str(&format!("\n  ... {} more equations", count - EQUATIONS_SHOWN));
    }
    text.push_str(&format!("\n({} leaves, {} distinct nodes; InputForm[%] shows all)", leaves(size), size.nodes));
    text
}

/// The number of leaves: exact while it can be, then as a power of ten.
fn leaves(size: Size) -> String {
    if size.leaves.is_infinite() {
        return "more than 10^308".to_string();
    }
    if size.leaves < 1e15 {
        return format!("{}", size.leaves);
    }
    let scientific = format!("{:.2e}", size.leaves);
    match scientific.split_once('e') {
        Some((mantissa, exponent)) => format!("about {mantissa}*10^{exponent}"),
        None => scientific,
    }
}

/// `MatrixForm`, `TableForm` and `Grid` of lists: rows on lines, columns aligned.
fn table(e: &Expr, linear: &Linear<'_>) -> Option<String> {
    let Kind::Normal(head, args) = e.kind() else { return None };
    let rows = args.first().filter(|rows| rows.is_list() && !rows.is_empty())?;
    if ![Sym::MatrixForm, Sym::TableForm, Sym::Grid].iter().any(|table| head.is(*table)) {
        return None;
    }
    let cells: Vec<Vec<String>> = rows
        .args()
        .iter()
        .map(|row| match row.is_list() {
            true => row.args().iter().map(|cell| linear.print(cell, Place::TOP)).collect(),
            false => vec![linear.print(row, Place::TOP)],
        })
        .collect();
    let columns = cells.iter().map(Vec::len).max()?;
    let width = |column: usize| cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let lines = cells.iter().map(|row| {
        let padded = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("   ").trim_end().to_string()
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}
