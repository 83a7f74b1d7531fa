//! Shapes of ports as far as they are known, and their patterns.

use netform_array::item_count;
use netform_eval::Session;
use netform_expr::{Expr, Kind, NodeMap, Sym};
use netform_layers::library::LAYERS;
use netform_layers::{Definition, PortKind, parse_in};

use crate::net::LeafPort;

/// The dimensions of a port: nothing known, or the rank with those dimensions that are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PartialShape {
    /// Nothing is known.
    #[default]
    Unknown,
    /// The rank is known; a dimension is an integer or an expression, or not known yet.
    Ranked(Vec<Option<Expr>>),
}

impl PartialShape {
    /// The shape that a port option gives: a number, a list, `Automatic`, `"Real"`.
    ///
    /// # Errors
    /// `None` if this is no shape.
    pub fn of_option(value: &Expr) -> Option<PartialShape> {
        if value.is(Sym::Automatic) {
            return Some(PartialShape::Unknown);
        }
        if matches!(value.as_str(), Some("Real" | "Integer")) {
            return Some(PartialShape::Ranked(Vec::new()));
        }
        if value.is_list() {
            let args = value.args();
            let of_reals = args.split_last().filter(|(last, _)| last.as_str() == Some("Real"));
            let sizes = of_reals.map_or(&args[..], |(_, sizes)| sizes);
            let dimensions: Option<Vec<Option<Expr>>> = sizes.iter().map(dimension).collect();
            return dimensions.map(PartialShape::Ranked);
        }
        dimension(value).map(|d| PartialShape::Ranked(vec![d]))
    }

    /// A shape of known dimensions.
    pub fn known(dimensions: impl IntoIterator<Item = Expr>) -> PartialShape {
        PartialShape::Ranked(dimensions.into_iter().map(Some).collect())
    }

    /// All dimensions, if all are known.
    pub fn dimensions(&self) -> Option<Vec<Expr>> {
        match self {
            PartialShape::Unknown => None,
            PartialShape::Ranked(dimensions) => dimensions.iter().cloned().collect(),
        }
    }

    /// The rank, if it is known.
    pub fn rank(&self) -> Option<usize> {
        match self {
            PartialShape::Unknown => None,
            PartialShape::Ranked(dimensions) => Some(dimensions.len()),
        }
    }

    /// Whether the number of levels is known, and the size of none of them.
    pub(crate) fn is_only_a_rank(&self) -> bool {
        matches!(self, PartialShape::Ranked(dimensions) if !dimensions.is_empty() && dimensions.iter().all(Option::is_none))
    }

    /// Whether the nested list of an array of this shape would have more than `limit` items.
    pub(crate) fn exceeds(&self, limit: usize) -> bool {
        let PartialShape::Ranked(dimensions) = self else { return false };
        // A list does not show the dimensions that follow a 0, but those before it.
        let shown = dimensions.iter().flatten().filter(|d| d.is_number()).take_while(|d| !d.is_integer(0));
        let sizes: Option<Vec<usize>> = shown.map(Expr::as_usize).collect();
        sizes.is_none_or(|sizes| item_count(&sizes) > limit)
    }

    /// Whether arrays of this shape are known to have no elements.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            PartialShape::Unknown => false,
            PartialShape::Ranked(dimensions) => dimensions.iter().flatten().any(|d| d.is_integer(0)),
        }
    }

    /// Whether data of another shape can be given where this one is expected.
    pub(crate) fn accepts(&self, found: &PartialShape) -> bool {
        let (PartialShape::Ranked(expected), PartialShape::Ranked(found)) = (self, found) else { return true };
        expected.len() == found.len() && expected.iter().zip(found).all(|(e, f)| dimension_accepts(e, f))
    }

    /// The dimensions of data for a port of this shape. An empty list does not show those of its
    /// dimensions that follow the 0, so they are those of the port; the data may be a batch, which is empty
    /// where no example can be so.
    pub(crate) fn completed(&self, found: Vec<Expr>) -> Vec<Expr> {
        let PartialShape::Ranked(expected) = self else { return found };
        if !found.last().is_some_and(|last| last.is_integer(0)) {
            return found;
        }
        let hidden = [0, 1].into_iter().find_map(|batch| {
            let inner = found.get(batch..).filter(|inner| inner.len() <= expected.len())?;
            let (shown, hidden) = expected.split_at(inner.len());
            let fits = inner.iter().zip(shown).all(|(f, e)| dimension_accepts(e, &Some(f.clone())));
            hidden.iter().cloned().collect::<Option<Vec<Expr>>>().filter(|_| fits)
        });
        found.into_iter().chain(hidden.unwrap_or_default()).collect()
    }

    /// The dimensions that follow the first ones, as far as they are known; `None` if there are no such.
    pub(crate) fn behind(&self, count: usize) -> Option<Vec<Option<Expr>>> {
        let PartialShape::Ranked(dimensions) = self else { return None };
        dimensions.get(count..).filter(|rest| !rest.is_empty()).map(<[Option<Expr>]>::to_vec)
    }

    /// The shape in words: "a length-3 vector", "an 8 x (1 + n) matrix".
    pub fn describe(&self, session: &Session) -> String {
        let PartialShape::Ranked(dimensions) = self else { return "an array of unknown rank".into() };
        let text = |d: &Option<Expr>| d.as_ref().map_or("?".into(), |d| session.output_form(d));
        let factor = |d: &Option<Expr>| match d {
            Some(size) if size.is_normal() => format!("({})", text(d)),
            _ => text(d),
        };
        match dimensions.as_slice() {
            [] => "a scalar".into(),
            [n] => format!("a length-{} vector", factor(n)),
            [n, m] => {
                let rows = factor(n);
                format!("{} {rows} x {} matrix", article(&rows), factor(m))
            }
            more => format!("an array of dimensions {{{}}}", more.iter().map(text).collect::<Vec<_>>().join(", ")),
        }
    }

    /// The shape as users write it: a list, `"Real"` for a scalar, `Automatic` for what is unknown.
    pub fn to_expr(&self) -> Expr {
        match self {
            PartialShape::Unknown => Sym::Automatic.into(),
            PartialShape::Ranked(dimensions) => {
                Expr::list(dimensions.iter().map(|d| d.clone().unwrap_or_else(|| Sym::Automatic.into())))
            }
        }
    }
}

/// The article before a size that is read aloud.
fn article(size: &str) -> &'static str {
    let size = size.trim_start_matches('(');
    let is_letter = size.chars().count() == 1;
    let vowel = match size.chars().next() {
        Some(first) if is_letter => "aefhilmnorsxAEFHILMNORSX8".contains(first),
        Some(first) => first == '8' || "aeioAEIO".contains(first) || ["11", "18"].contains(&size),
        None => false,
    };
    if vowel { "an" } else { "a" }
}

/// A dimension as users give it: a non-negative integer, `"Varying"`, `Automatic`, or a symbolic size.
fn dimension(value: &Expr) -> Option<Option<Expr>> {
    if value.is(Sym::Automatic) {
        return Some(None);
    }
    let good = match value.as_number() {
        Some(_) => value.as_usize().is_some(),
        None => value.as_str() == Some("Varying") || is_symbolic_size(value),
    };
    good.then(|| Some(value.clone()))
}

/// Whether an expression may be a size that is not known yet: the user's symbols, numbers and functions of these.
pub(crate) fn is_symbolic_size(value: &Expr) -> bool {
    let can_be_in = |node: &Expr| match node.kind() {
        Kind::String(_) | Kind::Array(_) | Kind::Real(_) => false,
        _ => node.as_symbol().is_none_or(|symbol| symbol.context() != "System`"),
    };
    !value.is_number() && !value.is_list() && first_part(value, |node| !can_be_in(node) || is_structure(node)).is_none()
}

/// Whether an expression can be no number, whatever its parts are.
pub(crate) fn is_structure(e: &Expr) -> bool {
    let is_layer = || {
        let head = e.head();
        let name = head.as_symbol().filter(|symbol| symbol.context() == "System`").map(|symbol| symbol.name());
        name.is_some_and(|name| LAYERS.iter().any(|layer| layer.name == name))
    };
    e.is_normal()
        && (STRUCTURES.iter().any(|head| e.has_head(*head)) || e.head().has_head(Sym::Derivative) || is_layer())
}

/// Heads of what is no number, whatever its parts are.
const STRUCTURES: [Sym; 7] =
    [Sym::Association, Sym::Rule, Sym::RuleDelayed, Sym::Function, Sym::DirectedInfinity, Sym::NetChain, Sym::NetGraph];

/// A part of an expression, or the expression, that has a property; heads are not looked at, nor the parts of what has it.
pub(crate) fn first_part(e: &Expr, mut has: impl FnMut(&Expr) -> bool) -> Option<Expr> {
    let mut seen = NodeMap::default();
    let mut open = vec![e.clone()];
    while let Some(node) = open.pop() {
        if seen.insert(node.clone(), ()).is_some() {
            continue;
        }
        if has(&node) {
            return Some(node);
        }
        if node.is_normal() {
            open.extend(node.args().iter().cloned());
        }
    }
    None
}

/// Whether a dimension of data can be given where another one is expected.
fn dimension_accepts(expected: &Option<Expr>, found: &Option<Expr>) -> bool {
    match (expected, found) {
        (Some(expected), Some(found)) => !expected.is_number() || !found.is_number() || expected == found,
        _ => true,
    }
}

/// Whether a dimension is one of which nothing but its existence is known.
pub(crate) fn is_varying(dimension: &Expr) -> bool {
    dimension.as_str() == Some("Varying")
}

/// A part of a shape pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PatternPart {
    /// One dimension: a variable of the scope, or an expression.
    One(Expr),
    /// Any number of dimensions, bound to a list.
    Many(Expr),
    /// Any number of dimensions, bound to the item of this place, from 0, in a list of lists.
    Own(Expr, usize),
}

/// The parts of the shape pattern of an array, or of a port with one pattern.
pub(crate) fn shape_pattern(session: &mut Session, definition: &Definition, text: &str) -> Vec<PatternPart> {
    let parsed = parse_in(session, &definition.scope, text);
    let part =
        |e: &Expr| if e.has_head(Sym::Pattern) { PatternPart::Many(e.arg(0)) } else { PatternPart::One(e.clone()) };
    parsed.args().iter().map(part).collect()
}

/// The parts of the shape pattern of a port, which may be one of several.
pub(crate) fn port_pattern(session: &mut Session, definition: &Definition, port: &LeafPort) -> Vec<PatternPart> {
    let mut parts = shape_pattern(session, definition, port.record.shape);
    if let (PortKind::Several(several), Some(index)) = (port.record.kind, port.index) {
        let own = definition.scope.symbol(several.own);
        for part in &mut parts {
            if *part == PatternPart::Many(own.clone()) {
                *part = PatternPart::Own(own.clone(), index);
            }
        }
    }
    parts
}
