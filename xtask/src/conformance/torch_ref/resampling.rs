//! Modules that pad arrays, and that bring them to other sizes.

use serde_json::Value;

use super::description::{number, sizes, text, typed_list};
use super::layers::{Example, Layers, Translated, one};

/// The layers of such a module, or nothing if it is none.
pub(super) fn translate(kind: &str, module: &Value, example: &Example) -> Result<Option<Vec<Translated>>, String> {
    let channels = example.level(&1.into()).unwrap_or(1) as usize;
    let space = example.rank().saturating_sub(channels);
    let layers = match kind {
        "Upsample" => resize(module, text(module, "mode")?, module["align_corners"] == true, space),
        "UpsamplingNearest2d" => resize(module, "nearest", false, space),
        "UpsamplingBilinear2d" => resize(module, "bilinear", true, space),
        _ => match kind.split_once("Pad") {
            Some((mode, dimensions)) => padding(module, mode, dimensions, example.rank()),
            None => return Ok(None),
        },
    };
    layers.map(Some)
}

/// Amounts of padding, for the last dimension first.
fn padding(module: &Value, mode: &str, dimensions: &str, rank: usize) -> Layers {
    let padding = match mode {
        "Zero" => "0".to_owned(),
        "Constant" => number(module, "value")?,
        "Replication" => "\"Fixed\"".to_owned(),
        "Reflection" => "\"Reflected\"".to_owned(),
        "Circular" => "\"Periodic\"".to_owned(),
        _ => return Err(format!("the padding {mode}")),
    };
    let dimensions: usize = dimensions.trim_end_matches('d').parse().map_err(|_| "no number of dimensions")?;
    let amounts = sizes(&module["padding"], 2 * dimensions)?;
    let mut pairs: Vec<String> = amounts.chunks(2).map(typed_list).collect();
    if dimensions > rank {
        return Err("a function along the batch".to_owned());
    }
    pairs.resize(rank, "{0, 0}".to_owned());
    pairs.reverse();
    one(format!("PaddingLayer[{}, Padding -> {padding}]", typed_list(&pairs)), &[])
}

/// By how much sizes grow, as a ratio of integers.
fn ratio(factor: &Value) -> Result<(u64, u64), String> {
    let factor = factor.as_f64().ok_or_else(|| format!("{factor} is no factor"))?;
    let numerator = |below: u64| (factor * below as f64).round();
    let below =
        (1..=1000).find(|below| (numerator(*below) - factor * *below as f64).abs() <= 1e-12 * numerator(*below));
    match below {
        Some(below) if factor > 0.0 => Ok((numerator(below) as u64, below)),
        _ => Err(format!("the factor {factor}, which is no ratio of small integers")),
    }
}

fn resize(module: &Value, mode: &str, corners: bool, dimensions: usize) -> Layers {
    let (resampling, alignment) = match (mode, corners) {
        ("nearest", _) => ("Nearest", "Edges"),
        ("nearest-exact", _) => ("Nearest", "Centers"),
        ("linear" | "bilinear" | "trilinear", true) => ("Linear", "Corners"),
        ("linear" | "bilinear" | "trilinear", false) => ("Linear", "Centers"),
        ("bicubic", true) => ("Cubic", "Corners"),
        ("bicubic", false) => ("Cubic", "Centers"),
        (other, _) => return Err(format!("resampling {other}")),
    };
    let layer = |spec: &[String]| {
        let spec = typed_list(spec);
        format!("ResizeLayer[{spec}, Resampling -> \"{resampling}\", \"Alignment\" -> \"{alignment}\"]")
    };
    if !module["size"].is_null() {
        let spec: Vec<String> = sizes(&module["size"], dimensions)?.iter().map(ToString::to_string).collect();
        return one(layer(&spec), &[]);
    }
    let factors = match module["scale_factor"].as_array() {
        Some(several) => several.iter().map(ratio).collect::<Result<Vec<_>, _>>()?,
        None => vec![ratio(&module["scale_factor"])?; dimensions],
    };
    let scaled = |(above, below): &(u64, u64)| format!("Scaled[{above}/{below}]");
    // Sizes decide where elements fall, unless it is the factor.
    let by_factor = alignment != "Corners" && module["recompute_scale_factor"] != true;
    if !by_factor || factors.iter().all(|(_, below)| *below == 1) {
        return one(layer(&factors.iter().map(scaled).collect::<Vec<_>>()), &[]);
    }
    // The same where both decide alike: continued to a multiple of the denominator, and cut afterwards. Each level by itself,
    // since a denominator may be large.
    let at = |level: usize, value: String, other: &str| {
        let mut levels = vec![other.to_owned(); dimensions];
        levels[level] = value;
        levels
    };
    let mut layers = Vec::new();
    for (level, factor @ (above, below)) in factors.iter().enumerate() {
        let size = format!("Dimensions[#][[{}]]", level + 2);
        let more = at(level, format!("{{0, Mod[-{size}, {below}]}}"), "{0, 0}").join(", ");
        let kept = at(level, format!("Floor[{above}/{below} {}]", size.replace('#', "x")), "All").join(", ");
        layers.extend(one(
            format!(
                "NetGraph[<|\"continued\" -> FunctionLayer[ArrayPad[#, {{{{0, 0}}, {more}}}, \"Fixed\"] &], \"resized\" -> {}, \
                 \"kept\" -> FunctionLayer[Function[{{y, x}}, Take[y, All, {kept}]]]|>, \
                 {{NetPort[\"Input\"] -> \"continued\" -> \"resized\" -> NetPort[{{\"kept\", \"y\"}}], \
                 NetPort[\"Input\"] -> NetPort[{{\"kept\", \"x\"}}]}}]",
                layer(&at(level, scaled(factor), "Scaled[1]"))
            ),
            &[],
        )?);
    }
    Ok(layers)
}

#[cfg(test)]
mod tests {
    use super::ratio;

    #[test]
    fn factors_are_ratios_of_small_integers() {
        let of = |factor: f64| ratio(&factor.into()).ok();
        assert_eq!([of(2.0), of(1.7), of(1.0 / 3.0)], [Some((2, 1)), Some((17, 10)), Some((1, 3))]);
        assert_eq!([of(std::f64::consts::SQRT_2), of(0.0), of(-1.5)], [None, None, None]);
    }
}
