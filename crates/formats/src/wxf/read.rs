//! From bytes to an expression, without calls of itself: files may nest as deep as they are long.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Number, Sym};

use super::token;
use crate::FormatError;
use crate::arrays::{self, Stored};

/// What is being put together.
struct Open {
    kind: Kind,
    parts: Vec<Expr>,
    missing: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The head comes first.
    Call,
    Association,
    Rule(Sym),
}

/// What is left of the bytes.
struct Bytes<'a> {
    all: &'a [u8],
    rest: &'a [u8],
}

/// The expression that the bytes stand for.
pub(super) fn decode(session: &mut Session, bytes: &[u8]) -> Result<Result<Expr, FormatError>, Flow> {
    let mut bytes = Bytes { all: bytes, rest: bytes };
    let mut open: Vec<Open> = Vec::new();
    loop {
        session.tick()?;
        let part = match bytes.part(session, &mut open) {
            Ok(None) => continue,
            Ok(Some(part)) => part,
            Err(text) => return Ok(Err(FormatError::Malformed(format!("at byte {}: {text}", bytes.position())))),
        };
        if let Some(whole) = put(&mut open, part) {
            return Ok(match bytes.rest.len() {
                0 => Ok(whole),
                more => Err(FormatError::Malformed(format!("after the expression there are {more} bytes more"))),
            });
        }
    }
}

/// Puts a part where it belongs; what is complete with it is a part itself. The whole expression in the end.
fn put(open: &mut Vec<Open>, mut part: Expr) -> Option<Expr> {
    loop {
        let Some(last) = open.last_mut() else { return Some(part) };
        last.parts.push(part);
        last.missing -= 1;
        if last.missing > 0 {
            return None;
        }
        part = open.pop().map(complete)?;
    }
}

fn complete(open: Open) -> Expr {
    let mut parts = open.parts.into_iter();
    match open.kind {
        Kind::Association => Expr::call(Sym::Association, parts),
        Kind::Rule(head) => Expr::call(head, parts),
        Kind::Call => {
            let head = parts.next().unwrap_or_else(|| Sym::Null.into());
            let call = Expr::normal(head, parts);
            number(&call).unwrap_or(call)
        }
    }
}

/// The number that is written as a call.
fn number(call: &Expr) -> Option<Expr> {
    let is_rational = call.has_head(Sym::Rational);
    if !is_rational && !call.has_head(Sym::Complex) || call.len() != 2 {
        return None;
    }
    let (a, b) = (call.arg(0).as_number()?, call.arg(1).as_number()?);
    if is_rational {
        return Number::rational(a.as_integer()?, b.as_integer()?).ok().map(Expr::number);
    }
    (a.is_real() && b.is_real()).then(|| Expr::number(Number::complex(&a, &b)))
}

impl<'a> Bytes<'a> {
    fn position(&self) -> usize {
        self.all.len() - self.rest.len()
    }

    /// The next part, or nothing if one was begun.
    fn part(&mut self, session: &mut Session, open: &mut Vec<Open>) -> Result<Option<Expr>, String> {
        let kind = self.byte()?;
        if open.last().is_some_and(|last| last.kind == Kind::Association) {
            let head = match kind {
                token::RULE => Sym::Rule,
                token::RULE_DELAYED => Sym::RuleDelayed,
                other => return Err(format!("a rule was expected, - or :, not the byte {other}")),
            };
            open.push(Open { kind: Kind::Rule(head), parts: Vec::new(), missing: 2 });
            return Ok(None);
        }
        Ok(Some(match kind {
            token::CALL => {
                let missing = self.count(2)? + 1;
                open.push(Open { kind: Kind::Call, parts: Vec::new(), missing });
                return Ok(None);
            }
            token::ASSOCIATION => match self.count(5)? {
                0 => Expr::call(Sym::Association, []),
                missing => {
                    open.push(Open { kind: Kind::Association, parts: Vec::new(), missing });
                    return Ok(None);
                }
            },
            token::SYMBOL => self.symbol(session)?,
            token::STRING => Expr::string(self.text()?),
            token::BYTES => {
                let count = self.count(1)?;
                let values = self.take(count)?.iter().map(|byte| Expr::integer(i64::from(*byte)));
                Expr::call(Sym::ByteArray, [Expr::list(values)])
            }
            token::INTEGER_8 => Expr::integer(i64::from(i8::from_le_bytes(self.bytes()?))),
            token::INTEGER_16 => Expr::integer(i64::from(i16::from_le_bytes(self.bytes()?))),
            token::INTEGER_32 => Expr::integer(i64::from(i32::from_le_bytes(self.bytes()?))),
            token::INTEGER_64 => Expr::integer(i64::from_le_bytes(self.bytes()?)),
            token::REAL => Expr::real(f64::from_le_bytes(self.bytes()?)),
            token::LARGE_INTEGER => self.number_text(session, |c| c.is_ascii_digit())?,
            token::LARGE_REAL => {
                self.number_text(session, |c| matches!(c, '0'..='9' | '.' | '`' | '*' | '^' | '-' | '+'))?
            }
            token::PACKED_ARRAY | token::NUMERIC_ARRAY => self.array()?,
            other => return Err(format!("the byte {other} is no kind of expression")),
        }))
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or("the file ends within the expression")?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, String> {
        self.bytes().map(|[byte]| byte)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], String> {
        self.take(N)?.try_into().map_err(|_| "the file ends within the expression".to_owned())
    }

    /// A length or count, 7 bits a byte.
    fn varint(&mut self) -> Result<usize, String> {
        let mut value = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return usize::try_from(value).map_err(|_| "a length is beyond the address space".to_owned());
            }
        }
        Err("a length has more than 64 bits".to_owned())
    }

    /// A count of parts of at least so many bytes each, all of which are still to come.
    fn count(&mut self, each: usize) -> Result<usize, String> {
        let count = self.varint()?;
        match count.checked_mul(each) {
            Some(bytes) if bytes <= self.rest.len() => Ok(count),
            _ => Err(format!("{count} parts are announced, but only {} bytes are left", self.rest.len())),
        }
    }

    fn text(&mut self) -> Result<&'a str, String> {
        let count = self.count(1)?;
        std::str::from_utf8(self.take(count)?).map_err(|error| error.to_string())
    }

    fn symbol(&mut self, session: &mut Session) -> Result<Expr, String> {
        let name = self.text()?;
        let is_word = |word: &str| {
            word.chars().all(|c| c.is_alphanumeric() || c == '$') && !word.chars().next().is_none_or(char::is_numeric)
        };
        if !name.split('`').all(is_word) {
            return Err(format!("{name:?} is no name of a symbol"));
        }
        Ok(session.resolve_name(name))
    }

    /// A number that is written as text of certain characters, with a sign or without.
    fn number_text(&mut self, session: &mut Session, allowed: fn(char) -> bool) -> Result<Expr, String> {
        let text = self.text()?;
        let digits = text.strip_prefix('-').unwrap_or(text);
        let number = digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(allowed);
        let number = number.then(|| session.parse_one(digits).ok()?.as_number()).flatten();
        let number = number.ok_or_else(|| format!("{text:?} is no number"))?;
        Ok(Expr::number(if digits.len() < text.len() { number.neg() } else { number }))
    }

    fn array(&mut self) -> Result<Expr, String> {
        let code = self.byte()?;
        let (stored, is_complex) = match code {
            0..=3 => (Stored::Int(1 << code), false),
            16..=19 => (Stored::UInt(1 << (code - 16)), false),
            34 => (Stored::Float(4), false),
            35 => (Stored::Float(8), false),
            51 => (Stored::Float(4), true),
            52 => (Stored::Float(8), true),
            other => return Err(format!("{other} is no type of the elements of an array")),
        };
        let rank = self.count(1)?;
        let mut shape = (0..rank).map(|_| self.varint()).collect::<Result<Vec<usize>, String>>()?;
        if is_complex {
            shape.push(2);
        }
        let size = arrays::byte_count(stored, &shape).map_err(|error| error.to_string())?;
        let numbers = arrays::read(stored, &shape, self.take(size)?).map_err(|error| error.to_string())?;
        Ok(if is_complex { complex(&shape[..rank], &numbers) } else { numbers })
    }
}

/// The array of complex numbers whose real and imaginary parts are the last level.
fn complex(shape: &[usize], parts: &Expr) -> Expr {
    let mut values = Vec::new();
    arrays::machine_numbers(parts, &mut values);
    let number = |pair: &[f64]| match (Number::real(pair[0]), Number::real(pair[1])) {
        (Ok(re), Ok(im)) => Expr::number(Number::complex(&re, &im)),
        _ => Sym::Indeterminate.into(),
    };
    arrays::nested(shape, &mut values.chunks_exact(2).map(number))
}
