//! Heads that say how the expression in them is printed. They do nothing but hold it.

use netform_eval::Function;
use netform_expr::Attributes;

/// A wrapper without a rule.
const INERT: Function = Function { ..Function::NEW };

pub(super) const WRAPPERS: &[&Function] = &[
    &Function {
        name: "InputForm",
        usage: "InputForm[e] prints e so that the text reads back as e.",
        examples: &[("InputForm[{\"text\", x^2}]", "{\"text\", x^2}")],
        ..INERT
    },
    &Function {
        name: "OutputForm",
        usage: "OutputForm[e] prints e as output is printed by default.",
        examples: &[("OutputForm[\"text\"]", "text")],
        ..INERT
    },
    &Function {
        name: "FullForm",
        usage: "FullForm[e] prints e without operators.",
        examples: &[("FullForm[a + b x]", "Plus[a, Times[b, x]]")],
        ..INERT
    },
    &Function {
        name: "StandardForm",
        usage: "StandardForm[e] prints e in the standard form of notebooks; as text, that is OutputForm.",
        examples: &[("StandardForm[x^2]", "x^2")],
        ..INERT
    },
    &Function {
        name: "TraditionalForm",
        usage: "TraditionalForm[e] prints e in the manner of mathematics; as text, that is OutputForm.",
        examples: &[("TraditionalForm[x^2]", "x^2")],
        ..INERT
    },
    &Function {
        name: "TeXForm",
        usage: "TeXForm[e] prints e as TeX in mathematics mode.",
        examples: &[("TeXForm[x^2]", "x^2"), ("TeXForm[a/b]", "\\frac{a}{b}")],
        ..INERT
    },
    &Function {
        name: "MathMLForm",
        usage: "MathMLForm[e] prints e as MathML, the mathematics of web pages.",
        examples: &[(
            "MathMLForm[a/b]",
            "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\"><mfrac><mi>a</mi><mi>b</mi></mfrac></math>",
        )],
        ..INERT
    },
    &Function {
        name: "MarkdownForm",
        usage: "MarkdownForm[e] prints e as Markdown with TeX; of a list of equations each one by itself, with the dimensions \
                of the arrays in them.",
        examples: &[(
            "MarkdownForm[{VectorSymbol[\"y\", 2] == Tanh[VectorSymbol[\"x\", 2]]}]",
            "$$\n\\mathbf{y}=\\tanh(\\mathbf{x})\n$$\n\nwhere\n\n* $\\mathbf{y}\\in \\mathbb{R}^{2}$\n* $\\mathbf{x}\\in \\mathbb{R}^{2}$\n",
        )],
        ..INERT
    },
    &Function {
        name: "HoldForm",
        usage: "HoldForm[e] prints e without evaluating it.",
        attributes: Attributes::HOLD_ALL,
        examples: &[("HoldForm[1 + 1]", "1 + 1"), ("ReleaseHold[HoldForm[1 + 1]]", "2")],
        ..INERT
    },
    &Function {
        name: "Defer",
        usage: "Defer[e] prints e without evaluating it; what was printed can be entered as input.",
        attributes: Attributes::HOLD_ALL,
        examples: &[("Defer[1 + 1]", "1 + 1")],
        ..INERT
    },
    &Function {
        name: "MatrixForm",
        usage: "MatrixForm[list] prints a matrix with its rows on lines.",
        examples: &[("MatrixForm[{{1, 2}, {3, 4}}]", "1   2\n3   4")],
        ..INERT
    },
    &Function {
        name: "TableForm",
        usage: "TableForm[list] prints a list of lists as a table.",
        examples: &[("TableForm[{{a, 10}, {b, 2}}]", "a   10\nb   2")],
        ..INERT
    },
    &Function {
        name: "Grid",
        usage: "Grid[{{a, b, ...}, ...}] prints expressions in rows and columns.",
        examples: &[("Grid[{{a, b}, {c, d}}]", "a   b\nc   d")],
        ..INERT
    },
    &Function {
        name: "Row",
        usage: "Row[{a, b, ...}] prints expressions side by side, Row[list, s] with s between them.",
        examples: &[("Row[{a, b, 1}]", "ab1"), ("Row[{a, b}, \", \"]", "a, b")],
        ..INERT
    },
    &Function {
        name: "Column",
        usage: "Column[{a, b, ...}] prints expressions one below the other.",
        examples: &[("Column[{a, b + c}]", "a\nb + c")],
        ..INERT
    },
    &Function {
        name: "StringForm",
        usage: "StringForm[\"text\", a, b, ...] prints the text with a, b, ... in the places `1`, `2`, ... or in turn \
                in the places ``.",
        examples: &[("StringForm[\"`` is `2`\", x, y^2]", "x is y^2")],
        ..INERT
    },
    &Function {
        name: "NumberForm",
        usage: "NumberForm[e, n] prints the real numbers in e with n digits.",
        examples: &[("NumberForm[3.14159265, 3]", "3.14")],
        ..INERT
    },
    &Function {
        name: "Short",
        usage: "Short[e] prints e cut down to about a line, Short[e, n] to n lines; <<k>> stands for k parts left out.",
        examples: &[("Short[{a, b}]", "{a, b}")],
        ..INERT
    },
    &Function {
        name: "Style",
        usage: "Style[e, styles...] prints e in some style; as text, that is e.",
        examples: &[("Style[x, Bold]", "x")],
        ..INERT
    },
    &Function {
        name: "Subscript",
        usage: "Subscript[x, i, ...] is x with lower indices. It has no value of its own.",
        attributes: Attributes::N_HOLD_REST,
        examples: &[("Subscript[x, 1]", "Subscript[x, 1]"), ("TeXForm[Subscript[x, 1]]", "{x}_{1}")],
        ..INERT
    },
    &Function {
        name: "Superscript",
        usage: "Superscript[x, i] is x with an upper index. It has no value of its own.",
        attributes: Attributes::N_HOLD_REST,
        examples: &[("Superscript[x, n]", "Superscript[x, n]")],
        ..INERT
    },
    &Function {
        name: "Subsuperscript",
        usage: "Subsuperscript[x, i, j] is x with a lower and an upper index. It has no value of its own.",
        attributes: Attributes::N_HOLD_REST,
        examples: &[("Subsuperscript[x, i, j]", "Subsuperscript[x, i, j]")],
        ..INERT
    },
    &Function {
        name: "Overscript",
        usage: "Overscript[x, y] is x with y above it. It has no value of its own.",
        attributes: Attributes::N_HOLD_REST,
        examples: &[("Overscript[x, y]", "Overscript[x, y]")],
        ..INERT
    },
    &Function {
        name: "Underscript",
        usage: "Underscript[x, y] is x with y below it. It has no value of its own.",
        attributes: Attributes::N_HOLD_REST,
        examples: &[("Underscript[x, y]", "Underscript[x, y]")],
        ..INERT
    },
];
