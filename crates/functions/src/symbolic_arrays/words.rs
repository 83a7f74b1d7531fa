//! Words that other functions understand: domains of arrays, symmetries, an attribute.

use netform_eval::Function;

pub(super) const VECTORS: Function = Function {
    name: "Vectors",
    usage: "Vectors[n] is the set of the vectors of length n, Vectors[n, dom] that of those with elements in dom; the \
            assumption Element[v, Vectors[n]] declares the symbol v.",
    examples: &[("Assuming[Element[v, Vectors[n]], D[v . v, v]]", "2 v")],
    ..Function::NEW
};

pub(super) const MATRICES: Function = Function {
    name: "Matrices",
    usage: "Matrices[{r, c}] is the set of the matrices of r rows and c columns, Matrices[{r, c}, dom, sym] that of those with \
            elements in dom and the symmetry sym; the assumption Element[m, Matrices[{r, c}]] declares the symbol m.",
    examples: &[(
        "Assuming[Element[m, Matrices[{n, n}, Reals, Symmetric[{1, 2}]]], TensorReduce[Transpose[m] - m]]",
        "SymbolicZerosArray[{n, n}]",
    )],
    ..Function::NEW
};

pub(super) const ARRAYS: Function = Function {
    name: "Arrays",
    usage: "Arrays[{n, m, ...}] is the set of the arrays of these dimensions, Arrays[dims, dom, sym] that of those with elements in \
            dom and the symmetry sym; the assumption Element[a, Arrays[dims]] declares the symbol a.",
    examples: &[("Assuming[Element[a, Arrays[{n, 2, 3}]], TensorRank[2 a]]", "3")],
    ..Function::NEW
};

pub(super) const SYMMETRIC: Function = Function {
    name: "Symmetric",
    usage: "Symmetric[{level1, level2, ...}] is the symmetry of arrays that stay the same if these levels are exchanged, \
            Symmetric[All] that of all levels. It is the last argument of MatrixSymbol, ArraySymbol, Matrices and Arrays.",
    examples: &[("MatrixSymbol[\"s\", n, Reals, Symmetric[{1, 2}]][[j, i]]", "s[[i, j]]")],
    ..Function::NEW
};

pub(super) const NON_THREADABLE: Function = Function {
    name: "NonThreadable",
    usage: "NonThreadable is an attribute of symbols that stand for arrays: listable functions do not thread lists over f or \
            f[...] where f has it, nor over listable functions of these.",
    examples: &[("SetAttributes[f, NonThreadable]; {1, 2} + Sin[f[x]]", "{1, 2} + Sin[f[x]]")],
    ..Function::NEW
};
