//! NumPy.

use super::library::{Library, Phrases, Recurrence};

pub(in crate::code) const NUMPY: Library = Library {
    name: "NumPy",
    module: "np",
    imports: &[("math.", "import math\n\n"), ("", "import numpy as np\n")],
    is_class: false,
    phrases: PHRASES,
    recurrence: Recurrence::Written { array: "np.empty({shape}, dtype={dtype})" },
    functions: FUNCTIONS,
    helpers: HELPERS,
};

/// Functions of C under other names.
pub(super) const FUNCTIONS: &[(&str, &str)] = &[
    ("acos", "np.arccos"),
    ("asin", "np.arcsin"),
    ("atan", "np.arctan"),
    ("atan2", "np.arctan2"),
    ("acosh", "np.arccosh"),
    ("asinh", "np.arcsinh"),
    ("atanh", "np.arctanh"),
    ("pow", "np.power"),
    ("erf", "_erf"),
    ("erfc", "_erfc"),
    ("lgamma", "_lgamma"),
    ("tgamma", "_gamma"),
];

pub(super) const PHRASES: Phrases = Phrases {
    truth: "bool_",
    infinity: "np.inf",
    not_a_number: "np.nan",
    scalar: "{dtype}({value})",
    argument: None,
    array: "np.array([{items}], dtype={dtype}).reshape({shape})",
    full: "np.full({shape}, {value}, dtype={dtype})",
    iota: "np.broadcast_to(np.arange(1, {end}).reshape({row}), {shape})",
    contract: "np.einsum(\"{equation}\", {factors}, optimize=True)",
    reshape: "np.reshape({a}, {shape})",
    transpose: "np.transpose({a}, {axes})",
    broadcast: "np.broadcast_to(np.reshape({a}, {row}), {shape})",
    reverse: "np.flip({a}, {axes})",
    pad: "_pad({a}, {fill}, {low}, {high}, {interior})",
    concatenate: "np.concatenate([{parts}], axis={axis})",
    gather: "np.take({a}, _places({positions}, {size}), axis={axis})",
    scatter_add: "_scatter_add({a}, {axis}, _places({positions}, {size}), {updates})",
    window: "_windows({a}, {axes}, {counts}, {sizes}, {strides}, {dilations})",
    overlap_add: "_overlap_add({a}, {shape}, {axes}, {strides}, {dilations})",
    select: "np.where({condition}, {yes}, {no})",
    order: "np.argsort({a}, axis={axis}, kind=\"stable\") + 1",
    convert: "np.asarray({a}).astype({dtype})",
    sum: "np.sum({a}, axis={axes})",
    product: "np.prod({a}, axis={axes})",
    largest: "np.max({a}, axis={axes})",
    least: "np.min({a}, axis={axes})",
    all: "np.all({a}, axis={axes})",
    any: "np.any({a}, axis={axes})",
    shift: "_shift({a}, {axes})",
    place_of_largest: "_place_of_largest({a}, {axes})",
};

pub(super) const SHIFT: &str = "\
def _shift(a, axes):
    largest = np.max(a + 0.0, axis=axes, initial=-np.inf)
    return np.where(np.isfinite(largest), largest, 0)
";

pub(super) const PLACE_OF_LARGEST: &str = "\
def _place_of_largest(a, axes):
    kept = tuple(axis for axis in range(np.ndim(a)) if axis not in axes)
    rows = np.transpose(a, kept + axes)
    return np.argmax(np.reshape(rows, rows.shape[: len(kept)] + (-1,)), axis=-1) + 1
";

const HELPERS: &[(&str, &str)] = &[
    ("_erf", "_erf = np.vectorize(math.erf, otypes=[float])\n"),
    ("_erfc", "_erfc = np.vectorize(math.erfc, otypes=[float])\n"),
    ("_lgamma", "_lgamma = np.vectorize(math.lgamma, otypes=[float])\n"),
    ("_gamma", "_gamma = np.vectorize(math.gamma, otypes=[float])\n"),
    (
        "_places",
        "\
def _places(positions, size):
    places = np.asarray(positions).astype(np.int64) - 1
    if np.any((places < 0) | (places >= size)):
        raise IndexError(\"a position in the data is outside of its range\")
    return places
",
    ),
    (
        "_scatter_add",
        "\
def _scatter_add(a, axis, places, updates):
    result = np.array(a)
    np.add.at(result, (slice(None),) * axis + (places,), updates)
    return result
",
    ),
    (
        "_pad",
        "\
def _pad(a, fill, low, high, interior):
    a = np.asarray(a)
    inner = [max(n + (n - 1) * k, 0) for n, k in zip(a.shape, interior)]
    result = np.full([l + n + h for l, n, h in zip(low, inner, high)], fill, dtype=a.dtype)
    result[tuple(slice(l, l + n, k + 1) for l, n, k in zip(low, inner, interior))] = a
    return result
",
    ),
    (
        "_windows",
        "\
def _windows(a, axes, counts, sizes, strides, dilations):
    a = np.ascontiguousarray(a)
    shape, steps = list(a.shape), list(a.strides)
    for axis, count, size, stride, dilation in zip(axes, counts, sizes, strides, dilations):
        step = a.strides[axis]
        shape[axis], steps[axis] = count, step * stride
        shape.append(size)
        steps.append(step * dilation)
    return np.lib.stride_tricks.as_strided(a, shape, steps, writeable=False)
",
    ),
    (
        "_overlap_add",
        "\
def _overlap_add(a, shape, axes, strides, dilations):
    result = np.zeros(shape, dtype=a.dtype)
    rank = len(shape)
    for place in np.ndindex(*a.shape[rank:]):
        part = [slice(None)] * rank
        for axis, offset, stride, dilation in zip(axes, place, strides, dilations):
            start = offset * dilation
            part[axis] = slice(start, start + stride * (a.shape[axis] - 1) + 1, stride)
        result[tuple(part)] += a[(Ellipsis,) + place]
    return result
",
    ),
    ("_shift", SHIFT),
    ("_place_of_largest", PLACE_OF_LARGEST),
];
