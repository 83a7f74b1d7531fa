//! Dense row-major arrays: element type, shape, shared buffer, views.
