//! Symbols: names with contexts, and their place in canonical order.

use std::cmp::Ordering;

/// The payload of a symbol's node: its full name, cut into context and name.
#[derive(Debug)]
pub struct Symbol {
    full_name: Box<str>,
    context_length: u32,
    order_key: u64,
}

impl Symbol {
    pub(crate) fn new(full_name: &str) -> Symbol {
        let context_length = full_name.rfind('`').map_or(0, |i| i + 1);
        Symbol {
            full_name: full_name.into(),
            context_length: u32::try_from(context_length).expect("a symbol's name is shorter than 4 GiB"),
            order_key: order_key(&full_name[context_length..]),
        }
    }

    /// The name with its context, such as ``Global`x``.
    pub fn full_name(&self) -> &str {
        &self.full_name
    }

    /// The name without its context.
    pub fn name(&self) -> &str {
        &self.full_name[self.context_length as usize..]
    }

    /// The context with its final backquote.
    pub fn context(&self) -> &str {
        &self.full_name[..self.context_length as usize]
    }

    /// Canonical order: alphabetical without regard to case, then lower case before upper case,
    /// then by context.
    pub(crate) fn compare(&self, other: &Symbol) -> Ordering {
        self.order_key
            .cmp(&other.order_key)
            .then_with(|| compare_text(self.name(), other.name()))
            .then_with(|| self.context().cmp(other.context()))
    }
}

/// The first eight bytes of the folded name: decides most comparisons without a look at the text.
fn order_key(name: &str) -> u64 {
    let mut bytes = [0; 8];
    for (slot, c) in bytes.iter_mut().zip(folded(name)) {
        if !c.is_ascii() {
            *slot = u8::MAX;
            break;
        }
        *slot = c as u8;
    }
    u64::from_be_bytes(bytes)
}

/// The order of a dictionary: letters before their case, small letters before capitals.
pub(crate) fn compare_text(a: &str, b: &str) -> Ordering {
    // The names of a net's arrays begin alike.
    let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y && x.is_ascii()).count();
    folded(&a[same..]).cmp(folded(&b[same..])).then_with(|| b.cmp(a))
}

fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::Symbol;

    #[test]
    fn names_sort_as_in_a_dictionary() {
        let names = ["a", "A", "ab", "b", "B", "x1", "x10", "x2", "ß", "ä"];
        for pair in names.windows(2) {
            let [first, second] = [Symbol::new(pair[0]), Symbol::new(pair[1])];
            assert!(first.compare(&second).is_lt(), "{pair:?}");
            assert!(second.compare(&first).is_gt(), "{pair:?}");
        }
    }
}
