"""Loads weights that are written for models of Keras into these models, and compares them with their own.

The folder that is given holds `cases.json`: for each case the file of a model, and that of the weights of the net that it became.
"""

import json
import os
import pathlib
import sys

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np

folder = pathlib.Path(sys.argv[1])
wrong = []
for case in json.loads((folder / "cases.json").read_text()):
    model = keras.saving.load_model(case["model"], compile=False)
    own = model.get_weights()
    model.set_weights([0 * array for array in own])
    model.load_weights(case["weights"])
    for variable, before, after in zip(model.weights, own, model.get_weights(), strict=True):
        if not np.array_equal(before, after):
            wrong.append(f"{case['model']}: {variable.path}\n{before}\n{after}")
sys.exit("\n".join(wrong) or 0)
