//! Sums of products with constants that have the same factors: a matrix of constants times a vector, which is one call of a
//! kernel instead of as many operations as the matrix has elements.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use netform_kernels::{Code, Linear};

use crate::values::{Value, Values};

/// Several sums of the same factors.
#[derive(Debug)]
pub(crate) struct Product {
    /// The values of the sums.
    pub(crate) sums: Vec<Value>,
    /// What the constants are multiplied with.
    pub(crate) factors: Vec<Value>,
    pub(crate) linear: Linear,
}

/// Sums of the same factors, all with a constant to start with or all without.
struct Group {
    factors: Vec<Value>,
    sums: Vec<Value>,
    starts: Option<Vec<f64>>,
    /// The constants of each sum, one sum after the other.
    constants: Vec<f64>,
}

/// A call pays from this number of sums on, and of elements of the matrix.
const SUMS: usize = 2;
const ELEMENTS: usize = 24;

/// The products among the values.
pub(crate) fn products(values: &Values) -> Vec<Product> {
    let mut places: HashMap<(bool, Vec<Value>), usize> = HashMap::new();
    let mut groups: Vec<Group> = vec![];
    for value in values.computed() {
        let Some(sum) = sum(values, value) else { continue };
        match places.entry((sum.starts.is_some(), sum.factors.clone())) {
            Entry::Vacant(entry) => {
                entry.insert(groups.len());
                groups.push(sum);
            }
            Entry::Occupied(entry) => groups[*entry.get()].add(sum),
        }
    }
    groups.into_iter().filter_map(Group::product).collect()
}

impl Group {
    fn add(&mut self, other: Group) {
        self.sums.extend(other.sums);
        self.constants.extend(other.constants);
        if let (Some(starts), Some(others)) = (&mut self.starts, other.starts) {
            starts.extend(others);
        }
    }

    /// The product, if a call pays.
    fn product(self) -> Option<Product> {
        let count = self.sums.len();
        let pays = count >= SUMS && count * self.factors.len() >= ELEMENTS;
        pays.then(|| Product {
            linear: Linear::new(count, self.starts.as_deref(), &self.constants),
            sums: self.sums,
            factors: self.factors,
        })
    }
}

/// The group of a single sum, if a value is one of products with constants; the first summand may be a constant.
fn sum(values: &Values, value: Value) -> Option<Group> {
    let (Code::Dot, operands) = values.operation(value)? else { return None };
    let constant = |value: Value| values.constant(value).map(|place| values.constants()[place]);
    let mut pairs = operands.chunks_exact(2).map(|pair| (constant(pair[0]), constant(pair[1]), pair[1])).peekable();
    let starts = match pairs.peek() {
        Some(&(Some(a), Some(b), _)) => Some(vec![a * b]),
        _ => None,
    };
    if starts.is_some() {
        pairs.next();
    }
    let count = operands.len() / 2;
    let (mut constants, mut factors) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for pair in pairs {
        let (Some(constant), None, factor) = pair else { return None };
        constants.push(constant);
        factors.push(factor);
    }
    Some(Group { factors, sums: vec![value], starts, constants })
}
