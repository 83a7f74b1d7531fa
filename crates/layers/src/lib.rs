//! Every layer, as a record with its definition in the language.
