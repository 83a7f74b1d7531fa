//! `Typed` and `TypeSpecifier`: declarations of the arguments of functions.

use netform_eval::Function;

pub(super) const TYPED: Function = Function {
    name: "Typed",
    usage: "Typed[x, type] declares an argument of a Function with its type, as in \
            CompiledLayer[Function[Typed[x, TypeSpecifier[\"NumericArray\"][\"Real64\", 1]], Total[x]]].",
    examples: &[("Typed[x, \"Real64\"]", "Typed[x, Real64]")],
    ..Function::NEW
};

pub(super) const TYPE_SPECIFIER: Function = Function {
    name: "TypeSpecifier",
    usage: "TypeSpecifier[\"NumericArray\"][\"Real64\", r] is the type of arrays of numbers with r levels.",
    examples: &[("TypeSpecifier[\"NumericArray\"][\"Real64\", 2]", "TypeSpecifier[NumericArray][Real64, 2]")],
    ..Function::NEW
};
