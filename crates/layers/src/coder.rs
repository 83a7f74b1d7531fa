//! The record of an encoder or decoder: what stands between a net and things that are no arrays.
//!
//! An encoder makes an array of a label, a text or an image; a decoder makes one of those of an
//! array. As in the record of a [`crate::Layer`], all mathematics is text in the language.

use crate::{Parameter, Relation, Requirement};

/// A kind of encoder or decoder.
#[derive(Debug, Clone, Copy)]
pub struct Coder {
    /// The name that users write, such as `Class`.
    pub name: &'static str,
    /// What it does: one paragraph, the forms of the call first.
    pub usage: &'static str,
    /// The parameters by position.
    pub arguments: &'static [Parameter],
    /// The parameters by name; those that are arguments too may be given either way.
    pub options: &'static [Parameter],
    /// Options, and texts for their values, that one has which is made from its counterpart.
    pub counterpart: &'static [(&'static str, &'static str)],
    /// Values that follow from the parameters, in order; they are computed once.
    pub values: &'static [Relation],
    /// What must be true of parameters and values; see [`Requirement`].
    pub requirements: &'static [Requirement],
    /// Text for the dimensions of the array: a list in which `"Varying"` stands for a dimension that is another one each
    /// time, and Automatic for one that is not known; or Automatic.
    pub shape: &'static str,
    /// From a thing to an array, or the other way round.
    pub direction: Direction,
    /// Examples: input and output form of the result. Every one of them is a test.
    pub examples: &'static [(&'static str, &'static str)],
}

/// What a coder does.
#[derive(Debug, Clone, Copy)]
pub enum Direction {
    /// It makes arrays.
    Encode(Encoding),
    /// It takes arrays.
    Decode(Decoding),
}

impl Direction {
    /// The texts that are asked for each thing.
    pub fn texts(&self) -> Vec<&'static str> {
        match self {
            Direction::Encode(encoding) => vec![encoding.accepts, encoding.array, encoding.symbolic],
            Direction::Decode(decoding) => {
                let of_property = |property: &'static Property| {
                    let valid = property.argument.map(|argument| argument.valid);
                    [property.decided, property.value].into_iter().chain(valid)
                };
                [decoding.levels, decoding.classes, decoding.probabilities]
                    .into_iter()
                    .chain(decoding.properties.iter().flat_map(of_property))
                    .collect()
            }
        }
    }
}

/// How a thing becomes an array. The thing is `Input` in all texts.
#[derive(Debug, Clone, Copy)]
pub struct Encoding {
    /// Text for the greatest integer in the array, whose elements are integers from 1 on; or `None`, if they are real numbers.
    pub greatest: &'static str,
    /// Text: whether the input can be encoded.
    pub accepts: &'static str,
    /// What can be encoded, in words: "one of the classes".
    pub expected: &'static str,
    /// Text for the array.
    pub array: &'static str,
    /// Text for the array of an input that is symbolic, so that it may still become one that can be encoded: `Undecided` is the
    /// encoder, applied to it. It is `$Failed` for what can never be encoded.
    pub symbolic: &'static str,
}

/// How an array becomes a thing. The array is `Input` in all texts.
#[derive(Debug, Clone, Copy)]
pub struct Decoding {
    /// Text for the number of leading levels of the array through which the decoder goes.
    pub levels: &'static str,
    /// Text for the classes, Automatic for their numbers, of which a part of the array below the levels tells how probable each is;
    /// None where nothing is so.
    pub classes: &'static str,
    /// Text for these probabilities, in the order of the classes.
    pub probabilities: &'static str,
    /// What can be asked for. The first one is given if nothing is.
    pub properties: &'static [Property],
}

/// Something that a decoder tells about an array.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// The name that users write: `"name"`, or `{"name", argument}`.
    pub name: &'static str,
    /// What is asked of its argument, if it takes one.
    pub argument: Option<PropertyArgument>,
    /// Text: whether the value can be told. As long as it cannot, the decoder stays, applied to the array.
    pub decided: &'static str,
    /// Text for the value.
    pub value: &'static str,
}

/// The argument of a property, `Argument` in the texts.
#[derive(Debug, Clone, Copy)]
pub struct PropertyArgument {
    /// The value if it is not given, or `None` if it must be.
    pub default: Option<&'static str>,
    /// Text: whether it is valid.
    pub valid: &'static str,
    /// What values it takes, in words.
    pub expected: &'static str,
}

impl Coder {
    /// A record with nothing in it.
    pub const NEW: Coder = Coder {
        name: "",
        usage: "",
        arguments: &[],
        options: &[],
        counterpart: &[],
        values: &[],
        requirements: &[],
        shape: "{}",
        direction: Direction::Decode(Decoding::NEW),
        examples: &[],
    };

    /// The names of parameters and values, of the thing and what belongs to it.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let parameters = self.arguments.iter().chain(self.options).map(|parameter| parameter.name);
        let values = self.values.iter().map(|value| value.variable);
        parameters.chain(values).chain([Self::INPUT, Self::UNDECIDED, Self::ARGUMENT])
    }

    /// The name of the thing, or of the array.
    pub const INPUT: &str = "Input";
    /// The name of the encoder, applied to what is symbolic.
    pub const UNDECIDED: &str = "Undecided";
    /// The name of the argument of a property.
    pub const ARGUMENT: &str = "Argument";
}

impl Decoding {
    /// A decoder of whole arrays that tells nothing.
    pub(crate) const NEW: Decoding = Decoding { levels: "0", classes: "None", probabilities: "Input", properties: &[] };
}

impl Property {
    /// A property without an argument, of numbers as of symbols.
    pub(crate) const fn of(name: &'static str, value: &'static str) -> Property {
        Property { name, argument: None, decided: "True", value }
    }

    /// With a condition that must hold.
    pub(crate) const fn if_decided(self, decided: &'static str) -> Property {
        Property { decided, ..self }
    }

    /// With an argument.
    pub(crate) const fn with_argument(
        self,
        default: Option<&'static str>,
        valid: &'static str,
        expected: &'static str,
    ) -> Property {
        Property { argument: Some(PropertyArgument { default, valid, expected }), ..self }
    }
}
