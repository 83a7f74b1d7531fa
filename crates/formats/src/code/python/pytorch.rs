//! PyTorch, whose arrays are tensors; none changes, so that all can be differentiated and mapped.

use super::library::{Library, Phrases, Recurrence};

pub(in crate::code) const PYTORCH: Library = Library {
    name: "PyTorch",
    module: "torch",
    imports: &[("", "import torch\n")],
    is_class: true,
    phrases: PHRASES,
    recurrence: Recurrence::Collected { joined: "torch.stack({rows})" },
    functions: FUNCTIONS,
    helpers: HELPERS,
};

/// Functions of C under other names.
const FUNCTIONS: &[(&str, &str)] =
    &[("fabs", "torch.abs"), ("rint", "torch.round"), ("cbrt", "_cbrt"), ("tgamma", "_gamma")];

const PHRASES: Phrases = Phrases {
    truth: "bool",
    infinity: "torch.inf",
    not_a_number: "torch.nan",
    scalar: "torch.tensor({value}, dtype={dtype}, device=device)",
    argument: Some("torch.tensor({value}, dtype={dtype}, device=device)"),
    array: "torch.tensor([{items}], dtype={dtype}).reshape({shape})",
    full: "torch.as_tensor({value}, dtype={dtype}, device=device).expand({shape})",
    iota: "torch.arange(1, {end}, device=device).reshape({row}).expand({shape})",
    contract: "torch.einsum(\"{equation}\", {factors})",
    reshape: "torch.reshape({a}, {shape})",
    transpose: "torch.permute({a}, {axes})",
    broadcast: "torch.reshape({a}, {row}).expand({shape})",
    reverse: "torch.flip({a}, {axes})",
    pad: "_pad({a}, {fill}, {low}, {high}, {interior})",
    concatenate: "torch.cat([{parts}], dim={axis})",
    gather: "_take({a}, {positions}, {axis})",
    scatter_add: "_scatter_add({a}, {axis}, {positions}, {updates})",
    window: "_windows({a}, {axes}, {counts}, {sizes}, {strides}, {dilations})",
    overlap_add: "_overlap_add({a}, {shape}, {axes}, {strides}, {dilations})",
    select: "_where({condition}, {yes}, {no})",
    order: "torch.sort({a}, dim={axis}, stable=True)[1] + 1",
    convert: "torch.as_tensor({a}).to({dtype})",
    sum: "torch.sum({a}, dim={axes})",
    product: "torch.prod(_rows({a}, {axes}), dim=-1)",
    largest: "torch.amax({a}, dim={axes})",
    least: "torch.amin({a}, dim={axes})",
    all: "torch.all(_rows({a}, {axes}), dim=-1)",
    any: "torch.any(_rows({a}, {axes}), dim=-1)",
    shift: "_shift({a}, {axes})",
    place_of_largest: "torch.argmax(_rows({a}, {axes}), dim=-1) + 1",
};

const HELPERS: &[(&str, &str)] = &[
    (
        "_where",
        "\
def _where(condition, yes, no):
    if not isinstance(yes, torch.Tensor):
        yes = no.new_tensor(yes) if isinstance(no, torch.Tensor) else condition.new_tensor(yes, dtype=_REAL)
    if not isinstance(no, torch.Tensor):
        no = yes.new_tensor(no)
    return torch.where(condition, yes, no)
",
    ),
    (
        "_cbrt",
        "\
def _cbrt(a):
    return torch.sign(a) * torch.abs(a) ** (1 / 3)
",
    ),
    (
        "_gamma",
        "\
def _gamma(a):
    # The logarithm is that of the absolute value.
    is_negative = (a < 0) & (torch.remainder(torch.floor(a), 2) != 0)
    return torch.where(is_negative, -1, 1) * torch.exp(torch.lgamma(a))
",
    ),
    (
        "_take",
        "\
def _take(a, positions, axis):
    # A position outside of its range is an IndexError of PyTorch.
    places = positions.to(torch.int64) - 1
    taken = torch.index_select(a, axis, places.reshape(-1))
    return taken.reshape(a.shape[:axis] + places.shape + a.shape[axis + 1 :])
",
    ),
    (
        "_scatter_add",
        "\
def _scatter_add(a, axis, positions, updates):
    places = positions.to(torch.int64).reshape(-1) - 1
    return torch.index_add(a, axis, places, updates.reshape(a.shape[:axis] + places.shape + a.shape[axis + 1 :]))
",
    ),
    (
        "_pad",
        "\
def _pad(a, fill, low, high, interior):
    is_own = torch.ones(a.shape, dtype=torch.bool, device=a.device)
    a, is_own = (_padded(part, low, high, interior) for part in (a, is_own))
    return torch.where(is_own, a, fill)
",
    ),
    (
        "_padded",
        "\
def _padded(a, low, high, interior):
    for axis, more in enumerate(interior):
        size = a.shape[axis]
        if more > 0 and size > 1:
            spread = torch.nn.functional.pad(a.movedim(axis, -1).unsqueeze(-1), (0, more))
            a = spread.flatten(-2).narrow(-1, 0, size + (size - 1) * more).movedim(-1, axis)
    sides = [size for pair in zip(reversed(low), reversed(high)) for size in pair]
    return torch.nn.functional.pad(a, sides)
",
    ),
    (
        "_overlap_add",
        "\
def _overlap_add(a, shape, axes, strides, dilations):
    # Where each element of the windows lies in the array that they are windows of.
    sizes, counts = a.shape[len(shape) :], [a.shape[axis] for axis in axes]
    size = 1
    for length in shape:
        size *= length
    places = torch.arange(size, device=a.device).reshape(shape)
    places = _windows(places, axes, counts, sizes, strides, dilations)
    whole = torch.zeros(size, dtype=a.dtype, device=a.device)
    return torch.index_add(whole, 0, places.reshape(-1), a.reshape(-1)).reshape(shape)
",
    ),
    (
        "_windows",
        "\
def _windows(a, axes, counts, sizes, strides, dilations):
    for axis, count, size, stride, dilation in zip(axes, counts, sizes, strides, dilations):
        a = a.unfold(axis, dilation * (size - 1) + 1, stride).narrow(axis, 0, count)[..., ::dilation]
    return a
",
    ),
    (
        "_shift",
        "\
def _shift(a, axes):
    largest = torch.amax(a, dim=axes)
    return torch.where(torch.isfinite(largest), largest, torch.zeros_like(largest))
",
    ),
    (
        "_rows",
        "\
def _rows(a, axes):
    kept = tuple(axis for axis in range(a.ndim) if axis not in axes)
    rows = torch.permute(a, kept + axes)
    return rows.flatten(len(kept)) if axes else rows.unsqueeze(-1)
",
    ),
];
