//! Where the maxima of windows are, as PyTorch gives it beside them.

use serde_json::Value;

use super::description::{dims, sizes, typed_list};
use super::spatial::{dimensions, windows};

/// An expression for the positions of the maxima of a whole tensor, counted along all places of a channel from 0, or
/// nothing if a module does not give them.
pub(super) fn of_maxima(module: &Value, input: &[u64], output: &[u64]) -> Result<Option<String>, String> {
    let kind = module["type"].as_str().unwrap_or_default();
    let (Some((name @ ("MaxPool" | "AdaptiveMaxPool"), levels)), true) =
        (dimensions(kind), module["return_indices"] == true)
    else {
        return Ok(None);
    };
    let (Some(before), true) = (input.len().checked_sub(levels), input.len() == output.len()) else {
        return Err("pooling of other levels".to_owned());
    };
    let signed = |sizes: &[u64]| sizes.iter().map(|size| i64::try_from(*size).unwrap_or(i64::MAX)).collect::<Vec<_>>();
    let (space, counts) = (signed(&input[before..]), signed(&output[before..]));
    // What each window holds, level by level.
    let held: Box<dyn Fn(usize, i64) -> Vec<i64>> = if name == "MaxPool" {
        let (kernel, stride) = windows(module, levels)?;
        let (padding, dilation) = (sizes(&module["padding"], levels)?, sizes(&module["dilation"], levels)?);
        Box::new(move |level, window| {
            let start = window * stride[level] - padding[level];
            let places = (0..kernel[level]).map(|step| start + step * dilation[level]);
            places.filter(|place| (0..space[level]).contains(place)).collect()
        })
    } else {
        let counts = counts.clone();
        Box::new(move |level, window| {
            let (size, count) = (space[level], counts[level]);
            (window * size / count..((window + 1) * size + count - 1) / count).collect()
        })
    };
    let space = signed(&input[before..]);
    let mut cells: Vec<Vec<i64>> = vec![vec![0]];
    for (level, count) in counts.iter().enumerate() {
        let wider = |cell: &Vec<i64>| {
            let cell = cell.clone();
            let (held, size) = (&held, space[level]);
            (0..*count)
                .map(move |window| {
                    let inner = held(level, window);
                    cell.iter().flat_map(|outer| inner.iter().map(move |place| outer * size + place)).collect()
                })
                .collect::<Vec<Vec<i64>>>()
        };
        cells = cells.iter().flat_map(wider).collect();
    }
    let cells: Vec<String> = cells.iter().map(|cell| typed_list(cell)).collect();
    let rows = dims(&[input[..before].iter().product(), input[before..].iter().product()]);
    Ok(Some(format!(
        "With[{{cells = {}}}, ArrayReshape[Map[Function[row, Map[#[[First[Ordering[-row[[# + 1]], 1]]]] &, cells]], \
         ArrayReshape[io[\"input.0\"], {rows}]], {}]]",
        typed_list(&cells),
        dims(output)
    )))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::of_maxima;

    #[test]
    fn windows_hold_the_places_that_are_not_padding() {
        let module = json!({
            "type": "MaxPool1d", "kernel_size": 3, "stride": 2, "padding": 1, "dilation": 1, "return_indices": true
        });
        let found = of_maxima(&module, &[1, 5], &[1, 3]).unwrap().unwrap();
        assert!(found.starts_with("With[{cells = {{0, 1}, {1, 2, 3}, {3, 4}}}"), "{found}");
        assert_eq!(of_maxima(&json!({ "type": "MaxPool1d", "return_indices": false }), &[1, 5], &[1, 3]), Ok(None));
    }
}
