//! Models with damaged bytes: whatever a file holds, `Import` gives a net or arrays, or says what is wrong.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use netform::Host;
use netform::eval::Session;
use netform::expr::Sym;

use super::random::cases;
use crate::{files_below, workspace_root};

/// How many damaged copies of each file are read.
const COPIES: usize = 40;
/// The time that one of them may take.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// The ends of the names of files that are damaged, and how they are read.
const KINDS: [(&str, &str); 10] = [
    (".onnx", "Import[\"model.onnx\"]"),
    (".keras", "Import[\"model.keras\"]"),
    (".h5", "Import[\"model.h5\"]"),
    (".nf", "Import[\"model.nf\"]"),
    (".npz", "Import[\"model.npz\"]"),
    (".params", "Import[\"model.params\"]"),
    ("-symbol.json", "Import[\"model-symbol.json\", \"ArrayPath\" -> None]"),
    // What is in these may be anything.
    (".pt", "Replace[Import[\"model.pt\"], e : Except[$Failed] :> <|\"Value\" -> e|>]"),
    (".pth", "Replace[Import[\"model.pth\"], e : Except[$Failed] :> <|\"Value\" -> e|>]"),
    (".wxf", "Replace[Import[\"model.wxf\"], e : Except[$Failed] :> <|\"Value\" -> e|>]"),
];

/// A test for each model of the suite.
pub(super) fn trials() -> Vec<Trial> {
    let folder = workspace_root().join("tests/suite/formats/models");
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut trials = Vec::new();
    for (end, text) in KINDS {
        let extension = end.rsplit_once('.').map_or(end, |(_, extension)| extension);
        for path in files_below(&folder, extension) {
            if let Some(stem) = name(&path).strip_suffix(end) {
                let title = format!("properties::damaged_files::{}::{stem}", end.trim_start_matches(['.', '-']));
                trials.push(Trial::test(title, move || damaged(text, &std::fs::read(&path)?)));
            }
        }
    }
    trials
}

/// The contents of the one file that there is.
#[derive(Clone, Default)]
struct OneFile(Arc<Mutex<Vec<u8>>>);

impl Host for OneFile {
    fn read_file(&mut self, _: &str) -> io::Result<Vec<u8>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn damaged(text: &str, whole: &[u8]) -> Result<(), Failed> {
    let file = OneFile::default();
    let mut session = Session::with_host(netform::registry(), Box::new(file.clone()));
    for copy in 0..cases(COPIES) {
        let bytes = damage(whole, copy as u64);
        *file.0.lock().unwrap_or_else(PoisonError::into_inner) = bytes;
        let start = Instant::now();
        let value = session.evaluate_source(text);
        let value = value.map_err(|flow| format!("copy {copy}: {flow:?}"))?.map_err(|_| "it is no input")?;
        let read = [Sym::NetGraph, Sym::NetChain, Sym::Association].into_iter().any(|head| value.has_head(head));
        if !read && !value.is(Sym::Failed) {
            return Err(format!("copy {copy} gives neither a net, nor arrays, nor a failure").into());
        }
        if start.elapsed() > TIME_LIMIT {
            return Err(format!("copy {copy} takes {} seconds", start.elapsed().as_secs()).into());
        }
    }
    Ok(())
}

/// A copy in which some bytes are changed, taken out, or repeated; the same for the same number.
fn damage(whole: &[u8], copy: u64) -> Vec<u8> {
    let mut state = copy.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    let mut bytes = whole.to_vec();
    for _ in 0..=draw(4) {
        let at = draw(bytes.len());
        match draw(4) {
            0 => bytes.truncate(at),
            1 if !bytes.is_empty() => {
                bytes.remove(at);
            }
            2 => {
                let end = (at + draw(16)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            _ if !bytes.is_empty() => bytes[at] = draw(256) as u8,
            _ => {}
        }
    }
    bytes
}
