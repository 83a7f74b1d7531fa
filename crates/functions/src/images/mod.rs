//! Images: arrays of pixels.

mod image;

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &image::IMAGE,
    &image::IMAGE_CHANNELS,
    &image::IMAGE_DATA,
    &image::IMAGE_DIMENSIONS,
    &image::IMAGE_Q,
    &image::IMAGE_TYPE,
];
