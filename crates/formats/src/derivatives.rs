//! The option `"Outputs"` of formats for programs: the values of a net, and its derivatives.

use netform_array::ElementType;
use netform_compile::{Builder, Compiled, Compiler, Derivative, OpenSizes, Operation, Program};
use netform_eval::{Flow, Session};
use netform_expr::Expr;

use crate::Destination;

/// What the option names.
const NAMES: &[(&str, Option<Derivative>)] =
    &[("Value", None), ("Gradient", Some(Derivative::Gradient)), ("Jacobian", Some(Derivative::Jacobian))];

/// The program of a net with the outputs that are asked for, or why there is none. With derivatives all sizes must be known. Its derivatives are its last outputs.
pub(crate) fn compiled(
    session: &mut Session,
    to: &Destination<'_>,
    real: ElementType,
    open: OpenSizes,
) -> Result<Result<Compiled, String>, Flow> {
    let Some(compiler) = session.registry().offered::<Compiler>().copied() else {
        return Ok(Err("nothing here makes programs".to_owned()));
    };
    let Some(option) = to.option("Outputs") else { return (compiler.compile)(session, to.value, real, open) };
    let names = option.args();
    let known = |name: &Expr| NAMES.iter().find(|(known, _)| name.as_str() == Some(known)).map(|(_, kind)| *kind);
    let kinds: Option<Vec<Option<Derivative>>> = names.iter().map(known).collect();
    let Some(kinds) = kinds.filter(|kinds| option.is_list() && !kinds.is_empty()) else {
        return Ok(Err("the option \"Outputs\" is a list of \"Value\", \"Gradient\" and \"Jacobian\"".to_owned()));
    };
    // Each once, in the order of the table.
    let derivatives: Vec<Derivative> =
        NAMES.iter().filter_map(|(_, kind)| *kind).filter(|kind| kinds.contains(&Some(*kind))).collect();
    let compiled = match derivatives.is_empty() {
        true => (compiler.compile)(session, to.value, real, open)?,
        false => (compiler.differentiate)(session, to.value, real, &derivatives)?,
    };
    Ok(match compiled {
        Ok(compiled) if !derivatives.is_empty() && compiled.derivatives.is_empty() => {
            Err("it has no inputs or no outputs of real numbers, so there are no derivatives".to_owned())
        }
        Ok(compiled) if kinds.contains(&None) => Ok(compiled),
        Ok(compiled) => without_values(&compiled.program, compiled.outputs).map(|program| Compiled {
            program,
            outputs: 0,
            ..compiled
        }),
        Err(why) => Err(why),
    })
}

/// The program without its first outputs.
fn without_values(program: &Program, count: usize) -> Result<Program, String> {
    let fail = |error: netform_compile::BuildError| error.to_string();
    let mut builder = Builder::new();
    for instruction in program.instructions() {
        let operation: Operation = instruction.operation.clone();
        builder.emit(operation, instruction.operands.iter().copied()).map_err(fail)?;
    }
    for output in &program.outputs()[count..] {
        builder.output(&output.name, output.value).map_err(fail)?;
    }
    netform_compile::dead_values(&builder.finish()).map_err(fail)
}
