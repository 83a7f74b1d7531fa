//! Functions that answer by how their arguments are written. On symbols they say something else than on numbers, and without
//! telling, so that a body with one of them is not evaluated on symbols.

use netform_expr::{Expr, Sym, postorder};

/// Tests of the form of expressions, and loops that end by one.
const TESTS: &[Sym] = &[
    Sym::While,
    Sym::For,
    Sym::NestWhile,
    Sym::NestWhileList,
    Sym::FixedPoint,
    Sym::FixedPointList,
    Sym::TrueQ,
    Sym::SameQ,
    Sym::UnsameQ,
    Sym::MatchQ,
    Sym::FreeQ,
    Sym::MemberQ,
    Sym::NumberQ,
    Sym::NumericQ,
    Sym::IntegerQ,
    Sym::EvenQ,
    Sym::OddQ,
    Sym::AtomQ,
    Sym::Head,
    Sym::Switch,
];

/// What arranges or chooses elements of lists, by their form where they are symbols. Of arrays they are functions like others.
const ARRANGING: &[Sym] = &[
    Sym::Cases,
    Sym::Count,
    Sym::Position,
    Sym::Select,
    Sym::Sort,
    Sym::SortBy,
    Sym::Ordering,
    Sym::OrderedQ,
    Sym::Union,
    Sym::DeleteDuplicates,
    Sym::DeleteCases,
];

/// A call in a body that has not been evaluated, of a function that answers by the form of its arguments. Arguments may reach it
/// by local variables, so that it does not matter whether they occur in it.
pub(super) fn by_form(body: &Expr, arrays: bool) -> Option<Expr> {
    let decides = |sym: Sym| TESTS.contains(&sym) || !arrays && ARRANGING.contains(&sym);
    let found = postorder(
        body,
        |_| true,
        |node| match node.head_sym().filter(|_| node.is_normal()) {
            Some(sym) if decides(sym) => Err(node.clone()),
            _ => Ok(()),
        },
    );
    found.err()
}
