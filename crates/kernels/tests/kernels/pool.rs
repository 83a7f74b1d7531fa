//! Threads do every part of their work once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use netform_kernels::{Crew, Pool};

#[test]
fn each_part_is_done_once() {
    for threads in [0, 1, 2, 5] {
        let pool = Arc::new(Pool::new(threads));
        let mut crew = Crew::new(pool.clone());
        for count in [0, 1, 2, 6, 7, 100] {
            let done: Vec<AtomicUsize> = (0..count).map(|_| AtomicUsize::new(0)).collect();
            pool.run(count, &|part| {
                done[part].fetch_add(1, Ordering::Relaxed);
            });
            let starts = Mutex::new(vec![]);
            crew.each(count, 6, |range, _| {
                starts.lock().expect("a lock").push(range.start);
                range.for_each(|place| {
                    done[place].fetch_add(1, Ordering::Relaxed);
                });
            });
            assert!(done.iter().all(|done| done.load(Ordering::Relaxed) == 2), "{threads} threads, {count} parts");
            assert!(starts.into_inner().expect("a lock").iter().all(|start| start % 6 == 0));
        }
    }
}

#[test]
fn a_part_that_panics_ends_the_work_and_not_the_pool() {
    let pool = Pool::new(3);
    let count = AtomicUsize::new(0);
    for _ in 0..20 {
        let failed = catch_unwind(AssertUnwindSafe(|| {
            pool.run(7, &|part| {
                assert!(part != 3, "the fourth part");
                count.fetch_add(1, Ordering::Relaxed);
            });
        }));
        assert!(failed.is_err());
    }
    assert_eq!(count.load(Ordering::Relaxed), 120);
    pool.run(2, &|_| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    assert_eq!(count.into_inner(), 122);
}

#[test]
fn several_callers_and_work_within_work() {
    let pool = Pool::new(3);
    let count = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    pool.run(3, &|_| {
                        pool.run(2, &|_| {
                            count.fetch_add(1, Ordering::Relaxed);
                        });
                    });
                }
            });
        }
    });
    assert_eq!(count.into_inner(), 4 * 50 * 6);
}
