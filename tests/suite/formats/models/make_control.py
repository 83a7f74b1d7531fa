"""Writes the ONNX models of this folder whose graphs in graphs run as long as inputs say. Needs the package onnx (1.23).

    python make_control.py
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
node = helper.make_node


def port(name, shape, element=FLOAT):
    return helper.make_tensor_value_info(name, element, shape)


def stored(name, values, dtype=np.float32):
    return numpy_helper.from_array(np.array(values, dtype), name)


def save(name, nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(constants))
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="make_control.py", ir_version=10
    )
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())


# Sums that fade, of a sequence of any length that is read from its end; the factor comes from outside.
fading = helper.make_graph(
    [
        node("Mul", ["sum", "factor"], ["faded"]),
        node("Add", ["faded", "element"], ["next"]),
        node("Tanh", ["next"], ["seen"]),
    ],
    "fading",
    [port("sum", [2]), port("element", [2])],
    [port("next", [2]), port("seen", [2])],
)
save(
    "scan_open",
    [
        node("Sigmoid", ["rate"], ["factor"], "factor"),
        node(
            "Scan", ["start", "x"], ["last", "all"], "sums", body=fading, num_scan_inputs=1,
            scan_input_directions=[1], scan_input_axes=[1], scan_output_directions=[1], scan_output_axes=[1],
        ),
    ],
    [port("x", [2, "steps"]), port("rate", [2])],
    [port("last", [2]), port("all", [2, "steps"])],
    [stored("start", [1, 2])],
)

# A number is doubled until it is large, at most three times.
doubling = helper.make_graph(
    [node("Add", ["a", "a"], ["twice"]), node("Less", ["twice", "bound"], ["more"])],
    "doubling",
    [port("i", [], INT64), port("go", [], BOOL), port("a", [])],
    [port("more", [], BOOL), port("twice", [])],
    [stored("bound", 10)],
)
save(
    "loop_bounded",
    [node("Loop", ["most", "", "x"], ["y"], "doubled", body=doubling)],
    [port("x", [])],
    [port("y", [])],
    [stored("most", 3, np.int64)],
)

# The beginnings of sequences are reversed, as far as they are said to last.
save(
    "reversed",
    [node("ReverseSequence", ["x", "lengths"], ["y"], "reversed", time_axis=0, batch_axis=1)],
    [port("x", [3, 2]), port("lengths", [2], INT64)],
    [port("y", [3, 2])],
)
