//! Arrays and views against index formulas written out.

use std::collections::HashSet;

use netform_array::{Array, ArrayError, Buffer, ElementType, Layout, View, element_count};
use proptest::prelude::{Strategy, prop, prop_assert_eq, proptest};

fn counted(shape: &[usize]) -> Array {
    let count = element_count(shape).unwrap() as i64;
    Array::from_i64(shape, (0..count).collect()).unwrap()
}

fn shapes(ranks: std::ops::Range<usize>) -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0usize..4, ranks)
}

#[test]
fn sizes_must_fit() {
    assert_eq!(
        Array::from_f64([2, 3], vec![0.0; 5]),
        Err(ArrayError::SizeMismatch { shape: [2, 3].as_slice().into(), expected: 6, found: 5 })
    );
    assert!(matches!(Array::from_f64([usize::MAX, usize::MAX], vec![]), Err(ArrayError::ShapeOverflow { .. })));
    assert!(Array::from_buffer(Buffer::new(vec![1.0f64; 4]), 2, [3]).is_err());
}

#[test]
fn rank_zero_and_size_zero_are_arrays() {
    let scalar = Array::scalar(2.5f64);
    assert_eq!((scalar.rank(), scalar.len(), scalar.as_f64()), (0, 1, Some(&[2.5][..])));
    let empty = Array::from_f64([0, 3], vec![]).unwrap();
    assert_eq!((empty.rank(), empty.len(), empty.rows().len()), (2, 0, 0));
    assert_ne!(empty, Array::from_f64([3, 0], vec![]).unwrap());
    assert_eq!(counted(&[3, 0]).row(2).shape(), &[0]);
}

#[test]
fn equality_is_by_type_shape_and_bits() {
    let nan = || Array::from_f64([1], vec![f64::NAN]).unwrap();
    let mut set = HashSet::from([nan()]);
    assert!(set.contains(&nan()));
    assert!(set.insert(Array::from_f64([1], vec![0.0]).unwrap()));
    assert!(set.insert(Array::from_f64([1], vec![-0.0]).unwrap()));
    assert!(set.insert(Array::from_f32([1], vec![0.0]).unwrap()));
    assert!(set.insert(Array::from_f64([1, 1], vec![0.0]).unwrap()));
    assert!(!set.insert(counted(&[2, 1]).row(0).reshape([1]).map(|_| nan()).unwrap()));
}

#[test]
fn rows_share_the_buffer() {
    let cube = counted(&[2, 3, 2]);
    let row = cube.row(1).row_range(1, 2).unwrap();
    assert!(row.buffer().is_same_storage(cube.buffer()));
    assert_eq!((row.offset(), row.shape()), (8, &[2, 2][..]));
    assert_eq!(row.as_i64(), Some(&[8, 9, 10, 11][..]));
    assert_eq!(row.element_type(), ElementType::I64);
    assert!(cube.row_range(1, 2).is_err());
}

#[test]
fn views_stay_within_their_slice() {
    let data = [0; 6];
    let fits = |offset, shape: &[usize], strides: &[isize]| {
        View::new(&data, Layout::new(offset, shape, strides).unwrap()).is_ok()
    };
    assert!(fits(5, &[2, 3], &[-3, -1]));
    assert!(!fits(4, &[2, 3], &[-3, -1]));
    assert!(!fits(0, &[7], &[1]));
    assert!(fits(9, &[0, 7], &[1, 1]));
    assert!(View::contiguous(&data, &[6]).unwrap().slice(0, 2, 2, 3).is_err());
}

#[test]
fn windows_and_diagonals() {
    let data: Vec<i32> = (0..9).collect();
    let square = View::contiguous(&data, &[3, 3]).unwrap();
    assert_eq!(square.diagonal(0, 1).unwrap().to_vec(), [0, 4, 8]);
    let windows = square.window(0, 2, 1, 1).unwrap().window(1, 2, 1, 1).unwrap();
    assert_eq!(windows.shape(), &[2, 2, 2, 2]);
    assert_eq!(windows.get(&[1, 0, 1, 1]), Some(&7));
    assert_eq!(View::contiguous(&data, &[9]).unwrap().window(0, 3, 2, 4).unwrap().to_vec(), [0, 4, 8]);
    assert!(square.window(0, 4, 1, 1).unwrap().is_empty());
}

proptest! {
    #[test]
    fn transposing_permutes_indices(shape in shapes(3..4)) {
        let array = counted(&shape);
        let view = array.view::<i64>().unwrap().transpose(&[2, 0, 1]).unwrap();
        for i in 0..shape[0] { for j in 0..shape[1] { for k in 0..shape[2] {
            prop_assert_eq!(view.get(&[k, i, j]), Some(&(((i * shape[1] + j) * shape[2] + k) as i64)));
        }}}
        prop_assert_eq!(view.iter().count(), array.len());
    }

    #[test]
    fn reversing_twice_is_the_identity(shape in shapes(1..4), axis in 0usize..4) {
        let array = counted(&shape);
        let view = array.view::<i64>().unwrap();
        let axis = axis % shape.len();
        let twice = view.reverse(axis).unwrap().reverse(axis).unwrap();
        prop_assert_eq!(twice.to_vec(), view.to_vec());
    }

    #[test]
    fn arrays_of_views_have_their_elements(shape in shapes(0..4), axis in 0usize..4) {
        let array = counted(&shape);
        let view = array.view::<i64>().unwrap();
        let view = if shape.is_empty() { view } else { view.reverse(axis % shape.len()).unwrap() };
        let copy = view.to_array().unwrap();
        prop_assert_eq!(copy.shape(), view.shape());
        prop_assert_eq!(copy.as_i64().unwrap(), view.to_vec());
    }

    #[test]
    fn replicated_axes_repeat(shape in shapes(0..3), at in 0usize..4, size in 0usize..4) {
        let array = counted(&shape);
        let at = at % (shape.len() + 1);
        let view = array.view::<i64>().unwrap().replicate(at, size).unwrap();
        for index in 0..size {
            prop_assert_eq!(view.index(at, index).unwrap().to_vec(), array.as_i64().unwrap());
        }
    }
}
