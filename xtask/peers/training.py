"""What the measuring of training has in common: the rows of crates/netform/benches/training.rs, their weights, data and clock.

A peer is called as SCRIPT OUTPUT [--quick] [ROW ...] and writes a line of JSON for each row: median and minimum of the time of a step in
seconds, and the losses before each of the first steps. NETFORM_THREADS is the number of threads, 1 if it is not set.
"""
import json
import os
import sys

THREADS = int(os.environ.get("NETFORM_THREADS", "1"))
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = str(THREADS)

import numpy as np

from common import Weights, inputs, measure

COMPARED = 5
SIZES = [784, 256, 128, 10]
FEATURES, HIDDEN, STEPS = 64, 128, 100
# Name, kind of net, optimiser, learning rate, examples.
ROWS = [
    ("train mlp sgd", "mlp", "sgd", 0.1, 64),
    ("train mlp adam", "mlp", "adam", 0.001, 64),
    ("train lstm sgd", "lstm", "sgd", 1.0, 32),
]


def mlp():
    """Matrices and biases of the layers."""
    weights = Weights()
    return [(weights(outputs, inputs), weights(outputs)) for inputs, outputs in zip(SIZES, SIZES[1:])]


def lstm():
    """Matrices of inputs, matrices of states and biases of the gates in the order input, output, forget, memory."""
    weights = Weights()
    return [(weights(HIDDEN, FEATURES), weights(HIDDEN, HIDDEN), weights(HIDDEN)) for _ in range(4)]


def data(kind, examples):
    shape = (examples, SIZES[0]) if kind == "mlp" else (examples, STEPS, FEATURES)
    return inputs(shape)


def classes(examples):
    return np.arange(examples) % SIZES[-1]


def main(peer, variants):
    """Measures all rows; `variants` makes functions that take a step and give the loss before it, of which the fastest counts."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--quick"]
    path, wanted, quick = arguments[0], arguments[1:], "--quick" in sys.argv
    with open(path, "w") as file:
        for row, kind, optimizer, rate, examples in ROWS:
            if wanted and not any(row.startswith(name) for name in wanted):
                continue
            best = None
            for step in variants(kind, optimizer, rate, examples):
                losses = [float(step()) for _ in range(COMPARED)]
                median, minimum = measure(step, quick)
                if best is None or minimum < best["minimum"]:
                    best = {"row": row, "peer": peer, "median": median, "minimum": minimum, "output": losses}
            file.write(json.dumps(best) + "\n")
