//! Compilation of patterns.

use smallvec::SmallVec;

use super::node::{Call, Child, Children, Head, Id, Lengths, Node, NodeKind, Order, UNBOUNDED};
use crate::{Expr, Kind, NodeMap, Sym, Template, map_bottom_up};

/// The compiled parts of a pattern.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) nodes: Vec<Node>,
    pub(super) children: Vec<Child>,
    /// The variables by slot.
    pub(super) variables: Vec<Expr>,
    pub(super) root: Id,
    /// The call that the pattern is, beneath conditions and the like.
    pub(super) root_call: Option<Id>,
    /// The variable of the first `OptionsPattern` and the functions whose defaults it takes.
    pub(super) options: Option<Options>,
}

/// Where the options that a pattern matches are found.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) variable: Expr,
    pub(super) defaults: Expr,
}

impl Options {
    /// `OptionValue[name]` in the expression becomes `OptionValue[f, {options}, name]`.
    pub(super) fn resolve(&self, body: &Expr) -> Expr {
        map_bottom_up(body, |e| {
            let Kind::Normal(_, args) = e.kind() else { return e };
            if !e.has_head(Sym::OptionValue) {
                return e;
            }
            let (defaults, name) = match args {
                [name] => (self.defaults.clone(), name.clone()),
                [defaults, name] => (defaults.clone(), name.clone()),
                _ => return e,
            };
            Expr::call(Sym::OptionValue, [defaults, Expr::list([self.variable.clone()]), name])
        })
    }
}

/// The argument place that a pattern is compiled for.
#[derive(Clone, Copy)]
struct Place {
    position: u32,
    count: u32,
}

struct Compiler {
    program: Program,
    calls: NodeMap<Id>,
    /// Conditions, compiled when all variables are known.
    conditions: Vec<(Id, Expr)>,
    /// The head of the call being compiled.
    enclosing: Expr,
    /// Whether some argument of that call is optional.
    has_default: bool,
}

/// Compiles a pattern.
pub(super) fn compile(pattern: &Expr) -> Program {
    let program = Program {
        nodes: Vec::new(),
        children: Vec::new(),
        variables: Vec::new(),
        root: 0,
        root_call: None,
        options: None,
    };
    let mut compiler = Compiler {
        program,
        calls: NodeMap::default(),
        conditions: Vec::new(),
        enclosing: Sym::None.into(),
        has_default: false,
    };
    let place = Place { position: 1, count: 1 };
    compiler.program.root = compiler.root(pattern, place);
    for (id, test) in std::mem::take(&mut compiler.conditions) {
        let test = match &compiler.program.options {
            Some(options) => options.resolve(&test),
            None => test,
        };
        let template = Template::new(&test, &compiler.program.variables);
        if let NodeKind::Condition { test, .. } = &mut compiler.program.nodes[id as usize].kind {
            *test = template;
        }
    }
    compiler.program
}

impl Compiler {
    /// The whole pattern: a call at the root is compiled as one even if it is literal, since the
    /// rest of a sum may stand beside it.
    fn root(&mut self, e: &Expr, place: Place) -> Id {
        match e.kind() {
            Kind::Normal(_, [inner, test]) if e.has_head(Sym::Condition) => {
                let inner = self.root(inner, place);
                self.condition(inner, test)
            }
            Kind::Normal(_, [inner]) if e.has_head(Sym::HoldPattern) => self.root(inner, place),
            Kind::Normal(..) => {
                let id = if e.may_hold_pattern() { self.node(e, place) } else { self.call(e) };
                if matches!(self.program.nodes[id as usize].kind, NodeKind::Call(_)) {
                    self.program.root_call = Some(id);
                }
                id
            }
            _ => self.node(e, place),
        }
    }

    fn node(&mut self, e: &Expr, place: Place) -> Id {
        const RED_ZONE: usize = 64 * 1024;
        const STACK: usize = 1024 * 1024;
        if !e.may_hold_pattern() {
            return self.literal(e);
        }
        stacker::maybe_grow(RED_ZONE, STACK, || self.construct(e, place).unwrap_or_else(|| self.call(e)))
    }

    /// Compiles what has a meaning in patterns.
    fn construct(&mut self, e: &Expr, place: Place) -> Option<Id> {
        let Kind::Normal(_, args) = e.kind() else { return Some(self.literal(e)) };
        match (e.head_sym()?, args) {
            (Sym::Blank, [] | [_]) => {
                Some(self.add(NodeKind::Blank(args.first().cloned()), Lengths::ONE, Order::Shortest, &[]))
            }
            (Sym::BlankSequence, [] | [_]) => Some(self.any_sequence(args.first(), 1)),
            (Sym::BlankNullSequence, [] | [_]) => Some(self.any_sequence(args.first(), 0)),
            (Sym::Pattern, [name, inner]) if name.is_symbol() => {
                let slot = self.slot(name);
                let inner = self.node(inner, place);
                Some(self.wrap(NodeKind::Named { slot, inner }, inner))
            }
            (Sym::Optional, [inner] | [inner, _]) => {
                self.has_default = true;
                let inner = self.node(inner, place);
                let Lengths { max, .. } = self.lengths(inner);
                let default = args.get(1).cloned();
                let kind = NodeKind::Optional { inner, default, position: place.position, count: place.count };
                Some(self.add(kind, Lengths { min: 0, max }, Order::PresentFirst, &[inner]))
            }
            (Sym::Alternatives, _) => {
                let inner: Vec<Id> = args.iter().map(|arg| self.node(arg, place)).collect();
                let lengths = inner.iter().map(|id| self.lengths(*id)).reduce(Lengths::or).unwrap_or(Lengths::ONE);
                let children = self.children(&inner);
                Some(self.add(NodeKind::Alternatives(children), lengths, Order::Shortest, &inner))
            }
            (Sym::Repeated, [inner]) => Some(self.repeated(inner, 1, UNBOUNDED, place)),
            (Sym::RepeatedNull, [inner]) => Some(self.repeated(inner, 0, UNBOUNDED, place)),
            (Sym::Repeated, [inner, bounds]) => bounds_of(bounds, 1).map(|(a, b)| self.repeated(inner, a, b, place)),
            (Sym::RepeatedNull, [inner, bounds]) => {
                bounds_of(bounds, 0).map(|(a, b)| self.repeated(inner, a, b, place))
            }
            (Sym::Condition, [inner, test]) => {
                let inner = self.node(inner, place);
                Some(self.condition(inner, test))
            }
            (Sym::PatternTest, [inner, test]) => {
                let inner = self.node(inner, place);
                let id = self.wrap(NodeKind::Test { inner, test: test.clone() }, inner);
                Some(id)
            }
            (Sym::Except, [excluded]) => {
                let inner = self.add(NodeKind::Blank(None), Lengths::ONE, Order::Shortest, &[]);
                Some(self.except(excluded, inner, place))
            }
            (Sym::Except, [excluded, inner]) => {
                let inner = self.node(inner, place);
                Some(self.except(excluded, inner, place))
            }
            (Sym::Verbatim, [inner]) => Some(self.literal(inner)),
            (Sym::HoldPattern, [inner]) => Some(self.node(inner, place)),
            (Sym::Longest | Sym::Shortest, [inner]) => Some(self.priority(e, inner, 0, place)),
            (Sym::Longest | Sym::Shortest, [inner, rank]) => {
                rank.as_i64().map(|rank| self.priority(e, inner, rank, place))
            }
            (Sym::PatternSequence, _) => {
                let inner: Vec<Id> = args.iter().map(|arg| self.node(arg, place)).collect();
                let lengths = self.total(&inner);
                let children = self.children(&inner);
                Some(self.add(NodeKind::Group(children), lengths, Order::Shortest, &inner))
            }
            (Sym::OrderlessPatternSequence, _) => {
                let inner: Vec<Id> = args.iter().map(|arg| self.node(arg, place)).collect();
                let lengths = self.total(&inner);
                let children = self.any_order(&inner);
                Some(self.add(NodeKind::AnyOrder(children), lengths, Order::Shortest, &inner))
            }
            (Sym::KeyValuePattern, [patterns]) => {
                let listed = if patterns.is_list() { patterns.args().to_vec() } else { vec![patterns.clone()] };
                let inner: Vec<Id> = listed.iter().map(|arg| self.node(arg, place)).collect();
                let children = self.any_order(&inner);
                Some(self.add(NodeKind::KeyValue(children), Lengths::ONE, Order::Shortest, &inner))
            }
            (Sym::OptionsPattern, [] | [_]) => Some(self.options(args.first())),
            _ => None,
        }
    }

    fn literal(&mut self, e: &Expr) -> Id {
        self.add(NodeKind::Literal(e.clone()), Lengths::ONE, Order::Shortest, &[])
    }

    fn any_sequence(&mut self, head: Option<&Expr>, min: u32) -> Id {
        let lengths = Lengths { min, max: UNBOUNDED };
        self.add(NodeKind::AnySequence(head.cloned()), lengths, Order::Shortest, &[])
    }

    fn repeated(&mut self, inner: &Expr, min: u32, max: u32, place: Place) -> Id {
        let inner = self.node(inner, place);
        let lengths = self.lengths(inner).times(min, max);
        self.add(NodeKind::Repeated { inner, min, max }, lengths, Order::Shortest, &[inner])
    }

    fn condition(&mut self, inner: Id, test: &Expr) -> Id {
        let id = self.wrap(NodeKind::Condition { inner, test: Template::new(test, &[]) }, inner);
        self.conditions.push((id, test.clone()));
        id
    }

    fn except(&mut self, excluded: &Expr, inner: Id, place: Place) -> Id {
        let excluded = self.node(excluded, place);
        let id = self.wrap(NodeKind::Except { excluded, inner }, inner);
        self.program.nodes[id as usize].is_ground &= self.program.nodes[excluded as usize].is_ground;
        id
    }

    fn priority(&mut self, e: &Expr, inner: &Expr, rank: i64, place: Place) -> Id {
        let inner = self.node(inner, place);
        let id = self.wrap(NodeKind::Priority { inner }, inner);
        let node = &mut self.program.nodes[id as usize];
        node.order = if e.has_head(Sym::Longest) { Order::Longest } else { Order::Shortest };
        node.rank = rank;
        id
    }

    fn options(&mut self, defaults: Option<&Expr>) -> Id {
        let variable = Expr::symbol(&format!("Pattern`options{}", self.program.variables.len()));
        let slot = self.slot(&variable);
        if self.program.options.is_none() {
            let defaults = defaults.unwrap_or(&self.enclosing).clone();
            self.program.options = Some(Options { variable, defaults });
        }
        let lengths = Lengths { min: 0, max: UNBOUNDED };
        let id = self.add(NodeKind::Options { slot }, lengths, Order::Shortest, &[]);
        self.program.nodes[id as usize].is_ground = false;
        id
    }

    fn call(&mut self, e: &Expr) -> Id {
        let Kind::Normal(head, args) = e.kind() else { return self.literal(e) };
        if let Some(known) = self.calls.get(e) {
            return *known;
        }
        let mut symbol = head;
        while let Kind::Normal(inner, _) = symbol.kind() {
            symbol = inner;
        }
        let enclosing = std::mem::replace(&mut self.enclosing, symbol.clone());
        let outer_has_default = std::mem::replace(&mut self.has_default, false);
        let count = args.len() as u32;
        let head_node = if head.may_hold_pattern() && !is_pattern_head(head) {
            Head::Pattern(self.node(head, Place { position: 0, count }))
        } else {
            Head::Literal(head.clone())
        };
        let inner: SmallVec<[Id; 8]> =
            args.iter().zip(1..).map(|(arg, position)| self.node(arg, Place { position, count })).collect();
        self.enclosing = enclosing;
        let arguments = self.children(&inner);
        let any_order = if inner.len() > 1 { self.any_order(&inner) } else { arguments };
        let has_default = std::mem::replace(&mut self.has_default, outer_has_default);
        let collapses = has_default && self.total(&inner).min <= 1;
        let mut parts: SmallVec<[Id; 8]> = inner;
        if let Head::Pattern(id) = head_node {
            parts.push(id);
        }
        let call = Call { head: head_node, arguments, any_order, collapses, has_default };
        let id = self.add(NodeKind::Call(call), Lengths::ONE, Order::Shortest, &parts);
        self.calls.insert(e.clone(), id);
        id
    }

    // --------------------------------------------------------------------------------------------

    /// Adds a node that binds what its parts do.
    fn add(&mut self, kind: NodeKind, lengths: Lengths, order: Order, parts: &[Id]) -> Id {
        let binds = matches!(kind, NodeKind::Named { .. });
        let nodes = &mut self.program.nodes;
        let is_ground = !binds && parts.iter().all(|id| nodes[*id as usize].is_ground);
        nodes.push(Node { kind, lengths, is_ground, order, rank: 0 });
        nodes.len() as u32 - 1
    }

    /// Adds a node around another, of the same lengths.
    fn wrap(&mut self, kind: NodeKind, inner: Id) -> Id {
        let Node { lengths, order, rank, .. } = self.program.nodes[inner as usize];
        let id = self.add(kind, lengths, order, &[inner]);
        self.program.nodes[id as usize].rank = rank;
        id
    }

    fn slot(&mut self, name: &Expr) -> u32 {
        let variables = &mut self.program.variables;
        if let Some(slot) = variables.iter().position(|variable| variable == name) {
            return slot as u32;
        }
        variables.push(name.clone());
        variables.len() as u32 - 1
    }

    fn lengths(&self, id: Id) -> Lengths {
        self.program.nodes[id as usize].lengths
    }

    fn total(&self, ids: &[Id]) -> Lengths {
        ids.iter().fold(Lengths { min: 0, max: 0 }, |all, id| all.then(self.lengths(*id)))
    }

    fn children(&mut self, ids: &[Id]) -> Children {
        let start = self.program.children.len();
        let mut rest = Lengths { min: 0, max: 0 };
        let mut children: SmallVec<[Child; 8]> = SmallVec::new();
        for id in ids.iter().rev() {
            children.push(Child { node: *id, rest });
            rest = rest.then(self.lengths(*id));
        }
        self.program.children.extend(children.into_iter().rev());
        Children { start: start as u32, end: self.program.children.len() as u32 }
    }

    /// Children arranged for a match in any order: what fails first stands first.
    fn any_order(&mut self, ids: &[Id]) -> Children {
        let mut arranged: SmallVec<[Id; 8]> = ids.iter().copied().collect();
        arranged.sort_by_key(|id| {
            let node = &self.program.nodes[*id as usize];
            match node.kind {
                NodeKind::Literal(_) => 0,
                _ if node.lengths.max == 1 => 1,
                _ => 2,
            }
        });
        self.children(&arranged)
    }
}

/// Whether a symbol is the head of patterns: `Blank` in a malformed `Blank[a, b]`.
fn is_pattern_head(head: &Expr) -> bool {
    head.is_symbol()
}

/// The bounds `n`, `{n}`, `{min, max}` of a repetition; a lone `n` is the greatest number.
fn bounds_of(bounds: &Expr, least: u32) -> Option<(u32, u32)> {
    let number = |e: &Expr| match e.as_i64() {
        Some(n) => u32::try_from(n).ok(),
        None => is_infinity(e).then_some(UNBOUNDED),
    };
    if !bounds.is_list() {
        return number(bounds).map(|max| (least, max));
    }
    match bounds.args().as_ref() {
        [n] => number(n).map(|n| (n, n)),
        [min, max] => Some((number(min)?, number(max)?)),
        _ => None,
    }
}

fn is_infinity(e: &Expr) -> bool {
    e.is(Sym::Infinity)
        || e.has_head(Sym::DirectedInfinity) && e.args().first().is_some_and(|direction| direction.is_integer(1))
}
