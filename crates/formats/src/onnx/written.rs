//! The wire format of protocol buffers, written.

/// A message that is being written.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) bytes: Vec<u8>,
}

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// An integer; negative ones are in two's complement.
    pub(super) fn integer(&mut self, field: u32, value: i64) {
        self.varint(u64::from(field) << 3);
        self.varint(value as u64);
    }

    /// A number in single precision.
    pub(super) fn single(&mut self, field: u32, value: f32) {
        self.varint(u64::from(field) << 3 | 5);
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// A text, or bytes.
    pub(super) fn field(&mut self, field: u32, bytes: &[u8]) {
        self.varint(u64::from(field) << 3 | 2);
        self.varint(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn text(&mut self, field: u32, text: &str) {
        self.field(field, text.as_bytes());
    }

    pub(super) fn message(&mut self, field: u32, message: &Message) {
        self.field(field, &message.bytes);
    }

    /// A list of integers, packed.
    pub(super) fn integers(&mut self, field: u32, values: &[i64]) {
        let mut list = Message::default();
        values.iter().for_each(|value| list.varint(*value as u64));
        self.message(field, &list);
    }
}
