//! Readers and writers: the tables of the documentation, files, and pictures.

mod documentation;
mod files;
mod images;
