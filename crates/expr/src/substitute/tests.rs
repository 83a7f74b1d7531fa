//! Tables of replacements.

use super::{FunctionError, Template, apply_function, substitute};
use crate::pattern::Bindings;
use crate::reading::{read, write};
use crate::{Expr, Sym, size};

fn bindings(text: &str) -> Bindings {
    let rules = read(text);
    rules.args().iter().map(|rule| (rule.arg(0), rule.arg(1))).collect()
}

#[test]
fn replacement_is_simultaneous_and_lexical() {
    for (body, values, expected) in [
        ("x + y", "{x -> y, y -> x}", "y + x"),
        ("f[x, g[x]]", "{x -> 1}", "f[1, g[1]]"),
        ("x[x]", "{x -> f}", "f[f]"),
        ("a", "{x -> 1}", "a"),
        ("x", "{x -> 1}", "1"),
        // Sequences.
        ("f[x, y]", "{x -> Sequence[1, 2]}", "f[1, 2, y]"),
        ("f[x]", "{x -> Sequence[]}", "f[]"),
        ("{g[x], x}", "{x -> Sequence[1, 2]}", "{g[1, 2], 1, 2}"),
        ("a -> x", "{x -> Sequence[1, 2]}", "a -> Sequence[1, 2]"),
        ("a = {x}", "{x -> Sequence[1, 2]}", "a = {1, 2}"),
        // Names of inner scopes are changed where something is put inside.
        ("Function[y, x + y]", "{x -> y}", "Function[y$, y + y$]"),
        ("Function[y, x + y]", "{x -> a}", "Function[y$, a + y$]"),
        ("Function[y, a + y]", "{x -> 1}", "Function[y, a + y]"),
        ("Function[{y, z}, x + y + z]", "{x -> z}", "Function[{y$, z$}, z + y$ + z$]"),
        ("Function[y, x + y]", "{x -> y$}", "Function[y$$, y$ + y$$]"),
        ("Function[y, x + y + y$]", "{x -> 1}", "Function[y$$, 1 + y$$ + y$]"),
        ("Function[y$, x + y$]", "{x -> 1}", "Function[y$, 1 + y$]"),
        ("Function[y$, x + y$]", "{x -> y$}", "Function[y$$, y$ + y$$]"),
        ("Module[{y = x, z}, y + z]", "{x -> y}", "Module[{y$ = y, z$}, y$ + z$]"),
        ("Module[{y = y}, x + y]", "{x -> 1}", "Module[{y$ = y}, 1 + y$]"),
        ("With[{y = x}, y + x]", "{x -> 2}", "With[{y$ = 2}, y$ + 2]"),
        ("With[{y = x}, {z = y}, z]", "{x -> 2}", "With[{y$ = 2}, {z$ = y$}, z$]"),
        ("Block[{y = x}, y + x]", "{x -> 2}", "Block[{y = 2}, y + 2]"),
        ("f[y_] :> x + y", "{x -> y}", "f[y$_] :> y + y$"),
        ("g[y_] := x * y", "{x -> 2}", "g[y$_] := 2 * y$"),
        ("f[y_] -> x + y", "{x -> 2}", "f[y_] -> 2 + y"),
        // Names of inner scopes hide those replaced.
        ("Function[x, x + y]", "{x -> 1}", "Function[x, x + y]"),
        ("Function[x, x + y]", "{x -> 1, y -> 2}", "Function[x$, x$ + 2]"),
        ("Module[{x = x}, x]", "{x -> 1}", "Module[{x$ = 1}, x$]"),
        ("Block[{x = x}, x]", "{x -> 1}", "Block[{x = 1}, x]"),
        ("x + Function[x, x]", "{x -> 1}", "1 + Function[x, x]"),
        ("f[x_] :> x", "{x -> 1}", "f[x_] :> x"),
        // Scopes within scopes.
        ("Function[y, Function[z, x + y + z]]", "{x -> z}", "Function[y$, Function[z$, z + y$ + z$]]"),
        ("Function[y, x + Function[y, y]]", "{x -> 1}", "Function[y$, 1 + Function[y, y]]"),
        ("Function[y, x + Function[y$, y + y$]]", "{x -> 1}", "Function[y$$, 1 + Function[y$, y$$ + y$]]"),
    ] {
        let filled = substitute(&read(body), &bindings(values));
        assert_eq!(write(&filled), write(&read(expected)), "{body} with {values}");
    }
}

#[test]
fn a_template_is_filled_again_and_again() {
    let template = Template::new(&read("f[x, Function[y, x + y]]"), &[read("x")]);
    for (value, expected) in [
        ("1", "f[1, Function[y$, 1 + y$]]"),
        ("y$", "f[y$, Function[y$$, y$ + y$$]]"),
        ("y", "f[y, Function[y$, y + y$]]"),
    ] {
        assert_eq!(template.fill(&[read(value)]), read(expected));
    }
}

#[test]
fn slots_belong_to_the_innermost_unnamed_function() {
    for (function, args, expected) in [
        ("# + 1 &", "{a}", "a + 1"),
        ("#2 + #1 &", "{a, b}", "b + a"),
        ("f[##] &", "{a, b}", "f[a, b]"),
        ("f[##2] &", "{a, b, c}", "f[b, c]"),
        ("f[##2] &", "{a}", "f[]"),
        ("f[#0, #] &", "{a}", "f[f[#0, #] &, a]"),
        ("#x + 1 &", "{<|\"x\" -> 2|>}", "2 + 1"),
        ("g[#, # + 1 &] &", "{a}", "g[a, # + 1 &]"),
        ("Function[y, # + y] &", "{y}", "Function[y$, y + y$]"),
        ("Function[Null, # + 1, Listable]", "{a}", "a + 1"),
        ("Function[x, x + y]", "{a, b}", "a + y"),
        ("Function[{x, y}, x + y]", "{a, b}", "a + b"),
        ("Function[{x}, Function[{x}, x]]", "{a}", "Function[{x}, x]"),
        ("Function[{x}, # + x &]", "{a}", "# + a &"),
        ("Function[{}, 1]", "{}", "1"),
    ] {
        let result = apply_function(&read(function), &read(args).args());
        assert_eq!(result.map(|e| write(&e)), Ok(write(&read(expected))), "{function} of {args}");
    }
    for (function, args) in
        [("#2 &", "{a}"), ("#x &", "{a}"), ("Function[{x, y}, x]", "{a}"), ("Function[1, 2]", "{a}")]
    {
        assert!(apply_function(&read(function), &read(args).args()).is_err(), "{function} of {args}");
    }
    let error = apply_function(&read("#3 &"), &[read("a")]);
    assert_eq!(error, Err(FunctionError::Slot { slot: read("#3"), given: 1 }));
}

#[test]
fn deep_and_shared_bodies_cost_their_nodes() {
    let x = read("x");
    let f = read("f");
    let deep = (0..200_000).fold(x.clone(), |e, _| Expr::normal(f.clone(), [e]));
    let filled = substitute(&deep, &bindings("{x -> 1}"));
    assert_eq!(size(&filled).depth, 200_000);
    let shared = (0..500).fold(x, |e, _| Expr::call(Sym::Plus, [e.clone(), e]));
    assert_eq!(size(&substitute(&shared, &bindings("{x -> 1}"))).nodes, 502);
}
