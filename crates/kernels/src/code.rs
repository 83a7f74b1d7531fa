//! The instructions of tapes: what is done to each element.

/// What a step of a [`Tape`](crate::Tape) does to elements. Truth values are 1 and 0; what is not 0 counts as true.
#[derive(Clone, Copy, Debug)]
pub enum Code {
    /// The sum.
    Add,
    /// The difference.
    Subtract,
    /// The product.
    Multiply,
    /// The quotient.
    Divide,
    /// The larger one; what is not a number counts for nothing.
    Larger,
    /// The smaller one; what is not a number counts for nothing.
    Smaller,
    /// The larger one; what is not a number counts as larger than all.
    Largest,
    /// The smaller one; what is not a number counts as smaller than all.
    Smallest,
    /// `a < b`
    Less,
    /// `a <= b`
    AtMost,
    /// `a > b`
    Greater,
    /// `a >= b`
    AtLeast,
    /// `a == b`
    Equal,
    /// `a != b`
    Unequal,
    /// Whether both are true.
    And,
    /// Whether any is true.
    Or,
    /// The first one to the power of the second.
    Power,
    /// The same number.
    Copy,
    /// The negative.
    Negate,
    /// `1/x`
    Reciprocal,
    /// `x^2`
    Square,
    /// The absolute value.
    Absolute,
    /// The square root.
    SquareRoot,
    /// `x` where it is positive, otherwise 0.
    PositivePart,
    /// 1, 0 or -1.
    Sign,
    /// The next integer below.
    Floor,
    /// The next integer above.
    Ceiling,
    /// The nearest integer, of two the even one.
    Round,
    /// The next integer towards zero.
    Truncate,
    /// Whether it is false.
    Not,
    /// `e^x`
    Exponential,
    /// `e^x - 1`
    ExponentialMinusOne,
    /// The natural logarithm.
    Logarithm,
    /// `log(1 + x)`
    LogarithmOfOnePlus,
    /// `log(1 + e^x)`
    Softplus,
    /// The hyperbolic tangent.
    HyperbolicTangent,
    /// The hyperbolic secant.
    HyperbolicSecant,
    /// `1/(1 + e^-x)`
    LogisticSigmoid,
    /// The sine.
    Sine,
    /// The cosine.
    Cosine,
    /// The tangent.
    Tangent,
    /// The inverse of the tangent.
    ArcTangent,
    /// The error function.
    ErrorFunction,
    /// 1 less the error function.
    ComplementaryErrorFunction,
    /// The second where the first is true, otherwise the third.
    Select,
    /// The sum of the products of operands that follow each other, two by two: each product is rounded, and added to those
    /// before it.
    Dot,
    /// A function of one number, called for each element.
    Unary(fn(f64) -> f64),
    /// A function of two numbers, called for each element.
    Binary(fn(f64, f64) -> f64),
    /// A function of any number of numbers, called for each element.
    Variadic(fn(&[f64]) -> f64),
}

impl Code {
    /// The elementary functions of one number, which are vector code.
    pub const ELEMENTARY: [Code; 14] = [
        Code::Exponential,
        Code::ExponentialMinusOne,
        Code::Logarithm,
        Code::LogarithmOfOnePlus,
        Code::Softplus,
        Code::HyperbolicTangent,
        Code::HyperbolicSecant,
        Code::LogisticSigmoid,
        Code::Sine,
        Code::Cosine,
        Code::Tangent,
        Code::ArcTangent,
        Code::ErrorFunction,
        Code::ComplementaryErrorFunction,
    ];

    /// The number of operands, if it is fixed.
    pub fn operands(self) -> Option<usize> {
        match self {
            Code::Variadic(_) | Code::Dot => None,
            Code::Select => Some(3),
            Code::Add
            | Code::Subtract
            | Code::Multiply
            | Code::Divide
            | Code::Larger
            | Code::Smaller
            | Code::Largest
            | Code::Smallest
            | Code::Less
            | Code::AtMost
            | Code::Greater
            | Code::AtLeast
            | Code::Equal
            | Code::Unequal
            | Code::And
            | Code::Or
            | Code::Power
            | Code::Binary(_) => Some(2),
            _ => Some(1),
        }
    }

    /// Whether it can have so many operands.
    pub fn takes(self, count: usize) -> bool {
        match self {
            Code::Dot => count > 0 && count.is_multiple_of(2),
            _ => self.operands().is_none_or(|operands| operands == count),
        }
    }

    /// Whether more than two operands are combined two by two, from the left.
    pub fn combines(self) -> bool {
        matches!(self, Code::Add | Code::Multiply | Code::Larger | Code::Smaller | Code::And | Code::Or)
    }
}
