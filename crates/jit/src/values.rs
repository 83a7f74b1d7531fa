//! A tape as values that are defined once: what steps write again and again becomes a new value each time. Sums of products are
//! computed together where they have the same factors, and are single operations otherwise.

use std::ops::Range;

use netform_kernels::{Code, Tape};

use crate::products::{Product, products};

/// A value: an input, a constant, or what an operation gives, in this order.
pub(crate) type Value = u32;

/// The operations that results need, each of which defines a value.
#[derive(Debug, Default)]
pub(crate) struct Values {
    inputs: usize,
    constants: Vec<f64>,
    operations: Vec<Operation>,
    /// The operands of all operations, one after the other.
    operands: Vec<Value>,
    results: Vec<Value>,
    /// Sums that are computed together; their operations are dot products, whose operands are the factors.
    products: Vec<Product>,
}

#[derive(Clone, Copy, Debug)]
struct Operation {
    code: Code,
    first: u32,
    count: u32,
}

impl Operation {
    fn operands(self) -> Range<usize> {
        self.first as usize..(self.first + self.count) as usize
    }
}

impl Values {
    /// The values of a tape. Copies are the values that they copy, and what no result needs is left out.
    pub(crate) fn new(tape: &Tape<f64>) -> Values {
        let constants: Vec<f64> = tape.constants().collect();
        let fixed = tape.inputs() + constants.len();
        let mut held: Vec<Value> = (0..tape.registers() as Value).collect();
        let mut values = Values { inputs: tape.inputs(), constants, ..Values::default() };
        for (code, sources, target) in tape.steps() {
            let first = values.operands.len() as u32;
            held[target as usize] = match (code, sources) {
                (Code::Copy, &[source]) => held[source as usize],
                _ => {
                    values.operands.extend(sources.iter().map(|&source| held[source as usize]));
                    values.operations.push(Operation { code, first, count: sources.len() as u32 });
                    (fixed + values.operations.len() - 1) as Value
                }
            };
        }
        values.results = tape.result_registers().iter().map(|&register| held[register as usize]).collect();
        values.keep_needed();
        let products = products(&values);
        values.with_products(products)
    }

    /// The same values, sums that are not in products as operations with two operands.
    fn with_products(self, products: Vec<Product>) -> Values {
        let mut place_in = vec![None; self.count()];
        for (place, product) in products.iter().enumerate() {
            product.sums.iter().for_each(|&sum| place_in[sum as usize] = Some(place));
        }
        let mut names: Vec<Value> = (0..self.count() as Value).collect();
        let mut values = Values { inputs: self.inputs, constants: self.constants.clone(), ..Values::default() };
        for value in self.computed() {
            let Some((code, operands)) = self.operation(value) else { continue };
            let operand = |&operand: &Value| names[operand as usize];
            names[value as usize] = match (code, place_in[value as usize]) {
                (_, Some(place)) => {
                    let factors: Vec<Value> = products[place].factors.iter().map(operand).collect();
                    values.push(Code::Dot, &factors)
                }
                (Code::Dot, None) => {
                    let factors: Vec<Value> = operands.iter().map(operand).collect();
                    values.sum(&factors)
                }
                _ => {
                    let operands: Vec<Value> = operands.iter().map(operand).collect();
                    values.push(code, &operands)
                }
            };
        }
        let rename = |value: &mut Value| *value = names[*value as usize];
        values.results = self.results;
        values.results.iter_mut().for_each(rename);
        values.products = products;
        for product in &mut values.products {
            product.sums.iter_mut().chain(&mut product.factors).for_each(rename);
        }
        values
    }

    fn push(&mut self, code: Code, operands: &[Value]) -> Value {
        let first = self.operands.len() as u32;
        self.operands.extend_from_slice(operands);
        self.operations.push(Operation { code, first, count: operands.len() as u32 });
        (self.count() - 1) as Value
    }

    /// A sum of the products of values two by two, step by step. Factors 1 and -1 need no multiplication.
    fn sum(&mut self, factors: &[Value]) -> Value {
        let mut sum = None;
        for pair in factors.chunks_exact(2) {
            let factor = self.constant(pair[0]).map(|place| self.constants[place]);
            sum = Some(match (sum, factor) {
                (None, Some(1.0)) => pair[1],
                (Some(sum), Some(1.0)) => self.push(Code::Add, &[sum, pair[1]]),
                (Some(sum), Some(-1.0)) => self.push(Code::Subtract, &[sum, pair[1]]),
                (sum, _) => {
                    let product = self.push(Code::Multiply, pair);
                    sum.map_or(product, |sum| self.push(Code::Add, &[sum, product]))
                }
            });
        }
        sum.unwrap_or_else(|| unreachable!("there are no sums of nothing"))
    }

    /// Leaves out the operations that no result needs.
    fn keep_needed(&mut self) {
        let fixed = self.fixed();
        let mut needed = vec![false; self.count()];
        self.results.iter().for_each(|&result| needed[result as usize] = true);
        for (place, operation) in self.operations.iter().enumerate().rev() {
            if needed[fixed + place] {
                self.operands[operation.operands()].iter().for_each(|&operand| needed[operand as usize] = true);
            }
        }
        let mut names: Vec<Value> = (0..self.count() as Value).collect();
        let mut kept = 0;
        for place in 0..self.operations.len() {
            if needed[fixed + place] {
                let operation = self.operations[place];
                self.operands[operation.operands()].iter_mut().for_each(|operand| *operand = names[*operand as usize]);
                names[fixed + place] = (fixed + kept) as Value;
                self.operations[kept] = operation;
                kept += 1;
            }
        }
        self.operations.truncate(kept);
        self.results.iter_mut().for_each(|result| *result = names[*result as usize]);
    }

    fn fixed(&self) -> usize {
        self.inputs + self.constants.len()
    }

    /// The number of values.
    pub(crate) fn count(&self) -> usize {
        self.fixed() + self.operations.len()
    }

    /// The values that operations define, in an order in which they can be computed.
    pub(crate) fn computed(&self) -> Range<Value> {
        self.fixed() as Value..self.count() as Value
    }

    /// The operation that defines a value, with its operands.
    pub(crate) fn operation(&self, value: Value) -> Option<(Code, &[Value])> {
        let operation = self.operations.get((value as usize).checked_sub(self.fixed())?)?;
        Some((operation.code, &self.operands[operation.operands()]))
    }

    /// The place among the inputs, if the value is one.
    pub(crate) fn input(&self, value: Value) -> Option<usize> {
        Some(value as usize).filter(|&place| place < self.inputs)
    }

    /// The place among the constants, if the value is one.
    pub(crate) fn constant(&self, value: Value) -> Option<usize> {
        (value as usize).checked_sub(self.inputs).filter(|&place| place < self.constants.len())
    }

    /// The numbers that the constants are.
    pub(crate) fn constants(&self) -> &[f64] {
        &self.constants
    }

    /// The sums that are computed together.
    pub(crate) fn products(&self) -> &[Product] {
        &self.products
    }

    /// The numbers that the constants are, and the linear functions of the products.
    pub(crate) fn into_numbers(self) -> (Vec<f64>, Vec<Product>) {
        (self.constants, self.products)
    }

    /// The values of the results.
    pub(crate) fn results(&self) -> &[Value] {
        &self.results
    }
}
