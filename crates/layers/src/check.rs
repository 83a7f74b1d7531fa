//! Whether a record can be used: its texts are in the language, its names are known, its outputs are defined.

use netform_eval::Session;
use netform_expr::{Expr, postorder};
use netform_syntax::Diagnostic;

use crate::definition::{CONTEXT, Scope, parse_text};
use crate::{Equation, Layer, PortKind, Premise, Requirement};

/// What is wrong with the record of a layer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The name is none of the language.
    #[error("{name:?} is not a name for a layer")]
    InvalidName {
        /// The name of the record.
        name: String,
    },
    /// The name has a meaning already.
    #[error("the name {name} is taken")]
    NameTaken {
        /// The name of the record.
        name: String,
    },
    /// A text of the record is not one expression of the language.
    #[error("a text of {layer} is not an expression: {text}: {}", first(diagnostics))]
    Text {
        /// The name of the record.
        layer: String,
        /// The text.
        text: String,
        /// What is wrong with it; empty if it is several expressions.
        diagnostics: Vec<Diagnostic>,
    },
    /// A text mentions a name that is neither the layer's nor one of the language.
    #[error("a text of {layer} mentions {name}, which nothing in the record defines: {text}")]
    UnknownName {
        /// The name of the record.
        layer: String,
        /// The text.
        text: String,
        /// The name.
        name: String,
    },
    /// No equation defines an output.
    #[error("no equation of {layer} defines its output {port}")]
    UndefinedOutput {
        /// The name of the record.
        layer: String,
        /// The output port.
        port: String,
    },
}

fn first(diagnostics: &[Diagnostic]) -> String {
    diagnostics.first().map_or_else(|| "one expression is expected".to_owned(), Diagnostic::to_string)
}

/// Checks a record that is not one of the library, before it is used.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(session: &mut Session, layer: &Layer) -> Result<(), RecordError> {
    let scope = Scope::of(layer);
    for text in texts(layer) {
        let parsed = parse_text(session, &scope, text).map_err(|diagnostics| RecordError::Text {
            layer: layer.name.to_owned(),
            text: text.to_owned(),
            diagnostics,
        })?;
        if let Some(name) = unknown_name(&scope, &parsed) {
            return Err(RecordError::UnknownName { layer: layer.name.to_owned(), text: text.to_owned(), name });
        }
    }
    let of_definition = |name: &str| layer.definition.iter().any(|e| defines(e, name));
    let of_training = |name: &str| layer.training.is_none_or(|t| t.equations.iter().any(|e| defines(e, name)));
    let undefined = layer.outputs.iter().find(|port| !of_definition(port.name) || !of_training(port.name));
    match undefined {
        Some(port) => Err(RecordError::UndefinedOutput { layer: layer.name.to_owned(), port: port.name.to_owned() }),
        None => Ok(()),
    }
}

/// All texts of a record that are expressions in its scope.
fn texts(layer: &Layer) -> Vec<&'static str> {
    let mut texts: Vec<&'static str> = Vec::new();
    texts.extend(layer.arguments.iter().chain(layer.options).filter_map(|parameter| parameter.default));
    let of_nets = layer.nets.iter().flat_map(|net| net.inputs.iter().chain(net.outputs));
    for port in layer.ports().chain(of_nets) {
        texts.push(port.shape);
        match port.kind {
            PortKind::Several(several) => texts.push(several.names),
            PortKind::Index(greatest) => texts.push(greatest),
            PortKind::Data | PortKind::Truth | PortKind::State(_) | PortKind::OnRequest => {}
        }
    }
    texts.extend(layer.arrays.iter().map(|array| array.shape));
    texts.extend(layer.relations.iter().chain(layer.partial).chain(layer.defaults).map(|relation| relation.value));
    texts.extend(layer.premises.iter().filter_map(Premise::number));
    texts.extend(layer.requirements.iter().flat_map(Requirement::texts));
    texts.extend(layer.unfolding.map(|unfolding| unfolding.step));
    let training = layer.training.map_or::<&[Equation], _>(&[], |training| training.equations);
    for equation in layer.definition.iter().chain(layer.stable).chain(training) {
        match equation {
            Equation::Is { right, .. } => texts.push(right),
            Equation::Recurrence { step, .. } => texts.extend(step.iter().map(|s| s.right)),
        }
    }
    texts
}

/// A name of the layer's context that nothing in the record introduces.
fn unknown_name(scope: &Scope, e: &Expr) -> Option<String> {
    let mut found = None;
    let walk = postorder::<std::convert::Infallible>(
        e,
        |_| true,
        |node| {
            let foreign = node.as_symbol().filter(|s| s.context() == CONTEXT && scope.name_of(node).is_none());
            found = found.take().or_else(|| foreign.map(|symbol| symbol.name().to_owned()));
            Ok(())
        },
    );
    match walk {
        Ok(()) => found,
        Err(never) => match never {},
    }
}

fn defines(equation: &Equation, name: &str) -> bool {
    match equation {
        Equation::Is { left, .. } => *left == name,
        Equation::Recurrence { states, outputs, .. } => {
            states.iter().any(|(.., last)| *last == name) || outputs.iter().any(|(sequence, _)| *sequence == name)
        }
    }
}
