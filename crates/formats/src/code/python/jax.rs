//! JAX, which has the functions of NumPy under the same names; arrays do not change there, and some helpers are others.

use super::library::{Library, Phrases, Recurrence};
use super::numpy::{FUNCTIONS, PHRASES, PLACE_OF_LARGEST, SHIFT};

pub(in crate::code) const JAX: Library = Library {
    name: "JAX",
    module: "np",
    imports: &[
        ("", "import jax\nimport jax.numpy as np\n"),
        ("special.", "from jax.scipy import special\n"),
        ("", "\njax.config.update(\"jax_enable_x64\", True)\n"),
    ],
    is_class: false,
    phrases: Phrases { order: "np.argsort({a}, axis={axis}, stable=True) + 1", ..PHRASES },
    recurrence: Recurrence::Step {
        call: "jax.lax.scan({step}, {states}, {sequences}, length={length}, reverse={reverse})",
    },
    functions: FUNCTIONS,
    helpers: HELPERS,
};

const HELPERS: &[(&str, &str)] = &[
    ("_erf", "_erf = special.erf\n"),
    ("_erfc", "_erfc = special.erfc\n"),
    ("_lgamma", "_lgamma = special.gammaln\n"),
    ("_gamma", "_gamma = special.gamma\n"),
    (
        "_places",
        "\
def _places(positions, size):
    # A position that is outside of its range reads what is not a number.
    places = np.asarray(positions).astype(np.int64) - 1
    return np.where(places < 0, size, places)
",
    ),
    (
        "_scatter_add",
        "\
def _scatter_add(a, axis, places, updates):
    return np.asarray(a).at[(slice(None),) * axis + (places,)].add(updates)
",
    ),
    (
        "_pad",
        "\
def _pad(a, fill, low, high, interior):
    a = np.asarray(a)
    return jax.lax.pad(a, np.asarray(fill, dtype=a.dtype), list(zip(low, high, interior)))
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
    places = _windows(np.arange(size).reshape(shape), axes, counts, sizes, strides, dilations)
    return np.zeros(size, dtype=a.dtype).at[places.reshape(-1)].add(a.reshape(-1)).reshape(shape)
",
    ),
    (
        "_windows",
        "\
def _windows(a, axes, counts, sizes, strides, dilations):
    for axis, count, size, stride, dilation in zip(axes, counts, sizes, strides, dilations):
        places = stride * np.arange(count)[:, None] + dilation * np.arange(size)[None, :]
        a = np.moveaxis(np.take(a, places, axis=axis), axis + 1, -1)
    return a
",
    ),
    ("_shift", SHIFT),
    ("_place_of_largest", PLACE_OF_LARGEST),
];
