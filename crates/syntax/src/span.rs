//! Places in a source text.

use std::fmt;
use std::ops::Range;

/// A half-open range of bytes of a source text.
///
/// ```
/// use netform_syntax::Span;
///
/// let span = Span::new(4, 7);
/// assert_eq!(&"x = abc"[span.range()], "abc");
/// assert_eq!(Span::new(0, 1).to(span), Span::new(0, 7));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The offset of the first byte.
    pub start: u32,
    /// The offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to, but without, `end`.
    pub const fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// The span from the start of this one to the end of `other`.
    pub const fn to(self, other: Span) -> Span {
        Span { start: self.start, end: other.end }
    }

    /// The empty span behind this one.
    pub const fn behind(self) -> Span {
        Span { start: self.end, end: self.end }
    }

    /// The span as a range that can index a `str`.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The number of bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether no byte lies in the span.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}
