//! Single values that the Wolfram Language documents or shows, as tables.

use netform_expr::number::{Elementary, Exception, Integer, Literal, MACHINE_PRECISION, Mark, Number, Surd};

fn read(text: &str) -> Number {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    if let Some((numerator, denominator)) = rest.split_once('/') {
        let quotient = read(numerator).div(&read(denominator)).expect("a quotient");
        return if negative { quotient.neg() } else { quotient };
    }
    let value = Literal::split(rest).and_then(|literal| literal.number()).expect("a number");
    if negative { value.neg() } else { value }
}

/// The text of a number as the printer of OutputForm would lay it out in one line.
fn output(value: &Number) -> String {
    match value.output_text(6) {
        Some(text) => text.to_string(),
        None if value.is_real() => value.to_string(),
        None => format!("{} + {} I", output(&value.re()), output(&value.im())),
    }
}

fn check(rows: &[(&str, &str)], compute: impl Fn(&str) -> String) {
    for (input, expected) in rows {
        assert_eq!(compute(input), *expected, "{input}");
    }
}

#[test]
fn literals() {
    let rows = [
        ("123", "123"),
        ("007", "7"),
        ("1*^3", "1000"),
        ("1*^-3", "1/1000"),
        ("16^^ff", "255"),
        ("36^^Zz", "1295"),
        ("2^^101.1", "5.5"),
        ("16^^1*^2", "256"),
        ("1.5*^3", "1500."),
        ("1.*^6", "1.*^6"),
        (".5", "0.5"),
        ("5.", "5."),
        ("5`", "5."),
        ("1.2345678901234567", "1.2345678901234567"),
        ("1.5`20", "1.5`20."),
        ("0.1`20", "0.1`20."),
        ("0``20", "0``20."),
        ("1.00000000000000000", "1.`17."),
        ("1.*^400", "1.`15.954589770191003*^400"),
        ("1.*^-400", "1.`15.954589770191003*^-400"),
        ("4.9406564584124654*^-324", "4.9406564584124654`15.954589770191003*^-324"),
        ("99999999999999999999999999", "99999999999999999999999999"),
    ];
    check(&rows, |text| read(text).to_string());
    assert!((read("3.14159265358979323").precision() - 17.4971).abs() < 1e-4);
    assert_eq!(read("1.5`20").precision(), 20.0);
    assert!((read("1.5``20").accuracy() - 20.0).abs() < 1e-12);
    for text in ["1a", "9^^9", "37^^1", "1^^0", ".", "1*^x", "1`x", "1*^99999999999999999999", "1*^999999999999"] {
        assert!(Literal::split(text).and_then(|literal| literal.number()).is_err(), "{text}");
    }
    let literal = Literal { mark: Mark::Precision(30.0), ..Literal::decimal("2", Some("5")) };
    assert_eq!(literal.number().unwrap(), read("2.5`30"));
}

#[test]
fn output_of_inexact_numbers() {
    let rows = [
        ("-0.94985", "-0.94985"),
        ("0.", "0."),
        ("-0.", "0."),
        ("1.", "1."),
        ("100000.", "100000."),
        ("123456.7", "123457."),
        ("999999.7", "1.*^6"),
        ("1000000.", "1.*^6"),
        ("0.00001234567", "0.0000123457"),
        ("0.00000123", "1.23*^-6"),
        ("0.216517051", "0.216517"),
        ("1.2345678`20", "1.2345678000000000000"),
        ("1.5`3", "1.50"),
        ("12345678.9`12", "1.23456789000*^7"),
        ("0``20", "0.*^-20"),
        ("2.`20*^1000000000000", "2.0000000000000000000*^1000000000000"),
    ];
    check(&rows, |text| output(&read(text)));
}

#[test]
fn powers() {
    let power = |text: &str| {
        let (base, exponent) = text.split_once(" ^ ").expect("a power");
        match read(base).pow(&read(exponent)) {
            Ok(value) => output(&value),
            Err(exception) => format!("{exception:?}"),
        }
    };
    let rows = [
        ("2 ^ 10", "1024"),
        ("2 ^ -2", "1/4"),
        ("2/3 ^ -2", "9/4"),
        ("0 ^ 0", "Indeterminate"),
        ("0 ^ -1", "ComplexInfinity"),
        ("0. ^ 0", "Indeterminate"),
        ("0. ^ 2", "0."),
        ("4 ^ 1/2", "2"),
        ("8 ^ 1/3", "2"),
        ("8 ^ -2/3", "1/4"),
        ("4/9 ^ 1/2", "2/3"),
        ("4/9 ^ -3/2", "27/8"),
        ("2 ^ 1/2", "Symbolic"),
        ("-4 ^ 1/2", "0 + 2 I"),
        ("-4 ^ 3/2", "0 + -8 I"),
        ("-8 ^ 1/3", "Symbolic"),
        ("1 ^ 1/3", "1"),
        ("2. ^ 0", "1."),
        ("2. ^ 1/2", "1.41421"),
        ("-2. ^ 1/2", "0. + 1.41421 I"),
        ("-8. ^ 1/3", "1. + 1.73205 I"),
        ("-2. ^ 3.", "-8."),
        ("-1. ^ 0.5", "0. + 1. I"),
        ("-4.`20 ^ 1/2", "0 + 2.0000000000000000000 I"),
        ("10. ^ 400", "1.000000000000000*^400"),
        ("2 ^ 1000000000000000", "Overflow"),
        ("1/2 ^ 1000000000000000", "Underflow"),
        ("-1 ^ 99999999999999999999999", "-1"),
        ("2.`20 ^ 99999999999999999999999", "Overflow"),
        ("1.5 ^ 1*^18", "Overflow"),
        ("0 ^ 1/2", "0"),
        ("0 ^ -1/2", "ComplexInfinity"),
    ];
    check(&rows, power);
}

#[test]
fn surds() {
    let surd = |text: &str| {
        let (base, exponent) = text.split_once(" ^ ").expect("a power");
        let surd = Surd::of(&read(base), &read(exponent)).expect("rational");
        let radicals = surd.radicals.iter().map(|(base, exponent)| format!(" {base}^({exponent})"));
        format!("{}{}", surd.coefficient, radicals.collect::<String>())
    };
    let rows = [
        ("12 ^ 1/2", "2 3^(1/2)"),
        ("12 ^ 1/3", "1 3^(1/3) 2^(2/3)"),
        ("12 ^ 2/3", "2 2^(1/3) 3^(2/3)"),
        ("6 ^ 1/2", "1 6^(1/2)"),
        ("2 ^ -1/2", "1 2^(-1/2)"),
        ("2 ^ -3/2", "1/2 2^(-1/2)"),
        ("12 ^ -1/2", "1/2 3^(-1/2)"),
        ("2/3 ^ 1/2", "1 2/3^(1/2)"),
        ("2/3 ^ -1/2", "1 3/2^(1/2)"),
        ("8/3 ^ 1/2", "2 2/3^(1/2)"),
        ("3/4 ^ 1/2", "1/2 3^(1/2)"),
        ("1/3 ^ 1/3", "1 3^(-1/3)"),
        ("-12 ^ 1/2", "Complex[0, 2] 3^(1/2)"),
        ("-8 ^ 1/3", "2 -1^(1/3)"),
        ("-2 ^ 1/3", "1 -2^(1/3)"),
        ("-1 ^ 4/3", "-1 -1^(1/3)"),
        ("10000000000000000000000000000000000000 ^ 1/2", "1000000000000000000 10^(1/2)"),
    ];
    check(&rows, surd);
    let unchanged = Surd::of(&read("6"), &read("1/2")).unwrap();
    assert!(unchanged.is_unchanged(&read("6"), &read("1/2")));
    assert!(!unchanged.is_unchanged(&read("24"), &read("1/2")));
}

#[test]
fn significance() {
    let one = read("1.`20");
    assert!((one.add(&one).precision() - 20.0).abs() < 1e-9);
    assert!((one.mul(&one).unwrap().precision() - 19.69897).abs() < 1e-5);
    assert!((one.sub(&one).accuracy() - 19.69897).abs() < 1e-5);
    assert!(one.sub(&one).is_zero());
    assert!((one.add(&read("1000000")).precision() - 26.0).abs() < 1e-5);
    assert_eq!(one.add(&read("1.")), Number::Real(2.0));
    assert_eq!(one.mul(&read("0")).unwrap(), Number::ZERO);
    assert_eq!(read("1.").mul(&read("0")).unwrap(), Number::ZERO);
    assert!((read("0.01`20").precision() - 20.0).abs() < 1e-12);
    let exponential = Elementary::Exp.apply(&[read("0.01`20")]).unwrap();
    assert!((exponential.precision() - 22.0).abs() < 1e-9);
    assert!(Number::Real(0.1).add(&Number::Real(0.2)).equal(&read("3/10")));
    assert!(!Number::Real(1.0).equal(&Number::Real(1.0 + 1e-13)));
    assert!(read("1.`20").equal(&read("1.00000000000000000001`30")));
    assert!(!read("1.`20").equal(&read("1.0000000000000001`30")));
    assert_eq!(Number::Real(1e308).mul(&Number::Real(10.0)).unwrap().precision().round(), 16.0);
    assert_eq!(read("1/3").to_machine(), Number::Real(1.0 / 3.0));
    assert_eq!(read("1/3").precision(), f64::INFINITY);
    assert_eq!(read("1.").precision(), MACHINE_PRECISION);
}

#[test]
fn functions_at_special_places() {
    let value = |text: &str| {
        let (name, argument) = text.split_once(' ').expect("a call");
        let function = Elementary::ALL.into_iter().find(|function| format!("{function:?}") == name);
        match function.expect("a function").apply(&[read(argument)]) {
            Ok(value) => output(&value),
            Err(exception) => format!("{exception:?}"),
        }
    };
    let rows = [
        ("Sqrt -2.", "0. + 1.41421 I"),
        ("Log -1.", "0. + 3.14159 I"),
        ("Log 0.", "Indeterminate"),
        ("ArcSin 2.", "1.5708 + -1.31696 I"),
        ("ArcSin -2.", "-1.5708 + 1.31696 I"),
        ("ArcCos 2.", "0. + 1.31696 I"),
        ("ArcCos -2.", "3.14159 + -1.31696 I"),
        ("ArcCosh -2.", "1.31696 + 3.14159 I"),
        ("ArcCosh 0.", "0. + 1.5708 I"),
        ("ArcTanh 2.", "0.549306 + -1.5708 I"),
        ("ArcTanh 1.", "Indeterminate"),
        ("ArcCot 0.", "1.5708"),
        ("ArcCoth 0.5", "0.549306 + -1.5708 I"),
        ("ArcSec 0.5", "0. + 1.31696 I"),
        ("ArcSech 2.", "0. + 1.0472 I"),
        ("ArcCsch 0.", "ComplexInfinity"),
        ("Cot 0.", "ComplexInfinity"),
        ("Csc 0.`20", "ComplexInfinity"),
        ("Gamma 0.", "ComplexInfinity"),
        ("Gamma -3.", "ComplexInfinity"),
        ("Gamma 0.5", "1.77245"),
        ("Gamma 200.", "3.943289336823953*^372"),
        ("LogGamma -0.5", "1.26551 + -3.14159 I"),
        ("Exp 1000.", "1.970071114017047*^434"),
        ("Exp -1000.", "0."),
        ("Exp 1.*^20", "Overflow"),
        ("Tanh 1.`20*^30", "1.000000000000000000000000000000000000000"),
        ("LogisticSigmoid 40.", "1."),
        ("LogisticSigmoid -40.", "4.24835*^-18"),
        ("LogisticSigmoid 800.", "1."),
        ("Erfc 10.", "2.08849*^-45"),
        ("Sin 1", "Symbolic"),
        ("Sqrt 16", "4"),
        ("Sin 1.`20*^30", "0."),
    ];
    check(&rows, value);
}

#[test]
fn integer_functions() {
    assert_eq!(Integer::binomial(&Integer::from(-3), &Integer::from(2)), Ok(Integer::from(6)));
    assert_eq!(Integer::binomial(&Integer::from(10), &Integer::from(3)), Ok(Integer::from(120)));
    assert_eq!(Integer::binomial(&Integer::from(-1), &Integer::from(-3)), Ok(Integer::from(1)));
    assert_eq!(Integer::binomial(&Integer::from(3), &Integer::from(5)), Ok(Integer::ZERO));
    assert_eq!(Integer::factorial(0), Some(Integer::ONE));
    assert_eq!(Integer::factorial(u64::MAX), None);
    let power = |b, e, m| Integer::power_mod(&Integer::from(b), &Integer::from(e), &Integer::from(m));
    assert_eq!(power(2, 10, -7), Ok(Integer::from(-5)));
    assert_eq!(power(2, -1, 4), Err(Exception::Symbolic));
    assert_eq!(power(2, 5, 0), Err(Exception::Indeterminate));
    let primes: Vec<i64> = (-2..60).filter(|n| Integer::from(*n).is_prime()).collect();
    assert_eq!(primes, [-2, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59]);
    let mersenne = |n| &Integer::from(2).pow(n).unwrap() - &Integer::ONE;
    assert!(mersenne(127).is_prime() && mersenne(521).is_prime());
    assert!(!mersenne(129).is_prime() && !mersenne(523).is_prime());
    let text: Vec<String> = mersenne(101).factor(&mut || true).unwrap().iter().map(|(p, _)| p.to_string()).collect();
    assert_eq!(text, ["7432339208719", "341117531003194129"]);
    let hard = &mersenne(127) * &mersenne(521);
    let mut questions = 3;
    let interrupted = hard.factor(&mut || {
        questions -= 1;
        questions > 0
    });
    assert!(interrupted.is_err());
    assert_eq!(read("1/2").gcd(&read("1/3")), Some(read("1/6")));
    assert_eq!(read("0.333333").rationalize(&read("1/1000")).unwrap(), read("1/3"));
    assert_eq!(Number::Real(0.1).rationalize(&Number::ZERO).unwrap(), read("1/10"));
    assert_eq!(Number::Real(0.75).rationalize_if_close().unwrap(), read("3/4"));
    let pi = Number::Real(std::f64::consts::PI);
    assert_eq!(pi.rationalize_if_close().unwrap(), pi);
}

/// Parts of numbers at the ends of what can be held.
const EXTREMES: [&str; 20] = [
    "0",
    "1/3",
    "0.",
    "1.",
    "-1.",
    "1.5*^308",
    "-2.5*^-308",
    "1.*^-170",
    "-4.*^200",
    "700.5",
    "0``20",
    "0``-5",
    "1.5`0.3",
    "-3.`20",
    "1.`30",
    "1.5`20*^1000000000000000",
    "-1.5`20*^-1000000000000000",
    "-1.5`20*^9",
    "-1.5`100*^300",
    "1.000000000000000000000000000001`40",
];

fn is_held(value: &Number) -> bool {
    let (re, im) = value.to_f64_parts();
    let machine = |part: &Number| !matches!(part, Number::Real(x) if !x.is_finite());
    !re.is_nan() && !im.is_nan() && machine(&value.re()) && machine(&value.im())
}

#[test]
fn functions_of_extreme_arguments_neither_panic_nor_hang() {
    for (re, im) in EXTREMES.iter().flat_map(|re| EXTREMES.iter().map(move |im| (re, im))) {
        let argument = Number::complex(&read(re), &read(im));
        for function in Elementary::ALL {
            let before = std::time::Instant::now();
            let arguments = match function.arity() {
                1 => vec![argument.clone()],
                _ => vec![read(re), read(im)],
            };
            if let Ok(value) = function.apply(&arguments) {
                assert!(is_held(&value), "{function:?} {re} {im}");
                let _ = (value.re().output_text(6), value.im().output_text(6));
            }
            assert!(before.elapsed().as_secs() < 5, "{function:?} {re} {im}");
        }
    }
}

#[test]
fn arithmetic_of_extreme_numbers_neither_panics_nor_hangs() {
    let mut numbers: Vec<Number> = EXTREMES.iter().map(|text| read(text)).collect();
    numbers.extend(["1*^-400", "1*^400", "-9223372036854775808", "9223372036854775807"].map(read));
    numbers.extend([read("1.").mul(&numbers[15]).unwrap(), Number::complex(&numbers[15], &numbers[16])]);
    numbers.extend([Number::complex(&read("1.*^300"), &read("-1.*^300")), Number::complex(&read("0"), &read("1"))]);
    for (a, b) in numbers.iter().flat_map(|a| numbers.iter().map(move |b| (a, b))) {
        let before = std::time::Instant::now();
        let results = [Ok(a.add(b)), Ok(a.sub(b)), a.mul(b), a.div(b), a.pow(b), a.quotient(b), a.modulo(b), a.abs()];
        for value in results.into_iter().flatten() {
            assert!(is_held(&value), "{a} {b}");
            let _ = (value.to_machine(), value.set_precision(30.0), value.re().output_text(6));
        }
        for value in
            [a.floor(), a.ceiling(), a.round(), a.integer_part(), a.fractional_part(), a.rationalize_if_close()]
        {
            assert!(value.map_or(true, |value| is_held(&value)), "{a}");
        }
        assert_eq!(a.compare(b).map(std::cmp::Ordering::reverse), b.compare(a), "{a} {b}");
        assert_eq!(a.equal(b), b.equal(a), "{a} {b}");
        assert_eq!(a.canonical_order(b), b.canonical_order(a).reverse(), "{a} {b}");
        assert!(before.elapsed().as_secs() < 5, "{a} {b}");
    }
}
