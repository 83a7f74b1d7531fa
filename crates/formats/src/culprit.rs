//! Which layer of a net it is that a format has no form for.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::{Destination, FormatError};

/// What writes a value.
type Write = fn(&mut Session, &Destination<'_>) -> Result<Result<Vec<u8>, FormatError>, Flow>;

/// No more layers are tried.
const MOST: usize = 400;

/// A layer with the shapes that its inputs have in the net.
const SHAPED: &str = "Function[{net, path}, With[{layer = NetExtract[net, path]}, \
    NetReplacePart[layer, DeleteCases[Map[# -> NetExtract[net, Append[path, #]] &, Keys[Information[layer, \"InputPorts\"]]], \
    _ -> $Failed | Automatic]]]]";

/// What was wrong with a net, with the first layer that alone is refused too, if there is one, and why that is.
pub(crate) fn located(
    session: &mut Session,
    write: Write,
    to: &Destination<'_>,
    error: FormatError,
) -> Result<FormatError, Flow> {
    let FormatError::NoForm(why) = error else { return Ok(error) };
    let is_net = to.value.has_head(Sym::NetGraph) || to.value.has_head(Sym::NetChain);
    if !is_net {
        return Ok(FormatError::NoForm(why));
    }
    let (found, _) = session.catch_messages(|session| find(session, write, to));
    Ok(FormatError::NoForm(match found? {
        Some((path, own)) => {
            let names: Vec<String> = path.args().iter().map(|key| session.input_form(key)).collect();
            format!("layer {}: {own}", names.join(", "))
        }
        None => why,
    }))
}

fn find(session: &mut Session, write: Write, to: &Destination<'_>) -> Result<Option<(Expr, String)>, Flow> {
    let layers = session.parse_static("Function[Keys[Information[#, \"Layers\"]]]");
    let paths = session.evaluate(&Expr::normal(layers, [to.value.clone()]))?;
    let shaped = session.parse_static(SHAPED);
    for path in paths.args().iter().filter(|path| path.is_list()).take(MOST) {
        session.tick()?;
        let layer = session.evaluate(&Expr::normal(shaped.clone(), [to.value.clone(), path.clone()]))?;
        if let Err(FormatError::NoForm(why)) = write(session, &Destination { value: &layer, ..*to })? {
            return Ok(Some((path.clone(), why)));
        }
    }
    Ok(None)
}
