"""Writes the ONNX models of this folder. Needs the package onnx (1.23).

    python make.py
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


def stored(name, values, dtype=np.float32):
    return numpy_helper.from_array(np.array(values, dtype), name)


def port(name, shape, element=FLOAT):
    return helper.make_tensor_value_info(name, element, shape)


def save(name, nodes, inputs, outputs, constants=(), opset=17, **more):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(constants))
    opsets = [helper.make_opsetid("", opset), *more.pop("opsets", ())]
    model = helper.make_model(graph, opset_imports=opsets, producer_name="make.py", ir_version=10, **more)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())
    return model


node = helper.make_node

# A perceptron for any number of examples.
save(
    "perceptron",
    [
        node("Gemm", ["x", "w1", "b1"], ["h"], "hidden", transB=1),
        node("Relu", ["h"], ["r"], "ramp"),
        node("Gemm", ["r", "w2", "b2"], ["z"], "out"),
        node("Softmax", ["z"], ["y"], "softmax"),
    ],
    [port("x", ["batch", 2])],
    [port("y", ["batch", 2])],
    [
        stored("w1", [[1, 2], [3, 4], [5, 6]]),
        stored("b1", [1, 0, -1]),
        stored("w2", [[1, 0], [0, 1], [1, 1]]),
        stored("b2", [0.5, 0.25]),
    ],
)

# A convolution with what usually follows it.
save(
    "convolution",
    [
        node("Conv", ["image", "kernel", "bias"], ["c"], "conv", pads=[1, 1, 1, 1], strides=[2, 2]),
        node("BatchNormalization", ["c", "scale", "shift", "mean", "variance"], ["n"], "norm", epsilon=0.0),
        node("LeakyRelu", ["n"], ["l"], "leaky", alpha=0.5),
        node("GlobalAveragePool", ["l"], ["p"], "pool"),
        node("Flatten", ["p"], ["y"], "flat"),
    ],
    [port("image", [1, 1, 2, 2])],
    [port("y", [1, 1])],
    [
        stored("kernel", [[[[0, 1, 0], [1, 2, 1], [0, 1, 0]]]]),
        stored("bias", [1]),
        stored("scale", [2]),
        stored("shift", [3]),
        stored("mean", [1]),
        stored("variance", [4]),
    ],
)

# Names of broadcast arrays, and what is computed from them with constants.
save(
    "broadcast",
    [
        node("Mul", ["a", "half"], ["h"], "halved"),
        node("Add", ["h", "b"], ["s"], "sum"),
        node("Where", ["mask", "s", "zero"], ["y"], "masked"),
    ],
    [port("a", [2, 3]), port("b", [3]), port("mask", [2, 1], BOOL)],
    [port("y", [2, 3])],
    [stored("half", 0.5), stored("zero", 0.0)],
)

# Shapes are computed while the model is imported.
save(
    "shapes",
    [
        node("Shape", ["x"], ["size"]),
        node("Gather", ["size", "first"], ["count"]),
        node("Concat", ["count", "rest"], ["target"], axis=0),
        node("Reshape", ["x", "target"], ["y"], "rows"),
    ],
    [port("x", ["n", 2, 3])],
    [port("y", ["n", 6])],
    [stored("first", [0], np.int64), stored("rest", [-1], np.int64)],
)

# The shape is an input.
save(
    "reshape",
    [node("Reshape", ["x", "target"], ["y"], "rows")],
    [port("x", [2, 3]), port("target", [2], INT64)],
    [port("y", ["n", "m"])],
)

# One step of a recurrence with one unit, and its steps in both directions.
save(
    "lstm",
    [node("LSTM", ["x", "w", "r", "b"], ["y", "h", "c"], "lstm", hidden_size=1)],
    [port("x", [1, 1, 1])],
    [port("y", [1, 1, 1, 1]), port("c", [1, 1, 1])],
    [stored("w", [[[1], [2], [3], [4]]]), stored("r", [[[1], [1], [1], [1]]]), stored("b", [[0, 0, 0, 0, 0, 0, 0, 0]])],
)
save(
    "rnn",
    [node("RNN", ["x", "w", "r"], ["y", "h"], "rnn", hidden_size=1, direction="bidirectional", activations=["Relu", "Relu"])],
    [port("x", ["steps", 1, 1])],
    [port("y", ["steps", 2, 1, 1]), port("h", [2, 1, 1])],
    [stored("w", [[[1]], [[2]]]), stored("r", [[[10]], [[100]]])],
)

save(
    "gru",
    [node("GRU", ["x", "w", "r"], ["y", "last"], "gru", hidden_size=1, linear_before_reset=1)],
    [port("x", [2, 1, 1])],
    [port("last", [1, 1, 1])],
    [stored("w", [[[1], [2], [3]]]), stored("r", [[[1], [1], [1]]])],
)

# A choice by a value that is known, and by one that is computed.
branch = [
    helper.make_graph([node("Neg", ["x"], ["n"])], "then", [], [port("n", [2])]),
    helper.make_graph([node("Mul", ["x", "x"], ["m"])], "else", [], [port("m", [2])]),
]
save(
    "choice",
    [node("If", ["flag"], ["y"], "which", then_branch=branch[0], else_branch=branch[1])],
    [port("x", [2]), port("flag", [], BOOL)],
    [port("y", [2])],
)

# A loop that doubles, with all its results.
body = helper.make_graph(
    [
        node("Add", ["state", "state"], ["next"]),
        node("Identity", ["going"], ["still"]),
        node("Identity", ["next"], ["seen"]),
    ],
    "body",
    [port("i", [], INT64), port("going", [], BOOL), port("state", [2])],
    [port("still", [], BOOL), port("next", [2]), port("seen", [2])],
)
save(
    "loop",
    [node("Loop", ["three", "", "x"], ["last", "all"], "loop", body=body)],
    [port("x", [2])],
    [port("last", [2]), port("all", [3, 2])],
    [stored("three", 3, np.int64)],
)

# A function of the file, with an attribute.
function = helper.make_function(
    "own",
    "Scaled",
    ["x"],
    ["y"],
    [
        node("LeakyRelu", ["x"], ["l"]),
        node("Exp", ["l"], ["y"]),
    ],
    [helper.make_opsetid("", 17)],
    ["alpha"],
)
reference = function.node[0].attribute.add()
reference.name, reference.ref_attr_name, reference.type = "alpha", "alpha", 1
save(
    "function",
    [node("Scaled", ["x"], ["y"], "call", domain="own", alpha=0.25)],
    [port("x", [2])],
    [port("y", [2])],
    opsets=[helper.make_opsetid("own", 1)],
    functions=[function],
)

# Arrays in another file, in the folder of the model or outside of it.
for name, location in ("external", "external.bin"), ("outside", "../../../Cargo.toml"):
    tensor = TensorProto(name="w", data_type=FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
    for key, value in ("location", location), ("offset", "4"), ("length", "8"):
        tensor.external_data.add(key=key, value=value)
    save(name, [node("Mul", ["x", "w"], ["y"], "scaled")], [port("x", [2])], [port("y", [2])], [tensor])
(HERE / "external.bin").write_bytes(np.array([0, 2, 3], np.float32).tobytes())

# An image read between its pixels.
for mode, padding, corners in [("cubic", "reflection", 0), ("linear", "zeros", 1), ("nearest", "border", 0)]:
    save(
        f"sampling_{mode}",
        [node("GridSample", ["x", "grid"], ["y"], "sample", mode=mode, padding_mode=padding, align_corners=corners)],
        [port("x", [1, 1, 2, 3]), port("grid", [1, 1, 3, 2])],
        [port("y", [1, 1, 1, 3])],
        opset=20,
    )
# Everything that is wrong is told at once.
save(
    "wrong",
    [
        node("Frobnicate", ["x"], ["a"], "unknown"),
        node("Elu", ["x"], ["b"], "extra", beta=1.0),
        node("Transpose", ["missing"], ["c"], "dangling"),
        node("Concat", ["x", "x"], ["d"], "bare"),
        node("Sum", ["a", "b", "c", "d"], ["y"], "all"),
    ],
    [port("x", [2])],
    [port("y", [2])],
)
save(
    "cycle",
    [node("Add", ["x", "b"], ["a"], "first"), node("Relu", ["a"], ["b"], "second")],
    [port("x", [2])],
    [port("b", [2])],
)
save(
    "absurd",
    [node("ConstantOfShape", ["size"], ["c"], "huge"), node("Add", ["x", "c"], ["y"], "sum")],
    [port("x", [2])],
    [port("y", [2])],
    [stored("size", [1 << 40, 1 << 40], np.int64)],
)
# Lists without elements, but too many of them.
save(
    "hollow",
    [node("ConstantOfShape", ["size"], ["c"], "huge"), node("Concat", ["x", "c"], ["y"], "both", axis=1)],
    [port("x", [1 << 60, 2])],
    [port("y", [1 << 60, 2])],
    [stored("size", [1 << 60, 0], np.int64)],
)
# A position that does not exist, known while the model is read.
save(
    "beyond",
    [
        node("Shape", ["x"], ["size"], "sizes"),
        node("Gather", ["size", "place"], ["far"], "pick"),
        node("Expand", ["x", "far"], ["y"], "wide"),
    ],
    [port("x", [2])],
    [port("y", [2])],
    [stored("place", [5], np.int64)],
)
save("rankless", [node("Relu", ["x"], ["y"], "ramp")], [helper.make_tensor_value_info("x", FLOAT, None)], [port("y", [2])])


def field(number, content):
    """A field with bytes, as protocol buffers write it."""
    length, rest = b"", len(content)
    while rest >= 128:
        length, rest = length + bytes([rest % 128 + 128]), rest // 128
    return bytes([number * 8 + 2]) + length + bytes([rest]) + content


# Graphs in attributes of nodes of graphs: deeper than the package itself can write.
graph = b""
for _ in range(1000):
    graph = field(1, field(4, b"If") + field(5, field(1, b"then_branch") + field(6, graph)))
(HERE / "deep.onnx").write_bytes(field(7, graph))
whole = (HERE / "perceptron.onnx").read_bytes()
(HERE / "cut.onnx").write_bytes(whole[: len(whole) // 2])
(HERE / "text.onnx").write_bytes(b"this is no model\n")
