//! Text to expression and back: lexer, parser, printers, diagnostics.
