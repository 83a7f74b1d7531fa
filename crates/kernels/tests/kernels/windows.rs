//! Elements of windows are combined as plain loops combine them.

use std::sync::Arc;

use netform_array::Layout;
use netform_kernels::{Combine, Crew, Places, Pool, Real, Walk, Windows, combine_windows, combine_windows_apart};
use proptest::prelude::{prop, prop_oneof, proptest};

fn places(shape: &[usize], steps: &[isize]) -> Places {
    Places::new(&Walk::new(&Layout::new(0, shape, steps).expect("a layout")))
}

/// Windows of an image beside plain loops: `behind` elements follow the image.
fn check<T: Real>(kind: Combine, windows: &Windows, image: usize, behind: usize) {
    let (start, _) = windows.reach();
    // Some elements are no numbers.
    let number = |k: usize| match k % 97 {
        13 => f64::NAN,
        31 => f64::INFINITY,
        _ => ((k * 7919) % 1009) as f64 / 256.0 - 2.0,
    };
    let to = 5;
    let image_start = to + windows.len();
    let mut memory: Vec<T> = (0..image_start + image + behind).map(|k| T::from_double(number(k))).collect();
    let mut several = memory.clone();
    let start = image_start + start;
    let mut wanted = vec![];
    for line in windows.lines.offsets() {
        for place in 0..windows.across as isize {
            let members = windows.depth.offsets().iter();
            let values =
                members.map(|k| memory[start.wrapping_add_signed(line + k + place * windows.step)].to_double());
            wanted.push(values.reduce(|a, b| match kind {
                Combine::Sum => T::from_double(a + b).to_double(),
                Combine::Product => T::from_double(a * b).to_double(),
                Combine::Largest if a.is_nan() || b.is_nan() => f64::NAN,
                Combine::Smallest if a.is_nan() || b.is_nan() => f64::NAN,
                Combine::Largest => a.max(b),
                Combine::Smallest => a.min(b),
            }));
        }
    }
    combine_windows(kind, &mut memory, (start, windows), to);
    let mut crew = Crew::new(Arc::new(Pool::new(2)));
    combine_windows_apart(kind, &mut several, (start, windows), to, &mut crew);
    for (place, wanted) in wanted.into_iter().enumerate() {
        let wanted = wanted.unwrap_or_else(|| kind.nothing::<T>().to_double());
        for found in [memory[to + place].to_double(), several[to + place].to_double()] {
            assert!(found == wanted || found.is_nan() && wanted.is_nan(), "{found} is not {wanted} at {place}");
        }
    }
    assert_eq!(memory[to - 1].to_double(), number(to - 1), "something is written before the results");
    let last = image_start + image + behind - 1;
    assert!(
        image + behind == 0 || memory[last].to_double().to_bits() == T::from_double(number(last)).to_double().to_bits()
    );
}

proptest! {
    #[test]
    fn windows_are_those_of_plain_loops(
        kind in prop::sample::select(vec![Combine::Sum, Combine::Product, Combine::Largest, Combine::Smallest]),
        [high, wide] in [0usize..4, 1usize..4],
        (stride, dilation) in (1usize..4, 1usize..3),
        (lines, across) in (0usize..5, prop_oneof![0usize..20, 20usize..50]),
        (backward, behind) in (prop::bool::ANY, prop_oneof![0usize..1, 16usize..32]),
    ) {
        let width = (across.max(1) - 1) * stride + (wide - 1) * dilation + 1;
        let height = (lines.max(1) - 1) * stride + (high.max(1) - 1) * dilation + 1;
        let line = width as isize;
        let (stride, dilation) = (stride as isize, dilation as isize);
        let step = if backward { -stride } else { stride };
        let depth = places(&[high, wide], &[dilation * line, dilation]);
        let windows = Windows { depth, lines: places(&[lines], &[stride * line]), across, step };
        check::<f32>(kind, &windows, height * width, behind);
        check::<f64>(kind, &windows, height * width, behind);
    }
}

#[test]
#[should_panic(expected = "windows leave their memory")]
fn windows_stay_in_memory() {
    let windows = Windows { depth: places(&[2], &[1]), lines: places(&[2], &[8]), across: 3, step: 2 };
    combine_windows(Combine::Sum, &mut [0.0f32; 20], (7, &windows), 0);
}
