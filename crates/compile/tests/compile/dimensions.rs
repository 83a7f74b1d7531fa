//! Dimensions: their normal form decides equality, and agrees with the numbers put in.

use netform_compile::{Dim, DimError, Sizes};
use netform_expr::{Expr, Sym};
use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};

fn symbol(name: &str) -> Expr {
    Expr::symbol(&format!("Global`{name}"))
}

fn sizes(n: usize, m: usize) -> Sizes {
    [(symbol("n"), n), (symbol("m"), m)].into_iter().collect()
}

/// Random dimensions, as expressions that are not in normal form.
fn expression() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![Just(symbol("n")), Just(symbol("m")), (-3i64..4).prop_map(Expr::integer)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone().prop_map(|(a, b)| Expr::call(Sym::Plus, [a, b])),
            pair.clone().prop_map(|(a, b)| Expr::call(Sym::Times, [a, b])),
            pair.prop_map(|(a, b)| Expr::call(Sym::Max, [a, b])),
            inner.prop_map(move |a| {
                let third = netform_expr::Number::rational(&1.into(), &3.into()).expect("a third");
                Expr::call(Sym::Floor, [Expr::call(Sym::Times, [Expr::number(third), a])])
            }),
        ]
    })
}

fn value(e: &Expr, n: i64, m: i64) -> i64 {
    let args: Vec<i64> =
        e.args().iter().filter(|arg| !arg.is_number() || arg.as_i64().is_some()).map(|arg| value(arg, n, m)).collect();
    match e.head_sym() {
        Some(Sym::Plus) => args.iter().sum(),
        Some(Sym::Max) => args.iter().copied().max().unwrap_or(0),
        Some(Sym::Floor) => value(&e.arg(0).arg(1), n, m).div_euclid(3),
        Some(Sym::Times) => args.iter().product(),
        _ => e.as_i64().unwrap_or(if *e == symbol("n") { n } else { m }),
    }
}

proptest! {
    #[test]
    fn the_normal_form_has_the_values_of_the_expression(e in expression(), n in 1usize..9, m in 1usize..9) {
        let dim = Dim::from_expr(&e).unwrap();
        prop_assert_eq!(dim.value(&sizes(n, m)).unwrap(), value(&e, n as i64, m as i64), "{} from {:?}", dim, e);
        prop_assert_eq!(Dim::from_expr(&dim.to_expr()).unwrap(), dim);
    }

    #[test]
    fn decisions_hold_for_all_sizes(a in expression(), b in expression(), n in 1usize..9, m in 1usize..9) {
        let (a, b) = (Dim::from_expr(&a).unwrap(), Dim::from_expr(&b).unwrap());
        let (x, y) = (a.value(&sizes(n, m)).unwrap(), b.value(&sizes(n, m)).unwrap());
        prop_assert!(a.equals(&b).is_none_or(|equal| equal == (x == y)));
        prop_assert!(a.at_most(&b).is_none_or(|at_most| at_most == (x <= y)));
        prop_assert!(a.lower_bound().is_none_or(|bound| bound <= x));
        prop_assert_eq!(a.max(&b).unwrap().value(&sizes(n, m)).unwrap(), x.max(y));
    }

    #[test]
    fn substitution_is_evaluation_of_what_is_put_in(e in expression(), b in expression(), n in 1usize..9, m in 1usize..9) {
        let (dim, put) = (Dim::from_expr(&e).unwrap(), Dim::from_expr(&b).unwrap());
        let changed = dim.substitute(&[(symbol("n"), put.clone())].into_iter().collect()).unwrap();
        if let Ok(size) = put.size(&sizes(n, m)) {
            prop_assert_eq!(changed.value(&sizes(n, m)).unwrap(), dim.value(&sizes(size, m)).unwrap(), "{} at {}", dim, put);
        }
    }

    #[test]
    fn roots_are_zeros(e in expression(), m in 1usize..9) {
        let dim = Dim::from_expr(&e).unwrap();
        if let Some(root) = dim.root(&symbol("n")) {
            let zero = dim.substitute(&[(symbol("n"), root)].into_iter().collect()).unwrap();
            prop_assert_eq!(zero, Dim::from(0), "{}", dim);
        }
        let alone = dim.substitute(&[(symbol("m"), Dim::from(m))].into_iter().collect()).unwrap();
        if let Some((unknown, roots)) = alone.roots() {
            prop_assert_eq!(unknown, symbol("n"));
            for n in 0..40 {
                prop_assert_eq!(roots.contains(&n), alone.value(&sizes(n as usize, m)).unwrap() == 0, "{} at {}", alone, n);
            }
        }
    }
}

#[test]
fn windows_that_fit_reach_over_no_end() {
    let n = Dim::symbol(symbol("n"));
    for (kernel, stride) in [(1, 1), (2, 2), (3, 2), (2, 3)] {
        let free = n.subtract(&Dim::integer(kernel)).unwrap();
        let used = free.floor_div(stride).unwrap().multiply(&Dim::integer(stride)).unwrap();
        assert_eq!(used.subtract(&free).unwrap().max(&Dim::from(0)), Ok(Dim::from(0)), "{kernel} {stride}");
        let nested = free.floor_div(stride).unwrap().floor_div(2).unwrap().multiply(&Dim::integer(2 * stride)).unwrap();
        assert_eq!(nested.at_most(&free), Some(true), "{kernel} {stride}");
    }
}

#[test]
fn forms_print_as_polynomials() {
    let n = Dim::symbol(symbol("n"));
    let text = |dim: Result<Dim, DimError>| dim.map_or_else(|error| error.to_string(), |dim| dim.to_string());
    let minus = |a: &Dim, b: i64| a.subtract(&Dim::integer(b)).unwrap();
    assert_eq!(text(n.multiply(&minus(&n, 1))), "n^2 - n");
    assert_eq!(text(minus(&n, 3).floor_div(2)), "Floor[(n + 1)/2] - 2");
    assert_eq!(text(n.multiply(&Dim::from(4)).unwrap().floor_div(2)), "2 n");
    assert_eq!(text(n.max(&Dim::from(3))), "Max[3, n]");
    assert_eq!(text(n.max(&Dim::from(1))), "n");
    assert_eq!(text(n.floor_div(0)), "a dimension can only be divided by a positive integer, not by 0");
    assert_eq!(n.equals(&minus(&n, 1)), Some(false));
    assert_eq!(n.equals(&Dim::from(3)), None);
    assert_eq!(n.equals(&Dim::from(0)), Some(false));
}

#[test]
fn what_is_no_dimension_is_an_error() {
    for e in [Expr::real(1.5), Expr::string("n"), Expr::call(Sym::Tanh, [symbol("n")]), Expr::list([])] {
        assert_eq!(Dim::from_expr(&e), Err(DimError::NotADimension(e)));
    }
    let huge = Expr::call(Sym::Times, [Expr::integer(i64::MAX), Expr::integer(2), symbol("n")]);
    assert_eq!(Dim::from_expr(&huge), Err(DimError::Overflow));
    assert!(matches!(Dim::symbol(symbol("k")).size(&sizes(1, 1)), Err(DimError::Unbound(_))));
}
