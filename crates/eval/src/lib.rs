//! The evaluator: sessions, attributes, definitions, messages, function records.
