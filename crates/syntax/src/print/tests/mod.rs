//! What printers write, by tables and by properties.

mod linear;
mod random;
mod round_trip;
