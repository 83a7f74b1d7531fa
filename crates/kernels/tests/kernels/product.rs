//! Products of packed matrices are the sums that they stand for.

use std::sync::Arc;

use netform_array::Layout;
use netform_kernels::{
    Begin, Combine, Crew, Matrix, Members, Order, Packed, Places, Pool, Position, Sizes, Walk, combine, combine_each,
    multiply, multiply_apart, multiply_members, pack, packed_len,
};
use proptest::prelude::{any, proptest};

/// Numbers that look random, from -1 to 1.
fn numbers(seed: u64, count: usize) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1u32 << 30) - 1.0
    };
    (0..count).map(|_| next()).collect()
}

proptest! {
    #[test]
    fn products_are_sums_of_products(rows in 0usize..20, depth in 0usize..40, columns in 0usize..150, seed in any::<u64>()) {
        let (a, b) = (numbers(seed, rows * depth), numbers(seed ^ 7, depth * columns));
        let sizes = Sizes { rows, depth, columns };
        let packed = Packed::new(depth, columns, |k, n| b[k * columns + n]);
        let left = Matrix { start: 0, row_step: depth as isize, column_step: 1 };
        let to = Matrix { start: 0, row_step: columns as isize, column_step: 1 };
        let order = if seed % 2 == 0 { Order::Forward } else { Order::Backward };
        let mut c = vec![1.0; rows * columns];
        multiply(sizes, (&a, left), packed.panels(), (&mut c, to), Begin::Present, order);
        let expected = |m: usize, n: usize| (0..depth).map(|k| a[m * depth + k] * b[k * columns + n]).sum::<f64>();
        for m in 0..rows {
            for n in 0..columns {
                assert!((c[m * columns + n] - 1.0 - expected(m, n)).abs() <= 1e-13 * (depth + 1) as f64);
            }
        }
        // The transposes, in single precision, packed from memory: b^T a^T.
        let (narrow_a, narrow_b): (Vec<f32>, Vec<f32>) =
            (a.iter().map(|&x| x as f32).collect(), b.iter().map(|&x| x as f32).collect());
        let walk = |size: usize, step: usize| Walk::new(&Layout::new(0, &[size], &[step as isize]).expect("a layout"));
        let mut panels = vec![f32::NAN; packed_len::<f32>(depth, rows)];
        let places = Places::new(&walk(depth, 1));
        pack(&narrow_a, 0, &places, &walk(rows, depth), &mut panels, &mut Position::default());
        let mut c = vec![f32::NAN; rows * columns];
        let sizes = Sizes { rows: columns, depth, columns: rows };
        let left = Matrix { start: 0, row_step: 1, column_step: columns as isize };
        let to = Matrix { start: 0, row_step: rows as isize, column_step: 1 };
        multiply(sizes, (&narrow_b, left), &panels, (&mut c, to), Begin::Zero, Order::Forward);
        for threads in [1, 2, 4] {
            let mut several = vec![f32::NAN; rows * columns];
            let mut crew = Crew::new(Arc::new(Pool::new(threads)));
            multiply_apart(sizes, (&narrow_b, left), &panels, (&mut several, to), &mut crew);
            assert!(c.iter().map(|x| x.to_bits()).eq(several.iter().map(|x| x.to_bits())), "{threads} threads");
        }
        for m in 0..rows {
            for n in 0..columns {
                assert!((f64::from(c[n * rows + m]) - expected(m, n)).abs() <= 1e-6 * (depth + 1) as f64);
            }
        }
    }

    /// As those of a net whose weights are all the same.
    #[test]
    fn columns_of_the_same_numbers_have_the_same_products(rows in 1usize..9, depth in 1usize..100, columns in 1usize..300, seed in any::<u64>()) {
        let (a, b) = (numbers(seed, rows * depth), numbers(seed ^ 7, depth));
        let sizes = Sizes { rows, depth, columns };
        let packed = Packed::new(depth, columns, |k, _| b[k]);
        let left = Matrix { start: 0, row_step: depth as isize, column_step: 1 };
        let to = Matrix { start: 0, row_step: columns as isize, column_step: 1 };
        let mut c = vec![0.0; rows * columns];
        multiply(sizes, (&a, left), packed.panels(), (&mut c, to), Begin::Zero, Order::Forward);
        assert!(c.chunks(columns).all(|row| row.iter().all(|x| x.to_bits() == row[0].to_bits())));
    }

    #[test]
    fn members_are_products_one_after_the_other(
        (count, rows, depth) in (1usize..6, 1usize..12, 1usize..20),
        (columns, shared, seed) in (1usize..70, any::<bool>(), any::<u64>()),
    ) {
        // Left matrices, right ones as transposes, of which there may be a single one, and room for the products.
        let (a, b) = (count * rows * depth, count * rows * depth + count * depth * columns);
        let memory = numbers(seed, b + count * rows * columns);
        let walk = |sizes: &[usize], steps: &[usize]| {
            let steps: Vec<isize> = steps.iter().map(|&step| step as isize).collect();
            Walk::new(&Layout::new(0, sizes, &steps).expect("a layout"))
        };
        let sizes = Sizes { rows, depth, columns };
        let lefts = walk(&[count], &[rows * depth]);
        let rights = walk(&[count], &[if shared { 0 } else { depth * columns }]);
        let (places, across) = (Places::new(&walk(&[depth], &[1])), walk(&[columns], &[depth]));
        let members =
            Members { left: (0, &lefts, [depth as isize, 1]), right: (a, &rights, &places, &across), to: b };
        let left = Matrix { start: 0, row_step: depth as isize, column_step: 1 };
        let to = Matrix { start: 0, row_step: columns as isize, column_step: 1 };
        let mut wanted = memory.clone();
        let mut panels = vec![0.0; packed_len::<f64>(depth, columns)];
        for member in 0..count {
            let start = a + if shared { 0 } else { member * depth * columns };
            pack(&memory, start, &places, &across, &mut panels, &mut Position::default());
            let product = &mut wanted[b + member * rows * columns..][..rows * columns];
            let factor = &memory[member * rows * depth..][..rows * depth];
            multiply(sizes, (factor, left), &panels, (product, to), Begin::Zero, Order::Forward);
        }
        for threads in [1, 2, 3] {
            let mut several = memory.clone();
            let mut crew = Crew::new(Arc::new(Pool::new(threads)));
            assert!(multiply_members(sizes, &mut several, members, &mut crew));
            assert!(several == wanted, "{threads} threads");
        }
        // Nothing is done where a product overlaps a matrix.
        let mut same = memory.clone();
        let overlapping = Members { to: a - 1, ..members };
        assert!(!multiply_members(sizes, &mut same, overlapping, &mut Crew::new(Arc::new(Pool::new(2)))));
        assert!(same == memory);
    }

    #[test]
    fn runs_are_combined(count in 0usize..200, seed in any::<u64>(), not_a_number in any::<bool>()) {
        let mut run = numbers(seed, count);
        if not_a_number && count > 0 {
            run[seed as usize % count] = f64::NAN;
        }
        let sum: f64 = run.iter().sum();
        let found = combine(Combine::Sum, &run);
        assert!((found - sum).abs() <= 1e-12 || found.is_nan() && sum.is_nan());
        let largest = run.iter().copied().fold(f64::NEG_INFINITY, |a, b| if a > b || a.is_nan() { a } else { b });
        let found = combine(Combine::Largest, &run);
        assert!(found == largest || found.is_nan() && largest.is_nan(), "{found} {largest}");
        let negated: Vec<f64> = run.iter().map(|x| -x).collect();
        let found = combine(Combine::Smallest, &negated);
        assert!(found == -largest || found.is_nan() && largest.is_nan(), "{found} {largest}");
        let mut sums = negated.clone();
        combine_each(Combine::Largest, &mut sums, &run);
        for (found, x) in sums.iter().zip(&run) {
            assert!(*found == x.abs() || found.is_nan() && x.is_nan());
        }
    }
}
