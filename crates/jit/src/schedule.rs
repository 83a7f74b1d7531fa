//! In which order machine code works: chunks small enough for the allocator of registers, in which independent calls of one
//! elementary function stand together.

use std::collections::{BTreeMap, HashMap};

use netform_kernels::{Code, Routine};

use crate::plan::Place;
use crate::values::{Value, Values};

/// A unit of work, of which it is not yet known where its values are.
#[derive(Debug)]
pub(crate) enum Item {
    Compute(Value),
    Call(Vec<Value>),
    /// An operand of a function of any number of arguments, or a factor of a product, and its place in the scratch array.
    Argument(Value, usize),
    Collect(Value, usize),
    /// A product, by its place among all.
    Product(usize),
    Result(Value, usize),
}

/// Work in an order in which it can be done.
#[derive(Debug)]
pub(crate) struct Schedule {
    pub(crate) chunks: Vec<Vec<Item>>,
    /// The arrays of each product.
    pub(crate) arrays: Vec<Arrays>,
    /// The first place of each factor of products in the scratch array.
    pub(crate) places: HashMap<Value, usize>,
    /// How large the scratch array is that the units need.
    pub(crate) scratch: usize,
}

/// Where the factors of a product are, and where its sums come to be, one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Arrays {
    pub(crate) factors: Place,
    pub(crate) sums: Place,
}

/// The work in chunks of so many units at most.
pub(crate) fn schedule(values: &Values, limit: usize) -> Schedule {
    let ranks = ranks(values);
    // The first places are where routines leave several results.
    let mut work = Work { values, scratch: Routine::WIDTH, items: vec![], arrays: vec![], places: HashMap::new() };
    work.all();
    let Work { scratch, items, arrays, places, .. } = work;
    let mut items = items.into_iter().peekable();
    let mut chunks = vec![];
    while items.peek().is_some() {
        chunks.push(gather(values, &ranks, items.by_ref().take(limit).collect()));
    }
    let places = places.into_iter().map(|(value, places)| (value, places[0])).collect();
    Schedule { chunks, arrays, places, scratch }
}

/// The work in the order of the tape.
struct Work<'a> {
    values: &'a Values,
    scratch: usize,
    items: Vec<Item>,
    arrays: Vec<Arrays>,
    /// The places of factors of products, which are left there as soon as they are known.
    places: HashMap<Value, Vec<usize>>,
}

impl Work<'_> {
    fn room(&mut self, count: usize) -> usize {
        self.scratch += count;
        self.scratch - count
    }

    fn all(&mut self) {
        let values = self.values;
        let products = self.arrays();
        (0..values.computed().start).for_each(|value| self.arguments(value));
        for value in values.computed() {
            match values.operation(value) {
                Some((Code::Dot, _)) => {
                    // All sums of a product come with the first one.
                    if let Some(&product) = products.get(&value) {
                        self.items.push(Item::Product(product));
                        values.products()[product].sums.iter().for_each(|&sum| self.arguments(sum));
                    }
                    continue;
                }
                Some((Code::Variadic(_), operands)) => {
                    let first = self.room(operands.len());
                    let arguments = operands.iter().enumerate();
                    self.items.extend(arguments.map(|(k, &operand)| Item::Argument(operand, first + k)));
                    self.items.push(Item::Collect(value, first));
                }
                Some((code, _)) if Routine::of(code).is_some() => self.items.push(Item::Call(vec![value])),
                _ => self.items.push(Item::Compute(value)),
            }
            self.arguments(value);
        }
        self.results();
    }

    /// Gives each product its arrays; products by their first sums.
    fn arrays(&mut self) -> HashMap<Value, usize> {
        let results = self.values.results();
        let firsts: HashMap<Value, usize> = results.iter().enumerate().rev().map(|(k, &value)| (value, k)).collect();
        let mut products: HashMap<Value, usize> = HashMap::new();
        let mut known: HashMap<&[Value], Place> = HashMap::new();
        for (place, product) in self.values.products().iter().enumerate() {
            products.insert(product.sums[0], place);
            let factors = match known.get(product.factors.as_slice()) {
                Some(factors) => *factors,
                None => {
                    let factors = self.factors(&product.factors);
                    known.insert(&product.factors, factors);
                    factors
                }
            };
            // Sums that are neighbours among the results are left there.
            let sums = match firsts.get(&product.sums[0]) {
                Some(&first) if results[first..].starts_with(&product.sums) => Place::Result(first),
                _ => Place::Scratch(self.room(product.sums.len())),
            };
            self.arrays.push(Arrays { factors, sums });
        }
        products
    }

    /// Stores the results that are inputs, constants and sums of products; others are stored when they are computed.
    fn results(&mut self) {
        let values = self.values;
        let mut sums: HashMap<Value, Place> = HashMap::new();
        for (product, arrays) in values.products().iter().zip(&self.arrays) {
            sums.extend(product.sums.iter().enumerate().map(|(k, &sum)| (sum, arrays.sums.after(k))));
        }
        for (place, &value) in values.results().iter().enumerate() {
            let is_stored = match sums.get(&value) {
                Some(sum) => *sum == Place::Result(place),
                None => values.operation(value).is_some(),
            };
            if !is_stored {
                self.items.push(Item::Result(value, place));
            }
        }
    }

    /// Where factors are: inputs that follow each other where they are, others in the scratch array.
    fn factors(&mut self, factors: &[Value]) -> Place {
        if let Some(first) = factors.first().and_then(|&first| self.values.input(first))
            && factors.iter().enumerate().all(|(k, &factor)| self.values.input(factor) == Some(first + k))
        {
            return Place::Input(first);
        }
        let first = self.room(factors.len());
        for (k, &factor) in factors.iter().enumerate() {
            self.places.entry(factor).or_default().push(first + k);
        }
        Place::Scratch(first)
    }

    /// Leaves a value where products read it.
    fn arguments(&mut self, value: Value) {
        let places = self.places.get(&value).into_iter().flatten();
        self.items.extend(places.map(|&place| Item::Argument(value, place)));
    }
}

/// How many calls of routines must come before a value, one after the other; calls of one rank are independent.
fn ranks(values: &Values) -> Vec<u32> {
    let mut ranks = vec![0; values.count()];
    for value in values.computed() {
        if let Some((code, operands)) = values.operation(value) {
            let before = operands.iter().map(|&operand| ranks[operand as usize]).max().unwrap_or(0);
            ranks[value as usize] = before + u32::from(Routine::of(code).is_some());
        }
    }
    ranks
}

/// Puts calls together that are independent, with all that they need before them.
fn gather(values: &Values, ranks: &[u32], items: Vec<Item>) -> Vec<Item> {
    /// Of one rank: calls by their routines, and what follows from them.
    #[derive(Default)]
    struct Level {
        calls: Vec<(usize, Vec<Value>)>,
        others: Vec<Item>,
    }
    let mut levels: BTreeMap<u32, Level> = BTreeMap::new();
    for item in items {
        match item {
            Item::Call(called) => {
                for value in called {
                    let routine = values.operation(value).and_then(|(code, _)| Routine::of(code));
                    let address = routine.map_or(0, Routine::several);
                    let calls = &mut levels.entry(ranks[value as usize]).or_default().calls;
                    match calls.iter_mut().find(|(known, _)| *known == address) {
                        Some((_, same)) => same.push(value),
                        None => calls.push((address, vec![value])),
                    }
                }
            }
            Item::Product(place) => {
                let rank = ranks[values.products()[place].sums[0] as usize];
                levels.entry(rank).or_default().others.push(item);
            }
            Item::Compute(value) | Item::Argument(value, _) | Item::Collect(value, _) | Item::Result(value, _) => {
                levels.entry(ranks[value as usize]).or_default().others.push(item);
            }
        }
    }
    let mut gathered = vec![];
    for level in levels.into_values() {
        for (_, called) in level.calls {
            gathered.extend(called.chunks(Routine::WIDTH).map(|several| Item::Call(several.to_vec())));
        }
        gathered.extend(level.others);
    }
    gathered
}

impl Item {
    /// The values that it reads.
    pub(crate) fn operands(&self, values: &Values) -> Vec<Value> {
        let of = |value: &Value| values.operation(*value).map_or(&[][..], |(_, operands)| operands).to_vec();
        match self {
            Item::Compute(value) => of(value),
            Item::Call(called) => called.iter().flat_map(of).collect(),
            Item::Argument(value, _) | Item::Result(value, _) => vec![*value],
            Item::Collect(..) | Item::Product(_) => vec![],
        }
    }
}
