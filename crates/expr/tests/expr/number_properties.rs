//! Laws of the numbers, for random ones.

use std::cmp::Ordering;

use netform_expr::number::{Exception, Integer, Literal, Number};
use proptest::prelude::*;

fn integers() -> impl Strategy<Value = Number> {
    prop_oneof![
        (-20i64..20).prop_map(Number::from),
        any::<i64>().prop_map(Number::from),
        (any::<i64>(), any::<i64>(), any::<i64>()).prop_map(|(a, b, c)| {
            let product = &Integer::from(a) * &Integer::from(b);
            Number::Integer(&product * &Integer::from(c))
        }),
    ]
}

fn rationals() -> impl Strategy<Value = Number> {
    (integers(), integers()).prop_map(|(a, b)| a.div(&b).unwrap_or(Number::ONE))
}

fn exact() -> impl Strategy<Value = Number> {
    prop_oneof![integers(), rationals(), (rationals(), rationals()).prop_map(|(re, im)| Number::complex(&re, &im))]
}

fn machine() -> impl Strategy<Value = f64> {
    prop_oneof![-100.0..100.0, any::<f64>().prop_filter("finite", |x| x.is_finite() && (x.is_normal() || *x == 0.0)),]
}

fn big_reals() -> impl Strategy<Value = Number> {
    (rationals(), 2.0..60.0).prop_map(|(value, digits): (Number, f64)| {
        let value = if value.is_zero() { Number::ONE } else { value };
        value.to_precision(digits).expect("a number")
    })
}

fn reals() -> impl Strategy<Value = Number> {
    prop_oneof![rationals(), machine().prop_map(|x| Number::real(x).expect("finite")), big_reals()]
}

fn read(text: &str) -> Number {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let value = Literal::split(text).and_then(|literal| literal.number()).expect("a number");
    if negative { value.neg() } else { value }
}

proptest! {
    #[test]
    fn exact_numbers_are_a_field(a in exact(), b in exact(), c in exact()) {
        prop_assert_eq!(a.add(&b), b.add(&a));
        prop_assert_eq!(a.add(&b).add(&c), a.add(&b.add(&c)));
        prop_assert_eq!(a.mul(&b), b.mul(&a));
        prop_assert_eq!(a.mul(&b).unwrap().mul(&c), a.mul(&b.mul(&c).unwrap()));
        prop_assert_eq!(a.mul(&b.add(&c)).unwrap(), a.mul(&b).unwrap().add(&a.mul(&c).unwrap()));
        prop_assert_eq!(a.sub(&a), Number::ZERO);
        match b.is_zero() {
            true => prop_assert!(a.div(&b).is_err()),
            false => prop_assert_eq!(a.div(&b).unwrap().mul(&b).unwrap(), a),
        }
    }

    #[test]
    fn integers_divide_with_remainder(a in integers(), b in integers()) {
        let (x, y) = (a.as_integer().unwrap(), b.as_integer().unwrap());
        match x.div_rem_floor(y) {
            None => prop_assert!(y.is_zero()),
            Some((quotient, remainder)) => {
                prop_assert_eq!(&(&quotient * y) + &remainder, x.clone());
                prop_assert!(remainder.is_zero() || remainder.sign() == y.sign());
                prop_assert!(remainder.abs() < y.abs());
            }
        }
        let divisor = x.gcd(y);
        if !divisor.is_zero() {
            prop_assert_eq!(x.div_rem_floor(&divisor).unwrap().1, Integer::ZERO);
            prop_assert_eq!(y.div_rem_floor(&divisor).unwrap().1, Integer::ZERO);
            prop_assert_eq!(&divisor * &x.lcm(y), (x * y).abs());
        }
    }

    #[test]
    fn machine_arithmetic_is_that_of_the_machine(a in machine(), b in machine()) {
        let (x, y) = (Number::real(a).unwrap(), Number::real(b).unwrap());
        let same = |value: Number, expected: f64| match value {
            Number::Real(value) => value == expected,
            _ => !expected.is_finite(),
        };
        prop_assert!(same(x.add(&y), a + b));
        prop_assert!(same(x.sub(&y), a - b));
        prop_assert!(same(x.mul(&y).unwrap(), a * b));
        match x.div(&y) {
            Ok(quotient) => prop_assert!(same(quotient, a / b)),
            Err(exception) => prop_assert!(b == 0.0 && exception != Exception::Overflow),
        }
    }

    #[test]
    fn numbers_read_back_as_the_same(x in reals()) {
        if !x.is_exact() {
            let text = x.input_text().unwrap().to_string();
            prop_assert_eq!(read(&text), x, "{}", text);
        }
    }

    #[test]
    fn decimal_text_of_machine_reals_is_correctly_rounded(x in machine()) {
        let text = format!("{x:?}");
        let literal = text.replace('e', "*^");
        let literal = if literal.contains('.') { literal } else { literal.replacen("*^", ".*^", 1) };
        prop_assert_eq!(read(&literal), Number::real(x).unwrap(), "{}", literal);
    }

    #[test]
    fn order_agrees_with_machine_order(a in machine(), b in machine()) {
        let (x, y) = (Number::real(a).unwrap(), Number::real(b).unwrap());
        prop_assert_eq!(x.compare(&y), a.partial_cmp(&b));
        let (exact_x, exact_y) = (x.to_exact().unwrap(), y.to_exact().unwrap());
        prop_assert_eq!(exact_x.compare(&exact_y), a.partial_cmp(&b));
        prop_assert_eq!(x.compare(&exact_y), a.partial_cmp(&b));
        prop_assert_eq!(exact_x.to_f64(), Some(a + 0.0));
    }

    #[test]
    fn order_is_total(a in reals(), b in reals(), c in reals()) {
        let order = |a: &Number, b: &Number| a.canonical_order(b);
        prop_assert_eq!(order(&a, &b), order(&b, &a).reverse());
        prop_assert_eq!(order(&a, &b) == Ordering::Equal, a == b);
        if order(&a, &b) != Ordering::Greater && order(&b, &c) != Ordering::Greater {
            prop_assert_ne!(order(&a, &c), Ordering::Greater);
        }
    }

    #[test]
    fn rounding_stays_within_one(x in reals()) {
        let (floor, ceiling) = (x.floor().unwrap(), x.ceiling().unwrap());
        prop_assert_ne!(floor.compare(&x), Some(Ordering::Greater));
        prop_assert_ne!(ceiling.compare(&x), Some(Ordering::Less));
        prop_assert!(ceiling.sub(&floor).compare(&Number::from(2)) == Some(Ordering::Less));
        let round = x.round().unwrap();
        prop_assert!(round == floor || round == ceiling);
    }

    #[test]
    fn rational_powers_are_roots(base in 1i64..5000, degree in 2i64..7) {
        let exponent = Number::rational(&Integer::ONE, &Integer::from(degree)).unwrap();
        let power = Number::from(base).pow(&Number::from(degree)).unwrap();
        prop_assert_eq!(power.pow(&exponent).unwrap(), Number::from(base));
        prop_assert_eq!(power.add(&Number::ONE).pow(&exponent), Err(Exception::Symbolic));
    }

    #[test]
    fn integers_factor_into_primes(a in 1i64..1 << 40, b in 1i64..1 << 36) {
        let number = &Integer::from(a) * &Integer::from(b);
        let factors = number.factor(&mut || true).unwrap();
        let mut product = Integer::ONE;
        for (prime, count) in factors {
            prop_assert!(prime.is_prime());
            product = &product * &prime.pow(u64::from(count)).unwrap();
        }
        prop_assert_eq!(product, number);
    }

    #[test]
    fn significance_covers_the_error(a in rationals(), b in rationals(), p in 5.0..40.0, q in 5.0..40.0) {
        // What is computed from rounded operands is as near to the exact result as it claims.
        let (x, y) = (a.to_precision(p).unwrap(), b.to_precision(q).unwrap());
        let near = |value: Number, exact: Number| {
            let error = value.to_exact().unwrap().sub(&exact).abs().unwrap();
            let bound = 1.000001 * 10f64.powf(-value.accuracy());
            error.is_zero() || value.is_exact() || !bound.is_normal() || error.to_f64().unwrap() <= bound
        };
        prop_assert!(near(x.add(&y), a.add(&b)));
        prop_assert!(near(x.mul(&y).unwrap(), a.mul(&b).unwrap()));
        if !b.is_zero() {
            prop_assert!(near(x.div(&y).unwrap(), a.div(&b).unwrap()));
        }
    }
}
