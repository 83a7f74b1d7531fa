"""Writes the model of Keras in this folder that has a layer of each kind whose weights are written: `python make_layers.py`.

It needs keras with any backend. Arrays are small multiples of 1/8.
"""

import pathlib

import keras
import numpy as np
from keras import layers

image = keras.Input((4, 4, 2), name="image")
x = layers.Conv2D(3, 3, padding="same", name="convolution")(image)
x = layers.BatchNormalization(name="batch")(x)
x = layers.PReLU(name="slopes")(x)
x = layers.Conv2DTranspose(2, 2, strides=2, name="larger")(x)
x = layers.Flatten(name="flat")(x)
words = keras.Input((5,), name="words")
y = layers.Embedding(7, 4, name="embedding")(words)
y = layers.LSTM(3, return_sequences=True, name="long")(y)
y = layers.GRU(3, return_sequences=True, name="after")(y)
y = layers.GRU(3, reset_after=False, return_sequences=True, name="before")(y)
y = layers.Bidirectional(layers.LSTM(2, return_sequences=True), name="both")(y)
y = layers.LayerNormalization(name="normal")(y)
y = layers.SimpleRNN(3, name="simple")(y)
z = layers.Concatenate(name="joined")([x, y])
z = layers.Dense(3, use_bias=False, name="first")(z)
model = keras.Model([image, words], layers.Dense(2, name="second")(z))

arrays = []
for start, variable in enumerate(model.weights):
    numbers = ((np.arange(int(np.prod(variable.shape))) * 5 + start) % 13 - 6) / 8
    arrays.append((np.abs(numbers) + 0.5 if "variance" in variable.path else numbers).reshape(variable.shape))
model.set_weights(arrays)
model.save(pathlib.Path(__file__).parent / "layers.keras")
