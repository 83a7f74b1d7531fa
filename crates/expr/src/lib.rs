//! Hash-consed symbolic expressions: nodes, numbers, canonical order, patterns.
