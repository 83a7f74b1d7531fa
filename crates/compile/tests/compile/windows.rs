//! Plans of convolutions and of pooling give what the interpreter gives, whatever the windows are.

use netform_array::ElementType::{F32, F64};
use netform_compile::{Builder, Dim, ReductionKind, Tensor, Type, Windows};
use netform_expr::{Expr, Sym};
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use crate::table::{numbers, run, slot};

/// Windows along the last two axes of three: sizes, strides, dilations.
type Sliding = [[usize; 2]; 3];

fn sliding(most: usize) -> impl Strategy<Value = Sliding> {
    let pair = |range: std::ops::Range<usize>| [range.clone(), range];
    (pair(1..most + 1), pair(1..4), pair(1..3)).prop_map(|(sizes, strides, dilations)| [sizes, strides, dilations])
}

fn windows([sizes, strides, dilations]: Sliding) -> Windows {
    let sizes = sizes.iter().map(|&size| Dim::from(size)).collect();
    let (strides, dilations) = (strides.iter().copied().collect(), dilations.iter().copied().collect());
    Windows { axes: [1, 2].into_iter().collect(), sizes, strides, dilations }
}

/// The size of an array that has so many windows.
fn reach([sizes, strides, dilations]: Sliding, axis: usize, count: usize) -> usize {
    (count - 1) * strides[axis] + (sizes[axis] - 1) * dilations[axis] + 1
}

/// Rounded to single precision, so that the numbers are the same for all, with some that are none.
fn rounded(tensor: &Tensor<f64>, odd: bool) -> Tensor<f64> {
    let strange = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0];
    let elements = tensor.to_vec().into_iter().enumerate();
    let element = |(k, x)| if odd && k % 61 == 17 { strange[k / 61 % 4] } else { f64::from(x as f32) };
    Tensor::new(tensor.shape(), elements.map(element).collect()).expect("the same shape")
}

proptest! {
    #[test]
    fn convolutions_and_pooling(
        (channels, rows) in (1usize..4, prop_oneof![1usize..4, 4usize..9, 9usize..40]),
        (kernel, pool) in (sliding(4), sliding(3)),
        [high, wide] in [1usize..5, 1usize..24],
        kind in prop_oneof![Just(ReductionKind::Max), Just(ReductionKind::Min), Just(ReductionKind::Sum)],
        (single, weights_first, pooled, odd) in (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()),
    ) {
        let element = if single { F32 } else { F64 };
        let counts = if pooled { [reach(pool, 0, high), reach(pool, 1, wide)] } else { [high, wide] };
        let image = [channels, reach(kernel, 0, counts[0]), reach(kernel, 1, counts[1])];
        let weights = [rows, channels, kernel[0][0], kernel[0][1]];
        let mut builder = Builder::new();
        let mut input = |name: &str, shape: &[usize]| {
            builder.input(name, Type::of_shape(element, shape)).expect("an input")
        };
        // Every other input is known in one of the comparisons.
        let (w, x) = if weights_first {
            let w = input("w", &weights);
            (w, input("x", &image))
        } else {
            let x = input("x", &image);
            (input("w", &weights), x)
        };
        let b = input("b", &[rows]);
        let slid = builder.window(windows(kernel), x).expect("windows");
        let product = builder.einsum("oikl,iyxkl->oyx", &[w, slid]).expect("a contraction");
        let bias = builder.broadcast([rows, counts[0], counts[1]].map(Dim::from), &[0], b).expect("a broadcast");
        let sum = Expr::call(Sym::Max, [Expr::call(Sym::Plus, [slot(1), slot(2)]), Expr::integer(0)]);
        let mut result = builder.map(sum, element, &[product, bias]).expect("a map");
        if pooled {
            let slid = builder.window(windows(pool), result).expect("windows");
            result = builder.reduce(kind, &[3, 4], slid).expect("a reduction");
        }
        builder.output("y", result).expect("an output");
        let (w, x) = (rounded(&numbers(&weights, 1), false), rounded(&numbers(&image, 2), odd));
        let b = rounded(&numbers(&[rows], 3), false);
        let inputs = if weights_first { [w, x, b] } else { [x, w, b] };
        run(&builder.finish(), &inputs).expect("a result");
    }
}
