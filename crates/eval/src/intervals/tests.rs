//! Arithmetic with outward rounding, and turning places.

use super::{
    Break, Enclosure, Intervals, Landmark, Pieces, Toward, power_toward, product_toward, quotient_toward, sum_toward,
};
use crate::RealCode;

#[test]
fn sums_and_products_are_rounded_only_where_they_are_not_exact() {
    for toward in [Toward::Down, Toward::Up] {
        assert_eq!(sum_toward(&[0.5, 0.25], toward), 0.75);
        assert_eq!(product_toward(&[0.5, -3.0], toward), -1.5);
        assert_eq!(quotient_toward(3.0, -2.0, toward), -1.5);
        assert_eq!(power_toward(&[9.0, 0.5], toward), 3.0);
    }
    let [down, up] = [Toward::Down, Toward::Up].map(|toward| sum_toward(&[0.1, 0.2], toward));
    assert_eq!(down.next_up(), up);
    let [down, up] = [Toward::Down, Toward::Up].map(|toward| quotient_toward(1.0, -3.0, toward));
    assert_eq!(down.next_up(), up);
    let [down, up] = [Toward::Down, Toward::Up].map(|toward| power_toward(&[2.0, 0.5], toward));
    assert!(down * down < 2.0 && up * up > 2.0 && down.next_up() == up);
}

#[test]
fn what_is_too_large_has_bounds() {
    assert_eq!(product_toward(&[1e300, 1e300], Toward::Down), f64::MAX);
    assert_eq!(product_toward(&[1e300, 1e300], Toward::Up), f64::INFINITY);
    assert_eq!(product_toward(&[0.0, f64::INFINITY], Toward::Up), 0.0);
    assert_eq!(sum_toward(&[f64::INFINITY, f64::NEG_INFINITY], Toward::Down), f64::NEG_INFINITY);
}

#[test]
fn turns_are_found() {
    const SINE: Pieces = Pieces::LINE
        .broken(&[
            Break::turn(Landmark::RightAngles(-1), Landmark::Integer(-1)),
            Break::turn(Landmark::RightAngles(1), Landmark::Integer(1)),
        ])
        .repeating(4)
        .within(Landmark::Integer(-1), Landmark::Integer(1));
    let sine = |low: f64, high: f64| {
        let code = RealCode::Unary(f64::sin);
        Enclosure::of(code, Intervals::pieces(&SINE), &[Enclosure { low, high }]).expect("sine is real")
    };
    assert_eq!(sine(1.0, 2.0).high, 1.0);
    assert!(sine(1.0, 2.0).contains(2f64.sin()) && sine(1.0, 2.0).low > 0.84);
    assert_eq!(sine(-100.0, 100.0), Enclosure { low: -1.0, high: 1.0 });
    assert!(sine(21.0, 22.0).high < 0.9 && sine(21.0, 22.0).contains(21.5f64.sin()));
    assert_eq!(sine(-2.0, -1.0).low, -1.0);
}
