//! Wrappers that say how OutputForm shows what they hold.

use netform_expr::{Expr, Kind, Sym};

use super::{Linear, Out, Place};
use crate::operator::precedence;
use crate::print::shorten::shorten;
use crate::print::{full_form, input_form, markdown_form, mathml_form, tex_form};

/// About so many leaves of an expression fit on a line.
const LEAVES_IN_A_LINE: usize = 24;

impl Linear<'_> {
    /// Writes a call of a wrapper by what it holds; in InputForm wrappers are calls like others.
    pub(super) fn wrapped(&self, head: &Expr, args: &[Expr], place: Place, out: Out<'_>) -> bool {
        if head.is(Sym::DirectedInfinity) {
            return self.infinity(args, place, out);
        }
        if !self.is_output() {
            return false;
        }
        match (head.sym(), args) {
            (
                Some(
                    Sym::HoldForm
                    | Sym::OutputForm
                    | Sym::StandardForm
                    | Sym::TraditionalForm
                    | Sym::MatrixForm
                    | Sym::TableForm
                    | Sym::Defer,
                ),
                [e, ..],
            )
            | (Some(Sym::Style), [e, ..]) => out.node(e, place),
            (Some(Sym::InputForm), [e]) => out.text(input_form(e, self.forms)),
            (Some(Sym::FullForm), [e]) => out.text(full_form(e, self.forms)),
            (Some(Sym::TeXForm), [e]) => out.text(tex_form(e, self.forms)),
            (Some(Sym::MathMLForm), [e]) => out.text(mathml_form(e, self.forms)),
            (Some(Sym::MarkdownForm), [e]) => out.text(markdown_form(e, self.forms)),
            (Some(Sym::Short), [e, rest @ ..]) => {
                let lines = rest.first().map_or(Some(1), Expr::as_usize).unwrap_or(1).max(1);
                out.text(self.print(&shorten(e, LEAVES_IN_A_LINE.saturating_mul(lines)), Place::TOP));
            }
            (Some(Sym::NumberForm), [e, digits, ..]) => match significant_digits(digits) {
                Some(digits) => out.node(e, Place { digits, ..place }),
                None => return false,
            },
            (Some(Sym::Row), [items]) if items.is_list() => {
                items.args().iter().for_each(|item| out.node(item, place.free()));
            }
            (Some(Sym::Row), [items, separator]) if items.is_list() => {
                for (i, item) in items.args().iter().enumerate() {
                    if i > 0 {
                        out.node(separator, place.free());
                    }
                    out.node(item, place.free());
                }
            }
            (Some(Sym::Column), [items, ..]) if items.is_list() => {
                out.separated(items.args().iter(), "\n", |_| place.free());
            }
            (Some(Sym::VectorSymbol | Sym::MatrixSymbol | Sym::ArraySymbol), [name, ..]) => {
                match (marked(name), path(name)) {
                    (Some(Marked { base, below, above }), _) => {
                        let marks: Vec<String> = below.into_iter().chain(above).collect();
                        out.text(format!("{base}_{}", marks.join(",")));
                    }
                    (None, Some(path)) => out.text(path_text(&path)),
                    (None, None) => return false,
                }
            }
            (None, _) if head.has_head(Sym::Inactive) && head.len() == 1 => {
                out.node(&Expr::normal(head.arg(0), args.iter().cloned()), place);
            }
            (Some(Sym::Indexed), [of, index]) if index.is_list() && !of.is_list() && of.as_str().is_none() => {
                out.node(of, place.min(precedence::PRIMED));
                self.enclosed("[[", &index.args(), "]]", place, out);
            }
            (Some(Sym::StringForm), [template, arguments @ ..]) => match template.as_str() {
                Some(template) => string_form(template, arguments, place, out),
                None => return false,
            },
            _ => return is_skeleton(head) && self.skeleton(args, out),
        }
        true
    }

    /// Infinities by their names. The names evaluate to the calls, so where nothing is evaluated
    /// InputForm writes the calls.
    fn infinity(&self, args: &[Expr], place: Place, out: Out<'_>) -> bool {
        if self.is_input() && place.is_held {
            return false;
        }
        match args {
            [] => out.text("ComplexInfinity"),
            [direction] if direction.is_integer(1) => out.text("Infinity"),
            [direction] if direction.is_integer(-1) => {
                self.wrap(precedence::NEGATION, place, out, |out| out.text("-Infinity"));
            }
            _ => return false,
        }
        true
    }

    /// `<<12>>`: so many parts are left out.
    fn skeleton(&self, args: &[Expr], out: Out<'_>) -> bool {
        match args {
            [count] if count.is_number() => {
                out.text(format!("<<{}>>", self.real_text(&count.as_number().unwrap_or_else(|| 0.into()), Place::TOP)));
                true
            }
            _ => false,
        }
    }
}

/// The name of an array in a net: names of layers in front, their numbers behind, as in
/// `encoder.Weights2`, or `Weights1:2` for a net inside of a net.
fn path_text(path: &[String]) -> String {
    let is_number = |key: &&String| key.starts_with(|c: char| c.is_ascii_digit());
    let names: Vec<&str> = path.iter().filter(|key| !is_number(key)).map(String::as_str).collect();
    let numbers: Vec<&str> = path.iter().filter(is_number).map(String::as_str).collect();
    format!("{}{}", names.join("."), numbers.join(":"))
}

/// A name such as `Subscript["W", "ix"]`, with what stands below it and above it.
pub(in crate::print) struct Marked {
    pub(in crate::print) base: String,
    pub(in crate::print) below: Option<String>,
    pub(in crate::print) above: Option<String>,
}

/// The parts of a name with a subscript, a superscript, or both.
pub(in crate::print) fn marked(name: &Expr) -> Option<Marked> {
    let args = name.args();
    let text = |e: &Expr| e.as_str().map(str::to_owned);
    let (below, above) = match (name.head_sym()?, args.as_ref()) {
        (Sym::Subscript, [_, below]) => (Some(text(below)?), None),
        (Sym::Superscript, [_, above]) => (None, Some(text(above)?)),
        (Sym::Subsuperscript, [_, below, above]) => (Some(text(below)?), Some(text(above)?)),
        _ => return None,
    };
    Some(Marked { base: text(&args[0])?, below, above })
}

/// The name of an array symbol: a string or symbol, or a list of them that says where in a net it
/// is.
pub(in crate::print) fn path(name: &Expr) -> Option<Vec<String>> {
    let step = |e: &Expr| match e.kind() {
        Kind::String(text) => Some(text.to_string()),
        Kind::Symbol(symbol) => Some(symbol.name().to_string()),
        Kind::Integer(number) => Some(number.to_string()),
        _ => None,
    };
    let key = |e: &Expr| match e.as_str() {
        Some(name) if is_ambiguous(name) => Some(format!("{name:?}")),
        _ => step(e),
    };
    match name.is_list() {
        true => name.args().iter().map(key).collect(),
        false => step(name).map(|step| vec![step]),
    }
}

/// Whether the name of a layer would read as two names, or as a number with something behind it.
fn is_ambiguous(name: &str) -> bool {
    let begins_as_number = name.starts_with(|c: char| c.is_ascii_digit());
    name.contains(['.', '"']) || begins_as_number && !name.chars().all(|c| c.is_ascii_digit())
}

fn is_skeleton(head: &Expr) -> bool {
    head.as_symbol().is_some_and(|symbol| symbol.full_name() == "System`Skeleton")
}

/// `n` or `{n, f}`.
fn significant_digits(e: &Expr) -> Option<u16> {
    let digits = if e.is_list() && e.len() == 2 { e.arg(0) } else { e.clone() };
    digits.as_usize().and_then(|digits| u16::try_from(digits).ok()).filter(|digits| *digits > 0)
}

/// The template with its arguments at ` `` ` in turn, or at `` `n` `` by number.
fn string_form(template: &str, arguments: &[Expr], place: Place, out: Out<'_>) {
    let mut rest = template;
    let mut turn = 0;
    while let Some(start) = rest.find('`') {
        out.text(rest[..start].to_string());
        let Some(length) = rest[start + 1..].find('`') else {
            rest = &rest[start..];
            break;
        };
        let number = &rest[start + 1..start + 1 + length];
        let index = if number.is_empty() {
            turn += 1;
            Some(turn)
        } else {
            number.parse::<usize>().ok()
        };
        match index.and_then(|index| arguments.get(index.wrapping_sub(1))) {
            Some(argument) => out.node(argument, place.free()),
            None => out.text(format!("`{number}`")),
        }
        rest = &rest[start + length + 2..];
    }
    out.text(rest.to_string());
}
