//! What an assignment does: to which symbol a rule belongs, and for which purpose.

use netform_eval::{Definitions, Flow, Session, Values};
use netform_expr::pattern::{Rule, RuleKind};
use netform_expr::{Attributes, Expr, Kind, Sym};

use crate::associations;
use crate::definitions::part_assignment::replace_entry;

/// Messages of all assignments.
pub(super) const MESSAGES: &[(&str, &str)] = &[
    ("wrsym", "Symbol `1` is Protected."),
    ("write", "Tag `1` in `2` is Protected."),
    ("setraw", "`1` is no symbol or expression with a symbol in front: nothing can be assigned to it."),
    ("shape", "Lists `1` and `2` are not the same shape."),
    ("nosym", "`1` contains no symbol that a rule can belong to."),
    ("tagnf", "Tag `1` is neither in front of `2` nor in front of one of its arguments."),
    ("setps", "`1` is no symbol: a part of it cannot be assigned to."),
    ("noval", "Symbol `1` has no value whose part could be assigned to."),
    ("partw", "Part `1` does not exist in `2`."),
    ("usraw", "`1` is no symbol."),
    ("norep", "There is no assignment to `2` that belongs to `1`."),
];

/// An assignment operator: who tells what is wrong, and whether the right side is evaluated first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Assignment {
    pub(super) operator: Sym,
    pub(super) kind: RuleKind,
}

impl Assignment {
    /// `left = right` or `left := right`. The left side is as it is written, the right side
    /// evaluated if the operator evaluates it. Tells whether the assignment was made.
    ///
    /// # Errors
    /// What leaves the evaluation of parts of the left side.
    pub(super) fn assign(self, session: &mut Session, left: &Expr, right: &Expr) -> Result<bool, Flow> {
        if left.is_symbol() {
            return self.assign_symbol(session, left, right);
        }
        if left.is_list() && self.kind == RuleKind::Immediate {
            return self.assign_list(session, left, right);
        }
        if let Some(assign) = session.function_of(left.head()).and_then(|f| f.assign) {
            return assign(session, left, Some(right));
        }
        if self.kind == RuleKind::Immediate
            && let Some(done) = assign_key(session, left, right)?
        {
            return Ok(done);
        }
        let left = prepare(session, left)?;
        let Some(place) = Place::of(&left) else {
            session.message(self.operator, "setraw", &[left]);
            return Ok(false);
        };
        self.insert(session, &place, &left, right)
    }

    fn assign_symbol(self, session: &mut Session, symbol: &Expr, right: &Expr) -> Result<bool, Flow> {
        if let Some(assign) = session.function_of(symbol).and_then(|f| f.assign) {
            return assign(session, symbol, Some(right));
        }
        if session.attributes_of(symbol).contains(Attributes::PROTECTED) {
            session.message(self.operator, "wrsym", std::slice::from_ref(symbol));
            return Ok(false);
        }
        let rule = Rule::new(symbol, right, self.kind);
        session.change_own_values(symbol, |own| own.insert(rule));
        Ok(true)
    }

    fn assign_list(self, session: &mut Session, left: &Expr, right: &Expr) -> Result<bool, Flow> {
        if !right.is_list() || left.len() != right.len() {
            session.message(self.operator, "shape", &[left.clone(), right.clone()]);
            return Ok(false);
        }
        let mut done = true;
        for (left, right) in left.args().iter().zip(right.args().iter()) {
            done &= self.assign(session, left, right)?;
        }
        Ok(done)
    }

    /// Adds a rule at a place, unless the symbol there is protected.
    pub(super) fn insert(self, session: &mut Session, place: &Place, left: &Expr, right: &Expr) -> Result<bool, Flow> {
        if session.attributes_of(&place.symbol).contains(Attributes::PROTECTED) {
            let shown = bare(left).clone();
            session.message(self.operator, "write", &[place.symbol.clone(), shown]);
            return Ok(false);
        }
        let rule = Rule::new(left, right, self.kind);
        session.change_definitions(&place.symbol, |d| place.purpose.values(d).insert(rule));
        Ok(true)
    }
}

/// What a rule that belongs to a symbol is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Own,
    Down,
    Sub,
    Up,
    Numeric,
    Default,
    Format,
}

impl Purpose {
    /// The rules of a symbol for this purpose.
    pub(super) fn values(self, definitions: &mut Definitions) -> &mut Values {
        match self {
            Purpose::Own => &mut definitions.own,
            Purpose::Down => &mut definitions.down,
            Purpose::Sub => &mut definitions.sub,
            Purpose::Up => &mut definitions.up,
            Purpose::Numeric => &mut definitions.numeric,
            Purpose::Default => &mut definitions.default,
            Purpose::Format => &mut definitions.format,
        }
    }

    /// The same, to read.
    pub(super) fn of(self, definitions: &Definitions) -> &Values {
        match self {
            Purpose::Own => &definitions.own,
            Purpose::Down => &definitions.down,
            Purpose::Sub => &definitions.sub,
            Purpose::Up => &definitions.up,
            Purpose::Numeric => &definitions.numeric,
            Purpose::Default => &definitions.default,
            Purpose::Format => &definitions.format,
        }
    }
}

/// Where a rule is kept.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) symbol: Expr,
    pub(super) purpose: Purpose,
}

impl Place {
    /// The place of an ordinary rule with this left side: `x`, `f[...]`, or `f[...][...]`.
    pub(super) fn of(left: &Expr) -> Option<Place> {
        let left = bare(left);
        let Kind::Normal(head, _) = left.kind() else {
            return left.is_symbol().then(|| Place { symbol: left.clone(), purpose: Purpose::Own });
        };
        let head = bare(head);
        if head.is_symbol() {
            return Some(Place { symbol: head.clone(), purpose: Purpose::Down });
        }
        Some(Place { symbol: front(head)?, purpose: Purpose::Sub })
    }

    /// The place of a rule with this left side that is to belong to `tag`.
    pub(super) fn tagged(tag: &Expr, left: &Expr) -> Option<Place> {
        if let Some(place) = Place::of(left)
            && place.symbol == *tag
        {
            return Some(place);
        }
        tags(left).contains(tag).then(|| Place { symbol: tag.clone(), purpose: Purpose::Up })
    }
}

/// The symbols in front of the arguments of the left side, each once.
pub(super) fn tags(left: &Expr) -> Vec<Expr> {
    let mut tags = Vec::new();
    for tag in bare(left).args().iter().filter_map(front) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// The symbol that an expression or pattern has in front: `f` for `f`, `f[x]`, `f[x][y]`, `y:f[_]`, `_f`.
fn front(e: &Expr) -> Option<Expr> {
    let e = bare(e);
    match e.kind() {
        Kind::Symbol(_) => Some(e.clone()),
        Kind::Normal(_, [head]) if is_blank(e) => front(head),
        Kind::Normal(_, []) if is_blank(e) => None,
        Kind::Normal(head, _) => front(head),
        _ => None,
    }
}

fn is_blank(e: &Expr) -> bool {
    matches!(e.head_sym(), Some(Sym::Blank | Sym::BlankSequence | Sym::BlankNullSequence))
}

/// A left side without conditions, tests, names, and `HoldPattern` around it.
fn bare(left: &Expr) -> &Expr {
    let mut left = left;
    loop {
        left = match (left.head_sym(), left.kind()) {
            (Some(Sym::Condition | Sym::PatternTest), Kind::Normal(_, [inner, _])) => inner,
            (Some(Sym::HoldPattern), Kind::Normal(_, [inner])) => inner,
            (Some(Sym::Pattern), Kind::Normal(_, [_, inner])) => inner,
            (Some(Sym::Optional), Kind::Normal(_, [inner, ..])) => inner,
            _ => return left,
        };
    }
}

/// The left side as the rule keeps it: the parts of the expression that it is about evaluated, and
/// no `HoldPattern` around it.
///
/// # Errors
/// What leaves the evaluation of a part.
pub(super) fn prepare(session: &mut Session, left: &Expr) -> Result<Expr, Flow> {
    match (left.head_sym(), left.kind()) {
        (Some(Sym::Condition), Kind::Normal(head, [inner, test])) => {
            let inner = prepare(session, inner)?;
            Ok(Expr::normal(head.clone(), [inner, test.clone()]))
        }
        (Some(Sym::Pattern), Kind::Normal(head, [name, inner])) => {
            let inner = prepare(session, inner)?;
            Ok(Expr::normal(head.clone(), [name.clone(), inner]))
        }
        (Some(Sym::HoldPattern), Kind::Normal(_, [inner])) => Ok(inner.clone()),
        _ => session.evaluate_parts(left),
    }
}

/// `a[key] = value` and `a[key1][key2] = value` where the value of `a` is an association.
fn assign_key(session: &mut Session, left: &Expr, right: &Expr) -> Result<Option<bool>, Flow> {
    let mut keys = Vec::new();
    let mut symbol = left;
    while let Kind::Normal(head, [key]) = symbol.kind() {
        keys.push(key.clone());
        symbol = head;
    }
    let Some(value) = immediate_value(session, symbol).filter(associations::is_association) else {
        return Ok(None);
    };
    if session.attributes_of(symbol).contains(Attributes::PROTECTED) {
        session.message(Sym::Set, "write", &[symbol.clone(), left.clone()]);
        return Ok(Some(false));
    }
    keys.reverse();
    let keys = keys.iter().map(|key| session.evaluate(key)).collect::<Result<Vec<_>, _>>()?;
    let Some(changed) = replace_entry(&value, &keys, right) else { return Ok(None) };
    session.set_own_value(symbol, changed);
    Ok(Some(true))
}

/// The value that was assigned to a symbol by `symbol = value`.
pub(super) fn immediate_value(session: &Session, symbol: &Expr) -> Option<Expr> {
    if !symbol.is_symbol() {
        return None;
    }
    let definitions = session.definitions_of(symbol)?;
    let rule = definitions.own.iter().next()?;
    (rule.left() == symbol).then(|| rule.right().clone())
}
