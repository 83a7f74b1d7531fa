"""Loads weights that are written for models of Keras into these models, which then give what they gave before.

The folder that is given holds `cases.json`: for each case the file of a model, that of the weights of the net that it became, and how
they are loaded.
"""

import json
import os
import pathlib
import sys

os.environ["KERAS_BACKEND"] = "numpy"

import keras
import numpy as np

folder = pathlib.Path(sys.argv[1])
for case in json.loads((folder / "cases.json").read_text()):
    model = keras.saving.load_model(case["model"], compile=False)
    # Integers, which embeddings take too.
    data = [np.arange(np.prod(x.shape[1:])).reshape((1, *x.shape[1:])) % 5 for x in model.inputs]
    before = np.array(model(data))
    model.set_weights([0 * array for array in model.get_weights()])
    model.load_weights(case["weights"], **case["options"])
    after = np.array(model(data))
    if not np.allclose(before, after, rtol=1e-5) or np.allclose(before, 0):
        sys.exit(f"{case}: {before} became {after}")
