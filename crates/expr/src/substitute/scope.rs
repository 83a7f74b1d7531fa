//! Scoping constructs: which names they bind, and in which of their parts.

use smallvec::SmallVec;

use crate::{Expr, Kind, NodeSet, Sym};

/// What a scoping construct does with its names and parts.
pub(super) struct Scope {
    /// The symbols that it binds.
    pub(super) names: SmallVec<[Expr; 4]>,
    /// Whether the names may be changed to avoid capture. `Block` and immediate rules keep theirs.
    pub(super) renames: bool,
    /// For the head and each argument, the scope that it belongs to.
    pub(super) parts: SmallVec<[Part; 6]>,
}

/// The scope of a part of a scoping construct.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Outside of it.
    Outer,
    /// Inside of it.
    Inner,
    /// The list of its variables, whose initial values are outside.
    Declarations,
    /// A further list of variables, whose initial values may mention those before.
    InnerDeclarations,
}

/// The scope that a node opens, if it is a scoping construct that binds names.
pub(super) fn scope_of(node: &Expr) -> Option<Scope> {
    let Kind::Normal(_, args) = node.kind() else { return None };
    let scope = match node.head_sym()? {
        Sym::Function if args.len() >= 2 => function(args),
        Sym::Module if args.len() == 2 => declared(args, true),
        Sym::With if args.len() >= 2 => declared(args, true),
        Sym::Block if args.len() == 2 => declared(args, false),
        Sym::RuleDelayed | Sym::SetDelayed | Sym::UpSetDelayed if args.len() == 2 => patterns(args, &args[0], true),
        Sym::TagSetDelayed if args.len() == 3 => patterns(args, &args[1], true),
        Sym::Rule | Sym::Set | Sym::UpSet if args.len() == 2 => patterns(args, &args[0], false),
        _ => return None,
    };
    (!scope.names.is_empty()).then_some(scope)
}

/// The names that a scoping construct binds and may change, to keep apart what is put inside from them.
pub fn renamed_variables(node: &Expr) -> SmallVec<[Expr; 4]> {
    scope_of(node).filter(|scope| scope.renames).map(|scope| scope.names).unwrap_or_default()
}

/// Whether this is a function whose parameters are slots.
pub(super) fn is_slot_function(node: &Expr) -> bool {
    match node.kind() {
        Kind::Normal(_, args) if node.has_head(Sym::Function) => args.len() == 1 || args[0].is(Sym::Null),
        _ => false,
    }
}

/// Whether `Sequence` stays as it is among the arguments of this head.
pub(super) fn holds_sequences(head: &Expr) -> bool {
    use Sym::{Rule, RuleDelayed, Set, SetDelayed, TagSet, TagSetDelayed, UpSet, UpSetDelayed};
    let holders = [Rule, RuleDelayed, Set, SetDelayed, TagSet, TagSetDelayed, UpSet, UpSetDelayed];
    head.sym().is_some_and(|sym| holders.contains(&sym))
}

/// The parameters of a function: one symbol or a list of symbols.
pub(super) fn parameters(specification: &Expr) -> SmallVec<[Expr; 4]> {
    match specification.kind() {
        Kind::Symbol(_) if !specification.is(Sym::Null) => [specification.clone()].into_iter().collect(),
        Kind::Normal(_, items) if specification.is_list() => items.iter().filter(|e| e.is_symbol()).cloned().collect(),
        _ => SmallVec::new(),
    }
}

fn function(args: &[Expr]) -> Scope {
    let mut parts: SmallVec<[Part; 6]> = SmallVec::from_elem(Part::Outer, args.len() + 1);
    parts[1] = Part::Inner;
    parts[2] = Part::Inner;
    Scope { names: parameters(&args[0]), renames: true, parts }
}

fn declared(args: &[Expr], renames: bool) -> Scope {
    let lists = &args[..args.len() - 1];
    let mut names = SmallVec::new();
    for list in lists.iter().filter(|list| list.is_list()) {
        names.extend(list.args().iter().filter_map(declared_name));
    }
    let mut parts: SmallVec<[Part; 6]> = SmallVec::from_elem(Part::InnerDeclarations, args.len() + 1);
    parts[0] = Part::Outer;
    parts[1] = Part::Declarations;
    parts[args.len()] = Part::Inner;
    Scope { names, renames, parts }
}

/// The variable that an element of a list of declarations introduces: `y`, `y = value`, `y := value`.
pub(super) fn declared_name(declaration: &Expr) -> Option<Expr> {
    if declaration.is_symbol() {
        return Some(declaration.clone());
    }
    match declaration.kind() {
        Kind::Normal(_, [name, _]) if is_initialisation(declaration) && name.is_symbol() => Some(name.clone()),
        _ => None,
    }
}

/// Whether this is `name = value` or `name := value`.
pub(super) fn is_initialisation(declaration: &Expr) -> bool {
    matches!(declaration.head_sym(), Some(Sym::Set | Sym::SetDelayed))
}

fn patterns(args: &[Expr], left: &Expr, renames: bool) -> Scope {
    let mut parts: SmallVec<[Part; 6]> = SmallVec::from_elem(Part::Inner, args.len() + 1);
    parts[0] = Part::Outer;
    Scope { names: pattern_names(left), renames, parts }
}

/// The names that patterns in the expression introduce, in order of appearance.
fn pattern_names(left: &Expr) -> SmallVec<[Expr; 4]> {
    let mut names: SmallVec<[Expr; 4]> = SmallVec::new();
    let mut seen = NodeSet::default();
    let mut stack = vec![left.clone()];
    while let Some(node) = stack.pop() {
        let Kind::Normal(head, args) = node.kind() else { continue };
        if !node.may_hold_pattern() || !seen.insert(node.clone()) {
            continue;
        }
        if let [name, _] = args
            && node.has_head(Sym::Pattern)
            && name.is_symbol()
            && !names.contains(name)
        {
            names.push(name.clone());
        }
        stack.extend(args.iter().rev().chain([head]).cloned());
    }
    names
}
