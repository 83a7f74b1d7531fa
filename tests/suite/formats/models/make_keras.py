"""Writes models of Keras in which every operation and many layers are outputs, with recorded numbers: `python make_keras.py`.

It needs keras 3 with the jax backend. Beside each model there is a file of arrays with its inputs, and its outputs by name.
"""

import os
import pathlib
import zipfile

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import keras
import numpy as np
from keras import layers, ops

keras.backend.set_floatx("float64")
here = pathlib.Path(__file__).parent
draws = np.random.default_rng(7)


def drawn(*shape, low=-1.5, high=1.5):
    return np.round(draws.uniform(low, high, shape), 3)


def write(name, inputs, outputs):
    """A model with those inputs, and a dictionary of outputs; all arrays of layers are drawn."""
    symbols = {key: keras.Input(array.shape[1:], name=key, dtype=str(array.dtype)) for key, array in inputs.items()}
    model = keras.Model(symbols, outputs(**symbols))
    for variable in model.weights:
        if "seed" not in variable.path:
            numbers = drawn(*variable.shape, low=-1, high=1)
            variable.assign(np.abs(numbers) + 0.3 if "variance" in variable.path else numbers)
    model.save(here / f"{name}.keras")
    with zipfile.ZipFile(here / f"{name}.keras") as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    with zipfile.ZipFile(here / f"{name}.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(zipfile.ZipInfo(member), content, zipfile.ZIP_DEFLATED)
    record = {f"in_{key}": array for key, array in inputs.items()}
    record.update({f"out_{key}": np.asarray(value) for key, value in model(inputs, training=False).items()})
    np.savez_compressed(here / f"{name}_data.npz", **{key: np.asarray(array, dtype="float64") for key, array in record.items()})


matrix = {"x": drawn(2, 3, 4), "y": drawn(2, 3, 4)}
row = np.array([0.5, -1.0, 2.0, 0.25])
table = drawn(3, 4)
ONE, THREE, FIVE, SIX = (np.array([number], dtype="int32") for number in (1, 3, 5, 6))


def elementwise(x, y):
    found = {}
    for name in (
        "absolute negative exp exp2 expm1 square sin cos sinh cosh tanh arcsinh arctan sigmoid sparse_sigmoid relu relu6 silu softplus "
        "softsign soft_shrink hard_shrink tanh_shrink sparse_plus squareplus selu hard_sigmoid hard_silu hard_tanh log_sigmoid erf "
        "erfc floor ceil trunc round sign signbit reciprocal cbrt sinc isfinite isnan isinf isposinf isneginf isreal deg2rad rad2deg logical_not "
        "zeros_like ones_like empty_like nan_to_num copy conjugate real imag fabs elu celu gelu leaky_relu stop_gradient convert_to_tensor"
    ).split():
        if name != "empty_like":
            found[name] = getattr(ops, name)(x)
    for name in "log log2 log10 log1p sqrt rsqrt".split():
        found[name] = getattr(ops, name)(ops.absolute(x) + 0.1)
    for name in "arcsin arccos arctanh erfinv".split():
        found[name] = getattr(ops, name)(x / 2)
    found["arccosh"] = ops.arccosh(ops.absolute(x) + 1)
    for name in (
        "add subtract multiply divide true_divide divide_no_nan maximum minimum fmax fmin arctan2 hypot logaddexp logaddexp2 "
        "mod fmod floor_divide equal not_equal greater greater_equal less less_equal heaviside isclose logical_and logical_or logical_xor"
    ).split():
        function = getattr(ops, name)
        found[name] = function(x, y)
        found[f"{name}_row"] = function(row, x)
        found[f"{name}_table"] = function(x, table)
    found |= {
        "one_minus": 1 - x,
        "tan": ops.tan(x / 2),
        "ldexp": ops.ldexp(x, np.array([0, 1, 2, 3], dtype="int32")),
        "power": ops.power(ops.absolute(x), y),
        "where": ops.where(x > 0, x, y),
        "where_number": ops.softmax(ops.where(x > 0.5, float("-inf"), y)),
        "where_row": ops.where(x > 0, row, x),
        "select": ops.select([x > 0.5, x < -0.5], [x, 2 * y], 3.0),
        "full_like": ops.full_like(x, 2.5),
        "clip": ops.clip(x, -0.5, 0.7),
        "cast": ops.cast(3 * x, "int32"),
        "cast_bool": ops.cast(ops.round(x), "bool"),
        "saturate_cast": ops.saturate_cast(3 * x, "int32"),
        "threshold": ops.threshold(x, 0.3, -2.0),
        "digitize": ops.digitize(x, np.array([-0.5, 0.0, 0.5])),
        "glu": ops.glu(x),
    }
    return found


write("elementwise", matrix, elementwise)


def reductions(x, y):
    found = {}
    for name in "sum mean max min prod var std any all amax amin logsumexp ptp median nansum nanprod nanmax nanmin nanmean nanvar nanstd".split():
        function = getattr(ops, name)
        found[name] = function(x, axis=1)
        found[f"{name}_all"] = function(x, axis=(1, 2), keepdims=True)
    for name in "argmax argmin cumsum cumprod nancumsum nancumprod sort argsort diff count_nonzero".split():
        found[name] = getattr(ops, name)(x, axis=1)
    found |= {
        "max_initial": ops.max(x, axis=1, initial=0.0),
        "average": ops.average(x, axis=1, weights=np.array([1.0, 2.0, 3.0])),
        "average_array": ops.average(x, axis=2, weights=ops.absolute(y)),
        "percentile": ops.percentile(x, 30.0, axis=1),
        "moments": ops.moments(x, axes=[1])[1],
        "trapezoid": ops.trapezoid(x, dx=0.5, axis=1),
        "top": ops.top_k(x, 2)[0],
        "top_positions": ops.top_k(x, 2)[1],
    }
    return found


write("reductions", matrix, reductions)


def arrangement(x, i):
    halves = ops.split(x, 2, axis=-1)
    return {
        "last": x[..., -1],
        "new": x[:, None, :, 1:3],
        "backwards": x[:, ::-1, 3:0:-2],
        "take": ops.take(x, [[0, 2], [-1, 1]], axis=2),
        "take_from": ops.take(table, i, axis=0),
        "take_along": ops.take_along_axis(x, ops.argsort(x, axis=1), axis=1),
        "one_hot": ops.one_hot(i, 4, axis=1),
        "multi_hot": ops.multi_hot(i, 4),
        "bits": ops.bitwise_xor(ops.bitwise_or(i, FIVE), ops.bitwise_and(i, SIX)),
        "not": ops.bitwise_not(i),
        "invert": ops.bitwise_invert(i),
        "shifted": ops.bitwise_right_shift(ops.bitwise_left_shift(i, THREE), ONE),
        "shifted_again": ops.right_shift(ops.left_shift(i, THREE), ONE),
        "is_in": ops.isin(i, np.array([1, 3])),
        "pad": ops.pad(x, [[0, 0], [1, 1], [0, 2]], constant_values=3.0),
        "pad_reflect": ops.pad(x, [[0, 0], [1, 1], [2, 2]], mode="reflect"),
        "stack": ops.stack([x, 2 * x], axis=2),
        "concatenate": ops.concatenate([x, 2 * x], axis=-1),
        "append": ops.append(x, x, axis=1),
        "hstack": ops.hstack([x, 2 * x]),
        "dstack": ops.dstack([x, 2 * x]),
        "unstack": ops.unstack(x, axis=1)[2],
        "halves": halves[1] - halves[0],
        "parts": ops.split(x, [1, 2], axis=1)[2],
        "array_split": ops.array_split(x, 3, axis=2)[0],
        "hsplit": ops.hsplit(x, 3)[1],
        "dsplit": ops.dsplit(x, 2)[1],
        "tile": ops.tile(x, (1, 2, 3)),
        "repeat": ops.repeat(x, 2, axis=1),
        "roll": ops.roll(x, (1, -2), axis=(1, 2)),
        "moveaxis": ops.moveaxis(x, 1, -1),
        "swapaxes": ops.swapaxes(x, -1, 1),
        "transpose": ops.transpose(x, (0, 2, 1)),
        "broadcast": ops.broadcast_to(x[:, :1], (2, 3, 4)),
        "triu": ops.triu(x),
        "tril": ops.tril(x, 1),
        "diagonal": ops.diagonal(x, offset=1, axis1=1, axis2=2),
        "trace": ops.trace(x, axis1=1, axis2=2),
        "expand": ops.expand_dims(x, (1, -1)),
        "squeeze": ops.squeeze(x[:, :1], 1),
        "reshape": ops.reshape(x, (-1, 2, 6)),
        "flip": ops.flip(x, (1, 2)),
        "fliplr": ops.fliplr(x),
        "rot90": ops.rot90(x, 3, axes=(1, 2)),
        "sequences": ops.extract_sequences(x, 3, 1),
        "slice": ops.slice(x, (0, 1, 1), (2, 2, 2)),
    }


write("arrangement", {"x": matrix["x"], "i": draws.integers(0, 3, (2, 3)).astype("int32")}, arrangement)


def products(x, y, s):
    return {
        "matmul": ops.matmul(x, ops.transpose(y, (0, 2, 1))),
        "matmul_constant": x @ table.T,
        "matmul_left": ops.matmul(drawn(5, 3), x),
        "dot": ops.dot(x, table.T),
        "inner": ops.inner(x, table),
        "tensordot": ops.tensordot(x, table, axes=[[1, 2], [0, 1]]),
        "einsum": ops.einsum("bij,bkj->bik", x, y),
        "einsum_dots": ops.einsum("...ij,jk->...ik", x, table.T),
        "cross": ops.cross(ops.transpose(x, (0, 2, 1)), ops.transpose(y, (0, 2, 1))),
        "det": ops.det(s),
        "logdet": ops.logdet(ops.matmul(s, ops.transpose(s, (0, 2, 1)))),
        "inv": ops.inv(s),
        "solve": ops.solve(s, x),
        "solve_triangular": ops.solve_triangular(s, x, lower=True),
        "norm": ops.norm(x, axis=(1, 2)),
        "distances": ops.cdist(x, y),
    }


write("products", matrix | {"s": drawn(2, 3, 3) + 2 * np.eye(3)}, products)


def neural(x, v, t, n):
    heads = ops.reshape(x, (-1, 3, 2, 2))
    return {
        "softmax": ops.softmax(x, axis=(1, 2)),
        "log_softmax": ops.log_softmax(x, axis=1),
        "sparsemax": ops.sparsemax(x, axis=1),
        "normalize": ops.normalize(x, order=1),
        "conv": ops.conv(v, drawn(3, 2, 4, 5), strides=2, padding="same"),
        "depthwise": ops.depthwise_conv(v, drawn(3, 2, 4, 2)),
        "separable": ops.separable_conv(v, drawn(3, 2, 4, 2), drawn(1, 1, 8, 3)),
        "max_pool": ops.max_pool(v, 3, 2, padding="same"),
        "average_pool": ops.average_pool(v, (3, 2), 2),
        "adaptive_max": ops.adaptive_max_pool(v, (3, 2)),
        "adaptive_average": ops.adaptive_average_pool(v, (3, 2)),
        "batch": ops.batch_normalization(x, row, np.abs(row), axis=-1, offset=row, scale=row),
        "layer": ops.layer_normalization(x, row, row),
        "rms": ops.rms_normalization(x, row),
        "attention": ops.dot_product_attention(heads, heads, 2 * heads, is_causal=True),
        "binary": ops.binary_crossentropy(t, ops.sigmoid(x)),
        "categorical": ops.categorical_crossentropy(t, ops.softmax(x)),
        "sparse": ops.sparse_categorical_crossentropy(n, x, from_logits=True),
        "in_top": ops.in_top_k(n[:, 0], x[:, 0], 2),
        "unfold": ops.unfold(v, (2, 3), stride=2, padding=1),
        "depth": ops.depth_to_space(v, 2),
        "space": ops.space_to_depth(v[:, :4], 2),
    }


write(
    "neural",
    {
        "x": matrix["x"],
        "v": drawn(2, 5, 6, 4),
        "t": drawn(2, 3, 4, low=0, high=1),
        "n": draws.integers(0, 4, (2, 3)).astype("int32"),
    },
    neural,
)


def images(v):
    found = {
        "gray": ops.image.rgb_to_grayscale(v),
        "hsv": ops.image.rgb_to_hsv(v),
        "rgb": ops.image.hsv_to_rgb(v),
        "patches": ops.image.extract_patches(v, (3, 2), strides=2, padding="same"),
        "padded": ops.image.pad_images(v, 1, 2, 3, 0),
        "cropped": ops.image.crop_images(v, 1, 2, target_height=3, target_width=2),
        "blurred": ops.image.gaussian_blur(v),
        "edges": ops.image.sobel_edges(v),
        "cut": ops.image.resize(v, (4, 4), crop_to_aspect_ratio=True),
        "framed": ops.image.resize(v, (4, 4), pad_to_aspect_ratio=True, fill_value=0.5),
        "resizing": layers.Resizing(4, 9, interpolation="bicubic")(v),
        "center": layers.CenterCrop(4, 3)(v),
        "center_larger": layers.CenterCrop(9, 3)(v),
        "cubic": layers.UpSampling2D((2, 3), interpolation="bicubic")(v),
    }
    for way in "nearest bilinear bicubic lanczos3 lanczos5".split():
        found[way] = ops.image.resize(v, (9, 3), interpolation=way, antialias=True)
    changed = v
    for change in [
        layers.RandomFlip(),
        layers.RandomRotation(0.2),
        layers.RandomTranslation(0.1, 0.1),
        layers.RandomZoom(0.1),
        layers.RandomCrop(4, 4),
        layers.RandomShear(0.1),
        layers.RandomPerspective(0.5),
        layers.RandomElasticTransform(0.5),
        layers.RandomErasing(0.5),
        layers.RandomGaussianBlur(0.5),
        layers.RandomSharpness(0.2),
        layers.RandomBrightness(0.2),
        layers.RandomContrast(0.2),
        layers.RandomHue(0.2, value_range=(0, 1)),
        layers.RandomSaturation(0.2),
        layers.RandomGrayscale(0.5),
        layers.RandomInvert(0.5),
        layers.RandomPosterization(4),
        layers.RandomColorDegeneration(0.5),
        layers.RandomColorJitter(value_range=(0, 1)),
        layers.AugMix(value_range=(0, 1)),
        layers.CutMix(),
        layers.MixUp(),
        layers.RandAugment(value_range=(0, 1)),
    ]:
        changed = change(changed)
    return found | {"unchanged": changed}


write("pictures", {"v": drawn(2, 7, 6, 3, low=0, high=1)}, images)


def further(x, v, i, m):
    embedding = layers.ReversibleEmbedding(5, 4, logit_soft_cap=2.0)
    vectors = layers.Embedding(5, 4, mask_zero=True)(i)
    return {
        "reversed": embedding(embedding(i), reverse=True),
        "classes": layers.CategoryEncoding(5, output_mode="count")(i),
        "bins": layers.Discretization(bin_boundaries=[-0.5, 0.0, 0.6], output_mode="multi_hot")(x[:, 0]),
        "memory": layers.ConvLSTM1D(2, 3, padding="same", return_sequences=True)(v),
        "memory_last": layers.ConvLSTM2D(2, 2, strides=2, go_backwards=True)(v[..., None]),
        "memory_volume": layers.ConvLSTM3D(1, 2, recurrent_activation="hard_sigmoid")(v[..., None, None] * np.ones((2, 2))),
        "grouped": layers.GroupQueryAttention(3, 4, 2)(x, x),
        "grouped_masked": layers.GroupQueryAttention(3, 4, 2)(vectors, vectors),
        "several_axes": layers.MultiHeadAttention(2, 3, attention_axes=(2,))(v, v),
        "softmax": layers.Softmax()(x, mask=m),
        "by_variance": layers.LayerNormalization(rms_scaling=True)(x),
    }


write(
    "further",
    {
        "x": matrix["x"],
        "v": drawn(2, 3, 5, 4),
        "i": draws.integers(0, 5, (2, 4)).astype("int32"),
        "m": draws.integers(0, 2, (2, 3, 4)).astype(bool),
    },
    further,
)
