"""Writes the models of Keras and the state dictionaries of PyTorch in this folder: `python make_weights.py`.

It needs keras (with the torch backend) and torch. Arrays are small multiples of 1/4, so that results are easy to follow.
"""

import os
import pathlib

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch
from keras import layers

here = pathlib.Path(__file__).parent


def filled(model):
    """Gives all arrays numbers that are easy to follow."""
    arrays = []
    for variable in model.weights:
        count = int(np.prod(variable.shape))
        numbers = (np.arange(count) % 7 - 3) / 4
        if "variance" in variable.path:
            numbers = np.abs(numbers) + 1
        arrays.append(numbers.reshape(variable.shape).astype(np.float32))
    model.set_weights(arrays)
    return model


filled(
    keras.Sequential(
        [keras.Input((2,)), layers.Dense(3, activation="relu", name="hidden"), layers.Dense(2, activation="softmax", name="out")]
    )
).save(here / "perceptron.keras")

filled(
    keras.Sequential(
        [keras.Input((None, 2)), layers.Masking(name="masking"), layers.GRU(2, name="gru"), layers.Dense(1, name="out")]
    )
).save(here / "sequence.keras")

# Operations on arrays, and parts of them.
table = keras.Input((3, 4), name="table")
last = table[:, -1]
middle = table[:, 1:3, ::2]
spread = keras.ops.var(table, axis=-1) + keras.ops.max(table, axis=-1)
chosen = keras.ops.where(last > 0, keras.ops.gelu(last), keras.ops.clip(last, -0.5, 0.5))
odd = keras.ops.flip(keras.ops.swapaxes(keras.ops.softmax(middle, axis=1), 1, 2), axis=1)
keras.Model(table, [chosen, spread, odd, keras.ops.logsumexp(table, axis=(1, 2), keepdims=True)], name="operations").save(
    here / "operations.keras"
)

image = keras.Input((4, 4, 1), name="image")
number = keras.Input((3,), name="number")
hidden = layers.Conv2D(2, 3, strides=2, padding="same", activation="relu", name="conv")(image)
hidden = layers.BatchNormalization(name="norm")(hidden)
hidden = layers.GlobalAveragePooling2D(name="pool")(hidden)
shared = layers.Dense(2, name="shared")
joined = layers.Concatenate(name="joined")([hidden, layers.Dense(2, name="side")(number)])
first = shared(hidden)
second = shared(layers.Dense(2, name="lower")(joined))
filled(keras.Model([image, number], [layers.Add(name="sum")([first, second]), joined])).save(here / "functional.h5")

unknown = keras.Sequential([keras.Input((2,)), layers.Lambda(lambda x: x, name="code"), layers.Solarization(name="classes")])
unknown.save(here / "unknown.keras")

state = {
    "conv.weight": torch.arange(4.0).reshape(2, 1, 2) / 4,
    "conv.bias": torch.tensor([0.5, -0.5]),
    "norm.weight": torch.tensor([1.0, 2.0]),
    "norm.bias": torch.tensor([0.0, 1.0]),
    "norm.running_mean": torch.tensor([0.25, 0.5]),
    "norm.running_var": torch.tensor([1.0, 4.0]),
    "norm.num_batches_tracked": torch.tensor(3),
    "out.weight": torch.arange(8.0, dtype=torch.float64).reshape(4, 2).T,
    "out.bias": torch.tensor([1.0, 2.0], dtype=torch.bfloat16),
}
torch.save(state, here / "state.pt")
torch.save({"epoch": 3, "state_dict": state}, here / "checkpoint.pth", _use_new_zipfile_serialization=False)


class Call:
    """An object whose pickle calls a function."""

    def __reduce__(self):
        return (os.system, ("touch executed",))


torch.save({"weight": torch.tensor([1.0]), "other": Call()}, here / "calls.pt")
