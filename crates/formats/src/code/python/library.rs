//! What libraries of arrays in Python have under which names.

/// A library: how its expressions are written.
#[derive(Debug)]
pub(in crate::code) struct Library {
    /// Its name, as a person says it.
    pub(super) name: &'static str,
    /// The name under which the code knows its module.
    pub(super) module: &'static str,
    /// Words, and the lines that the code needs where they occur.
    pub(super) imports: &'static [(&'static str, &'static str)],
    /// Whether a net is a class, with its arrays as members, or a function.
    pub(super) is_class: bool,
    pub(super) phrases: Phrases,
    pub(super) recurrence: Recurrence,
    /// Functions of C that are not functions of the module with the same name.
    pub(super) functions: &'static [(&'static str, &'static str)],
    /// Functions that are written where they are called, each before those that it calls.
    pub(super) helpers: &'static [(&'static str, &'static str)],
}

/// How a recurrence is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recurrence {
    /// A loop that writes its outputs into arrays.
    Written { array: &'static str },
    /// A loop that collects its outputs, which are joined behind it: no array changes.
    Collected { joined: &'static str },
    /// A function of a step.
    Step { call: &'static str },
}

/// Expressions by the primitives of programs; names in braces stand for their parts.
#[derive(Debug)]
pub(super) struct Phrases {
    pub(super) truth: &'static str,
    pub(super) infinity: &'static str,
    pub(super) not_a_number: &'static str,
    pub(super) scalar: &'static str,
    /// A number as an argument of a function, where functions are of arrays only.
    pub(super) argument: Option<&'static str>,
    pub(super) array: &'static str,
    pub(super) full: &'static str,
    pub(super) iota: &'static str,
    pub(super) contract: &'static str,
    pub(super) reshape: &'static str,
    pub(super) transpose: &'static str,
    pub(super) broadcast: &'static str,
    pub(super) reverse: &'static str,
    pub(super) pad: &'static str,
    pub(super) concatenate: &'static str,
    pub(super) gather: &'static str,
    pub(super) scatter_add: &'static str,
    pub(super) window: &'static str,
    pub(super) overlap_add: &'static str,
    pub(super) select: &'static str,
    pub(super) order: &'static str,
    pub(super) convert: &'static str,
    pub(super) sum: &'static str,
    pub(super) product: &'static str,
    pub(super) largest: &'static str,
    pub(super) least: &'static str,
    pub(super) all: &'static str,
    pub(super) any: &'static str,
    pub(super) shift: &'static str,
    pub(super) place_of_largest: &'static str,
}

/// A phrase with its parts.
pub(super) fn filled(phrase: &str, parts: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        text.push_str(parts.iter().find(|(known, _)| *known == name).map_or("", |(_, part)| part));
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::super::{JAX, NUMPY, PYTORCH};
    use super::filled;

    #[test]
    fn parts_stand_in_phrases() {
        assert_eq!(filled("f({a}, {b}, {a})", &[("a", "x"), ("b", "{a}")]), "f(x, {a}, x)");
    }

    #[test]
    fn helpers_stand_before_those_that_they_call() {
        for library in [&NUMPY, &JAX, &PYTORCH] {
            for (place, (_, text)) in library.helpers.iter().enumerate() {
                let earlier = library.helpers[..place].iter().find(|(name, _)| text.contains(&format!("{name}(")));
                assert_eq!(earlier, None, "in {}", library.name);
            }
        }
    }
}
