//! Any bytes are imported as a model of Keras in HDF5, or it is said what is wrong with them.

#![no_main]

use std::io;

use libfuzzer_sys::fuzz_target;
use netform::Host;
use netform::eval::Session;
use netform::expr::Sym;

/// The contents of the one file that there is.
struct OneFile(Vec<u8>);

impl Host for OneFile {
    fn read_file(&mut self, _: &str) -> io::Result<Vec<u8>> {
        Ok(self.0.clone())
    }
}

fuzz_target!(|data: &[u8]| {
    let mut session = Session::with_host(netform::registry(), Box::new(OneFile(data.to_vec())));
    let value = session.evaluate_source("Import[\"model.h5\"]");
    let value = value.expect("the evaluation ends").expect("it is an input");
    let net = value.has_head(Sym::NetGraph) || value.has_head(Sym::NetChain);
    assert!(net || value.is(Sym::Failed), "a net or a failure");
});
