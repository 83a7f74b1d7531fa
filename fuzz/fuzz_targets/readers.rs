//! Any bytes are imported as a file of one of the formats without a target of their own, or it is said what is wrong with them. The
//! first byte chooses the format.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netform_fuzz::evaluate_with;

const CALLS: &[&str] = &[
    "Import[\"a.wxf\"]",
    "Import[\"a.wxf\", {\"WXF\", \"HeldExpression\"}]",
    "Import[\"a-symbol.json\", \"ArrayPath\" -> None]",
    "Import[\"a.params\"]",
    "Import[\"a.safetensors\"]",
    "Import[\"a.npy\"]",
    "Import[\"a.npz\"]",
    "Import[\"a.json\"]",
    "Import[\"a.png\"]",
    "Import[\"a.jpg\"]",
    "Import[\"a.pb\"]",
];

fuzz_target!(|data: &[u8]| {
    if let Some((first, rest)) = data.split_first() {
        evaluate_with(CALLS[usize::from(*first) % CALLS.len()], rest);
    }
});
