//! Random data for the inputs of a net: exact numbers that are machine numbers too.

use netform_expr::{Expr, Number};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use crate::Integers;
use crate::inputs::Inputs;
use crate::net::{Elements, Net};

/// A generator of its own, so that the session's is not advanced.
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(ChaCha8Rng::seed_from_u64(seed))
    }

    /// An integer below a positive number.
    pub(super) fn below(&mut self, count: u64) -> u64 {
        self.0.next_u64() % count
    }
}

/// Sizes that are open are drawn below this, from 2 on.
const SIZES: u64 = 4;

/// What is drawn for a port of real numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drawn {
    /// Numbers of any sign.
    Signed,
    /// Numbers between 0 and 1, for functions such as logarithms.
    Fractions,
    /// Numbers above 1, for functions such as inverse hyperbolic ones.
    Large,
    /// This integer or the next one, for positions in other arrays.
    Integers(i64),
}

/// What may be drawn for the ports of a net, until it takes it: real numbers, positions at one of the ports, and at all.
pub(super) fn attempts(ports: usize) -> Vec<Vec<Drawn>> {
    let all = |drawn| vec![drawn; ports];
    let single = |port: usize| {
        let mut each = all(Drawn::Signed);
        each[port] = Drawn::Integers(1);
        each
    };
    let mixed = (0..ports).map(single).filter(|_| ports > 1);
    let reals = [all(Drawn::Signed), all(Drawn::Fractions), all(Drawn::Large)];
    reals.into_iter().chain(mixed).chain([all(Drawn::Integers(1)), all(Drawn::Integers(0))]).collect()
}

/// The most elements of an input of random data.
pub(super) const LARGEST: usize = 10_000_000;

/// Why there are no data for a port.
pub(super) enum NoData {
    /// Its shape is not known.
    Shape(String),
    /// It has more than [`LARGEST`] elements.
    Size(String),
}

/// Data for all inputs that need some.
pub(super) fn draw(net: &Net, random: &mut Random, drawn: &[Drawn]) -> Result<Inputs, NoData> {
    let mut inputs = Vec::with_capacity(net.inputs.len());
    let mut sizes: Vec<(Expr, usize)> = Vec::new();
    for (port, &drawn) in net.inputs.iter().zip(drawn) {
        if port.optional {
            inputs.push(None);
            continue;
        }
        let Some(dimensions) = port.shape.dimensions() else { return Err(NoData::Shape(port.name.to_string())) };
        let mut shape = Vec::with_capacity(dimensions.len());
        for dimension in dimensions {
            let known = sizes.iter().find(|(size, _)| *size == dimension).map(|(_, value)| *value);
            shape.push(match dimension.as_usize().or(known) {
                Some(size) => size,
                None => {
                    let size = 2 + random.below(SIZES - 2) as usize;
                    sizes.push((dimension, size));
                    size
                }
            });
        }
        if shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size)).is_none_or(|count| count > LARGEST) {
            return Err(NoData::Size(port.name.to_string()));
        }
        let elements = net.elements(port);
        let is_range = |integers: &&Integers| {
            elements == Elements::Real || integers.least.is_some() && integers.greatest.is_some()
        };
        let range = net.integers(port).filter(is_range).map(range);
        inputs.push(Some(fill(&shape, 0, &mut |place| match range {
            Some((least, count)) => Expr::integer(least.saturating_add(random.below(count) as i64)),
            None => draw_element(&elements, place, random, drawn),
        })));
    }
    Ok(inputs)
}

/// The least of the integers that are drawn for a port of such, and how many these are.
fn range(integers: &Integers) -> (i64, u64) {
    const WIDTH: i64 = 5;
    let [least, greatest] = [&integers.least, &integers.greatest].map(|end| end.as_ref().and_then(Expr::as_i64));
    let least = least.unwrap_or_else(|| greatest.map_or(-WIDTH / 2, |greatest| greatest.saturating_sub(WIDTH - 1)));
    let greatest = greatest.unwrap_or_else(|| least.saturating_add(WIDTH - 1)).max(least);
    (least, greatest.abs_diff(least).saturating_add(1))
}

/// Nested lists of elements, each by its place in its list.
pub(crate) fn fill(shape: &[usize], place: usize, element: &mut impl FnMut(usize) -> Expr) -> Expr {
    match shape.split_first() {
        None => element(place),
        Some((&size, inner)) => Expr::list((0..size).map(|place| fill(inner, place, element)).collect::<Vec<_>>()),
    }
}

/// A random element of a port, by its place in its level.
pub(crate) fn draw_element(elements: &Elements, place: usize, random: &mut Random, drawn: Drawn) -> Expr {
    match elements {
        Elements::Truth => Expr::boolean(random.below(2) == 1),
        Elements::Index(greatest) => {
            let greatest =
                greatest.as_ref().map(|g| if g.is_list() { g.arg(place % g.len().max(1)) } else { g.clone() });
            let greatest = greatest.and_then(|g| g.as_usize()).filter(|&g| g > 0).unwrap_or(1);
            Expr::integer(1 + random.below(greatest as u64) as i64)
        }
        Elements::Real => match drawn {
            // Odd numbers of parts of a power of two: no kink of a usual function is among them.
            Drawn::Signed => fraction(2 * random.below(256) as i64 - 255, 128),
            Drawn::Fractions => fraction(2 * random.below(120) as i64 + 9, 256),
            Drawn::Large => fraction(2 * random.below(256) as i64 + 301, 256),
            Drawn::Integers(first) => Expr::integer(first + random.below(2) as i64),
        },
    }
}

/// A fraction; zero if the denominator is.
pub(super) fn fraction(numerator: i64, denominator: i64) -> Expr {
    let quotient = Number::from(numerator).div(&Number::from(denominator));
    quotient.map_or_else(|_| Expr::integer(0), Expr::number)
}
