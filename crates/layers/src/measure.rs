//! The record of a measure: what the outputs of a net are worth, compared with what they should be.

/// A number, or a table of them, by which outputs for all examples are judged.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// The name that users write, such as `Accuracy`.
    pub name: &'static str,
    /// What it measures.
    pub of: Compared,
    /// What it is, in words.
    pub summary: &'static str,
    /// Text for the value of a number that users may write behind the name, if they do not; `None` if there is none.
    pub argument: Option<&'static str>,
    /// Text: whether outputs are known well enough. As long as they are symbols, nobody knows which of them is the greatest.
    pub decided: &'static str,
    /// Text for the value.
    pub value: &'static str,
}

/// What a measure compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// `Output` and `Target` are lists of arrays of numbers of the same shape.
    Numbers,
    /// `Output` is a list of vectors of probabilities, `Target` the list of the places of the true ones of `Classes`.
    Classes,
}

impl Measure {
    /// The names in the texts.
    pub const NAMES: [&str; 4] = [Self::OUTPUT, Self::TARGET, Self::CLASSES, Self::ARGUMENT];
    /// The outputs of the net.
    pub const OUTPUT: &str = "Output";
    /// What they should be.
    pub const TARGET: &str = "Target";
    /// The classes.
    pub const CLASSES: &str = "Classes";
    /// What users write behind the name.
    pub const ARGUMENT: &str = "Argument";

    /// The measure that is made small by training when no other loss is given: the first of those of its kind.
    pub fn loss(of: Compared) -> &'static Measure {
        let first = MEASURES.iter().find(|measure| measure.of == of);
        first.unwrap_or_else(|| unreachable!("there are measures of both kinds"))
    }

    const fn of_numbers(name: &'static str, value: &'static str, summary: &'static str) -> Measure {
        Measure { name, of: Compared::Numbers, summary, argument: None, decided: "True", value }
    }

    const fn of_classes(name: &'static str, value: &'static str, summary: &'static str) -> Measure {
        Measure { of: Compared::Classes, ..Measure::of_numbers(name, value, summary) }
    }

    /// Where the greatest probabilities count.
    const fn of_greatest(self) -> Measure {
        Measure { decided: "MatrixQ[Output, NumericQ]", ..self }
    }

    /// How many of the greatest probabilities count.
    const fn among_first(self) -> Measure {
        Measure { argument: Some("1"), ..self.of_greatest() }
    }
}

/// All measures; the first of each kind is the loss.
pub const MEASURES: &[Measure] = &[
    Measure::of_numbers("MeanSquare", "Mean[Flatten[{(Output - Target)^2}]]", "the mean of the squared differences"),
    Measure::of_numbers("MeanDeviation", "Mean[Flatten[{Abs[Output - Target]}]]", "the mean size of the differences"),
    Measure::of_numbers(
        "StandardDeviation",
        "Sqrt[Mean[Flatten[{(Output - Target)^2}]]]",
        "the square root of the mean of the squared differences",
    ),
    Measure::of_numbers(
        "FractionVarianceUnexplained",
        "Total[Flatten[{(Output - Target)^2}]]/With[{flat = Flatten[{Target}]}, Total[(flat - Mean[flat])^2]]",
        "the sum of the squared differences, relative to that from the mean of the targets",
    ),
    Measure::of_numbers(
        "RSquared",
        "1 - Total[Flatten[{(Output - Target)^2}]]/With[{flat = Flatten[{Target}]}, Total[(flat - Mean[flat])^2]]",
        "1 - FractionVarianceUnexplained",
    ),
    Measure::of_classes(
        "CrossEntropy",
        "-Mean[MapThread[Log[#1[[#2]]] &, {Output, Target}]]",
        "the mean of -Log of the probability of the true class",
    ),
    Measure::of_classes(
        "Perplexity",
        "Exp[-Mean[MapThread[Log[#1[[#2]]] &, {Output, Target}]]]",
        "Exp of CrossEntropy",
    ),
    Measure::of_classes(
        "Accuracy",
        "Mean[MapThread[Boole[MemberQ[Ordering[-N[#1], Min[Argument, Length[#1]]], #2]] &, {Output, Target}]]",
        "the fraction of examples whose true class is the most probable one, with \"Accuracy\" -> n one of the n most probable",
    )
    .among_first(),
    Measure::of_classes(
        "ErrorRate",
        "1 - Mean[MapThread[Boole[MemberQ[Ordering[-N[#1], Min[Argument, Length[#1]]], #2]] &, {Output, Target}]]",
        "1 - Accuracy",
    )
    .among_first(),
    Measure::of_classes(
        "ConfusionMatrix",
        "With[{pairs = Transpose[{Target, Map[First[Ordering[-N[#], 1]] &, Output]}]},
            Outer[Count[pairs, {##}] &, Range[Length[Classes]], Range[Length[Classes]]]]",
        "how many examples of the class of a row get the class of a column",
    )
    .of_greatest(),
];
