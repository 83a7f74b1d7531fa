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

# What exporters write out in simple operators: a product with biases, a normalisation, the Gaussian error linear unit.
save(
    "written_out",
    [
        node("MatMul", ["x", "w"], ["p"], "dense/product"),
        node("Add", ["b", "p"], ["d"], "dense"),
        node("ReduceMean", ["d"], ["mean"], axes=[-1]),
        node("Sub", ["d", "mean"], ["centred"]),
        node("Pow", ["centred", "two"], ["squared"]),
        node("ReduceMean", ["squared"], ["variance"], axes=[-1]),
        node("Add", ["variance", "epsilon"], ["shifted"]),
        node("Sqrt", ["shifted"], ["deviation"]),
        node("Div", ["centred", "deviation"], ["normal"]),
        node("Mul", ["normal", "gamma"], ["scaled"]),
        node("Add", ["scaled", "beta"], ["n"], "norm"),
        node("Div", ["n", "root"], ["e1"]),
        node("Erf", ["e1"], ["e2"]),
        node("Add", ["e2", "one"], ["e3"]),
        node("Mul", ["n", "e3"], ["e4"]),
        node("Mul", ["e4", "half"], ["g"], "gelu"),
        node("Sigmoid", ["g"], ["s"], "gate"),
        node("Mul", ["g", "s"], ["y"], "swish"),
    ],
    [port("x", ["batch", 2])],
    [port("y", ["batch", 3]), port("s", ["batch", 3])],
    [
        stored("w", [[1, 2, 3], [4, 5, 6]]),
        stored("b", [1, 0, -1]),
        stored("two", 2),
        stored("epsilon", 0.25),
        stored("gamma", [1, 2, 3]),
        stored("beta", [0, 0.5, 0]),
        stored("root", np.sqrt(2)),
        stored("one", 1),
        stored("half", 0.5),
    ],
)

# Attention in simple operators, its keys as rows that are transposed, and as columns; dimensions bear names of variables that
# definitions have; and the operator for it, of sequences with two heads.
save(
    "attended",
    [
        node("Transpose", ["k"], ["columns"], "columns", perm=[0, 1, 3, 2]),
        node("MatMul", ["q", "columns"], ["scores"], "scores"),
        node("Mul", ["scores", "factor"], ["scaled"], "scaled"),
        node("Softmax", ["scaled"], ["weights"], "weights", axis=-1),
        node("MatMul", ["weights", "v"], ["heads"], "heads"),
        node("MatMul", ["heads", "c"], ["other"], "other"),
        node("Softmax", ["other"], ["others"], "others"),
        node("MatMul", ["others", "v"], ["y"], "again"),
    ],
    [port("q", ["a", 1, "b", 4]), port("k", ["a", 1, "b", 4]), port("v", ["a", 1, "b", 2]), port("c", ["a", 1, 2, "b"])],
    [port("y", ["a", 1, "b", 2])],
    [stored("factor", 0.5)],
)
save(
    "attention",
    [node("Attention", ["q", "k", "v"], ["y"], "attention", q_num_heads=2, kv_num_heads=2, is_causal=1, scale=1.0)],
    [port("q", ["b", 2, 4]), port("k", ["b", 2, 4]), port("v", ["b", 2, 2])],
    [port("y", ["b", 2, 2])],
    [],
    opset=23,
)

# Operators that ONNX tries out: a step of an optimiser, and attention whose scores a graph changes.
save(
    "preview",
    [
        node(
            "Adam",
            ["rate", "count", "x", "g", "v", "h"],
            ["x1", "v1", "h1"],
            "step",
            domain="ai.onnx.preview.training",
            alpha=0.5,
            beta=0.75,
        ),
        node(
            "FlexAttention",
            ["x2", "x2", "x2"],
            ["y"],
            "attention",
            domain="ai.onnx.preview",
            scale=1.0,
            score_mod=helper.make_graph(
                [node("Mul", ["s", "g"], ["doubled"])],
                "score_mod",
                [port("s", [1, 1, 2, 2])],
                [port("doubled", [1, 1, 2, 2])],
            ),
        ),
    ],
    [port(name, [2]) for name in "xgvh"] + [port("rate", []), port("count", [], TensorProto.INT64), port("x2", [1, 1, 2, 2])],
    [port("x1", [2]), port("v1", [2]), port("h1", [2]), port("y", [1, 1, 2, 2])],
    [],
    opsets=[helper.make_opsetid("ai.onnx.preview.training", 1), helper.make_opsetid("ai.onnx.preview", 1)],
)

# Means of windows over open sizes, which count what is inside of the image; names of dimensions that are alike.
save(
    "windows",
    [
        node("AveragePool", ["x"], ["y"], "mean", kernel_shape=[2, 2], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=0),
        node("Transpose", ["z"], ["t"], "turned", perm=[1, 0]),
    ],
    [port("z", ["n", "N"]), port("x", [1, 1, "h_1", "h1"])],
    [port("t", ["N", "n"]), port("y", [1, 1, "u", "v"])],
    [],
)

# A product of matrices of integers with a scale for each column, a sum over levels of which one has size 1, shifts of bits, the
# two greatest elements by the first definition, and a loop whose first result is zero.
save(
    "assorted",
    [
        node("Einsum", ["a", "b"], ["summed"], "summed", equation="...i,...i->..."),
        node("BitShift", ["bits", "by"], ["shifted"], "shifted", direction="LEFT"),
        node("QLinearMatMul", ["bits", "s1", "z", "m", "s2", "zs", "s1", "z"], ["product"], "product"),
    ],
    [port("a", [1, 3]), port("b", [4, 3]), port("bits", [1, 2], TensorProto.UINT8), port("by", [1, 2], TensorProto.UINT8)],
    [port("summed", [4]), port("shifted", [1, 2], TensorProto.UINT8), port("product", [1, 2], TensorProto.UINT8)],
    [
        stored("s1", 1),
        stored("z", 0, np.uint8),
        stored("m", [[1, 2], [3, 4]], np.uint8),
        stored("s2", [1, 2]),
        stored("zs", [0, 0], np.uint8),
    ],
)
save(
    "greatest",
    [node("TopK", ["x"], ["values", "places"], "greatest", k=2)],
    [port("x", [2, 3])],
    [port("values", [2, 2]), port("places", [2, 2], TensorProto.INT64)],
    opset=1,
)
save(
    "from_zero",
    [node("Loop", ["count", "", "start"], ["last", "all"], "steps", body=helper.make_graph(
        [
            node("Cast", ["k"], ["factor"], to=FLOAT),
            node("Mul", ["x", "factor"], ["multiple"], "multiple"),
            node("Add", ["carried", "multiple"], ["next"], "next"),
            node("Identity", ["on"], ["still"]),
        ],
        "step",
        [port("k", [], TensorProto.INT64), port("on", [], TensorProto.BOOL), port("carried", [2])],
        [port("still", [], TensorProto.BOOL), port("next", [2]), port("multiple", [2])],
    ))],
    [port("x", [2])],
    [port("last", [2]), port("all", [3, 2])],
    [stored("count", 3, np.int64), stored("start", [0, 0])],
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

# States that are inputs and outputs, for one sequence and for several.
for name, batch in [("carried", 1), ("carried_batch", "batch")]:
    save(
        name,
        [node("LSTM", ["x", "w", "r", "", "", "h0", "c0"], ["", "h", "c"], "lstm", hidden_size=1)],
        [port("x", [2, batch, 1]), port("h0", [1, batch, 1]), port("c0", [1, batch, 1])],
        [port("h", [1, batch, 1]), port("c", [1, batch, 1])],
        [stored("w", [[[1], [2], [3], [4]]]), stored("r", [[[1], [1], [1], [1]]])],
    )
# Sequences of a batch of any size, backwards, from a state of zeros that has this size, as exporters write it.
save(
    "expanded",
    [
        node("Shape", ["x"], ["shape"]),
        node("Gather", ["shape", "first"], ["batch"]),
        node("Concat", ["one", "batch", "one"], ["dims"], axis=0),
        node("Expand", ["zero", "dims"], ["h0"]),
        node("Transpose", ["x"], ["t"], "turned", perm=[1, 0, 2]),
        node("RNN", ["t", "w", "r", "", "", "h0"], ["y"], "rnn", hidden_size=1, direction="reverse"),
        node("Squeeze", ["y", "axes"], ["states"], "states"),
    ],
    [port("x", ["batch", 2, 1])],
    [port("states", [2, "batch", 1])],
    [
        stored("first", [0], np.int64), stored("one", [1], np.int64), stored("zero", [[[0]]]), stored("axes", [1], np.int64),
        stored("w", [[[1]]]), stored("r", [[[2]]]),
    ],
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

# Regions of an image, boxes that are chosen among others, and distinct numbers.
save(
    "regions",
    [
        node("RoiAlign", ["x", "regions", "images"], ["r"], "align", output_height=2, output_width=2, sampling_ratio=2),
        node("NonMaxSuppression", ["boxes", "scores", "most", "apart", "least"], ["s"], "choose"),
        node("Unique", ["numbers"], ["u", "", "", "n"], "distinct"),
    ],
    [port("x", [1, 1, 4, 4])],
    [port("r", [1, 1, 2, 2]), port("s", [None, 3], INT64), port("u", [None]), port("n", [None], INT64)],
    [
        stored("regions", [[0.5, 0.5, 3, 2.5]]),
        stored("images", [0], np.int64),
        stored("boxes", [[[0, 0, 1, 1], [0, 0.1, 1, 1.1], [0, 2, 1, 3], [0, 5, 1, 6]]]),
        stored("scores", [[[0.7, 0.9, 0.6, 0.1]]]),
        stored("most", [5], np.int64),
        stored("apart", [0.5]),
        stored("least", [0.2]),
        stored("numbers", [2, 1, 1, 3, 4, 3]),
    ],
    opset=18,
)
# Frames of a signal and their transforms, blocks of an image put together, and filters.
save(
    "frames",
    [
        node("STFT", ["x", "step", "window"], ["f"], "transform"),
        node("Col2Im", ["blocks", "image", "block"], ["c"], "fold", strides=[1, 2], pads=[0, 1, 1, 0]),
        node("MelWeightMatrix", ["bins", "length", "rate", "low", "high"], ["m"], "filters"),
    ],
    [port("x", [1, 6, 1]), port("blocks", [1, 4, 6])],
    [port("f", [1, 2, 3, 2]), port("c", [1, 1, 3, 4]), port("m", [5, 3])],
    [
        stored("step", 2, np.int64),
        stored("window", [0.5, 1, 1, 0.5]),
        stored("image", [3, 4], np.int64),
        stored("block", [2, 2], np.int64),
        stored("bins", 3, np.int64),
        stored("length", 8, np.int64),
        stored("rate", 800, np.int64),
        stored("low", 0.0),
        stored("high", 400.0),
    ],
    opset=18,
)
# Linear attention behind a causal convolution, with the states of both.
save(
    "linear_attention",
    [
        node("CausalConvWithState", ["x", "kernel", "bias"], ["c", "after"], "conv", activation="silu"),
        node("Transpose", ["c"], ["k"], "turn", perm=[0, 2, 1]),
        node(
            "LinearAttention", ["k", "k", "k", "", "decay", "beta"], ["y", "state"], "attend", q_num_heads=1, kv_num_heads=1
        ),
    ],
    [port("x", [1, 2, 3])],
    [port("y", [1, 3, 2]), port("state", [1, 1, 2, 2]), port("after", [1, 2, 1])],
    [
        stored("kernel", [[[0.5, 1]], [[-1, 0.25]]]),
        stored("bias", [0.5, 0]),
        stored("decay", [[[-0.1], [-0.2], [-0.3]]]),
        stored("beta", [[[0.5], [0.25], [1]]]),
    ],
    opset=27,
)
# Integers and numbers of few bits.
save(
    "bits",
    [
        node("BitwiseAnd", ["x", "mask"], ["a"], "and"),
        node("BitwiseXor", ["x", "mask"], ["o"], "xor"),
        node("BitwiseNot", ["x"], ["i"], "not"),
        node("BitCast", ["x"], ["u"], "cast", to=TensorProto.UINT16),
        node("Cast", ["z"], ["e"], "small", to=TensorProto.FLOAT8E4M3FN),
        node("Cast", ["e"], ["s"], "real", to=FLOAT),
    ],
    [port("x", [3], TensorProto.INT16), port("z", [5])],
    [
        port("a", [3], TensorProto.INT16),
        port("o", [3], TensorProto.INT16),
        port("i", [3], TensorProto.INT16),
        port("u", [3], TensorProto.UINT16),
        port("s", [5]),
    ],
    [stored("mask", [12, 12, -4], np.int16)],
    opset=26,
)
# Convolutions of integers.
quantized = ["x", "x_scale", "x_zero", "w", "w_scale", "w_zero", "y_scale", "y_zero", "bias"]
save(
    "quantized",
    [
        node("QLinearConv", quantized, ["y"], "conv", pads=[1, 1]),
        node("ConvInteger", ["x", "w", "x_zero", "w_zero"], ["z"], "exact"),
    ],
    [port("x", [1, 1, 4], TensorProto.UINT8)],
    [port("y", [1, 2, 4], TensorProto.UINT8), port("z", [1, 2, 2], TensorProto.INT32)],
    [
        stored("x_scale", 0.5),
        stored("x_zero", 128, np.uint8),
        stored("w", [[[1, 2, 3]], [[0, 255, 1]]], np.uint8),
        stored("w_scale", [0.25, 0.5]),
        stored("w_zero", [1, 1], np.uint8),
        stored("y_scale", 2.0),
        stored("y_zero", 3, np.uint8),
        stored("bias", [4, -4], np.int32),
    ],
)
# A root that is no number gives 0.
save(
    "guard",
    [
        node("Sqrt", ["x"], ["r"], "root"),
        node("IsNaN", ["r"], ["n"], "none"),
        node("Where", ["n", "zero", "r"], ["y"], "choice"),
    ],
    [port("x", [3])],
    [port("y", [3])],
    [stored("zero", 0)],
)
# Sums of two sequences, as scans were before version 9.
body = helper.make_graph(
    [node("Add", ["s", "e"], ["t"]), node("Identity", ["t"], ["u"])],
    "body",
    [port("s", [2]), port("e", [2])],
    [port("t", [2]), port("u", [2])],
)
save(
    "scan",
    [node("Scan", ["", "start", "x"], ["last", "all"], "sums", num_scan_inputs=1, body=body)],
    [port("start", [2, 2]), port("x", [2, 3, 2])],
    [port("last", [2, 2]), port("all", [2, 3, 2])],
    opset=8,
)
# A dimension that is the sum of others gives an array its dimensions.
save(
    "sums",
    [
        node("Concat", ["a", "b"], ["c"], "both", axis=0),
        node("Shape", ["c"], ["s"], "sizes"),
        node("Gather", ["s", "first"], ["n"], "size", axis=0),
        node("Unsqueeze", ["n", "level"], ["m"], "list"),
        node("Concat", ["m", "one"], ["d"], "dimensions", axis=0),
        node("Reshape", ["c", "d"], ["y"], "column"),
    ],
    [port("a", ["n"]), port("b", ["m"])],
    [port("y", ["n + m", 1])],
    [stored("first", 0, np.int64), stored("level", 0, np.int64), stored("one", [1], np.int64)],
)
# A convolution at places that are data.
save(
    "deformed",
    [node("DeformConv", ["x", "w", "offset"], ["y"], "conv")],
    [port("x", [1, 1, 3, 3]), port("offset", [1, 8, 2, 2])],
    [port("y", [1, 1, 2, 2])],
    [stored("w", [[[[1, 2], [3, 4]]]])],
    opset=19,
)


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
