//! Any bytes are imported as a state dictionary of PyTorch, or it is said what is wrong with them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netform::expr::Sym;
use netform_fuzz::import;

fuzz_target!(|data: &[u8]| {
    assert!(!import("model.pt", data).has_head(Sym::Import), "a value or a failure");
});
