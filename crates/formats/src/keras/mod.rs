//! Keras: models as nets with the names of the file.
//!
//! A file holds a description of the model as JSON and its arrays as HDF5 ([`archive`]); [`config`] reads the
//! description, of Keras 3 and of Keras 2, where [`functions`] of TensorFlow become operations. What a class of layers means is a record in [`layers`]; [`import`] binds its
//! attributes and arrays and connects what comes out. Nothing in a file is executed: layers that hold code are refused. The arrays of
//! a net are written as the weights of a model ([`export`]).
//!
//! <https://keras.io/api/layers/>, <https://keras.io/guides/serialization_and_saving/>

mod archive;
mod config;
mod export;
mod functions;
mod import;
mod layers;

use crate::{Format, Reader, Writer};

pub(crate) const KERAS: Format = Format {
    name: "Keras",
    extensions: &["keras"],
    summary: "a net with the names of the file",
    read: Reader::File { read: import::read, options: import::OPTIONS, parts: import::PARTS, whole: true },
    write: None,
};

pub(crate) const HDF5: Format = Format {
    name: "KerasHDF5",
    extensions: &["h5", "hdf5"],
    summary: "a net of Keras, as its earlier versions store it; the weights of a model are written",
    read: Reader::File { read: import::read, options: import::OPTIONS, parts: import::PARTS, whole: true },
    write: Some(Writer::File { write: export::write, options: &[] }),
};

/// The classes of layers that are read, for the documentation.
pub(crate) fn classes() -> Vec<(&'static str, Vec<&'static str>)> {
    layers::classes()
}
