//! Formulas of single real numbers, each written once.
//!
//! A [`Graph`] is what a program says of the elements of its arrays. Numbers are exact, so that nothing is rounded but
//! constants that no rational number is. What follows from numbers alone is computed while nodes are made.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

use netform_expr::Number;

use crate::scalar::Operator;

/// A node of a graph.
pub(super) type Id = u32;

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// An exact real number. The truth values are 1 and 0.
    Number(Number),
    /// An infinity, or what is no number, by its bits.
    Special(u64),
    /// An element of an input.
    Input(usize),
    Sum(Rc<[Id]>),
    Product([Id; 2]),
    Quotient([Id; 2]),
    /// A relation, or a conjunction or disjunction of truth values.
    Truth(Operator, [Id; 2]),
    /// A truth value, and the values where it holds and where not.
    Choice([Id; 3]),
    /// A function by its name in C.
    Call(Rc<str>, Rc<[Id]>),
}

impl Node {
    /// What it is made of.
    pub(super) fn parts(&self) -> &[Id] {
        match self {
            Node::Number(_) | Node::Special(_) | Node::Input(_) => &[],
            Node::Sum(parts) | Node::Call(_, parts) => parts,
            Node::Product(parts) | Node::Quotient(parts) | Node::Truth(_, parts) => parts,
            Node::Choice(parts) => parts,
        }
    }
}

/// Nodes, those of which others are made first.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    places: HashMap<Node, Id>,
}

impl Graph {
    pub(super) fn node(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    fn make(&mut self, node: Node) -> Id {
        if let Some(&known) = self.places.get(&node) {
            return known;
        }
        let id = self.nodes.len() as Id;
        self.nodes.push(node.clone());
        self.places.insert(node, id);
        id
    }

    pub(super) fn input(&mut self, place: usize) -> Id {
        self.make(Node::Input(place))
    }

    /// The exact value of a number.
    pub(super) fn exact(&mut self, number: &Number) -> Option<Id> {
        let exact = number.to_exact().ok().filter(Number::is_real)?;
        Some(self.make(Node::Number(exact)))
    }

    /// The number that a machine number is.
    pub(super) fn real(&mut self, value: f64) -> Id {
        match Number::real(value).ok().and_then(|number| self.exact(&number)) {
            Some(id) => id,
            None => self.make(Node::Special(value.to_bits())),
        }
    }

    pub(super) fn integer(&mut self, value: i64) -> Id {
        self.make(Node::Number(Number::from(value)))
    }

    /// The number that a node is.
    pub(super) fn number(&self, id: Id) -> Option<&Number> {
        match self.node(id) {
            Node::Number(number) => Some(number),
            _ => None,
        }
    }

    fn special(&self, id: Id) -> Option<f64> {
        match self.node(id) {
            Node::Special(bits) => Some(f64::from_bits(*bits)),
            _ => None,
        }
    }

    /// Whether the value is a truth value that is no number.
    pub(super) fn is_truth(&self, id: Id) -> bool {
        matches!(self.node(id), Node::Truth(..))
    }

    /// The value as a number.
    pub(super) fn numeric(&mut self, id: Id) -> Id {
        if !self.is_truth(id) {
            return id;
        }
        let (one, zero) = (self.integer(1), self.integer(0));
        self.make(Node::Choice([id, one, zero]))
    }

    /// The value as a truth value.
    pub(super) fn truth(&mut self, id: Id) -> Id {
        if self.is_truth(id) || self.number(id).is_some() {
            return id;
        }
        if let Node::Choice([condition, yes, no]) = *self.node(id) {
            let is = |id: Id, value: i64| self.number(id).is_some_and(|number| *number == Number::from(value));
            if is(yes, 1) && is(no, 0) {
                return condition;
            }
        }
        let zero = self.integer(0);
        self.make(Node::Truth(Operator::NotEqual, [id, zero]))
    }

    pub(super) fn sum(&mut self, terms: &[Id]) -> Id {
        let mut known = Number::ZERO;
        let mut special = 0.0;
        let mut open = Vec::with_capacity(terms.len());
        for &term in terms {
            let term = self.numeric(term);
            match self.node(term) {
                Node::Number(number) => known = known.add(number),
                Node::Special(bits) => special += f64::from_bits(*bits),
                _ => open.push(term),
            }
        }
        if special != 0.0 {
            return self.real(special);
        }
        if !known.is_zero() || open.is_empty() {
            open.push(self.make(Node::Number(known)));
        }
        match open.as_slice() {
            [single] => *single,
            _ => self.make(Node::Sum(open.into())),
        }
    }

    pub(super) fn product(&mut self, a: Id, b: Id) -> Id {
        let (a, b) = (self.numeric(a), self.numeric(b));
        let (a, b) = if self.number(b).is_some() { (b, a) } else { (a, b) };
        match (self.number(a), self.number(b)) {
            (Some(x), Some(y)) => match x.mul(y) {
                Ok(value) => self.make(Node::Number(value)),
                Err(_) => self.real(f64::NAN),
            },
            (Some(x), None) if x.is_zero() && self.special(b).is_none() => a,
            (Some(x), None) if *x == Number::ONE => b,
            (Some(x), None) => match (self.special(b), self.node(b)) {
                (Some(special), _) => self.real(x.to_f64().unwrap_or(f64::NAN) * special),
                // Constant factors of one product are one.
                (None, Node::Product([c, rest])) if self.number(*c).is_some() => {
                    let (c, rest) = (*c, *rest);
                    let factor = self.product(a, c);
                    self.product(factor, rest)
                }
                _ => self.make(Node::Product([a, b])),
            },
            _ => self.make(Node::Product([a, b])),
        }
    }

    pub(super) fn negative(&mut self, a: Id) -> Id {
        let minus_one = self.integer(-1);
        self.product(minus_one, a)
    }

    fn quotient(&mut self, a: Id, b: Id) -> Id {
        let (a, b) = (self.numeric(a), self.numeric(b));
        match self.number(b).map(Number::recip) {
            Some(Ok(factor)) => {
                let factor = self.make(Node::Number(factor));
                self.product(factor, a)
            }
            Some(Err(_)) => self.real(f64::NAN),
            None => self.make(Node::Quotient([a, b])),
        }
    }

    pub(super) fn operation(&mut self, operator: Operator, a: Id, b: Id) -> Id {
        match operator {
            Operator::Add => self.sum(&[a, b]),
            Operator::Subtract => {
                let b = self.negative(b);
                self.sum(&[a, b])
            }
            Operator::Multiply => self.product(a, b),
            Operator::Divide => self.quotient(a, b),
            Operator::And | Operator::Or => {
                let (a, b) = (self.truth(a), self.truth(b));
                let decisive = operator == Operator::Or;
                for (known, other) in [(a, b), (b, a)] {
                    if let Some(number) = self.number(known) {
                        return if number.is_zero() == decisive { other } else { known };
                    }
                }
                if a == b { a } else { self.make(Node::Truth(operator, [a, b])) }
            }
            _ => self.relation(operator, a, b),
        }
    }

    fn relation(&mut self, operator: Operator, a: Id, b: Id) -> Id {
        if let (Operator::NotEqual, true, Some(zero)) = (operator, self.is_truth(a), self.number(b))
            && zero.is_zero()
        {
            return a;
        }
        let (a, b) = (self.numeric(a), self.numeric(b));
        let special = |id: Id| self.special(id);
        let order = match (self.number(a), self.number(b)) {
            _ if a == b => Some(Ordering::Equal),
            (Some(x), Some(y)) => x.compare(y),
            _ => match (special(a), special(b)) {
                (Some(x), Some(y)) => x.partial_cmp(&y),
                // Whatever is no constant is finite.
                (Some(x), None) => x.partial_cmp(&0.0),
                (None, Some(y)) => 0.0.partial_cmp(&y),
                (None, None) => None,
            },
        };
        match order {
            Some(order) => {
                let holds = match operator {
                    Operator::Equal => order.is_eq(),
                    Operator::NotEqual => order.is_ne(),
                    Operator::Less => order.is_lt(),
                    Operator::LessEqual => order.is_le(),
                    Operator::Greater => order.is_gt(),
                    _ => order.is_ge(),
                };
                self.integer(i64::from(holds))
            }
            None => self.make(Node::Truth(operator, [a, b])),
        }
    }

    pub(super) fn choice(&mut self, condition: Id, yes: Id, no: Id) -> Id {
        let condition = self.truth(condition);
        if let Some(number) = self.number(condition) {
            return if number.is_zero() { no } else { yes };
        }
        let (yes, no) = (self.numeric(yes), self.numeric(no));
        if yes == no { yes } else { self.make(Node::Choice([condition, yes, no])) }
    }

    /// The larger or the smaller one of two numbers.
    pub(super) fn extreme(&mut self, operator: Operator, a: Id, b: Id) -> Id {
        let first = self.operation(operator, a, b);
        self.choice(first, a, b)
    }

    /// A call of a function of C. Functions of numbers are computed in double precision.
    pub(super) fn call(&mut self, function: &str, arguments: &[Id]) -> Id {
        let arguments: Vec<Id> = arguments.iter().map(|&argument| self.numeric(argument)).collect();
        match (function, arguments.as_slice()) {
            ("fmax", &[a, b]) => return self.extreme(Operator::Greater, a, b),
            ("fmin", &[a, b]) => return self.extreme(Operator::Less, a, b),
            ("fabs", &[a]) => {
                let zero = self.integer(0);
                let (is_negative, opposite) = (self.operation(Operator::Less, a, zero), self.negative(a));
                return self.choice(is_negative, opposite, a);
            }
            _ => {}
        }
        let values: Option<Vec<f64>> = arguments
            .iter()
            .map(|&argument| self.number(argument).and_then(Number::to_f64).or_else(|| self.special(argument)))
            .collect();
        if let Some(value) = values.and_then(|values| value_of(function, &values)) {
            return self.real(value);
        }
        self.make(Node::Call(function.into(), arguments.into()))
    }

    /// For each node how often it is part of others, of those that some need.
    pub(super) fn uses(&self, roots: &[Id]) -> Vec<u32> {
        let mut uses = vec![0_u32; self.len()];
        roots.iter().for_each(|&root| uses[root as usize] += 1);
        // Parts stand before what they are part of.
        for id in (0..self.len()).rev() {
            if uses[id] > 0 {
                self.nodes[id].parts().iter().for_each(|&part| uses[part as usize] += 1);
            }
        }
        uses
    }
}

/// The value of a function of C for machine numbers, where it is known here.
fn value_of(function: &str, arguments: &[f64]) -> Option<f64> {
    let value = match (function, arguments) {
        ("sqrt", [x]) => x.sqrt(),
        ("cbrt", [x]) => x.cbrt(),
        ("exp", [x]) => x.exp(),
        ("expm1", [x]) => x.exp_m1(),
        ("log", [x]) => x.ln(),
        ("log1p", [x]) => x.ln_1p(),
        ("sin", [x]) => x.sin(),
        ("cos", [x]) => x.cos(),
        ("tanh", [x]) => x.tanh(),
        ("floor", [x]) => x.floor(),
        ("ceil", [x]) => x.ceil(),
        ("trunc", [x]) => x.trunc(),
        ("rint", [x]) => x.round_ties_even(),
        ("pow", [x, y]) => x.powf(*y),
        _ => return None,
    };
    Some(value)
}

#[cfg(test)]
mod tests {
    use netform_expr::Number;

    use super::{Graph, Node};
    use crate::scalar::Operator;

    #[test]
    fn what_follows_from_numbers_is_computed() {
        let mut graph = Graph::default();
        let (x, y) = (graph.input(0), graph.input(1));
        let (half, three) = (graph.real(0.5), graph.integer(3));
        let inner = graph.product(half, x);
        let scaled = graph.product(three, inner);
        let Node::Product([factor, rest]) = *graph.node(scaled) else { panic!("it is a product") };
        assert_eq!((graph.number(factor).and_then(Number::to_f64), rest), (Some(1.5), x));
        let opposite = graph.negative(half);
        assert_eq!(graph.sum(&[half, y, opposite]), y);
        let (holds, lowest) = (graph.operation(Operator::Less, half, three), graph.real(f64::NEG_INFINITY));
        assert_eq!(graph.choice(holds, x, y), x);
        assert_eq!(graph.call("fmax", &[lowest, x]), x);
        let (zero, both) = (graph.integer(0), graph.sum(&[x, y]));
        assert_eq!(graph.product(zero, both), zero);
        assert_eq!(graph.sum(&[x, y]), both);
    }
}
