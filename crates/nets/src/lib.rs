//! Nets as expressions: chains, application, initialisation, surgery, equations.
