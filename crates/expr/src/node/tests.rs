//! Identity, payloads, threads and the end of nodes.

use super::Expr;
use crate::Sym;

fn call(head: &Expr, args: &[Expr]) -> Expr {
    Expr::normal(head.clone(), args.to_vec())
}

#[test]
fn equal_structure_is_the_same_node() {
    let f = Expr::symbol("Test`f");
    let a = call(&f, &[Expr::integer(1), Expr::string("s"), Expr::real(0.5)]);
    let b = call(&f, &[Expr::integer(1), Expr::string("s"), Expr::real(0.5)]);
    assert_eq!(a, b);
    assert_ne!(a, call(&f, &[Expr::integer(1), Expr::string("s"), Expr::real(-0.5)]));
    assert_eq!(Expr::real(0.0), Expr::real(-0.0));
    assert_ne!(Expr::integer(1), Expr::real(1.0));
}

#[test]
fn a_deep_expression_is_freed_without_recursion() {
    let f = Expr::symbol("Test`deep");
    let mut e = Expr::integer(0);
    for _ in 0..if cfg!(miri) { 300 } else { 1_000_000 } {
        e = call(&f, &[e]);
    }
    drop(e);
}

#[test]
fn every_payload_is_read_and_freed() {
    let nodes = || {
        [
            Expr::integer(-7),
            Expr::real(0.25),
            Expr::number(crate::Number::rational(&1.into(), &3.into()).unwrap()),
            Expr::string("a text"),
            Expr::symbol("Test`payload"),
            Expr::list((0..40).map(|i| Expr::real(f64::from(i)))),
            call(&call(&Expr::symbol("Test`f"), &[]), &[Expr::integer(1), Expr::string("s")]),
        ]
    };
    let (first, second) = (nodes(), nodes());
    assert_eq!(first, second);
    for e in &first {
        assert!(!e.is_unique());
        assert!(!format!("{e:?}").is_empty());
    }
    drop(first);
    assert!(second.iter().filter(|e| e.is_unique()).count() >= 5);
}

#[test]
fn a_handle_moves_between_threads() {
    let e = call(&Expr::symbol("Test`moved"), &[Expr::string("from one thread")]);
    let mark = e.mark();
    let there = e.clone();
    let back = std::thread::spawn(move || {
        there.set_mark(mark + 1);
        call(&Expr::symbol("Test`moved"), &[there])
    });
    let back = back.join().unwrap();
    assert_eq!(back.arg(0), e);
    assert_eq!(e.mark(), mark + 1);
}

#[test]
fn dead_nodes_leave_the_table_and_can_be_made_again() {
    let name = "Test`transient";
    let first = Expr::symbol(name);
    assert!(first.is_unique());
    drop(first);
    assert!(Expr::symbol(name).is_unique());
}

#[test]
fn threads_share_and_drop_the_same_nodes() {
    const ROUNDS: i64 = if cfg!(miri) { 60 } else { 20_000 };
    let threads: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(|| {
                for i in 0..ROUNDS {
                    let e = Expr::call(Sym::Plus, [Expr::integer(i % 7 + 1_000_000), Expr::integer(i % 5)]);
                    let again = Expr::call(Sym::Plus, [Expr::integer(i % 7 + 1_000_000), Expr::integer(i % 5)]);
                    assert_eq!(e, again);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
