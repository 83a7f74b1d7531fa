"""Writes a model of Keras 2 with functions of TensorFlow as layers, with recorded numbers: `python make_keras_2.py`.

It needs tensorflow 2.15.
"""

import pathlib

import numpy as np
import tensorflow as tf

keras = tf.keras
keras.backend.set_floatx("float64")
here = pathlib.Path(__file__).parent
draws = np.random.default_rng(7)
given = {"x": np.round(draws.uniform(-1.5, 1.5, (2, 3, 4)), 3), "y": np.round(draws.uniform(-1.5, 1.5, (2, 3, 4)), 3)}
given["i"] = draws.integers(0, 5, (2, 3)).astype("int64")
x, y, i = (keras.Input(array.shape[1:], name=name, dtype=str(array.dtype)) for name, array in given.items())
positive = tf.abs(x) + 0.5
outputs = {
    "one_minus": 1.0 - x,
    "products": tf.matmul(x, y, transpose_b=True),
    "constant": x @ np.array([[1.0, 0.5], [2.0, 0.25], [-1.0, 1.0], [0.5, -2.0]]),
    "part": x[:, 1:, ::2],
    "last": x[..., -1],
    "chosen": tf.where(tf.logical_and(x > 0.0, y < 1.0), x, y),
    "mean": tf.reduce_mean(x, axis=[1, 2], keepdims=True),
    "spread": tf.math.reduce_std(x, axis=1),
    "joined": tf.concat([tf.nn.relu(x), tf.nn.gelu(y)], axis=-1),
    "stacked": tf.stack([tf.sqrt(positive), tf.math.log(positive)], axis=1),
    "first": tf.split(x, [1, 3], axis=-1)[1],
    "padded": tf.pad(x, [[0, 0], [1, 2], [0, 1]]),
    "turned": tf.transpose(tf.nn.softmax(x, axis=1), [0, 2, 1]),
    "clipped": tf.clip_by_value(x, -0.5, 0.5),
    "gathered": tf.gather(x, [0, 2], axis=1),
    "normalised": tf.nn.l2_normalize(x, axis=-1),
    "length": tf.norm(x, axis=-1),
    "greatest": tf.math.top_k(x, 2)[0],
    "distance": tf.reduce_sum(tf.math.squared_difference(x, y), axis=-1),
    "sums": tf.cumsum(x, axis=1),
    "words": keras.layers.IntegerLookup(vocabulary=[3, 1, 4])(i),
}
model = keras.Model([x, y, i], outputs)
model.save(here / "functions.h5")
record = {f"in_{key}": array for key, array in given.items()}
record.update({f"out_{key}": np.asarray(value) for key, value in model(list(given.values())).items()})
np.savez_compressed(here / "functions_data.npz", **{key: array.astype("float64") for key, array in record.items()})
