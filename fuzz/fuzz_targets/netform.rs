//! Any bytes are imported as a file of the project's own form, or it is said what is wrong with them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netform_fuzz::import;

fuzz_target!(|data: &[u8]| {
    import("model.nf", data);
});
