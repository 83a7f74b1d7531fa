"""Writes the ONNX models of this folder with recurrent operators in all their forms. Needs the package onnx (1.23).

    python make_recurrent.py

`python make_recurrent.py check` prints what onnxruntime gives for the inputs of the suite.
"""

import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
INPUTS = {
    "x": [[[0.5, 1], [-1, 2]], [[0, -0.5], [1, 0.25]], [[2, 1], [-0.5, 0]]],
    "h0": [[[0.25], [-0.5]], [[1], [0.75]]],
    "c0": [[[2], [0.5]], [[-1], [0.125]]],
    "lengths": [3, 2],
}
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


def counted(name, shape, divisor):
    """Small numbers with a sign, all different."""
    numbers = np.arange(int(np.prod(shape)))
    return numpy_helper.from_array((((numbers * 7) % 11 - 5) / divisor).astype(np.float32).reshape(shape), name)


def port(name, shape, element=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, element, shape)


def save(name, operator, outputs, inputs=(), peepholes=False, steps=3, batch=2, **attributes):
    """A model of one operator with one unit for elements of two numbers; the outputs that are not used have no name."""
    both = attributes.get("direction") == "bidirectional"
    directions, gates = 2 if both else 1, GATES[operator]
    stored = [
        counted("w", (directions, gates, 2), 4),
        counted("r", (directions, gates, 1), 8),
        counted("b", (directions, 2 * gates), 16),
    ]
    names = ["x", "w", "r", "b"] + [word if word in inputs else "" for word in ("lengths", "h0", "c0")]
    names = names if operator == "LSTM" else names[:6]
    if peepholes:
        stored.append(counted("p", (directions, 3), 2))
        names.append("p")
    batch_first = attributes.get("layout") == 1
    sequences = [batch, steps] if batch_first else [steps, batch]
    states = [batch, directions] if batch_first else [directions, batch]
    ports = [port("x", [*sequences, 2])]
    for word in inputs:
        ports.append(port(word, [batch], TensorProto.INT32) if word == "lengths" else port(word, [*states, 1]))
    while not names[-1]:
        names.pop()
    node = helper.make_node(operator, names, outputs, "cell", hidden_size=1, **attributes)
    results = [port(word, None) for word in outputs if word]
    graph = helper.make_graph([node], name, ports, results, stored)
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="make_recurrent.py", ir_version=10
    )
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())
    if sys.argv[1:] == ["check"]:
        check(name, model, [given.name for given in ports], batch_first)


def check(name, model, names, batch_first):
    import onnxruntime

    feed = {key: np.array(INPUTS[key], np.int32 if key == "lengths" else np.float32) for key in names}
    if batch_first:
        feed = {key: value if key == "lengths" else value.swapaxes(0, 1) for key, value in feed.items()}
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        results = session.run(None, feed)
    except Exception:  # what this runtime has no kernel for
        from onnx.reference import ReferenceEvaluator

        results = ReferenceEvaluator(model).run(None, feed)
    print(name, *(np.array(result).tolist() for result in results), sep="\n  ")


# Both directions: all states, for sequences of any length in a batch of any size; the last states; all of it from states that are given.
save("both", "LSTM", ["y"], direction="bidirectional", steps="steps", batch="batch")
save("both_last", "GRU", ["", "h"], direction="bidirectional", linear_before_reset=1)
save("both_given", "LSTM", ["y", "h", "c"], ["h0", "c0"], direction="bidirectional")
save("both_first", "RNN", ["y", "h"], ["h0"], direction="bidirectional", layout=1)
# Gates that see the memory, a forget gate that is the other part of the input gate, bounds, and other functions.
save("peepholes", "LSTM", ["y"], peepholes=True, direction="reverse")
save("coupled", "LSTM", ["y"], peepholes=True, input_forget=1)
save(
    "functions", "LSTM", ["y", "", "c"], clip=0.5,
    activations=["HardSigmoid", "Relu", "Affine"], activation_alpha=[0.25, 2.0], activation_beta=[0.5, 1.0],
)
save("soft", "GRU", ["y"], direction="bidirectional", activations=["Sigmoid", "Softsign"] * 2)
# Sequences that end at their own steps.
save("lengths", "LSTM", ["y", "h"], ["lengths"])
