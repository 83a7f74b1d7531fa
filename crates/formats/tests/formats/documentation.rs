//! The tables in `docs/formats.md` are those of the records; `NETFORM_UPDATE=1 cargo test -p netform-formats documentation`
//! writes them anew.

use std::path::Path;

const BEGIN: &str = "<!-- tables of the records -->\n";
const END: &str = "<!-- end of the tables -->";

#[test]
fn tables_are_those_of_the_records() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats.md");
    let text = std::fs::read_to_string(&path).expect("the documentation is there");
    let (before, rest) = text.split_once(BEGIN).expect("the tables begin");
    let (found, after) = rest.split_once(END).expect("the tables end");
    let expected = format!("\n{}\n", netform_formats::support_tables());
    if found != expected && std::env::var_os("NETFORM_UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{expected}{END}{after}"))
            .expect("the documentation can be written");
        return;
    }
    assert_eq!(found, expected, "run with NETFORM_UPDATE=1 and look at what is different");
}
