//! Any bytes are imported as an ONNX model, or it is said what is wrong with them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netform::expr::Sym;
use netform_fuzz::import;

fuzz_target!(|data: &[u8]| {
    let value = import("model.onnx", data);
    let is_net = value.has_head(Sym::NetGraph) || value.has_head(Sym::NetChain);
    assert!(is_net || value.is(Sym::Failed), "a net or a failure");
});
