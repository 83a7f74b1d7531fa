//! Equations with names in the place of long constants, and with numbers as in mathematics.

use netform_expr::{Expr, Kind, NodeMap, NodeSet, Sym, array_symbols, map_bottom_up};

/// Constants of more elements than this have a name, or are written as a range.
const MOST_ELEMENTS: usize = 24;

/// How deep lists of lists of numbers are looked at.
const DEPTH: usize = 16;

/// Whole numbers of machine precision below this are written without a point.
const MOST_WHOLE: f64 = 1e15;

/// What is said of a quantity.
pub(super) enum Statement {
    /// It is this.
    Is(Expr, Expr),
    /// It has this distribution.
    Distributed(Expr, Expr),
    /// It is a constant of these dimensions.
    Constant(Expr, Vec<usize>),
}

impl Statement {
    /// The expressions in it.
    pub(super) fn parts(&self) -> Vec<Expr> {
        match self {
            Statement::Is(left, right) | Statement::Distributed(left, right) => vec![left.clone(), right.clone()],
            Statement::Constant(left, _) => vec![left.clone()],
        }
    }
}

/// What a list of equations says.
pub(super) fn statements(equations: &[Expr]) -> Vec<Statement> {
    let mut constants = Constants::default();
    constants.taken.extend(array_symbols(&Expr::list(equations.iter().cloned())).iter().map(|array| array.arg(0)));
    for equation in equations {
        let (left, right) = (equation.arg(0), equation.arg(1));
        let statement = match constants.long(&right) {
            _ if equation.has_head(Sym::Distributed) => Statement::Distributed(left, in_mathematics(&right)),
            Some(sizes) => match progression(&right, &sizes) {
                Some(range) => Statement::Is(left, range),
                None => Statement::Constant(left, sizes),
            },
            None => Statement::Is(left, in_mathematics(&constants.with_names(&right))),
        };
        constants.statements.push(statement);
    }
    constants.statements
}

/// The constants that have names, and what is stated so far.
#[derive(Default)]
struct Constants {
    statements: Vec<Statement>,
    names: NodeMap<Expr>,
    taken: NodeSet,
    /// The dimensions of lists of numbers, or of such lists.
    sizes: NodeMap<Option<Vec<usize>>>,
}

impl Constants {
    /// An expression with names for its long constants; what is new is stated.
    fn with_names(&mut self, e: &Expr) -> Expr {
        map_bottom_up(e, |node| {
            let Kind::Normal(head, args) = node.kind() else { return node };
            // Where all is constant, the whole has the name.
            if node.is_array_symbol() || self.sizes(&node, DEPTH).is_some() {
                return node;
            }
            Expr::normal(head.clone(), args.iter().map(|arg| self.name(arg)).collect::<Vec<_>>())
        })
    }

    fn name(&mut self, e: &Expr) -> Expr {
        let Some(sizes) = self.long(e) else { return e.clone() };
        if let Some(range) = progression(e, &sizes) {
            return range;
        }
        if let Some(known) = self.names.get(e) {
            return known.clone();
        }
        let mut number = self.names.len();
        let name = loop {
            number += 1;
            let name = Expr::call(Sym::Subscript, [Expr::string("C"), Expr::string(&number.to_string())]);
            if self.taken.insert(name.clone()) {
                break name;
            }
        };
        let dimensions = Expr::list(sizes.iter().map(|size| Expr::integer(*size as i64)));
        let symbol = Expr::call(Sym::ArraySymbol, [name, dimensions]);
        self.statements.push(Statement::Constant(symbol.clone(), sizes));
        self.names.insert(e.clone(), symbol.clone());
        symbol
    }

    /// The dimensions of a constant of many elements.
    fn long(&mut self, e: &Expr) -> Option<Vec<usize>> {
        let count = |sizes: &[usize]| sizes.iter().fold(1, |all: usize, size| all.saturating_mul(*size));
        self.sizes(e, DEPTH).filter(|sizes| count(sizes) > MOST_ELEMENTS)
    }

    fn sizes(&mut self, e: &Expr, depth: usize) -> Option<Vec<usize>> {
        if let Some(array) = e.as_array() {
            return Some(array.shape().to_vec());
        }
        if !e.is_list() || e.is_empty() || depth == 0 {
            return None;
        }
        if let Some(known) = self.sizes.get(e) {
            return known.clone();
        }
        let mut of = |item: &Expr| if item.is_number() { Some(Vec::new()) } else { self.sizes(item, depth - 1) };
        let args = e.args();
        let first = of(&args[0]);
        let sizes = first.filter(|first| args[1..].iter().all(|item| of(item).as_ref() == Some(first)));
        let sizes = sizes.map(|first| [&[args.len()][..], &first].concat());
        self.sizes.insert(e.clone(), sizes.clone());
        sizes
    }
}

/// A list of numbers with the same whole difference, as its first two and its last one.
fn progression(e: &Expr, sizes: &[usize]) -> Option<Expr> {
    if sizes.len() != 1 {
        return None;
    }
    let items = e.args();
    let whole = |item: &Expr| item.as_number().and_then(|number| number.to_f64()).filter(|x| x.fract() == 0.0);
    let [first, second] = [whole(items.first()?)?, whole(items.get(1)?)?];
    let is_next = |pair: &[Expr]| {
        whole(&pair[0]).zip(whole(&pair[1])).is_some_and(|(before, after)| after - before == second - first)
    };
    if first == second || !items.windows(2).all(is_next) {
        return None;
    }
    let shown = [items[0].clone(), items[1].clone(), Expr::symbol("System`…"), items.last()?.clone()];
    Some(in_mathematics(&Expr::list(shown)))
}

/// Whole numbers without a point, and nothing times one or plus zero.
fn in_mathematics(e: &Expr) -> Expr {
    map_bottom_up(e, |node| match node.kind() {
        Kind::Real(value) if value.fract() == 0.0 && value.abs() < MOST_WHOLE => Expr::integer(value as i64),
        Kind::Normal(head, args) => {
            let neutral = match head.sym() {
                Some(Sym::Times) => 1,
                Some(Sym::Plus) => 0,
                _ => return node,
            };
            if !args.iter().any(|arg| arg.is_integer(neutral)) {
                return node;
            }
            let rest: Vec<Expr> = args.iter().filter(|arg| !arg.is_integer(neutral)).cloned().collect();
            match <[Expr; 1]>::try_from(rest) {
                Ok([single]) => single,
                Err(rest) if rest.is_empty() => Expr::integer(neutral),
                Err(rest) => Expr::normal(head.clone(), rest),
            }
        }
        _ => node,
    })
}
