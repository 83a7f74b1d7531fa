//! Names that layers and functions had in earlier versions of the Wolfram Language. Each says what is used instead, and is that where it
//! takes the same arguments.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Expr, Sym};

/// What an obsolete name stands for: another name for the same arguments, or nothing that is as simple; and advice.
const ADVICE: &[(&str, Option<&str>, &str)] = &[
    ("DotPlusLayer", Some("LinearLayer"), "LinearLayer is used instead."),
    ("ConstantArrayLayer", Some("NetArrayLayer"), "NetArrayLayer is used instead."),
    ("InstanceNormalizationLayer", Some("NormalizationLayer"), "NormalizationLayer is used instead."),
    ("SequenceAttentionLayer", Some("AttentionLayer"), "AttentionLayer is used instead."),
    ("NetSharedArray", Some("NetArray"), "NetArray is used instead."),
    ("NetInformation", Some("Information"), "Information is used instead."),
    ("ConstantPlusLayer", None, "Use a graph of a NetArrayLayer and ThreadingLayer[Plus]."),
    ("ConstantTimesLayer", None, "Use a graph of a NetArrayLayer and ThreadingLayer[Times]."),
    ("ScalarTimesLayer", None, "Use an ElementwiseLayer such as ElementwiseLayer[2 # &]."),
    ("ScalarPlusLayer", None, "Use an ElementwiseLayer such as ElementwiseLayer[# + 2 &]."),
    (
        "BroadcastPlusLayer",
        None,
        "Use ThreadingLayer[Plus], whose second argument says along which levels arrays are repeated.",
    ),
    (
        "BroadcastingLayer",
        None,
        "Use ThreadingLayer, whose second argument says along which levels arrays are repeated.",
    ),
];

/// The records of all obsolete names.
pub(crate) const FUNCTIONS: [&Function; 12] = [
    &obsolete("DotPlusLayer", &[("Quiet[DotPlusLayer[2]]", "LinearLayer[2]")]),
    &obsolete(
        "ConstantArrayLayer",
        &[("Quiet[ConstantArrayLayer[\"Array\" -> {1, 2}]]", "NetArrayLayer[Array -> {1, 2}]")],
    ),
    &obsolete("InstanceNormalizationLayer", &[("Quiet[InstanceNormalizationLayer[]]", "NormalizationLayer[]")]),
    &obsolete("SequenceAttentionLayer", &[("Quiet[SequenceAttentionLayer[\"Dot\"]]", "AttentionLayer[Dot]")]),
    &obsolete("NetSharedArray", &[("Quiet[NetSharedArray[\"a\"]]", "NetArray[a]")]),
    &obsolete("NetInformation", &[("Quiet[NetInformation[LinearLayer[2], \"LayersCount\"]]", "1")]),
    &obsolete("ConstantPlusLayer", &[("Quiet[ConstantPlusLayer[]]", "$Failed")]),
    &obsolete("ConstantTimesLayer", &[("Quiet[ConstantTimesLayer[]]", "$Failed")]),
    &obsolete("ScalarTimesLayer", &[("Quiet[ScalarTimesLayer[3]]", "$Failed")]),
    &obsolete("ScalarPlusLayer", &[("Quiet[ScalarPlusLayer[3]]", "$Failed")]),
    &obsolete("BroadcastPlusLayer", &[("Quiet[BroadcastPlusLayer[]]", "$Failed")]),
    &obsolete("BroadcastingLayer", &[("Quiet[BroadcastingLayer[]]", "$Failed")]),
];

const fn obsolete(name: &'static str, examples: &'static [(&'static str, &'static str)]) -> Function {
    Function {
        name,
        usage: "This is an obsolete name; a message says what is used instead.",
        evaluate: Some(replaced),
        messages: &[("obsolete", "`1` is an obsolete name. `2`")],
        examples,
        ..Function::NEW
    }
}

fn replaced(session: &mut Session, call: &Expr) -> Eval {
    let name = call.head().as_symbol().map_or_else(String::new, |symbol| symbol.name().to_owned());
    let Some((_, new, advice)) = ADVICE.iter().find(|(known, ..)| *known == name) else { return Ok(None) };
    session.message_of(call.head(), "obsolete", &[Expr::string(&name), Expr::string(advice)]);
    Ok(Some(match new {
        Some(new) => Expr::normal(session.resolve_name(new), call.args().into_owned()),
        None => Sym::Failed.into(),
    }))
}
