//! How functions of real numbers act on intervals: part of their records, as data.
//!
//! An interval is known by its ends. The laws here say how the values of a function at ends, and at the places where it
//! turns, enclose its values in between. [`enclose`] reads a law for ends of any kind that [`Ends`] gives a meaning:
//! machine numbers with outward rounding ([`Enclosure`]), which programs are run on, and expressions, for the language.

mod arithmetic;
mod directed;
mod enclosure;
mod laws;
#[cfg(test)]
mod tests;

pub use directed::{power_toward, product_toward, quotient_toward, remainder_toward, sum_toward};
pub use enclosure::Enclosure;
pub use laws::{Ends, enclose};

/// How a function acts on intervals.
#[derive(Clone, Copy, Debug)]
pub struct Intervals {
    /// How its values at ends enclose those in between.
    pub law: Law,
    /// How exact its code for machine reals is.
    pub rounding: Rounding,
}

/// How the values of a function at the ends of intervals enclose its values in between.
#[derive(Clone, Copy, Debug)]
pub enum Law {
    /// Not known.
    Unknown,
    /// A function of one number, monotone between the places where it turns, jumps or has a pole.
    Pieces(&'static Pieces),
    /// It never falls when an argument grows; any number of arguments.
    Increasing,
    /// It never grows when an argument grows; any number of arguments.
    Decreasing,
    /// A product: linear in each factor.
    Product,
    /// Base and exponent.
    Power,
    /// Dividend and divisor; the value has the sign of the divisor.
    Remainder,
    /// The greatest integer that is not above a dividend over a divisor.
    Quotient,
    /// A number without its integer part.
    FractionalPart,
    /// A number and the integer by which its real root is taken.
    Root,
    /// 1 where all arguments are equal, or the only one is 0, and 0 elsewhere.
    Coincidence,
    /// The angle of the point with these two coordinates, or of the first quadrant or the fourth whose tangent is given.
    Angle,
    /// A relation between neighbours, true or false.
    Relation(Relation),
    /// The value of another function at the reciprocal.
    OfReciprocal {
        /// The law of the other function.
        law: &'static Law,
        /// Its code.
        code: fn(f64) -> f64,
        /// Its name.
        name: &'static str,
    },
}

/// A relation between two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
    /// `==`.
    Equal,
    /// `!=`.
    Unequal,
}

/// A function of one number as monotone pieces.
#[derive(Clone, Copy, Debug)]
pub struct Pieces {
    /// The real numbers for which it is real: the least and the greatest.
    pub domain: [Landmark; 2],
    /// Where it turns, jumps, or is infinite, in order; within one period if there is one.
    pub breaks: &'static [Break],
    /// The period, if it has one.
    pub period: Option<Landmark>,
    /// No value is outside of these.
    pub range: [Landmark; 2],
}

/// A place between monotone pieces.
#[derive(Clone, Copy, Debug)]
pub struct Break {
    /// Where it is.
    pub place: Landmark,
    /// The limit from the left.
    pub left: Landmark,
    /// The limit from the right.
    pub right: Landmark,
}

/// A number that laws name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Landmark {
    /// An integer.
    Integer(i32),
    /// So many times `Pi/2`.
    RightAngles(i32),
    /// Positive infinity.
    Infinity,
    /// Negative infinity.
    MinusInfinity,
    /// A number that has no name, between two machine numbers.
    Between(f64, f64),
}

/// How exact the code of a function for machine reals is.
#[derive(Clone, Copy, Debug)]
pub enum Rounding {
    /// Its values are exact.
    Exact,
    /// A value is off by at most so many units in the last place.
    Units(u32),
    /// Code for a bound of the exact value.
    Code(fn(&[f64], Toward) -> f64),
}

/// The side of an exact value on which a bound is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// Not above it.
    Down,
    /// Not below it.
    Up,
}

/// The units in the last place by which the functions of mathematical libraries are off, with room to spare: those in
/// use are right to two, and some values are composed of two of theirs.
const LIBRARY: Rounding = Rounding::Units(6);

impl Intervals {
    /// Nothing is known.
    pub const UNKNOWN: Intervals = Intervals { law: Law::Unknown, rounding: Rounding::Units(0) };

    /// A function whose code computes exact values.
    pub const fn exact(law: Law) -> Intervals {
        Intervals { law, rounding: Rounding::Exact }
    }

    /// A function of a mathematical library, in monotone pieces.
    pub const fn pieces(pieces: &'static Pieces) -> Intervals {
        Intervals { law: Law::Pieces(pieces), rounding: LIBRARY }
    }

    /// A law, and code for the bounds of exact values.
    pub const fn directed(law: Law, code: fn(&[f64], Toward) -> f64) -> Intervals {
        Intervals { law, rounding: Rounding::Code(code) }
    }
}

impl Pieces {
    /// Monotone everywhere.
    pub const LINE: Pieces = Pieces {
        domain: [Landmark::MinusInfinity, Landmark::Infinity],
        breaks: &[],
        period: None,
        range: [Landmark::MinusInfinity, Landmark::Infinity],
    };

    /// With a range of values.
    pub const fn within(self, least: Landmark, greatest: Landmark) -> Pieces {
        Pieces { range: [least, greatest], ..self }
    }

    /// With a domain.
    pub const fn on(self, least: Landmark, greatest: Landmark) -> Pieces {
        Pieces { domain: [least, greatest], ..self }
    }

    /// With breaks.
    pub const fn broken(self, breaks: &'static [Break]) -> Pieces {
        Pieces { breaks, ..self }
    }

    /// With a period of so many right angles.
    pub const fn repeating(self, right_angles: i32) -> Pieces {
        Pieces { period: Some(Landmark::RightAngles(right_angles)), ..self }
    }
}

impl Break {
    /// A place where the function has a value and turns.
    pub const fn turn(place: Landmark, value: Landmark) -> Break {
        Break { place, left: value, right: value }
    }

    /// A pole, or a jump.
    pub const fn jump(place: Landmark, left: Landmark, right: Landmark) -> Break {
        Break { place, left, right }
    }
}

impl Landmark {
    /// A machine number that is not on the other side of it.
    pub fn bound(self, toward: Toward) -> f64 {
        match (self, toward) {
            (Landmark::Integer(n), _) => f64::from(n),
            (Landmark::RightAngles(0), _) => 0.0,
            // The machine number next to Pi/2 is off by half a unit, and the product by another half.
            (Landmark::RightAngles(n), toward) => {
                directed::moved(f64::from(n) * std::f64::consts::FRAC_PI_2, 2, toward)
            }
            (Landmark::Infinity, _) => f64::INFINITY,
            (Landmark::MinusInfinity, _) => f64::NEG_INFINITY,
            (Landmark::Between(low, _), Toward::Down) => low,
            (Landmark::Between(_, high), Toward::Up) => high,
        }
    }
}

impl Toward {
    /// The other side.
    pub fn other(self) -> Toward {
        match self {
            Toward::Down => Toward::Up,
            Toward::Up => Toward::Down,
        }
    }
}
