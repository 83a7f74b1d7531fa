//! Models without the elements of their large arrays, which are read from the file when they are needed.
//!
//! A file is read once from its beginning to its end, by pieces, so that it is never in memory as a whole. The fields of the
//! wire format stay as they are, but for the bytes of large arrays: in their place stands the field [`ELSEWHERE`] with their
//! position in the file.

use super::tensor::FileAccess;
use super::wire::{cut, varint};
use super::written::Message;
use crate::FormatError;

/// The field of an array for the position and number of its bytes in the file. It is the greatest number that a field may have,
/// which the format does not use.
pub(super) const ELSEWHERE: u32 = (1 << 29) - 1;

/// The field of a model for its graph, of a graph for an array, of an array for its bytes.
const GRAPH: u32 = 7;
const INITIALIZER: u32 = 5;
const RAW: u32 = 9;

/// Arrays of more bytes than this are left in the file.
const LARGE: u64 = 1024;

/// How much of the file is read at a time.
const PIECE: usize = 1 << 18;

/// The most bytes that the number and the length of a field take.
const MOST_HEAD: usize = 20;

/// The model in a file, without the elements of large arrays.
pub(super) fn read(file: &mut dyn FileAccess) -> Result<Vec<u8>, FormatError> {
    let mut model = Message::default();
    Pieces { file, start: 0, piece: Vec::new() }.copy(Level::Model, 0, None, &mut model)?;
    Ok(model.bytes)
}

/// The messages in which large arrays stand.
#[derive(Clone, Copy)]
enum Level {
    Model,
    Graph,
    Tensor,
}

/// A file of which a piece is in memory.
struct Pieces<'f> {
    file: &'f mut dyn FileAccess,
    start: u64,
    piece: Vec<u8>,
}

impl Pieces<'_> {
    /// The bytes from a position on: so many, or fewer where the file ends.
    fn at(&mut self, position: u64, count: usize) -> Result<&[u8], FormatError> {
        let within = |pieces: &Self| {
            let offset = usize::try_from(position.checked_sub(pieces.start)?).ok()?;
            (offset.checked_add(count)? <= pieces.piece.len()).then_some(offset)
        };
        let offset = match within(self) {
            Some(offset) => offset,
            None => {
                self.piece = self.file.part(None, position, count.max(PIECE))?;
                self.start = position;
                0
            }
        };
        let end = offset.saturating_add(count).min(self.piece.len());
        Ok(&self.piece[offset..end])
    }

    /// Copies the fields of a message that ends at a position, or with the file.
    fn copy(
        &mut self,
        level: Level,
        mut position: u64,
        end: Option<u64>,
        target: &mut Message,
    ) -> Result<(), FormatError> {
        loop {
            let ended = match end {
                Some(end) => position >= end,
                None => self.at(position, 1)?.is_empty(),
            };
            if ended {
                return Ok(());
            }
            let head = self.at(position, MOST_HEAD)?;
            let mut rest = head;
            let key = varint(&mut rest)?;
            let value = match key & 7 {
                0 => varint(&mut rest).map(|_| 0)?,
                1 => 8,
                2 => varint(&mut rest)?,
                5 => 4,
                // What this is, is told when the copy is read.
                _ => return self.copy_bytes(position, end.unwrap_or(u64::MAX), target),
            };
            let body = position + (head.len() - rest.len()) as u64;
            let next = body.checked_add(value).filter(|next| end.is_none_or(|end| *next <= end)).ok_or_else(cut)?;
            let field = u32::try_from(key >> 3).ok().filter(|_| key & 7 == 2);
            match (level, field) {
                (Level::Model, Some(GRAPH)) => {
                    let mut graph = Message::default();
                    self.copy(Level::Graph, body, Some(next), &mut graph)?;
                    target.message(GRAPH, &graph);
                }
                (Level::Graph, Some(INITIALIZER)) => {
                    let mut tensor = Message::default();
                    self.copy(Level::Tensor, body, Some(next), &mut tensor)?;
                    target.message(INITIALIZER, &tensor);
                }
                (Level::Tensor, Some(RAW)) if value > LARGE => {
                    let words = [body.to_le_bytes(), value.to_le_bytes()].concat();
                    target.field(ELSEWHERE, &words);
                }
                (Level::Tensor, Some(ELSEWHERE)) => {}
                _ => self.copy_bytes(position, next, target)?,
            }
            position = next;
        }
    }

    /// Copies bytes as they are; those up to the greatest position end with the file.
    fn copy_bytes(&mut self, mut position: u64, end: u64, target: &mut Message) -> Result<(), FormatError> {
        while position < end {
            let count = usize::try_from(end - position).unwrap_or(PIECE).min(PIECE);
            let bytes = self.at(position, count)?;
            if bytes.is_empty() {
                return if end == u64::MAX { Ok(()) } else { Err(cut()) };
            }
            position += bytes.len() as u64;
            target.bytes.extend_from_slice(bytes);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Model;
    use super::super::tensor::FileAccess;
    use super::super::written::Message;
    use super::{ELSEWHERE, read};
    use crate::FormatError;

    struct Bytes(Vec<u8>);

    impl FileAccess for Bytes {
        fn part(&mut self, _: Option<&str>, offset: u64, length: usize) -> Result<Vec<u8>, FormatError> {
            let rest = self.0.get(offset as usize..).unwrap_or_default();
            Ok(rest[..rest.len().min(length)].to_vec())
        }
    }

    fn model(elements: usize) -> Vec<u8> {
        let (mut tensor, mut graph, mut model) = (Message::default(), Message::default(), Message::default());
        tensor.integers(1, &[elements as i64]);
        tensor.integer(2, 3);
        tensor.text(8, "w");
        tensor.field(9, &vec![7; elements]);
        tensor.field(ELSEWHERE, &[1; 16]);
        graph.message(5, &tensor);
        graph.text(2, "g");
        model.integer(1, 8);
        model.message(7, &graph);
        model.text(2, "maker");
        model.bytes
    }

    #[test]
    fn large_arrays_stay_in_the_file() {
        for elements in [10, 5000, 1_000_000] {
            let whole = model(elements);
            let copy = read(&mut Bytes(whole.clone())).expect("it is a model");
            let model = Model::read(&copy).expect("so is the copy");
            let tensor = &model.graph.expect("a graph").initializers[0];
            assert_eq!((model.producer, tensor.name, &*tensor.dimensions), ("maker", "w", &[elements as i64][..]));
            match tensor.elsewhere {
                Some((offset, length)) => {
                    assert!(copy.len() < 200 && length == elements && tensor.raw.is_none());
                    assert!(whole[offset as usize..][..length].iter().all(|byte| *byte == 7));
                }
                None => assert_eq!(tensor.raw.map(<[u8]>::len), Some(elements)),
            }
        }
    }

    #[test]
    fn what_is_cut_is_told() {
        let whole = model(5000);
        for end in [1, 3, 10, 100, whole.len() - 1] {
            let copy = read(&mut Bytes(whole[..end].to_vec()));
            assert!(copy.and_then(|copy| Model::read(&copy).map(|_| ())).is_err(), "{end}");
        }
    }
}
