//! Kernels beside plain loops, in the best instruction set and in all others that the processor has.

mod contract;
mod convolutions;
mod elementary;
mod instruction_sets;
mod linear;
mod pool;
mod product;
mod recurrences;
mod routine;
mod rows;
mod tape;
mod transfer;
mod windows;
