//! What is remembered of a computation holds as long as what it depends on is the same.

use netform_eval::{Flow, Session};
use netform_expr::Expr;

use crate::session;

fn value(session: &mut Session, text: &str) -> Expr {
    session.evaluate_source(text).expect("it ends").expect("it is an input")
}

/// Whether the value of `e` is remembered over the evaluation of a text.
fn survives(definitions: &str, e: &str, text: &str) -> bool {
    let mut session = session();
    value(&mut session, definitions);
    let held = value(&mut session, &format!("Hold[{e}]"));
    let held = held.arg(0);
    let found = session.depending(&held, |session| session.evaluate(&held)).expect("it ends");
    value(&mut session, text);
    let still = session.still(&found);
    let now: Result<Expr, Flow> = session.evaluate(&held);
    if let Some(still) = &still {
        assert_eq!(*still, now.expect("it ends"), "{e} after {text}");
    }
    still.is_some()
}

#[test]
fn local_values_leave_what_was_before() {
    for text in
        ["Table[k^2, {k, 3}]", "Block[{k = 5}, f[1]]", "Do[Block[{k = 2}, k++]; f[k], {k, 3}]", "Sum[k, {k, 4}]"]
    {
        assert!(survives("f[x_] := x + k; k = 1", "f[1]", text), "{text}");
        assert!(survives("f[x_] := x + k", "f[1]", text), "{text}");
    }
    for text in ["k = 2", "Table[If[j == 2, k = 7], {j, 3}]", "Block[{j}, k = 3]", "Clear[f]"] {
        assert!(!survives("f[x_] := x + k; k = 1", "f[1]", text), "{text}");
    }
}

#[test]
fn what_was_found_with_local_values_ends_with_them() {
    let mut session = session();
    value(&mut session, "f[x_] := x + k; k = 1");
    let call = value(&mut session, "Hold[f[1]]").arg(0);
    assert_eq!(value(&mut session, "Table[f[1], {k, 2, 3}]"), value(&mut session, "{3, 4}"));
    assert_eq!(session.evaluate(&call), Ok(Expr::integer(2)));
    assert_eq!(value(&mut session, "Block[{k = 2}, {Table[f[1], {k, 2}], f[1]}]"), value(&mut session, "{{2, 3}, 3}"));
    assert_eq!(value(&mut session, "{f[1], Do[If[j == 2, k = j], {j, 3}]; f[1], Block[{k = 9}, f[1]], f[1]}"), {
        value(&mut session, "{2, 3, 10, 3}")
    });
    assert_eq!(value(&mut session, "Table[Block[{k = i}, f[1]] + f[1], {i, 90}][[90]]"), Expr::integer(94));
}

#[test]
fn attributes_outlast_a_block() {
    for block in ["Block[{f}, SetAttributes[f, Listable]]", "Do[SetAttributes[f, Listable], {f, 1}]"] {
        let mut session = session();
        assert_eq!(value(&mut session, "f[{1, 2}]"), value(&mut session, "f[List[1, 2]]"));
        value(&mut session, block);
        assert_eq!(value(&mut session, "f[{1, 2}]"), value(&mut session, "{f[1], f[2]}"), "{block}");
    }
}

#[test]
fn a_message_that_nobody_hears_is_no_effect() {
    let mut session = session();
    let silent = value(&mut session, "Hold[Quiet[1/0]; 3]").arg(0);
    let found = session.depending(&silent, |session| session.evaluate(&silent)).expect("it ends");
    assert_eq!(session.still(&found), Some(Expr::integer(3)));
    // The same without Quiet tells it, also after that.
    let loud = value(&mut session, "Hold[1/0; 3]").arg(0);
    let (_, messages) = session.catch_messages(|session| session.evaluate(&loud));
    assert_eq!(messages.len(), 1);
}
