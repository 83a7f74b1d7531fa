//! Equations as they stand on paper: below each other, with short labels in the place of long names, names in the place of long
//! constants, numbers as in mathematics, and lines that fit the page.

use std::collections::BTreeSet;

use netform_expr::{Expr, array_symbols, size};

use super::super::Forms;
use super::super::pieces::{Seams, print};
use super::labels::Labels;
use super::lines::lines;
use super::width::{Width, width};
use super::{Tex, arrays, constants, names};
use crate::operator::precedence;

/// How wide lines may be: as in a document of ordinary size with margins of 2 cm, on paper of any size.
pub(super) const PAGE: Width = 46_000;

/// What is at the left of a relation stands above it if it is wider.
const LEFT: Width = 16_000;

/// The room of a relation and the spaces around it.
const SIGN: Width = 1_600;

/// By how much lines are indented that continue an equation.
const INDENT: Width = 1_000;

/// Equations of more leaves than this are no text that anybody reads.
pub const TEXT_LIMIT: f64 = 100_000.0;

/// Equations one below the other.
pub(in crate::print) struct Equations<'f> {
    tex: Tex<'f>,
    statements: Vec<constants::Statement>,
    /// How wide what is at the left of relations may be, so that these stand below each other.
    left: Width,
}

/// What all equations are made of.
pub(in crate::print) struct Row {
    left: String,
    sign: &'static str,
    right: String,
}

impl<'f> Equations<'f> {
    /// The equations of a list that define arrays or their elements; `None` if it is no such list, or too large.
    pub(in crate::print) fn of(e: &Expr, forms: &'f dyn Forms) -> Option<Equations<'f>> {
        if !e.is_list() || !arrays::is_system(&e.args()) {
            return None;
        }
        let statements = constants::statements(&e.args());
        let all = Expr::list(statements.iter().flat_map(constants::Statement::parts));
        if size(&all).leaves > TEXT_LIMIT {
            return None;
        }
        let labels = Labels::of(&places(&all));
        let mut equations = Equations { tex: Tex { forms, labels: Some(labels) }, statements, left: 0 };
        let lefts = equations.statements.iter().map(|statement| width(&equations.row(statement).left));
        equations.left = lefts.filter(|left| *left <= LEFT).max().unwrap_or(0);
        Some(equations)
    }

    /// The labels that stand for longer names.
    pub(in crate::print) fn legend(&self) -> Vec<(&str, &str)> {
        self.tex.labels.iter().flat_map(Labels::legend).collect()
    }

    /// The legend as comments of TeX.
    pub(super) fn comments(&self) -> String {
        let plain = |text: &str| text.replace(|c: char| c.is_control(), " ");
        self.legend().into_iter().map(|(label, name)| format!("% {}: {}\n", plain(label), plain(name))).collect()
    }

    /// An expression in the notation of the equations.
    pub(in crate::print) fn print(&self, e: &Expr) -> String {
        print(e, precedence::NONE, Seams::Commands, |e, min, out| self.tex.lay_out(e, min, out))
    }

    /// The arrays in the equations, each once.
    pub(in crate::print) fn arrays(&self) -> Vec<Expr> {
        array_symbols(&Expr::list(self.statements.iter().flat_map(constants::Statement::parts)))
            .into_iter()
            .filter(|array| array.len() == 2)
            .collect()
    }

    /// The rows of all equations, aligned at their relations.
    pub(super) fn rows(&self) -> Vec<String> {
        self.statements.iter().flat_map(|statement| self.row(statement).aligned(self.left)).collect()
    }

    /// All equations as one formula.
    pub(in crate::print) fn aligned(&self) -> String {
        format!(r"\begin{{aligned}} {} \end{{aligned}}", self.rows().join(r" \\ "))
    }

    /// Each equation as a formula.
    pub(in crate::print) fn each(&self) -> Vec<String> {
        let formula = |statement: &constants::Statement| {
            let row = self.row(statement);
            let left = width(&row.left);
            match row.aligned(left.min(LEFT)).as_slice() {
                [_] => format!("{}{}{}", row.left, row.sign, row.right),
                rows => format!(r"\begin{{aligned}} {} \end{{aligned}}", rows.join(r" \\ ")),
            }
        };
        self.statements.iter().map(formula).collect()
    }

    fn row(&self, statement: &constants::Statement) -> Row {
        match statement {
            constants::Statement::Is(left, right) => {
                Row { left: self.print(left), sign: "=", right: self.print(right) }
            }
            constants::Statement::Distributed(left, right) => {
                Row { left: self.print(left), sign: r"\sim ", right: self.print(right) }
            }
            constants::Statement::Constant(left, sizes) => {
                let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
                let right = format!(r"\mathbb{{R}}^{{{}}}", sizes.join(r"\times "));
                Row { left: self.print(left), sign: r"\in ", right }
            }
        }
    }
}

impl Row {
    /// The lines of an equation whose relation stands so far to the right.
    fn aligned(&self, left: Width) -> Vec<String> {
        let Row { left: defined, sign, right } = self;
        let sign = sign.trim_end();
        let room = PAGE.saturating_sub(left + SIGN);
        let is_above = width(defined) > left;
        let mut lines = lines(right, if is_above { room - INDENT } else { room }, room - INDENT).into_iter();
        let first = lines.next().unwrap_or_default();
        let mut rows = match is_above {
            true => vec![format!("&{defined}"), format!(r"&\quad {sign} {first}")],
            false => vec![format!("{defined} &{sign} {first}")],
        };
        rows.extend(lines.map(|line| format!(r"&\quad {line}")));
        rows
    }
}

/// A formula in lines that fit the page.
pub(super) fn fitted(formula: &str) -> String {
    match lines(formula, PAGE, PAGE - INDENT).as_slice() {
        [_] => formula.to_owned(),
        lines => format!(r"\begin{{aligned}} &{} \end{{aligned}}", lines.join(r" \\ &\quad ")),
    }
}

/// The legend of a document.
pub(super) fn legend_text(legend: &[(&str, &str)]) -> String {
    if legend.is_empty() {
        return String::new();
    }
    let line = |(label, name): &(&str, &str)| format!("{}: {}", names::typed(label), names::typed(name));
    let lines: Vec<String> = legend.iter().map(line).collect();
    format!(
        "\n\\begin{{flushleft}}\\footnotesize\nLabels and the names of layers for which they stand:\\\\\n{}\n\\end{{flushleft}}",
        lines.join("\\\\\n")
    )
}

/// The places of layers that stand above names, each once.
fn places(e: &Expr) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for array in array_symbols(e) {
        let Some(above) = super::super::linear::marked(&array.arg(0)).and_then(|name| name.above) else { continue };
        for part in above.split(',') {
            if seen.insert(part.to_owned()) {
                found.push(part.to_owned());
            }
        }
    }
    found
}
