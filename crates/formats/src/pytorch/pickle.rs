//! Pickles, interpreted without executing anything: a machine with a stack that builds plain values.
//!
//! What a pickle calls is never called. A few constructors are known by their names, those of dictionaries and of arrays that
//! refer to stored elements; what others would make stays opaque.
//!
//! <https://docs.python.org/3/library/pickle.html>, <https://docs.python.org/3/library/pickletools.html>

use crate::FormatError;

/// A value, by its place in the list of all.
pub(super) type Place = usize;

/// A value of a pickle. Others are mentioned by their places, so that a value may be in itself.
#[derive(Debug, Clone)]
pub(super) enum Value {
    None,
    Bool(bool),
    Integer(i64),
    Real(f64),
    Text(String),
    List(Vec<Place>),
    Tuple(Vec<Place>),
    Dictionary(Vec<(Place, Place)>),
    /// The name of a class or function.
    Name(String),
    /// What the pickle takes from outside of it.
    Persistent(Place),
    /// An array: the storage, where it begins, its dimensions and strides.
    Array(Place, Place, Place, Place),
    /// What is not known here, with what it would be called.
    Opaque(String),
}

/// The values of a pickle.
#[derive(Debug, Default)]
pub(super) struct Pickle {
    values: Vec<Value>,
    stack: Vec<Place>,
    marks: Vec<usize>,
    memo: Vec<Option<Place>>,
    place: usize,
}

/// So many values may a pickle have.
const LIMIT: usize = 10_000_000;

/// Constructors of arrays.
const ARRAYS: [&str; 3] =
    ["torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v3"];

impl Pickle {
    /// The pickle at the beginning of some bytes: its values, the one that it is, and what follows it.
    ///
    /// # Errors
    /// Where the bytes are no pickle, or a pickle with an instruction that is not known.
    pub(super) fn read(bytes: &[u8]) -> Result<(Pickle, Place, &[u8]), FormatError> {
        let mut pickle = Pickle::default();
        loop {
            let code = pickle.take(bytes, 1)?[0];
            if code == b'.' {
                let value = pickle.pop()?;
                let rest = bytes.get(pickle.place..).unwrap_or_default();
                return Ok((pickle, value, rest));
            }
            pickle.step(bytes, code)?;
            if pickle.values.len() > LIMIT {
                return Err(FormatError::Malformed(format!("its pickle has more than {LIMIT} values")));
            }
        }
    }

    pub(super) fn value(&self, place: Place) -> &Value {
        self.values.get(place).unwrap_or(&Value::None)
    }

    /// The places of what the pickle takes from outside of it.
    pub(super) fn persistent(&self) -> impl Iterator<Item = Place> {
        (0..self.values.len()).filter(|place| matches!(self.values[*place], Value::Persistent(_)))
    }

    pub(super) fn text(&self, place: Place) -> Option<&str> {
        if let Value::Text(text) = self.value(place) { Some(text) } else { None }
    }

    pub(super) fn integer(&self, place: Place) -> Option<i64> {
        if let Value::Integer(n) = self.value(place) { Some(*n) } else { None }
    }

    /// The items of a list or tuple.
    pub(super) fn items(&self, place: Place) -> Option<&[Place]> {
        match self.value(place) {
            Value::List(items) | Value::Tuple(items) => Some(items),
            _ => None,
        }
    }

    fn malformed(&self, why: &str) -> FormatError {
        FormatError::Malformed(format!("its pickle, at byte {}: {why}", self.place))
    }

    fn take<'b>(&mut self, bytes: &'b [u8], count: usize) -> Result<&'b [u8], FormatError> {
        let end = self.place.checked_add(count);
        let taken =
            end.and_then(|end| bytes.get(self.place..end)).ok_or_else(|| self.malformed("it ends too early"))?;
        self.place += count;
        Ok(taken)
    }

    /// A number of bytes, little end first, as an unsigned number.
    fn number(&mut self, bytes: &[u8], count: usize) -> Result<usize, FormatError> {
        let mut whole = [0; 8];
        whole[..count].copy_from_slice(self.take(bytes, count)?);
        usize::try_from(u64::from_le_bytes(whole)).map_err(|_| self.malformed("a length is too large"))
    }

    fn line(&mut self, bytes: &[u8]) -> Result<String, FormatError> {
        let rest = bytes.get(self.place..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(|| self.malformed("a line does not end"))?;
        self.place += end + 1;
        Ok(String::from_utf8_lossy(&rest[..end]).into_owned())
    }

    fn push(&mut self, value: Value) {
        self.stack.push(self.values.len());
        self.values.push(value);
    }

    fn pop(&mut self) -> Result<Place, FormatError> {
        // What is below a mark belongs to another value.
        let least = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= least {
            return Err(self.malformed("it takes a value that there is not"));
        }
        self.stack.pop().ok_or_else(|| self.malformed("it takes a value that there is not"))
    }

    fn top(&self) -> Result<Place, FormatError> {
        self.stack.last().copied().ok_or_else(|| self.malformed("it takes a value that there is not"))
    }

    /// The values since the last mark.
    fn marked(&mut self) -> Result<Vec<Place>, FormatError> {
        let mark = self.marks.pop().ok_or_else(|| self.malformed("there is no mark"))?;
        if mark > self.stack.len() {
            return Err(self.malformed("there is no mark"));
        }
        Ok(self.stack.split_off(mark))
    }

    fn text_of(&mut self, bytes: &[u8], width: usize) -> Result<(), FormatError> {
        let count = self.number(bytes, width)?;
        let text = String::from_utf8_lossy(self.take(bytes, count)?).into_owned();
        self.push(Value::Text(text));
        Ok(())
    }

    fn remember(&mut self, place: usize) -> Result<(), FormatError> {
        if place > LIMIT {
            return Err(self.malformed("it remembers too many values"));
        }
        if self.memo.len() <= place {
            self.memo.resize(place + 1, None);
        }
        self.memo[place] = Some(self.top()?);
        Ok(())
    }

    fn recall(&mut self, place: usize) -> Result<(), FormatError> {
        let value = self.memo.get(place).copied().flatten();
        let value = value.ok_or_else(|| self.malformed("it recalls a value that it has not remembered"))?;
        self.stack.push(value);
        Ok(())
    }

    fn step(&mut self, bytes: &[u8], code: u8) -> Result<(), FormatError> {
        match code {
            0x80 => _ = self.take(bytes, 1)?,
            0x95 => _ = self.take(bytes, 8)?,
            b'(' => self.marks.push(self.stack.len()),
            b'0' => _ = self.pop()?,
            b'1' => _ = self.marked()?,
            b'2' => self.stack.push(self.top()?),
            b'N' => self.push(Value::None),
            0x88 | 0x89 => self.push(Value::Bool(code == 0x88)),
            b'J' | b'K' | b'M' | 0x8a | 0x8b | b'I' | b'L' => self.integer_of(bytes, code)?,
            b'G' => {
                let taken = self.take(bytes, 8)?;
                let number = taken.try_into().map(f64::from_be_bytes).unwrap_or_default();
                self.push(Value::Real(number));
            }
            b'F' => {
                let number = self.line(bytes)?.parse().map_err(|_| self.malformed("a number is malformed"))?;
                self.push(Value::Real(number));
            }
            b'X' | b'T' | b'B' => self.text_of(bytes, 4)?,
            0x8c | b'U' | b'C' => self.text_of(bytes, 1)?,
            0x8d | 0x8e => self.text_of(bytes, 8)?,
            b'V' | b'S' => {
                let text = self.line(bytes)?;
                self.push(Value::Text(text.trim_matches(['\'', '"']).to_owned()));
            }
            b'}' => self.push(Value::Dictionary(Vec::new())),
            b']' | 0x8f => self.push(Value::List(Vec::new())),
            b')' => self.push(Value::Tuple(Vec::new())),
            b't' | b'l' | 0x91 => {
                let items = self.marked()?;
                self.push(if code == b't' { Value::Tuple(items) } else { Value::List(items) });
            }
            0x85..=0x87 => {
                let mut items = Vec::new();
                for _ in 0..=code - 0x85 {
                    items.insert(0, self.pop()?);
                }
                self.push(Value::Tuple(items));
            }
            b'd' => {
                let items = self.marked()?;
                self.push(Value::Dictionary(pairs(&items)));
            }
            b'a' => {
                let item = self.pop()?;
                self.extend(&[item])?;
            }
            b'e' | 0x90 => {
                let items = self.marked()?;
                self.extend(&items)?;
            }
            b's' => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.set(&[key, value])?;
            }
            b'u' => {
                let items = self.marked()?;
                self.set(&items)?;
            }
            b'q' => self.number(bytes, 1).and_then(|place| self.remember(place))?,
            b'r' => self.number(bytes, 4).and_then(|place| self.remember(place))?,
            0x94 => self.remember(self.memo.len())?,
            b'h' => self.number(bytes, 1).and_then(|place| self.recall(place))?,
            b'j' => self.number(bytes, 4).and_then(|place| self.recall(place))?,
            b'p' | b'g' => {
                let place = self.line(bytes)?.parse().map_err(|_| self.malformed("a number is malformed"))?;
                if code == b'p' { self.remember(place)? } else { self.recall(place)? }
            }
            b'c' => {
                let name = format!("{}.{}", self.line(bytes)?, self.line(bytes)?);
                self.push(Value::Name(name));
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let name = format!("{}.{}", self.text(module).unwrap_or_default(), self.text(name).unwrap_or_default());
                self.push(Value::Name(name));
            }
            b'Q' => {
                let identity = self.pop()?;
                self.push(Value::Persistent(identity));
            }
            b'R' | 0x81 => {
                let (arguments, called) = (self.pop()?, self.pop()?);
                let value = self.called(called, arguments);
                self.push(value);
            }
            0x92 => {
                let (_, arguments, called) = (self.pop()?, self.pop()?, self.pop()?);
                let value = self.called(called, arguments);
                self.push(value);
            }
            // The state of an object, which dictionaries do not need.
            b'b' => _ = self.pop()?,
            _ => return Err(self.malformed(&format!("the instruction {code:#04x} is not known"))),
        }
        Ok(())
    }

    fn integer_of(&mut self, bytes: &[u8], code: u8) -> Result<(), FormatError> {
        let value = match code {
            b'J' => i64::from(self.number(bytes, 4)? as u32 as i32),
            b'K' => self.number(bytes, 1)? as i64,
            b'M' => self.number(bytes, 2)? as i64,
            b'I' | b'L' => {
                let line = self.line(bytes)?;
                // Truth values have a leading zero there.
                if code == b'I' && (line == "00" || line == "01") {
                    self.push(Value::Bool(line == "01"));
                    return Ok(());
                }
                line.trim_end_matches('L').parse().map_err(|_| self.malformed("a number is malformed"))?
            }
            _ => {
                let count = self.number(bytes, if code == 0x8a { 1 } else { 4 })?;
                let taken = self.take(bytes, count)?;
                // A number of more bytes is none of a size.
                if count > 8 {
                    self.push(Value::Opaque("a large integer".to_owned()));
                    return Ok(());
                }
                let negative = taken.last().is_some_and(|last| last & 0x80 != 0);
                let mut whole = if negative { [0xff; 8] } else { [0; 8] };
                whole[..count].copy_from_slice(taken);
                i64::from_le_bytes(whole)
            }
        };
        self.push(Value::Integer(value));
        Ok(())
    }

    fn extend(&mut self, items: &[Place]) -> Result<(), FormatError> {
        let place = self.top()?;
        match &mut self.values[place] {
            Value::List(list) => list.extend_from_slice(items),
            Value::Opaque(_) => {}
            _ => return Err(self.malformed("items are added to what is no list")),
        }
        Ok(())
    }

    fn set(&mut self, items: &[Place]) -> Result<(), FormatError> {
        let place = self.top()?;
        match &mut self.values[place] {
            Value::Dictionary(entries) => entries.extend(pairs(items)),
            Value::Opaque(_) => {}
            _ => return Err(self.malformed("entries are added to what is no dictionary")),
        }
        Ok(())
    }

    /// What a call would make, if it is one of those that are known.
    fn called(&self, called: Place, arguments: Place) -> Value {
        let Value::Name(name) = self.value(called) else { return Value::Opaque("a call of a value".to_owned()) };
        let items = self.items(arguments).unwrap_or_default();
        match (name.as_str(), items) {
            (name, [storage, offset, size, stride, ..]) if ARRAYS.contains(&name) => {
                Value::Array(*storage, *offset, *size, *stride)
            }
            ("torch._utils._rebuild_parameter" | "torch._utils._rebuild_parameter_with_state", [data, ..]) => {
                self.value(*data).clone()
            }
            ("collections.OrderedDict" | "builtins.dict", []) => Value::Dictionary(Vec::new()),
            ("collections.OrderedDict" | "builtins.dict", [pairs]) => {
                let entry = |pair: &Place| match self.items(*pair) {
                    Some([key, value]) => Some((*key, *value)),
                    _ => None,
                };
                Value::Dictionary(self.items(*pairs).unwrap_or_default().iter().filter_map(entry).collect())
            }
            ("torch.Size" | "builtins.tuple" | "builtins.list", [list]) => {
                Value::Tuple(self.items(*list).unwrap_or_default().to_vec())
            }
            _ => Value::Opaque(name.clone()),
        }
    }
}

/// Keys and values that stand one after the other.
fn pairs(items: &[Place]) -> Vec<(Place, Place)> {
    items.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}
