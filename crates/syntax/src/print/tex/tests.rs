//! Expressions and their TeX, by a table.

use crate::{DefaultForms, DefaultNames, parse_expression, tex_form};

#[test]
fn tex() {
    let known = [
        "Tanh",
        "Sin",
        "Sum",
        "Product",
        "Integrate",
        "Piecewise",
        "Subscript",
        "Indexed",
        "Abs",
        "LogisticSigmoid",
        "MatrixSymbol",
        "VectorSymbol",
        "Sqrt",
        "Derivative",
        "Infinity",
        "Log",
    ];
    for (source, expected) in [
        ("a + b - c", "a+b-c"),
        ("a b/c", r"\frac{a b}{c}"),
        ("-a/b", r"-\frac{a}{b}"),
        ("Rational[-1, 2] x", r"-\frac{x}{2}"),
        ("x^2", "x^2"),
        ("x^(n + 1)", "x^{n+1}"),
        ("(a + b)^2", r"(a+b)^2"),
        ("x^Rational[1, 2]", r"\sqrt{x}"),
        ("x^Rational[1, 3]", r"\sqrt[3]{x}"),
        ("x^-2", r"\frac{1}{x^2}"),
        ("E^x", "e^x"),
        ("Sin[x]^2", r"\sin ^{2}(x)"),
        ("Tanh[α x1]", r"\tanh(\alpha \text{x1})"),
        ("LogisticSigmoid[x]", r"\sigma(x)"),
        ("w . x + b", "w.x+b"),
        ("a == b", "a=b"),
        ("a <= b && !c", r"a\leq b\land\neg c"),
        ("{{a, b}, {c, d}}", r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}"),
        ("{a, b}", r"\{a,b\}"),
        ("Subscript[x, i, j]", "{x}_{i,j}"),
        ("Indexed[x, {1, 2}]", "{x}_{1,2}"),
        ("f''[x]", r"f''(x)"),
        ("Derivative[1, 0][f][x, y]", r"f^{(1,0)}(x,y)"),
        ("Piecewise[{{x, x > 0}}, 1]", r"\begin{cases} x & x>0 \\ 1 & \text{otherwise} \end{cases}"),
        ("Sum[i^2, {i, 1, n}]", r"\sum _{i=1}^{n} i^2"),
        ("Integrate[f[x], {x, 0, 1}]", r"\int _{0}^{1} f(x) \, dx"),
        ("Abs[x]", r"\left| x\right| "),
        ("a -> b", r"a\to b"),
        ("1.5*^-9 x", r"1.5\times 10^{-9} x"),
        ("2 3^x", r"2\times 3^x"),
        ("\"a_b\"", r"\text{a\_b}"),
        ("MatrixSymbol[\"W\", {2, 3}] . VectorSymbol[{\"lstm\", \"v\"}, 3]", r"\mathbf{W} \mathbf{v}_{\text{lstm}}"),
        ("x |-> x^2", r"x\mapsto x^2"),
        ("#1 + 1 &", r"\#1+1\&"),
        ("Complex[1, -2]", "1-2 i"),
        ("f[a/b]", r"f\left(\frac{a}{b}\right)"),
        ("(a + 1/b)^2", r"\left(a+\frac{1}{b}\right)^2"),
    ] {
        let e = parse_expression(source, &mut DefaultNames::new(&known)).expect(source);
        assert_eq!(tex_form(&e, &DefaultForms::new(DefaultNames::new(&known))), expected, "{source}");
    }
}
