//! Functions of the framework that are not part of this version. Each says what can be done instead.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Expr, Sym};

/// What is missing, and what can be done.
const ADVICE: &[(&str, &str)] = &[
    ("NetTrain", "net[data, NetPortGradient[...]] gives the gradients that a training loop needs."),
    ("NetModel", "Import reads models from files, as in Import[\"model.onnx\"]."),
    ("NetExternalObject", "Import reads the model itself, as in Import[\"model.onnx\"]."),
];

/// The records of all of them.
pub(crate) const FUNCTIONS: [&Function; 3] = [
    &absent("NetTrain", &[("Quiet[NetTrain[LinearLayer[1, \"Input\" -> 1], {1 -> 2}]]", "$Failed")]),
    &absent("NetModel", &[("Quiet[NetModel[\"LeNet\"]]", "$Failed")]),
    &absent("NetExternalObject", &[("Quiet[NetExternalObject[\"model.onnx\"]]", "$Failed")]),
];

const fn absent(name: &'static str, examples: &'static [(&'static str, &'static str)]) -> Function {
    Function {
        name,
        usage: "This function is not part of this version; a message says what can be done instead.",
        evaluate: Some(tell),
        messages: &[("absent", "`1` is not part of this version. `2`")],
        examples,
        ..Function::NEW
    }
}

fn tell(session: &mut Session, call: &Expr) -> Eval {
    let name = call.head().as_symbol().map_or("", |symbol| symbol.name());
    let advice = ADVICE.iter().find(|(known, _)| *known == name).map_or("", |(_, advice)| *advice);
    session.message_of(call.head(), "absent", &[call.head().clone(), Expr::string(advice)]);
    Ok(Some(Sym::Failed.into()))
}
