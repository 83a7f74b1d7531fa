//! The record of a layer.

use crate::{Requirement, Way};

/// A layer: everything that the system knows about it.
///
/// All texts are in the language. Their names are lexical: ports, arrays, parameters, shape
/// variables and the left sides of equations belong to the layer alone.
#[derive(Debug, Clone, Copy)]
pub struct Layer {
    /// The name that users write, such as `LinearLayer`.
    pub name: &'static str,
    /// What `?name` says: one paragraph, the forms of the call first.
    pub usage: &'static str,
    /// Where the mathematics comes from.
    pub source: &'static str,
    /// The arguments by position. All of them may be left out from the end if they have defaults.
    pub arguments: &'static [Parameter],
    /// The names by which users reach arguments, where these are not just the names in the texts with a capital.
    pub keys: &'static [(&'static str, &'static str)],
    /// Names that options and arrays had in earlier versions of the Wolfram Language, and what they are called now.
    pub renamed: &'static [(&'static str, &'static str)],
    /// The options.
    pub options: &'static [Parameter],
    /// The input ports.
    pub inputs: &'static [Port],
    /// The output ports.
    pub outputs: &'static [Port],
    /// The learned arrays.
    pub arrays: &'static [ArrayRecord],
    /// The arguments that are nets; see [`NetRecord`].
    pub nets: &'static [NetRecord],
    /// What must be true of parameters and ports for the relations to make sense; see [`Premise`].
    pub premises: &'static [Premise],
    /// How parameters and shape variables follow from each other; see [`Relation`].
    pub relations: &'static [Relation],
    /// Relations that are tried with what is known so far: in their values, variables and dimensions that
    /// are not known yet are Automatic, and so is a value that says nothing.
    pub partial: &'static [Relation],
    /// What is assumed of variables that nothing else determines.
    pub defaults: &'static [Relation],
    /// What must be true of parameters and shapes; see [`Requirement`].
    pub requirements: &'static [Requirement],
    /// The equations that define the outputs.
    pub definition: &'static [Equation],
    /// The same equations in an arrangement that keeps the accuracy of machine numbers; empty if the definition does.
    pub stable: &'static [Equation],
    /// What holds instead in training, if that is something else.
    pub training: Option<Training>,
    /// How it runs step by step, if it does and its definition is no recurrence.
    pub unfolding: Option<Unfolding>,
    /// Examples: input and output form of the result. Every one of them is a test.
    pub examples: &'static [(&'static str, &'static str)],
    /// The ways in which it has no answer for mathematical reasons, which are told.
    pub unanswerable: &'static [(Way, &'static str)],
    /// The least number of levels with which its equations show what it does, for inputs of any rank.
    pub usual_rank: usize,
    /// Calls of the constructor that the property tests try in every way, at sizes that they draw.
    /// Every argument, option and choice occurs in one.
    pub samples: &'static [Sample],
}

/// A call of a layer's constructor in which names stand for what is drawn.
///
/// ```
/// use netform_layers::Sample;
/// const SAMPLE: Sample = Sample::of("LinearLayer[n, \"Input\" -> m]").sizes(&["n"]).counts(&["m"]);
/// assert_eq!(SAMPLE.counts, ["m"]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Text in the language.
    pub call: &'static str,
    /// Names that stand for integers from 1 on.
    pub sizes: &'static [&'static str],
    /// Names that stand for integers from 0 on.
    pub counts: &'static [&'static str],
    /// Names that stand for one of some texts in the language. All of the first list are tried.
    pub choices: &'static [(&'static str, &'static [&'static str])],
    /// Whether data is between 0 and 1: where a layer takes the logarithm of its input.
    pub probabilities: bool,
}

impl Sample {
    /// A call without names.
    pub const fn of(call: &'static str) -> Sample {
        Sample { call, sizes: &[], counts: &[], choices: &[], probabilities: false }
    }

    /// With names that stand for integers from 1 on.
    pub const fn sizes(self, sizes: &'static [&'static str]) -> Sample {
        Sample { sizes, ..self }
    }

    /// With names that stand for integers from 0 on: where an array may be empty.
    pub const fn counts(self, counts: &'static [&'static str]) -> Sample {
        Sample { counts, ..self }
    }

    /// With names that stand for one of some texts; all of the first list are tried.
    pub const fn choices(self, choices: &'static [(&'static str, &'static [&'static str])]) -> Sample {
        Sample { choices, ..self }
    }

    /// With data between 0 and 1.
    pub const fn probabilities(self) -> Sample {
        Sample { probabilities: true, ..self }
    }
}

/// An argument or option of a layer.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// The name: of an option as users write it, of an argument as the texts use it.
    pub name: &'static str,
    /// What values it takes.
    pub kind: ParameterType,
    /// The value if it is not given, or `None` if it must be.
    pub default: Option<&'static str>,
}

/// The names of options that are symbols of the language, which other functions have as well; all others are strings.
const SYMBOLS: &[&str] =
    &["DistanceFunction", "InputPorts", "Interleaving", "Method", "Padding", "PaddingSize", "Resampling"];

impl Parameter {
    /// Whether the name of the option is a symbol. Strings with the same name are taken as well.
    pub fn is_symbol(&self) -> bool {
        SYMBOLS.contains(&self.name)
    }
}

/// What values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType {
    /// A positive integer, a symbolic size, or `Automatic`.
    Size,
    /// A size or a list of sizes.
    Sizes,
    /// A size or a list, each element a size or `Automatic`; `{}` for a scalar.
    Dimensions,
    /// A non-negative integer, a list of them, or a list of pairs, or `"Same"`.
    Padding,
    /// A real number.
    Real,
    /// A real number that is not negative.
    NonNegative,
    /// `True` or `False`.
    Boolean,
    /// A function of one number, or the name of one.
    Function,
    /// One of these expressions.
    Choice(&'static [&'static str]),
    /// A level, or a specification of levels.
    Levels,
    /// A net, or what stands for one in a chain; or a list of them.
    Net,
    /// Anything that the texts of the record understand, `Automatic` included.
    Any,
    /// As [`ParameterType::Matching`], where `Automatic` is a value like the others, and not one that is still to be found.
    Stated {
        /// The pattern.
        form: &'static str,
        /// What values it takes, in words.
        expected: &'static str,
    },
    /// What matches a pattern of the language.
    Matching {
        /// The pattern.
        form: &'static str,
        /// What values it takes, in words: "a size or a list of sizes".
        expected: &'static str,
    },
}

/// An input or output of a layer.
#[derive(Debug, Clone, Copy)]
pub struct Port {
    /// The name, such as `Input`.
    pub name: &'static str,
    /// The shape pattern: a list of shape variables, integers, and sequence variables `name___`.
    pub shape: &'static str,
    /// What the port is for.
    pub kind: PortKind,
    /// The name in equations for print.
    pub tex: &'static str,
}

/// What a port is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortKind {
    /// Real numbers.
    Data,
    /// Integers from 1 to the value of this text, which is a number, or a list along the last level. The port takes
    /// real numbers where it is `None`.
    Index(&'static str),
    /// Truth values.
    Truth,
    /// The state of a recurrence: zeros if nothing else is given; the name of the port that gives
    /// the final state.
    State(&'static str),
    /// An output that is part of the result only where it is asked for by name.
    OnRequest,
    /// Any number of ports. The texts know them as one list under the name of the record.
    Several(Several),
}

/// Any number of ports of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Several {
    /// Text for their names in terms of the parameters, and of `Ports` and `OutputPorts`, which are
    /// the inputs and outputs of the layer's first net: a list of names; a number n for the names `Input1`, ..., `Input<n>`; or
    /// Automatic for as many as are connected.
    pub names: &'static str,
    /// The first part of the names that are numbered.
    pub base: &'static str,
    /// The sequence variable of the shape pattern of which each port has its own. Other texts know
    /// it as the list of those of all ports. Empty if there is none.
    pub own: &'static str,
    /// Whether they are states of a recurrence. The final value of the state `s` is the output
    /// `Final<s>`.
    pub states: bool,
}

/// A net that is an argument of a layer, or a part of one.
///
/// The definition calls it as a function, by its name: of the values of its input ports in the order
/// of the record, where those of [`PortKind::Several`] are arguments one by one. With one output
/// the function gives its value, with several the list of them.
#[derive(Debug, Clone, Copy)]
pub struct NetRecord {
    /// The name: in texts, and as the key by which users reach it.
    pub name: &'static str,
    /// The argument.
    pub argument: &'static str,
    /// The place in the argument, from 0, if that is a list of nets.
    pub part: Option<usize>,
    /// Whether the argument is a list of any number of such nets. Texts know the list of them under the name, and
    /// users reach them by the name with their numbers.
    pub each: bool,
    /// If the argument is a function, and the nets are written in it: as what. Texts know the list of them under the name, each
    /// a function that gives the list of its outputs, and patterns for what is written for them under the name of
    /// [`Written::forms`].
    pub written: Option<Written>,
    /// Its inputs, with shapes in the scope of the layer.
    pub inputs: &'static [Port],
    /// Its outputs, with shapes in the scope of the layer.
    pub outputs: &'static [Port],
    /// What stands for its name in the names of quantities in equations.
    pub tex: &'static str,
    /// Names that stand for nets, and texts of these.
    pub named: &'static [(&'static str, &'static str)],
}

/// As what nets are written in a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// `NetArray[...]`: layers that give a learned array.
    Arrays,
    /// Layers and containers that have arrays.
    Nets,
}

impl Written {
    /// The name under which texts know the patterns for what is written.
    pub fn forms(self) -> &'static str {
        match self {
            Written::Arrays => "ArrayForms",
            Written::Nets => "NetForms",
        }
    }
}

impl NetRecord {
    /// A record with nothing in it.
    pub const NEW: NetRecord = NetRecord {
        name: "",
        argument: "",
        part: None,
        each: false,
        written: None,
        inputs: &[],
        outputs: &[],
        tex: "",
        named: &[],
    };
}

/// A learned array of a layer.
#[derive(Debug, Clone, Copy)]
pub struct ArrayRecord {
    /// The name of the option, such as `Weights`.
    pub name: &'static str,
    /// The shape pattern.
    pub shape: &'static str,
    /// The values that initialisation gives.
    pub initial: Initial,
    /// What `name -> None` means; `None` if that is not allowed.
    pub absent: Option<Absent>,
    /// The name in equations for print.
    pub tex: &'static str,
}

/// The values that initialisation gives to an array.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Initial {
    /// Random, by the chosen method.
    Weights,
    /// A constant.
    Constant(f64),
}

/// What stands for an array that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Zeros: a term that vanishes.
    Zeros,
    /// Ones: a factor that vanishes.
    Ones,
}

/// What relations take for granted. It is tested as soon as what it mentions is known, and where it is false the
/// relations are not used any more, so that nothing is said that only follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Premise {
    /// The value of a parameter, where it is a list, has a certain number of elements.
    Items {
        /// The parameter.
        of: &'static str,
        /// Text for the number.
        number: &'static str,
        /// What there is an element for: "spatial level".
        each: &'static str,
    },
    /// The value of a parameter, where it is a list, has no more than a certain number of elements.
    AtMost {
        /// The parameter.
        of: &'static str,
        /// Text for the number.
        number: &'static str,
        /// What there may be an element for.
        each: &'static str,
    },
    /// A port takes arrays of a certain rank.
    Rank {
        /// The port.
        port: &'static str,
        /// Text for the rank.
        number: &'static str,
        /// The smallest rank that there can be, whatever the number is.
        least: usize,
        /// What the levels are, in words.
        levels: &'static str,
        /// A sentence for those who have left out one level.
        advice: &'static str,
    },
    /// A parameter names levels that the array at a port has, each of them once.
    Levels {
        /// The parameter.
        of: &'static str,
        /// The port.
        port: &'static str,
    },
    /// A parameter is a function that can take a certain number of arguments.
    Arguments {
        /// The parameter.
        of: &'static str,
        /// Text for the number.
        number: &'static str,
        /// What it gets: "element of Input".
        each: &'static str,
    },
}

impl Premise {
    /// Text for a number on which it depends.
    pub const fn number(&self) -> Option<&'static str> {
        match self {
            Premise::Items { number, .. }
            | Premise::AtMost { number, .. }
            | Premise::Rank { number, .. }
            | Premise::Arguments { number, .. } => Some(*number),
            Premise::Levels { .. } => None,
        }
    }
}

/// `variable` is `value` whenever all variables in `value` are known.
///
/// Where the variable is known already, the two must agree.
#[derive(Debug, Clone, Copy)]
pub struct Relation {
    /// A parameter, a dimension, or a sequence of dimensions (a list).
    pub variable: &'static str,
    /// Text in the language.
    pub value: &'static str,
}

/// One statement of a definition.
#[derive(Debug, Clone, Copy)]
pub enum Equation {
    /// `left = right`.
    Is {
        /// The name that the equation defines.
        left: &'static str,
        /// Text in the language.
        right: &'static str,
        /// The name of the left side in equations for print; empty for its own name.
        tex: &'static str,
    },
    /// A recurrence over sequences.
    Recurrence {
        /// Name in the step, port with the initial value, name of the final value.
        states: &'static [(&'static str, &'static str, &'static str)],
        /// Name in the step, and the sequence whose element it is.
        sequences: &'static [(&'static str, &'static str)],
        /// The equations of one step, in order.
        step: &'static [Step],
        /// The names of the next states, in the order of the states.
        next: &'static [&'static str],
        /// Name of the sequence of results, and name in the step of its element.
        outputs: &'static [(&'static str, &'static str)],
    },
}

/// The definition of a layer in training.
#[derive(Debug, Clone, Copy)]
pub struct Training {
    /// The equations that define the outputs.
    pub equations: &'static [Equation],
    /// Equations for arrays, with the values that they have after the step.
    pub updates: &'static [Equation],
    /// Whether ports carry all examples of a batch, as their first level, instead of one.
    pub whole_batch: bool,
}

impl Training {
    /// All equations, in order.
    pub fn all(&self) -> impl Iterator<Item = &'static Equation> + use<> {
        self.equations.iter().chain(self.updates)
    }

    /// The arrays that it changes.
    pub fn updated(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.updates.iter().filter_map(|equation| match equation {
            Equation::Is { left, .. } => Some(*left),
            Equation::Recurrence { .. } => None,
        })
    }
}

/// How a layer runs step by step on sequences whose elements it collects.
#[derive(Debug, Clone, Copy)]
pub struct Unfolding {
    /// The inputs that are sequences.
    pub sequences: &'static [&'static str],
    /// The states: inputs and outputs of the step, each with the input whose elements it collects. They begin empty.
    pub states: &'static [(&'static str, &'static str)],
    /// Text: a function that makes of the layer the net of one step, which gets sequences of one element; None where the layer
    /// looks at elements that are still to come.
    pub step: &'static str,
}

/// An equation within a step of a recurrence.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The name that the equation defines.
    pub left: &'static str,
    /// Text in the language.
    pub right: &'static str,
    /// The name of the left side in equations for print.
    pub tex: &'static str,
}

impl Layer {
    /// A record with nothing in it.
    pub const NEW: Layer = Layer {
        name: "",
        usage: "",
        source: "",
        arguments: &[],
        keys: &[],
        renamed: &[],
        options: &[],
        inputs: &[Port::INPUT],
        outputs: &[Port::OUTPUT],
        arrays: &[],
        nets: &[],
        premises: &[],
        relations: &[],
        partial: &[],
        defaults: &[],
        requirements: &[],
        definition: &[],
        stable: &[],
        training: None,
        unfolding: None,
        examples: &[],
        unanswerable: &[],
        usual_rank: 1,
        samples: &[],
    };

    /// The learned array of this name.
    pub fn array(&self, name: &str) -> Option<&'static ArrayRecord> {
        self.arrays.iter().find(|a| a.name == name)
    }

    /// The argument or option of this name.
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.arguments.iter().chain(self.options).find(|p| p.name == name)
    }

    /// The name by which users reach an argument or option: `KernelSize`.
    pub fn key(&self, parameter: &Parameter) -> String {
        if let Some((_, key)) = self.keys.iter().find(|(name, _)| *name == parameter.name) {
            return (*key).to_owned();
        }
        let mut letters = parameter.name.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// The argument or option that users reach by a name, or that the texts know by it.
    pub fn parameter_of_key(&self, key: &str) -> Option<&'static Parameter> {
        let is_it = |parameter: &&Parameter| self.key(parameter) == key;
        self.parameter(key).or_else(|| self.arguments.iter().chain(self.options).find(is_it))
    }

    /// All ports, inputs first.
    pub fn ports(&self) -> impl Iterator<Item = &'static Port> {
        self.inputs.iter().chain(self.outputs)
    }

    /// The port of this name, inputs first.
    pub fn port(&self, name: &str) -> Option<&'static Port> {
        self.ports().find(|p| p.name == name)
    }
}

impl Port {
    /// The input of a layer that takes an array of any shape.
    pub const INPUT: Port = Port { name: "Input", shape: "{in___}", kind: PortKind::Data, tex: "x" };
    /// The output of a layer that keeps the shape.
    pub const OUTPUT: Port = Port { name: "Output", shape: "{in___}", kind: PortKind::Data, tex: "y" };
}

impl Equation {
    /// `left = right`, printed under its own name.
    pub const fn is(left: &'static str, right: &'static str) -> Equation {
        Equation::Is { left, right, tex: "" }
    }
}

/// `left = right` in a definition.
pub(crate) const fn is(left: &'static str, right: &'static str) -> Equation {
    Equation::is(left, right)
}

/// `left = right` in a definition, an intermediate quantity that has a name for print.
pub(crate) const fn named(left: &'static str, right: &'static str, tex: &'static str) -> Equation {
    Equation::Is { left, right, tex }
}
