//! Arrays in the notation of linear algebra: bold symbols with their indices, products of matrices,
//! elementwise products, sums and maxima over indices, and systems of equations.

use netform_expr::{Expr, Kind, Sym};

use super::super::linear::{Marked, marked, path};
use super::{Equations, Out, Tex, names};
use crate::operator::precedence;

/// How deep the rank of an expression is looked for.
const DEPTH: usize = 12;

/// The rank of an array expression as far as its form shows it; 0 for everything else.
pub(super) fn rank(e: &Expr) -> usize {
    rank_within(e, DEPTH)
}

fn rank_within(e: &Expr, depth: usize) -> usize {
    let Kind::Normal(head, args) = e.kind() else { return e.as_array().map_or(0, |array| array.rank()) };
    let Some(depth) = depth.checked_sub(1) else { return 0 };
    let widest = || args.iter().map(|arg| rank_within(arg, depth)).max().unwrap_or(0);
    match (head.sym(), args) {
        (Some(Sym::VectorSymbol), _) => 1,
        (Some(Sym::MatrixSymbol), _) => 2,
        (Some(Sym::ArraySymbol), [_, sizes, ..]) if sizes.is_list() => sizes.len(),
        (Some(Sym::SymbolicZerosArray | Sym::SymbolicOnesArray), [sizes]) if sizes.is_list() => sizes.len(),
        (Some(Sym::SymbolicIdentityArray), [sizes]) => 2 * if sizes.is_list() { sizes.len() } else { 1 },
        (Some(Sym::ArrayReshape), [_, sizes]) if sizes.is_list() => sizes.len(),
        (Some(Sym::Indexed), [of, index]) => {
            rank_within(of, depth).saturating_sub(if index.is_list() { index.len() } else { 1 })
        }
        (Some(Sym::Part), [of, specs @ ..]) => {
            let taken = specs.iter().filter(|spec| !spec.is(Sym::All)).count();
            rank_within(of, depth).saturating_sub(taken)
        }
        (Some(Sym::Dot), [first, .., last]) => (rank_within(first, depth) + rank_within(last, depth)).saturating_sub(2),
        (Some(Sym::List), [first, ..]) => 1 + rank_within(first, depth),
        (
            Some(Sym::Equal | Sym::Total | Sym::Mean | Sym::Norm | Sym::Det | Sym::Tr | Sym::Function | Sym::Piecewise),
            _,
        )
        | (None, _) => 0,
        _ => widest(),
    }
}

impl Tex<'_> {
    /// Sets what concerns arrays; `false` if this is something else.
    pub(super) fn array_structure(&self, head: &Expr, args: &[Expr], min: u16, out: Out<'_>) -> bool {
        if head.has_head(Sym::Inactive) && head.len() == 1 {
            return self.inactive(&head.arg(0), args, min, out);
        }
        match (head.sym(), args) {
            (Some(Sym::VectorSymbol | Sym::MatrixSymbol | Sym::ArraySymbol), _) => {
                self.array_symbol(&Expr::normal(head.clone(), args.iter().cloned()), &[], out)
            }
            (Some(Sym::Indexed), [of, index]) if of.is_array_symbol() => {
                let indices = if index.is_list() { index.args().into_owned() } else { vec![index.clone()] };
                self.array_symbol(of, &indices, out)
            }
            (Some(Sym::Part), [of, specs @ ..])
                if of.is_array_symbol() && specs.iter().all(|spec| spec.is_symbol() || spec.as_i64().is_some()) =>
            {
                self.array_symbol(of, specs, out)
            }
            // Elements from one position to another.
            (Some(Sym::Take), [of, ranges @ ..])
                if of.is_array_symbol()
                    && !ranges.is_empty()
                    && ranges.iter().all(|range| range.is(Sym::All) || is_range(range)) =>
            {
                self.array_symbol(of, ranges, out)
            }
            (Some(Sym::Dot), [_, _, ..]) if args.iter().all(|arg| rank(arg) > 0) => {
                let sign = if args.iter().all(|arg| rank(arg) == 1) { r"\cdot " } else { " " };
                self.wrap(precedence::PRODUCT, min, args, out, |out| {
                    out.separated(args, sign, |_| precedence::PRODUCT + 1);
                });
                true
            }
            (Some(Sym::Join), [parts @ .., level]) if level.is_integer(2) && !parts.is_empty() => {
                self.blocks(parts, " & ", out);
                true
            }
            (Some(Sym::Join), parts) if parts.len() > 1 && parts.iter().all(|part| rank(part) > 0) => {
                self.blocks(parts, r" \\ ", out);
                true
            }
            (Some(Sym::MatrixPower), [of, exponent]) => {
                out.text("{");
                out.node(of, precedence::CALL);
                out.text("}^{");
                out.node(exponent, precedence::NONE);
                out.text("}");
                true
            }
            (Some(Sym::KroneckerProduct), [_, _, ..]) => {
                self.wrap(precedence::PRODUCT, min, args, out, |out| {
                    out.separated(args, r" \otimes ", |_| precedence::PRODUCT + 1);
                });
                true
            }
            (Some(Sym::ArrayReshape), [of, sizes]) if sizes.is_list() => {
                if sizes.len() == 1 {
                    out.text(r"\operatorname{vec}");
                } else {
                    out.text(r"\operatorname{reshape}_{");
                    out.separated(sizes.args().iter(), r"\times ", |_| precedence::PRODUCT);
                    out.text("}");
                }
                self.arguments(std::slice::from_ref(of), out);
                true
            }
            (Some(Sym::ArrayOrdering), [of, count, _]) => {
                out.text(r"\operatorname{argsort}");
                if !count.is(Sym::All) {
                    out.text("_{");
                    out.node(count, precedence::NONE);
                    out.text("}");
                }
                self.arguments(std::slice::from_ref(of), out);
                true
            }
            (Some(Sym::Mod), [of, modulus]) => {
                self.wrap(precedence::PRODUCT, min, args, out, |out| {
                    out.node(of, precedence::PRODUCT + 1);
                    out.text(r" \bmod ");
                    out.node(modulus, precedence::PRODUCT + 1);
                });
                true
            }
            (Some(Sym::KroneckerDelta), [_, ..]) => {
                out.text(r"\delta_{");
                out.separated(args, ",", |_| precedence::NONE);
                out.text("}");
                true
            }
            (Some(Sym::Boole), [condition]) => {
                out.text(r"\left[");
                out.node(condition, precedence::NONE);
                out.text(r"\right]");
                true
            }
            (Some(Sym::List), equations) if is_system(equations) => {
                match Equations::of(&Expr::list(equations.iter().cloned()), self.forms) {
                    Some(equations) => out.text(equations.aligned()),
                    None => return false,
                }
                true
            }
            _ => false,
        }
    }

    /// A bold name; where its layer stands in a net above, the indices of an element below.
    fn array_symbol(&self, e: &Expr, indices: &[Expr], out: Out<'_>) -> bool {
        let name = e.arg(0);
        let is_one = |index: &&Expr| !index.is(Sym::All) && !index.is_list();
        let taken = indices.iter().filter(is_one).count();
        let letter = if rank(e) > taken { names::bold } else { names::upright };
        let (text, mut below, above) = match (marked(&name), path(&name)) {
            (Some(Marked { base, below, above }), _) => {
                (names::primed(&base, letter), below.map(|below| names::subscript(&below)), above)
            }
            (None, Some(path)) => match path.split_last() {
                Some((own, place)) => {
                    let place = (!place.is_empty()).then(|| names::text(&place.join(".")));
                    (names::primed(own, letter), place, None)
                }
                None => return false,
            },
            (None, None) => return false,
        };
        out.text(text);
        if let Some(above) = above {
            let label = |part| self.labels.as_ref().map_or(part, |labels| labels.get(part));
            out.text(format!("^{{{}}}", names::above(above.split(',').map(label))));
        }
        if below.is_none() && indices.is_empty() {
            return true;
        }
        out.text("_{");
        if let Some(below) = below.take() {
            out.text(below);
            if !indices.is_empty() {
                out.text(",");
            }
        }
        for (i, index) in indices.iter().enumerate() {
            if i > 0 {
                out.text(",");
            }
            if index.is(Sym::All) {
                out.text(":");
            } else if index.is_list() {
                out.separated(index.args().iter(), ":", |_| precedence::SUM);
            } else {
                out.node(index, precedence::NONE);
            }
        }
        out.text("}");
        true
    }

    /// Sums, products and maxima that are not carried out.
    fn inactive(&self, f: &Expr, args: &[Expr], min: u16, out: Out<'_>) -> bool {
        match (f.sym(), args) {
            (Some(Sym::Max | Sym::Min), [table]) if table.head().has_head(Sym::Inactive) && table.len() > 1 => {
                let sign = if f.is(Sym::Max) { r"\max" } else { r"\min" };
                let parts = table.args();
                self.wrap(precedence::PRODUCT, min, args, out, |out| {
                    out.text(format!("{sign}_{{"));
                    for (i, range) in parts[1..].iter().enumerate() {
                        out.text(if i > 0 { r",\,1\leq " } else { r"1\leq " });
                        out.node(&range.arg(0), precedence::NONE);
                        out.text(r"\leq ");
                        out.node(&range.arg(1), precedence::NONE);
                    }
                    out.text("} ");
                    out.node(&parts[0], precedence::PRODUCT);
                });
                true
            }
            _ => {
                out.node(&Expr::normal(f.clone(), args.iter().cloned()), min);
                true
            }
        }
    }

    /// Vectors and matrices side by side.
    fn blocks(&self, parts: &[Expr], separator: &'static str, out: Out<'_>) {
        out.text(r"\begin{bmatrix} ");
        out.separated(parts, separator, |_| precedence::NONE);
        out.text(r" \end{bmatrix}");
    }
}

/// Whether these are equations that define arrays or their elements, or say how they are distributed.
pub(super) fn is_system(equations: &[Expr]) -> bool {
    let defines = |left: &Expr| left.is_array_symbol() || left.has_head(Sym::Indexed) && left.arg(0).is_array_symbol();
    let is_statement = |e: &Expr| matches!(e.head_sym(), Some(Sym::Equal | Sym::Distributed)) && e.len() == 2;
    !equations.is_empty() && equations.iter().all(|e| is_statement(e) && defines(&e.arg(0)))
}

/// Whether elements from a position to another one are meant, both counted from the first.
fn is_range(e: &Expr) -> bool {
    e.is_list() && e.len() == 2 && e.args().iter().all(|place| place.as_usize().is_some_and(|place| place > 0))
}

/// Whether a term ends with a large sign, whose reach what follows would leave open.
fn holds_inactive(e: &Expr) -> bool {
    let is_inactive = |e: &Expr| e.head().has_head(Sym::Inactive);
    is_inactive(e) || e.has_head(Sym::Times) && e.args().iter().any(is_inactive)
}

/// The order in which the terms of a sum are read: products before what is added to them, and a term
/// with a minus sign not first.
pub(super) fn ordered_terms(terms: &[Expr], is_negative: impl Fn(&Expr) -> bool) -> Vec<Expr> {
    let mut terms = terms.to_vec();
    if terms.iter().any(|term| rank(term) > 0 || holds_inactive(term)) {
        terms.sort_by_key(|term| match term.head_sym() {
            _ if holds_inactive(term) => 3,
            _ if is_negative(term) => 2,
            Some(Sym::Dot) => 0,
            _ => 1,
        });
    } else if is_negative(&terms[0])
        && let Some(first) = terms.iter().position(|term| !is_negative(term))
    {
        terms.rotate_left(first);
    }
    terms
}
