//! `docs/layers.md`: the tables of all layers, encoders, decoders, optimisers and measures, made from their records.

use libtest_mimic::{Failed, Trial};
use netform::layers::coders::{DECODERS, ENCODERS};
use netform::layers::library::LAYERS;
use netform::layers::optimizers::OPTIMIZERS;
use netform::layers::{
    ArrayRecord, Coder, Compared, Direction, Layer, MEASURES, Measure, Optimizer, Parameter, Port, Way,
};

use super::{not_yet, sizes};
use crate::workspace_root;

const FILE: &str = "docs/layers.md";

const HEADING: &str = "# Layers

Every layer, made from its record: the test `properties::layers::table` compares this page with the records, and
`NETFORM_UPDATE=1 cargo test -p netform-tests -- layers::table` writes it anew. Names of sizes in shapes stand for any size, those
that end in underscores for any number of levels. Each layer is a definition in the language, so it takes numbers, exact numbers,
symbols, mixtures of them, array symbols and intervals, its arrays may be symbols, and it has derivatives, equations and a program:
the second table says what is different. `?Name` explains a layer.

| layer | inputs | outputs | arrays | source |
|---|---|---|---|---|
";

const CODERS: &str = "
## Encoders and decoders

`NetEncoder[{\"name\", arguments, options}]` makes arrays, `NetDecoder[...]` takes them; both stand at the ports of nets or are
applied by themselves. Each is a record with definitions in the language too; `properties::coders` tries them.

| | arguments | options | what it encodes; properties that a decoder has |
|---|---|---|---|
";

const OPTIMIZERS_HEADING: &str = "
## Optimisers

`NetOptimizer[{\"name\", options}]` changes arrays by their gradients; the same equations are the end of a step of training.
`properties::optimizers` tries them.

| | options | what it keeps of each array | source |
|---|---|---|---|
";

const KEYS_HEADING: &str = "
## Names of arguments

`NetExtract[layer, \"name\"]` and `NetReplacePart[layer, \"name\" -> value]` reach arguments by these names, as they do options,
arrays and ports; `Information[net, \"Parameters\"]` gives all of them.

| layer | arguments |
|---|---|
";

const MEASURES_HEADING: &str = "
## Measures

`NetMeasurements[net, data, \"name\"]` compares outputs with what they should be. The first measure of each kind is the loss.

| measure | compares | is |
|---|---|---|
";

/// The test that the page is what the records say; with `NETFORM_UPDATE=1` it writes the page.
pub(super) fn trial() -> Trial {
    Trial::test("properties::layers::table", || {
        let path = workspace_root().join(FILE);
        let rows: String = LAYERS.iter().map(|layer| row(layer)).collect();
        let encoders: String = ENCODERS.iter().map(|coder| row_of_coder("NetEncoder", coder)).collect();
        let decoders: String = DECODERS.iter().map(|coder| row_of_coder("NetDecoder", coder)).collect();
        let optimizers: String = OPTIMIZERS.iter().map(|optimizer| row_of_optimizer(optimizer)).collect();
        let keys: String =
            LAYERS.iter().filter(|layer| !layer.arguments.is_empty()).map(|layer| row_of_keys(layer)).collect();
        let measures: String = MEASURES.iter().map(row_of_measure).collect();
        let page = format!(
            "{HEADING}{rows}{}{KEYS_HEADING}{keys}{CODERS}{encoders}{decoders}{OPTIMIZERS_HEADING}{optimizers}{MEASURES_HEADING}{measures}",
            ways()
        );
        if std::env::var_os("NETFORM_UPDATE").is_some_and(|value| value == "1") {
            return std::fs::write(&path, page).map_err(|error| Failed::from(format!("{FILE}: {error}")));
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        match found == page {
            true => Ok(()),
            false => Err(format!("{FILE} is not what the records say; its heading says how to write it").into()),
        }
    })
}

const WAYS: &str = "
## Ways of application

Each cell is a test of the name `properties::layers::<Name>`, at drawn sizes from 0 on: a yes is tried and compared with the
results on numbers, and so is a no, which must fail. A reason is one of mathematics, from the record, or that it is not done
yet. Symbols may stand for sizes, lengths of sequences among them, but for those that count windows or ports: the names are
those in the samples of the record.

";

/// Nets of layers: random ones of both are tried in all ways.
const CONTAINERS: [&str; 2] = ["NetChain", "NetGraph"];

/// The table of the ways in which each layer can be applied.
fn ways() -> String {
    let names: Vec<&str> = Way::ALL.iter().map(|way| way.name()).collect();
    let mut reasons: Vec<&str> = Vec::new();
    let mut rows =
        format!("| layer | {} | symbolic sizes |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len() + 1));
    for layer in LAYERS {
        let cells = Way::ALL.iter().map(|way| match not_yet::reason(layer, *way) {
            None => "yes".to_owned(),
            Some(reason) => {
                let known = reasons.iter().position(|known| *known == reason);
                let place = known.unwrap_or_else(|| {
                    reasons.push(reason);
                    reasons.len() - 1
                });
                format!("no ({})", place + 1)
            }
        });
        let cells = cells.collect::<Vec<_>>().join(" | ");
        let sizes = match sizes::numbers_of(layer).as_slice() {
            [] => "yes".to_owned(),
            names => format!("yes, but for {}", names.join(", ")),
        };
        rows.push_str(&format!("| `{}` | {cells} | {sizes} |\n", layer.name));
    }
    for container in CONTAINERS {
        rows.push_str(&format!("| `{container}` |{}\n", " yes |".repeat(names.len() + 1)));
    }
    let notes: String =
        reasons.iter().enumerate().map(|(place, reason)| format!("{}. {reason}\n", place + 1)).collect();
    format!("{WAYS}{rows}\n{notes}")
}

fn row(layer: &Layer) -> String {
    let port = |port: &Port| format!("{} `{}`", port.name, shape(port.shape));
    let array = |array: &ArrayRecord| format!("{} `{}`", array.name, shape(array.shape));
    let cells = [
        format!("`{}`", layer.name),
        layer.inputs.iter().map(port).collect::<Vec<_>>().join(", "),
        layer.outputs.iter().map(port).collect::<Vec<_>>().join(", "),
        layer.arrays.iter().map(array).collect::<Vec<_>>().join(", "),
        layer.source.split_whitespace().collect::<Vec<_>>().join(" "),
    ];
    line(&cells)
}

fn row_of_keys(layer: &Layer) -> String {
    let keys: Vec<String> = layer.arguments.iter().map(|argument| layer.key(argument)).collect();
    line(&[format!("`{}`", layer.name), keys.join(", ")])
}

fn row_of_measure(measure: &Measure) -> String {
    let of = match measure.of {
        Compared::Numbers => "numbers",
        Compared::Classes => "classes",
    };
    line(&[measure.name.to_owned(), of.to_owned(), measure.summary.to_owned()])
}

fn row_of_coder(head: &str, coder: &Coder) -> String {
    let about = match coder.direction {
        Direction::Encode(encoding) => encoding.expected.to_owned(),
        Direction::Decode(decoding) => {
            decoding.properties.iter().map(|property| property.name).collect::<Vec<_>>().join(", ")
        }
    };
    line(&[format!("`{head}` {}", coder.name), parameters(coder.arguments), parameters(coder.options), about])
}

fn row_of_optimizer(optimizer: &Optimizer) -> String {
    let states: Vec<&str> = optimizer.states.iter().map(|state| state.name).collect();
    let source = optimizer.source.split_whitespace().collect::<Vec<_>>().join(" ");
    line(&[format!("`NetOptimizer` {}", optimizer.name), parameters(optimizer.options), states.join(", "), source])
}

/// Names of parameters with their defaults.
fn parameters(list: &[Parameter]) -> String {
    let with_default = |parameter: &Parameter| match parameter.default {
        Some(default) => format!("{} `{default}`", parameter.name),
        None => parameter.name.to_owned(),
    };
    list.iter().map(with_default).collect::<Vec<_>>().join(", ")
}

/// A row of a table.
fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// A shape pattern; a scalar has none.
fn shape(pattern: &str) -> String {
    pattern.split_whitespace().collect::<Vec<_>>().join(" ")
}
