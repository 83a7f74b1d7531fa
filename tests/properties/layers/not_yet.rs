//! Ways of applying layers that do not work yet: the list may only become shorter. A check of a way that is listed must
//! fail, so what begins to work is taken off.

use libtest_mimic::Trial;
use netform::layers::library::LAYERS;
use netform::layers::{Layer, Way};

/// Layers and the ways in which they do not work yet.
const NOT_YET: &[(&str, Way)] = &[];

/// So many entries were there when last one was taken off.
const BOUND: usize = 0;

/// The test that there are not more entries than there were, and that all are of records.
pub(super) fn trial() -> Trial {
    Trial::test("properties::layers::not-yet", || {
        if NOT_YET.len() != BOUND {
            let text =
                format!("{} ways of layers do not work yet, not {BOUND}: the number may only fall", NOT_YET.len());
            return Err(text.into());
        }
        match NOT_YET.iter().find(|(name, _)| !LAYERS.iter().any(|layer| layer.name == *name)) {
            Some((name, _)) => Err(format!("there is no {name}").into()),
            None => Ok(()),
        }
    })
}

/// Why a layer cannot be applied in a way: the reason of its record, or that it is not done yet.
pub(super) fn reason(layer: &Layer, way: Way) -> Option<&'static str> {
    let stated = layer.unanswerable.iter().find(|(stated, _)| *stated == way).map(|(_, reason)| *reason);
    let listed = || NOT_YET.iter().any(|(name, listed)| *name == layer.name && *listed == way);
    stated.or_else(|| listed().then_some("not yet"))
}
