//! Tensors of several shapes that belong together: the last levels of all are the same, and a level with one element, or none,
//! stands for all.

use super::description::dims;

/// The shape that several have together.
pub(super) fn common(shapes: &[&[u64]]) -> Result<Vec<u64>, String> {
    let rank = shapes.iter().map(|shape| shape.len()).max().unwrap_or(0);
    let mut common = vec![1; rank];
    for shape in shapes {
        for (size, common) in shape.iter().rev().zip(common.iter_mut().rev()) {
            match *common {
                1 => *common = *size,
                _ if *size == *common || *size == 1 => {}
                _ => return Err("tensors whose shapes do not fit".to_owned()),
            }
        }
    }
    Ok(common)
}

/// A tensor of the first shape, an expression, as one of the second; and the function that makes the gradient of it from that of
/// the other.
pub(super) fn spread(tensor: &str, given: &[u64], wanted: &[u64]) -> Result<(String, String), String> {
    let first = wanted.len().checked_sub(given.len()).ok_or("a tensor of a higher rank than is wanted")?;
    let filled = [vec![1; first].as_slice(), given].concat();
    let mut value = format!("ArrayReshape[{tensor}, {}]", dims(&filled));
    let mut gradient = "Identity".to_owned();
    for (level, (have, want)) in filled.iter().zip(wanted).enumerate() {
        if have == want {
            continue;
        }
        if *have != 1 {
            return Err("a tensor of another shape than is wanted".to_owned());
        }
        value = format!("Map[ConstantArray[First[#], {want}] &, {value}, {{{level}}}]");
        gradient = format!("Map[{{Total[#]}} &, ({gradient})[#], {{{level}}}] &");
    }
    Ok((value, format!("ArrayReshape[({gradient})[#], {}] &", dims(given))))
}
