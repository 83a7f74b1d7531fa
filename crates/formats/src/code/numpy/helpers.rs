//! Functions that are written where they are called.

/// Functions by their names, for NumPy and for JAX.
pub(super) const HELPERS: &[(&str, [&str; 2])] = &[
    ("_erf", ["_erf = np.vectorize(math.erf, otypes=[float])\n", "_erf = special.erf\n"]),
    ("_erfc", ["_erfc = np.vectorize(math.erfc, otypes=[float])\n", "_erfc = special.erfc\n"]),
    ("_lgamma", ["_lgamma = np.vectorize(math.lgamma, otypes=[float])\n", "_lgamma = special.gammaln\n"]),
    ("_gamma", ["_gamma = np.vectorize(math.gamma, otypes=[float])\n", "_gamma = special.gamma\n"]),
    (
        "_places",
        [
            "def _places(positions, size):\n    places = np.asarray(positions).astype(np.int64) - 1\n    if np.any((places < 0) | (places >= \
         size)):\n        raise IndexError(\"a position in the data is outside of its range\")\n    return places\n",
            "def _places(positions, size):\n    # A position that is outside of its range reads what is not a number.\n    places = np.asarray(positions).astype(np.int64) - 1\n    return np.where(places < 0, size, places)\n",
        ],
    ),
    (
        "_scatter_add",
        [
            "def _scatter_add(a, axis, places, updates):\n    result = np.array(a)\n    np.add.at(result, (slice(None),) * axis + (places,), updates)\n    \
         return result\n",
            "def _scatter_add(a, axis, places, updates):\n    return np.asarray(a).at[(slice(None),) * axis + (places,)].add(updates)\n",
        ],
    ),
    (
        "_pad",
        [
            "def _pad(a, fill, low, high, interior):\n    a = np.asarray(a)\n    inner = [max(n + (n - 1) * k, 0) for n, k in zip(a.shape, interior)]\n    \
         result = np.full([l + n + h for l, n, h in zip(low, inner, high)], fill, dtype=a.dtype)\n    result[tuple(slice(l, l + n, k + 1) for l, \
         n, k in zip(low, inner, interior))] = a\n    return result\n",
            "def _pad(a, fill, low, high, interior):\n    a = np.asarray(a)\n    return jax.lax.pad(a, np.asarray(fill, dtype=a.dtype), list(zip(low, high, interior)))\n",
        ],
    ),
    (
        "_windows",
        [
            "def _windows(a, axes, counts, sizes, strides, dilations):\n    a = np.ascontiguousarray(a)\n    shape, steps = list(a.shape), \
         list(a.strides)\n    for axis, count, size, stride, dilation in zip(axes, counts, sizes, strides, dilations):\n        step = \
         a.strides[axis]\n        shape[axis], steps[axis] = count, step * stride\n        shape.append(size)\n        steps.append(step * \
         dilation)\n    return np.lib.stride_tricks.as_strided(a, shape, steps, writeable=False)\n",
            "def _windows(a, axes, counts, sizes, strides, dilations):\n    for axis, count, size, stride, dilation in zip(axes, counts, sizes, strides, dilations):\n        places = stride * np.arange(count)[:, None] + dilation * np.arange(size)[None, :]\n        a = np.moveaxis(np.take(a, places, axis=axis), axis + 1, -1)\n    return a\n",
        ],
    ),
    (
        "_overlap_add",
        [
            "def _overlap_add(a, shape, axes, strides, dilations):\n    result = np.zeros(shape, dtype=a.dtype)\n    rank = len(shape)\n    for place in \
         np.ndindex(*a.shape[rank:]):\n        part = [slice(None)] * rank\n        for axis, offset, stride, dilation in zip(axes, place, \
         strides, dilations):\n            start = offset * dilation\n            part[axis] = slice(start, start + stride * (a.shape[axis] - 1) + 1, \
         stride)\n        result[tuple(part)] += a[(Ellipsis,) + place]\n    return result\n",
            "def _overlap_add(a, shape, axes, strides, dilations):\n    import itertools\n\n    result = np.zeros(shape, dtype=a.dtype)\n    rank = len(shape)\n    for place in itertools.product(*map(range, a.shape[rank:])):\n        part = [slice(None)] * rank\n        for axis, offset, stride, dilation in zip(axes, place, strides, dilations):\n            start = offset * dilation\n            part[axis] = slice(start, start + stride * (a.shape[axis] - 1) + 1, stride)\n        result = result.at[tuple(part)].add(a[(Ellipsis,) + place])\n    return result\n",
        ],
    ),
    (
        "_shift",
        [
            "def _shift(a, axes):\n    largest = np.max(a, axis=axes, initial=-np.inf)\n    return np.where(np.isfinite(largest), largest, 0)\n",
            "def _shift(a, axes):\n    largest = np.max(a, axis=axes, initial=-np.inf)\n    return np.where(np.isfinite(largest), largest, 0)\n",
        ],
    ),
    (
        "_place_of_largest",
        [
            "def _place_of_largest(a, axes):\n    kept = tuple(axis for axis in range(np.ndim(a)) if axis not in axes)\n    rows = np.transpose(a, kept \
         + axes)\n    return np.argmax(np.reshape(rows, rows.shape[: len(kept)] + (-1,)), axis=-1) + 1\n",
            "def _place_of_largest(a, axes):\n    kept = tuple(axis for axis in range(np.ndim(a)) if axis not in axes)\n    rows = np.transpose(a, kept \
         + axes)\n    return np.argmax(np.reshape(rows, rows.shape[: len(kept)] + (-1,)), axis=-1) + 1\n",
        ],
    ),
];
