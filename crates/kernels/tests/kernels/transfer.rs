//! Elements come to their places, whoever brings them.

use std::sync::Arc;

use netform_array::Layout;
use netform_kernels::{Crew, Onto, Pool, Position, Walk, transfer, transfer_apart};
use proptest::prelude::{any, prop, proptest};

proptest! {
    #[test]
    fn parts_of_walks_are_brought_to_the_same_places(
        sizes in prop::collection::vec(1usize..6, 0..4),
        (turned, padding) in (any::<bool>(), 0usize..3),
    ) {
        // A transpose is brought to where lines are apart.
        let count: usize = sizes.iter().product();
        let natural = Layout::row_major(&sizes).expect("a layout");
        let mut steps = natural.strides().to_vec();
        if turned {
            let reversed: Vec<usize> = sizes.iter().rev().copied().collect();
            steps = Layout::row_major(&reversed).expect("a layout").strides().iter().rev().copied().collect();
        }
        let from = Walk::new(&Layout::new(0, &sizes, &steps).expect("a layout"));
        let wider: Vec<usize> = sizes.iter().map(|size| size + padding).collect();
        let room = Layout::row_major(&wider).expect("a layout");
        let to = Walk::new(&Layout::new(0, &sizes, room.strides()).expect("a layout"));
        let mut memory: Vec<f64> = (0..count + wider.iter().product::<usize>()).map(|k| k as f64).collect();
        let given = memory.clone();
        let at = &mut [Position::default(), Position::default()];
        let [first, second] = at;
        transfer(&mut memory, (0, &from), (count, &to), Onto::Replace, [first, second]);
        for threads in [1, 2, 3] {
            let mut several = given.clone();
            let mut crew = Crew::new(Arc::new(Pool::new(threads)));
            assert!(transfer_apart(&mut several, (0, &from), (count, &to), &mut crew));
            assert_eq!(several, memory);
        }
    }
}

#[test]
fn nothing_is_brought_by_several_where_that_would_matter() {
    let mut crew = Crew::new(Arc::new(Pool::new(2)));
    let walk = |step: isize| Walk::new(&Layout::new(0, &[4], &[step]).expect("a layout"));
    let mut memory = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
    assert!(!transfer_apart(&mut memory, (0, &walk(1)), (4, &walk(0)), &mut crew));
    assert!(!transfer_apart(&mut memory, (0, &walk(1)), (3, &walk(1)), &mut crew));
    assert_eq!(memory[3..], [4.0, 5.0, 6.0, 7.0, 8.0]);
}
