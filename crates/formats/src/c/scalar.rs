//! Scalar functions as C expressions.
//!
//! What a function is called in C says its record ([`Form::C`]): the name of a function of the standard library, an
//! operator, or an expression in which `#1`, `#2` ... stand for arguments and `@` before the names of library functions,
//! with alternatives for other numbers of arguments after `|`.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{ScalarFunction, ScalarFunctions, Tables, scalar_code};
use netform_eval::{Form, RealCode, Registry};
use netform_expr::{Expr, NodeMap, Sym, postorder};

/// Longer expressions get a name, and those that are used more than once.
const LONGEST: usize = 80;

/// Writes scalar functions.
pub(super) struct Scalars<'s> {
    tables: Tables<'s>,
    registry: Arc<Registry>,
}

/// The inside of a loop: statements, and names for values.
pub(super) struct Block {
    real: &'static str,
    names: usize,
    pub(super) statements: Vec<String>,
}

impl Block {
    /// A block that computes in a type.
    pub(super) fn of(real: &'static str) -> Block {
        Block { real, names: 0, statements: Vec::new() }
    }

    /// A block inside of another one, with other names.
    pub(super) fn after(outer: &Block) -> Block {
        Block { names: outer.names, ..Block::of(outer.real) }
    }

    fn is_single(&self) -> bool {
        self.real == "float"
    }

    /// Gives a value a name.
    pub(super) fn name(&mut self, text: &str) -> String {
        let name = format!("v{}", self.names);
        self.names += 1;
        self.statements.push(format!("const {} {name} = {};", self.real, bare(text)));
        name
    }

    fn atom(&mut self, text: &str) -> Piece {
        Piece { text: self.name(text), is_atom: true }
    }
}

/// An expression in C.
#[derive(Clone)]
struct Piece {
    text: String,
    /// Whether it is a name or a number.
    is_atom: bool,
}

impl<'s> Scalars<'s> {
    pub(super) fn new(tables: Tables<'s>, registry: Arc<Registry>) -> Scalars<'s> {
        Scalars { tables, registry }
    }

    pub(super) fn into_tables(self) -> Tables<'s> {
        self.tables
    }

    /// The value of an element that no machine number holds exactly.
    pub(super) fn number(&mut self, element: &Expr) -> Option<f64> {
        match element.sym() {
            Some(Sym::True) => Some(1.0),
            Some(Sym::False) => Some(0.0),
            _ => element.as_number().and_then(|number| number.to_f64()).or_else(|| self.tables.constant(element)),
        }
    }

    /// The C expression of a function of named arguments; statements that must come before it are added to the block.
    pub(super) fn write(
        &mut self,
        function: &ScalarFunction,
        arguments: &[String],
        block: &mut Block,
    ) -> Result<String, String> {
        let body = scalar_code(function, &mut self.tables);
        let mut uses: NodeMap<usize> = NodeMap::default();
        let mut order = Vec::new();
        let walk = postorder::<Infallible>(
            &body,
            |node| !node.has_head(Sym::Slot),
            |node| {
                if node.is_normal() && !node.has_head(Sym::Slot) {
                    node.args().iter().for_each(|part| *uses.entry(part.clone()).or_default() += 1);
                }
                order.push(node.clone());
                Ok(())
            },
        );
        match walk {
            Ok(()) => {}
            Err(never) => match never {},
        }
        let mut pieces: HashMap<u64, Piece> = HashMap::new();
        for node in order {
            let Some(piece) = self.piece(&node, arguments, &pieces, block)? else { continue };
            let is_shared = uses.get(&node).is_some_and(|count| *count > 1);
            let piece = match !piece.is_atom && (is_shared || piece.text.len() > LONGEST) {
                true => block.atom(&piece.text),
                false => piece,
            };
            pieces.insert(node.id(), piece);
        }
        let value = pieces.remove(&body.id()).ok_or_else(|| format!("{body:?} has no code in C"))?;
        Ok(match function.element {
            ElementType::I64 => format!("(long)({})", bare(&value.text)),
            ElementType::Bool => format!("({}) != 0", bare(&value.text)),
            ElementType::F32 | ElementType::F64 | ElementType::Complex => value.text,
        })
    }

    /// A node whose parts are known; nothing for what is only part of others, such as the name of a function.
    fn piece(
        &mut self,
        node: &Expr,
        arguments: &[String],
        known: &HashMap<u64, Piece>,
        block: &mut Block,
    ) -> Result<Option<Piece>, String> {
        let atom = |text: String| Ok(Some(Piece { text, is_atom: true }));
        if node.has_head(Sym::Slot) {
            let place = node.arg(0).as_usize().and_then(|place| arguments.get(place.checked_sub(1)?));
            return place.map_or_else(|| Err("a function has too few arguments".to_owned()), |name| atom(name.clone()));
        }
        if node.is_atom() || self.tables.code(node.head()).is_none() && !node.has_head(Sym::ProgramSelect) {
            return Ok(self.number(node).map(|value| Piece { text: number(value, block.is_single()), is_atom: true }));
        }
        let args = node.args();
        let mut parts = Vec::with_capacity(args.len());
        for arg in args.iter() {
            let Some(part) = known.get(&arg.id()) else { return Ok(None) };
            parts.push(part.clone());
        }
        let compound = |text: String| Ok(Some(Piece { text, is_atom: false }));
        if node.has_head(Sym::ProgramSelect) {
            let [condition, yes, no] = parts.as_slice() else { return Ok(None) };
            return compound(format!("({} != 0 ? {} : {})", condition.text, yes.text, no.text));
        }
        if node.has_head(Sym::Power)
            && let Some(text) = power(&mut parts, &args, block)
        {
            return compound(text);
        }
        let record = self.registry.get(node.head());
        let form = record.and_then(|record| record.form(Form::C)).filter(|form| !form.is_empty());
        let Some(form) = form else {
            return Err(format!("{} has no code in C", node.head().as_symbol().map_or("a function", |s| s.name())));
        };
        let variadic = record.is_some_and(|record| matches!(record.real, Some(RealCode::Variadic(_))));
        compound(call(form, variadic, parts, block)?)
    }
}

/// A call of what a record says.
fn call(form: &str, variadic: bool, mut parts: Vec<Piece>, block: &mut Block) -> Result<String, String> {
    let texts = |parts: &[Piece]| parts.iter().map(|part| part.text.clone()).collect::<Vec<_>>();
    if form.contains('#') {
        let count = parts.len();
        let uses = |form: &str| (1..=9).rev().find(|k| form.contains(&format!("#{k}"))).unwrap_or(0);
        let form = form.split('|').find(|form| uses(form) == count);
        let form = form.ok_or_else(|| format!("a function of {count} arguments has no code in C"))?;
        let mut text = form.replace('@', if block.is_single() { "\u{0}" } else { "" });
        for (k, part) in parts.iter_mut().enumerate() {
            let slot = format!("#{}", k + 1);
            if !part.is_atom && text.matches(&slot).count() > 1 {
                *part = block.atom(&part.text);
            }
            text = text.replace(&slot, &part.text);
        }
        return Ok(format!("({})", in_single(&text)));
    }
    if form.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let suffix = if block.is_single() { "f" } else { "" };
        let mut texts = parts.iter().map(|part| bare(&part.text).to_owned());
        let first = texts.next().ok_or("a function without arguments has no code in C")?;
        return Ok(match variadic {
            true if texts.len() == 0 => first,
            true => texts.fold(first, |so_far, next| format!("{form}{suffix}({so_far}, {next})")),
            false => format!("{form}{suffix}({})", [first].into_iter().chain(texts).collect::<Vec<_>>().join(", ")),
        });
    }
    if matches!(form, "+" | "*" | "&&" | "||") {
        return Ok(format!("({})", texts(&parts).join(&format!(" {form} "))));
    }
    // A chain of relations.
    for part in parts.iter_mut().skip(1).rev().skip(1) {
        if !part.is_atom {
            *part = block.atom(&part.text);
        }
    }
    let links: Vec<String> = parts.windows(2).map(|pair| format!("{} {form} {}", pair[0].text, pair[1].text)).collect();
    Ok(match links.as_slice() {
        [] => "1".to_owned(),
        [link] => format!("({link})"),
        links => format!("({})", links.iter().map(|link| format!("({link})")).collect::<Vec<_>>().join(" && ")),
    })
}

/// Library functions marked by a zero byte, with the suffix of single precision.
fn in_single(text: &str) -> String {
    let mut pieces = text.split('\u{0}');
    let mut result = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find('(').unwrap_or(piece.len());
        result.push_str(&piece[..end]);
        result.push('f');
        result.push_str(&piece[end..]);
    }
    result
}

/// Powers that need no general power: small integers, roots, and their reciprocals.
fn power(parts: &mut [Piece], args: &[Expr], block: &mut Block) -> Option<String> {
    const LARGEST: i64 = 8;
    let exponent = args.get(1)?.as_number()?.to_f64()?;
    let square_root = if block.is_single() { "sqrtf" } else { "sqrt" };
    let base = parts.first()?.text.clone();
    if exponent.abs() == 0.5 {
        let root = format!("{square_root}({})", bare(&base));
        return Some(if exponent > 0.0 { root } else { format!("(1/{root})") });
    }
    let whole = exponent as i64;
    if whole as f64 != exponent || whole == 0 || whole.abs() > LARGEST {
        return None;
    }
    if whole.abs() > 1 && !parts[0].is_atom {
        parts[0] = block.atom(&base);
    }
    let product = vec![parts[0].text.as_str(); whole.unsigned_abs() as usize].join("*");
    Some(match whole {
        1.. => format!("({product})"),
        -1 => format!("(1/{product})"),
        _ => format!("(1/({product}))"),
    })
}

/// An expression without the parentheses around it.
pub(super) fn bare(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let mut depth = 0;
    for c in inner.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return text,
            ')' => depth -= 1,
            _ => {}
        }
    }
    inner
}

/// A number as C.
pub(super) fn number(value: f64, single: bool) -> String {
    let value = if single { f64::from(value as f32) } else { value };
    let text = match (value.is_nan(), value.is_infinite()) {
        (true, _) => return "NAN".to_owned(),
        (_, true) => return if value > 0.0 { "INFINITY" } else { "(-INFINITY)" }.to_owned(),
        _ if single => format!("{:?}f", value as f32),
        _ => format!("{value:?}"),
    };
    if value.is_sign_negative() { format!("({text})") } else { text }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_read_back_as_they_are() {
        assert_eq!(number(1.0, false), "1.0");
        assert_eq!(number(-0.1, false), "(-0.1)");
        assert_eq!(number(0.1, true), "0.1f");
        assert_eq!(number(1e300, false), "1e300");
        assert_eq!(number(f64::NEG_INFINITY, false), "(-INFINITY)");
    }
}
