//! From an expression to bytes, without calls of itself.

use netform_array::ElementType;
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Kind, Number, Sym, size};

use super::{element, token};
use crate::FormatError;

/// So many bytes may the file have.
const LIMIT: usize = 1 << 31;

/// What is still to be written.
enum Next {
    Part(Expr),
    Token(u8),
}

/// The bytes of an expression. Parts that occur several times are written each time.
pub(super) fn encode(session: &mut Session, value: &Expr) -> Result<Result<Vec<u8>, FormatError>, Flow> {
    // A leaf takes two bytes at least.
    let leaves = size(value).leaves;
    if leaves * 2.0 > LIMIT as f64 {
        return Ok(Err(too_large(&format!("about {leaves:.2e} leaves"))));
    }
    let mut bytes = Vec::new();
    let mut pending = vec![Next::Part(value.clone())];
    while let Some(next) = pending.pop() {
        session.tick()?;
        match next {
            Next::Token(token) => bytes.push(token),
            Next::Part(part) => write_part(session, &part, &mut bytes, &mut pending),
        }
        if bytes.len() > LIMIT {
            return Ok(Err(too_large(&format!("more than {LIMIT} bytes"))));
        }
    }
    Ok(Ok(bytes))
}

fn too_large(what: &str) -> FormatError {
    FormatError::Value(format!(
        "written out as a tree, which WXF does, the expression has {what}; a net is stored with its shared parts as \"Netform\" (.nf)"
    ))
}

fn write_part(session: &Session, part: &Expr, bytes: &mut Vec<u8>, pending: &mut Vec<Next>) {
    match part.kind() {
        Kind::Integer(value) => write_integer(value, bytes),
        Kind::Real(value) => {
            bytes.push(token::REAL);
            bytes.extend(value.to_le_bytes());
        }
        Kind::Number(number) => write_number(session, part, number, bytes, pending),
        Kind::String(text) => write_text(token::STRING, text, bytes),
        Kind::Symbol(symbol) => {
            let name = symbol.full_name();
            write_text(token::SYMBOL, name.strip_prefix("System`").unwrap_or(name), bytes);
        }
        Kind::Array(array) => {
            bytes.push(token::PACKED_ARRAY);
            bytes.push(if array.element_type() == ElementType::I64 { element::INTEGER_64 } else { element::REAL_64 });
            write_varint(array.rank(), bytes);
            array.shape().iter().for_each(|dimension| write_varint(*dimension, bytes));
            match (array.as_i64(), array.as_f64()) {
                (Some(values), _) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
                (None, values) => bytes.extend(values.unwrap_or_default().iter().flat_map(|value| value.to_le_bytes())),
            }
        }
        Kind::Normal(head, args) => match (byte_array(part), rules(part)) {
            (Some(values), _) => {
                bytes.push(token::BYTES);
                write_varint(values.len(), bytes);
                bytes.extend(values);
            }
            (None, Some(tokens)) => {
                bytes.push(token::ASSOCIATION);
                write_varint(args.len(), bytes);
                for (rule, token) in args.iter().zip(tokens).rev() {
                    pending.extend([Next::Part(rule.arg(1)), Next::Part(rule.arg(0)), Next::Token(token)]);
                }
            }
            (None, None) => {
                write_call(args.len(), bytes);
                pending.extend(args.iter().rev().chain([head]).cloned().map(Next::Part));
            }
        },
    }
}

/// The bytes of a list of them in `ByteArray`.
fn byte_array(part: &Expr) -> Option<Vec<u8>> {
    let list = Some(part).filter(|part| part.has_head(Sym::ByteArray) && part.len() == 1)?.arg(0);
    let byte = |item: &Expr| item.as_i64().and_then(|value| u8::try_from(value).ok());
    list.is_list().then(|| list.args().iter().map(byte).collect()).flatten()
}

/// How the rules of an association are written, if it is one of rules.
fn rules(part: &Expr) -> Option<Vec<u8>> {
    let token = |rule: &Expr| match rule {
        rule if rule.len() != 2 => None,
        rule if rule.has_head(Sym::Rule) => Some(token::RULE),
        rule if rule.has_head(Sym::RuleDelayed) => Some(token::RULE_DELAYED),
        _ => None,
    };
    part.has_head(Sym::Association).then(|| part.args().iter().map(token).collect()).flatten()
}

fn write_number(session: &Session, part: &Expr, number: &Number, bytes: &mut Vec<u8>, pending: &mut Vec<Next>) {
    let call = |head: Sym, parts: [Number; 2], bytes: &mut Vec<u8>, pending: &mut Vec<Next>| {
        let [a, b] = parts.map(|part| Next::Part(Expr::number(part)));
        write_call(2, bytes);
        pending.extend([b, a, Next::Part(head.into())]);
    };
    match number {
        Number::Complex(_) => call(Sym::Complex, [number.re(), number.im()], bytes, pending),
        Number::Rational(_) => {
            let parts = [number.numerator(), number.denominator()];
            call(Sym::Rational, parts.map(|part| part.map_or(Number::ZERO, Number::Integer)), bytes, pending);
        }
        Number::Integer(value) => write_text(token::LARGE_INTEGER, &value.to_string(), bytes),
        Number::Real(_) | Number::BigReal(_) => write_text(token::LARGE_REAL, &session.input_form(part), bytes),
    }
}

fn write_integer(value: i64, bytes: &mut Vec<u8>) {
    if let Ok(value) = i8::try_from(value) {
        bytes.push(token::INTEGER_8);
        bytes.extend(value.to_le_bytes());
    } else if let Ok(value) = i16::try_from(value) {
        bytes.push(token::INTEGER_16);
        bytes.extend(value.to_le_bytes());
    } else if let Ok(value) = i32::try_from(value) {
        bytes.push(token::INTEGER_32);
        bytes.extend(value.to_le_bytes());
    } else {
        bytes.push(token::INTEGER_64);
        bytes.extend(value.to_le_bytes());
    }
}

fn write_call(arguments: usize, bytes: &mut Vec<u8>) {
    bytes.push(token::CALL);
    write_varint(arguments, bytes);
}

fn write_text(token: u8, text: &str, bytes: &mut Vec<u8>) {
    bytes.push(token);
    write_varint(text.len(), bytes);
    bytes.extend(text.as_bytes());
}

fn write_varint(value: usize, bytes: &mut Vec<u8>) {
    let mut rest = value;
    while rest >= 0x80 {
        bytes.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}
