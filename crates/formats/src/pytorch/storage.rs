//! The elements of arrays, and the two containers in which they are.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use netform_expr::Expr;
use rustc_hash::FxHashMap;
use zip::ZipArchive;

use super::pickle::{Pickle, Place, Value};
use crate::FormatError;
use crate::arrays::{self, Stored};
use crate::zipped::most_unpacked;

/// The first value of a file of the earlier form.
const MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/// Elements by the keys that the pickle mentions.
#[derive(Debug, Default)]
pub(super) struct Storages<'b> {
    stored: FxHashMap<String, Cow<'b, [u8]>>,
    big_endian: bool,
}

/// The kinds of elements, by the names of storages.
const KINDS: &[(&str, Stored)] = &[
    ("FloatStorage", Stored::Float(4)),
    ("DoubleStorage", Stored::Float(8)),
    ("HalfStorage", Stored::Float(2)),
    ("BFloat16Storage", Stored::BFloat16),
    ("LongStorage", Stored::Int(8)),
    ("IntStorage", Stored::Int(4)),
    ("ShortStorage", Stored::Int(2)),
    ("CharStorage", Stored::Int(1)),
    ("ByteStorage", Stored::UInt(1)),
    ("BoolStorage", Stored::Bool),
];

/// The kind, the key and the number of elements of a storage.
fn described(pickle: &Pickle, storage: Place) -> Result<(Stored, String, usize), FormatError> {
    let malformed = || FormatError::Malformed("an array has no storage".to_owned());
    let Value::Persistent(identity) = pickle.value(storage) else { return Err(malformed()) };
    let Some([_, kind, key, _, count, ..]) = pickle.items(*identity) else { return Err(malformed()) };
    let Value::Name(name) = pickle.value(*kind) else { return Err(malformed()) };
    let stored = KINDS.iter().find(|(known, _)| name.strip_prefix("torch.") == Some(known));
    let Some((_, stored)) = stored else {
        return Err(FormatError::Unsupported(format!("an array of the kind {name}")));
    };
    let key = match pickle.value(*key) {
        Value::Text(text) => text.clone(),
        Value::Integer(n) => n.to_string(),
        _ => return Err(malformed()),
    };
    let count = pickle.integer(*count).and_then(|n| usize::try_from(n).ok()).ok_or_else(malformed)?;
    Ok((*stored, key, count))
}

impl Storages<'_> {
    /// An array whose elements lie in a storage; `budget` is how many elements arrays may still have.
    pub(super) fn array(
        &self,
        pickle: &Pickle,
        storage: Place,
        offset: usize,
        size: &[usize],
        stride: &[usize],
        budget: &mut usize,
    ) -> Result<Expr, FormatError> {
        let malformed = |why: &str| FormatError::Malformed(why.to_owned());
        let (stored, key, _) = described(pickle, storage)?;
        let data = self
            .stored
            .get(&key)
            .ok_or_else(|| FormatError::Malformed(format!("the elements {key} are not in the file")))?;
        if size.len() != stride.len() {
            return Err(malformed("an array has no proper strides"));
        }
        let count = arrays::byte_count(stored, size)? / stored.size();
        *budget = budget.checked_sub(count).ok_or_else(|| malformed("its arrays share too many elements"))?;
        // The last element that is used must be there.
        let last = size
            .iter()
            .zip(stride)
            .try_fold(offset, |last, (n, step)| last.checked_add(n.saturating_sub(1).checked_mul(*step)?));
        let end = last.and_then(|last| last.checked_add(1)?.checked_mul(stored.size()));
        if count > 0 && end.is_none_or(|end| end > data.len()) {
            return Err(malformed("it reaches over the end of its elements"));
        }
        let width = stored.size();
        let mut bytes = Vec::with_capacity(count * width);
        let mut index = vec![0; size.len()];
        for _ in 0..count {
            let at = offset + index.iter().zip(stride).map(|(i, step)| i * step).sum::<usize>();
            let element = &data[at * width..(at + 1) * width];
            if self.big_endian {
                bytes.extend(element.iter().rev())
            } else {
                bytes.extend_from_slice(element)
            }
            for (i, n) in index.iter_mut().zip(size).rev() {
                *i += 1;
                if *i < *n {
                    break;
                }
                *i = 0;
            }
        }
        arrays::read(stored, size, &bytes)
    }
}

/// A file: the pickle, its value, and the elements.
pub(super) fn open(bytes: &[u8]) -> Result<(Pickle, Place, Storages<'_>), FormatError> {
    if bytes.starts_with(b"PK") { of_archive(bytes) } else { of_row(bytes) }
}

fn of_archive(bytes: &[u8]) -> Result<(Pickle, Place, Storages<'static>), FormatError> {
    let failed = |error: &dyn std::fmt::Display| FormatError::Malformed(error.to_string());
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| failed(&error))?;
    let limit = most_unpacked(bytes.len());
    let mut total = 0;
    let mut storages = Storages::default();
    let mut main = None;
    for place in 0..zip.len() {
        let mut member = zip.by_index(place).map_err(|error| failed(&error))?;
        let name = member.name().map_err(|error| failed(&error))?.into_owned();
        let name = name.split_once('/').map_or(name.as_str(), |(_, name)| name);
        let wanted = name == "data.pkl" || name == "byteorder" || name.starts_with("data/");
        if !wanted {
            continue;
        }
        let mut contents = Vec::new();
        // What an archive says of sizes may be a lie: what comes out is counted.
        member.by_ref().take(limit - total + 1).read_to_end(&mut contents).map_err(|error| failed(&error))?;
        total += contents.len() as u64;
        if total > limit {
            return Err(FormatError::TooLarge { bytes: total, limit });
        }
        match name.strip_prefix("data/") {
            Some(key) => _ = storages.stored.insert(key.to_owned(), Cow::Owned(contents)),
            None if name == "data.pkl" => main = Some(contents),
            None => storages.big_endian = contents == b"big",
        }
    }
    let main = main.ok_or_else(|| {
        FormatError::Unsupported(
            "an archive without \"data.pkl\", such as a TorchScript program without it,".to_owned(),
        )
    })?;
    let (pickle, root, _) = Pickle::read(&main)?;
    Ok((pickle, root, storages))
}

fn of_row(bytes: &[u8]) -> Result<(Pickle, Place, Storages<'_>), FormatError> {
    let begins = bytes.get(..32).is_some_and(|start| start.windows(MAGIC.len()).any(|window| window == MAGIC));
    if !begins {
        return Err(FormatError::Malformed("it begins neither as an archive nor as what torch.save writes".to_owned()));
    }
    // The magic number, the version, what the machine was, and then the value and the keys of the elements.
    let mut rest = bytes;
    for _ in 0..3 {
        rest = Pickle::read(rest)?.2;
    }
    let (pickle, root, after) = Pickle::read(rest)?;
    let (keys, list, mut after) = Pickle::read(after)?;
    let widths = pickle.storage_widths();
    let mut storages = Storages::default();
    for key in keys.items(list).unwrap_or_default() {
        let key = keys.text(*key).unwrap_or_default();
        let ended = || FormatError::Malformed(format!("it ends within the elements {key}"));
        let Some(width) = widths.get(key) else {
            return Err(FormatError::Malformed(format!("nothing says what the elements {key} are")));
        };
        let (count, elements) = after.split_first_chunk::<8>().ok_or_else(ended)?;
        let count = usize::try_from(u64::from_le_bytes(*count)).ok().and_then(|count| count.checked_mul(*width));
        let (data, next) = count.and_then(|count| elements.split_at_checked(count)).ok_or_else(ended)?;
        storages.stored.insert(key.to_owned(), Cow::Borrowed(data));
        after = next;
    }
    Ok((pickle, root, storages))
}

impl Pickle {
    /// The sizes of elements of the storages that the pickle mentions.
    fn storage_widths(&self) -> FxHashMap<String, usize> {
        let mentioned = self.persistent().filter_map(|place| described(self, place).ok());
        mentioned.map(|(stored, key, _)| (key, stored.size())).collect()
    }
}
