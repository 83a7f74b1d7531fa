//! Ways of applying layers that do not work yet: the list may only become shorter. A check of a way that is listed must
//! fail, so what begins to work is taken off.

use netform::layers::{Layer, Way};

/// Layers and the ways in which they do not work yet.
const NOT_YET: &[(&str, Way)] = &[];

/// So many entries were there when last one was taken off.
pub(super) const BOUND: usize = 0;

/// The number of entries.
pub(super) const COUNT: usize = NOT_YET.len();

/// Why a layer cannot be applied in a way: the reason of its record, or that it is not done yet.
pub(super) fn reason(layer: &Layer, way: Way) -> Option<&'static str> {
    let stated = layer.unanswerable.iter().find(|(stated, _)| *stated == way).map(|(_, reason)| *reason);
    let listed = || NOT_YET.iter().any(|(name, listed)| *name == layer.name && *listed == way);
    stated.or_else(|| listed().then_some("not yet"))
}
