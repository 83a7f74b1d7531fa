//! Modules that take, join, split and move levels of arrays.

use serde_json::Value;

use super::description::{dims, several, size, sizes, typed_list};
use super::layers::{Example, Layers, Translated, one};
use super::shapes;

/// The layers of such a module, or nothing if it is none.
pub(super) fn translate(kind: &str, module: &Value, example: &Example) -> Result<Option<Vec<Translated>>, String> {
    let level = |key: &str| example.level(&module[key]);
    let layers = match kind {
        "Index" if level("dim") == Ok(1) && module["index"] == -1 => one("SequenceLastLayer[]".into(), &[]),
        "Index" => {
            let (level, index) = (level("dim")?, module["index"].as_i64().ok_or("no index")?);
            let place = if index < 0 { index } else { index + 1 }.to_string();
            let mut places = vec!["All".to_owned(); level as usize - 1];
            places.push(place.clone());
            one(format!("PartLayer[{}]", if level == 1 { place } else { typed_list(&places) }), &[])
        }
        "Mean" => aggregated("Mean", module, example),
        "Sum" => aggregated("Total", module, example),
        "Amax" => aggregated("Max", module, example),
        "Transpose" => one(format!("TransposeLayer[{} <-> {}]", level("dim0")?, level("dim1")?), &[]),
        "Permute" => {
            // Where the batch stays the first level, the others are numbered without it.
            let mut order = several(&module["dims"]).into_iter().map(|dim| example.level(dim));
            if !example.whole && order.next().is_some_and(|first| first.is_ok()) {
                return Err("a function along the batch".to_owned());
            }
            let order = order.collect::<Result<Vec<_>, _>>()?;
            // `Transpose` says where each level goes, and not from where it comes.
            let to = (1..=order.len() as u64).filter_map(|level| order.iter().position(|from| *from == level));
            let to: Vec<usize> = to.map(|place| place + 1).collect();
            one(format!("FunctionLayer[Transpose[#, {}] &]", typed_list(&to)), &[])
        }
        "Squeeze" | "Unsqueeze" => of_shape_after(module, example),
        "Flatten" => {
            let [start, end] = [level("start_dim")?, level("end_dim")?];
            match (start, end) == (1, example.rank() as u64) {
                true => one("FlattenLayer[]".into(), &[]),
                false => reshaped(start, end, &format!("{{Times @@ Take[Dimensions[#], {{{start}, {end}}}]}}")),
            }
        }
        "Unflatten" => {
            let level = level("dim")?;
            let count = several(&module["unflattened_size"]).len();
            let sizes = sizes(&module["unflattened_size"], count)?;
            let known: i64 = sizes.iter().filter(|size| **size != -1).product();
            let size = |size: &i64| match size {
                -1 => format!("Dimensions[#][[{level}]]/{known}"),
                size => size.to_string(),
            };
            reshaped(level, level, &typed_list(&sizes.iter().map(size).collect::<Vec<_>>()))
        }
        "ChannelShuffle" => {
            let groups = size(module, "groups")?;
            let level = example.level(&1.into())?;
            let shuffled = format!("Flatten[Transpose[Partition[#, Length[#]/{groups}]], 1]");
            let function = if level == 1 { format!("{shuffled} &") } else { format!("Map[Function[{shuffled}], #] &") };
            one(format!("FunctionLayer[{function}]"), &[])
        }
        _ => return Ok(None),
    };
    layers.map(Some)
}

/// A function of the elements along levels, which may be kept with one element each.
fn aggregated(function: &str, module: &Value, example: &Example) -> Layers {
    let levels = several(&module["dim"]).into_iter().map(|dim| example.level(dim)).collect::<Result<Vec<_>, _>>()?;
    let mut layers = one(format!("AggregationLayer[{function}, {}]", typed_list(&levels)), &[])?;
    if module["keepdim"] == true {
        layers.extend(of_shape_after(module, example)?);
    }
    Ok(layers)
}

/// The elements in the shape that a module gives, which leaves a level of examples.
fn of_shape_after(module: &Value, example: &Example) -> Layers {
    let after = example.of_shape(shapes::after(module, &example.shape)?);
    if after.shape.first() != example.shape.first() && !example.whole {
        return Err("a function along the batch".to_owned());
    }
    one(format!("ReshapeLayer[{}]", dims(after.own_shape())), &[])
}

/// The levels from `start` to `end` in other sizes.
fn reshaped(start: u64, end: u64, sizes: &str) -> Layers {
    let before = format!("Take[Dimensions[#], {}]", start - 1);
    let after = format!("Drop[Dimensions[#], {end}]");
    one(format!("FunctionLayer[ArrayReshape[#, Join[{before}, {sizes}, {after}]] &]"), &[])
}
