"""Writes models of open sizes, of integers, of sparse arrays, sequences and optional values, and their results: `python make_values.py`.

It needs onnx, numpy and onnxruntime, whose results are kept. Arrays are small multiples of 1/8.
"""

import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent
node = helper.make_node
results = {}


def numbers(*shape, start=0):
    values = (np.arange(int(np.prod(shape))) * 5 + start) % 13 - 6
    return (values / 8).astype(np.float32).reshape(shape)


def model(name, nodes, inputs, outputs, arrays=None, opset=21, sparse=()):
    """Inputs and outputs: names, with types and dimensions."""
    infos = [helper.make_tensor_value_info(key, *declared) for key, declared in inputs.items()]
    made = [helper.make_tensor_value_info(key, *declared) for key, declared in outputs.items()]
    stored = [numpy_helper.from_array(np.asarray(value), key) for key, value in (arrays or {}).items()]
    graph = helper.make_graph(nodes, name, infos, made, stored, sparse_initializer=list(sparse))
    whole = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
    onnx.save(whole, HERE / f"{name}.onnx")
    return whole


def run(whole, key, **data):
    session = onnxruntime.InferenceSession(whole.SerializeToString())
    names = [output.name for output in session.get_outputs()]
    for name, value in zip(names, session.run(None, data)):
        results[f"{key}{name}"] = value
    for name, value in data.items():
        results[f"{key}{name}"] = value


FLOAT, INT8, INT32 = TensorProto.FLOAT, TensorProto.INT8, TensorProto.INT32

# A net of images of any size.
picture = model(
    "open",
    [
        node("Conv", ["x", "w", "b"], ["conv"], pads=[1, 1, 1, 1], name="conv"),
        node("BatchNormalization", ["conv", "s", "o", "m", "v"], ["norm"], name="norm"),
        node("Relu", ["norm"], ["relu"], name="relu"),
        node("MaxPool", ["relu"], ["pool"], kernel_shape=[2, 2], strides=[2, 2], name="pool"),
        node("InstanceNormalization", ["pool", "s", "o"], ["instance"], name="instance"),
        node("MaxPool", ["instance"], ["ceil"], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1, name="ceil"),
        node("ConvTranspose", ["ceil", "t"], ["large"], strides=[2, 2], auto_pad="SAME_UPPER", name="large"),
        node("GlobalAveragePool", ["large"], ["mean"], name="mean"),
        node("Flatten", ["mean"], ["y"], name="flat"),
    ],
    {"x": (FLOAT, [1, 2, "height", "width"])},
    {"y": (FLOAT, [1, 2])},
    {
        "w": numbers(3, 2, 3, 3),
        "b": numbers(3),
        "s": numbers(3, start=7) + 1,
        "o": numbers(3, start=2),
        "m": numbers(3, start=4),
        "v": np.abs(numbers(3, start=9)) + 1,
        "t": numbers(3, 2, 3, 3, start=3),
    },
)
run(picture, "a_", x=numbers(1, 2, 6, 7))
run(picture, "b_", x=numbers(1, 2, 9, 4, start=5))

# Integers stay integers, of their range.
integers = model(
    "integers",
    [
        node("Neg", ["a"], ["neg"]),
        node("Abs", ["a"], ["abs"]),
        node("Add", ["a", "a"], ["twice"]),
        node("ReduceMean", ["b", "axes"], ["mean"], keepdims=0),
        node("ReduceL2", ["b", "axes"], ["root"], keepdims=0),
        node("ReduceLogSum", ["c", "axes"], ["logarithm"], keepdims=0),
        node("Shrink", ["b"], ["shrunk"], lambd=1.5, bias=0.5),
    ],
    {"a": (INT8, [4]), "b": (INT32, [2, 3]), "c": (INT32, [2, 3])},
    {
        "neg": (INT8, [4]),
        "abs": (INT8, [4]),
        "twice": (INT8, [4]),
        "mean": (INT32, [2]),
        "root": (INT32, [2]),
        "logarithm": (INT32, [2]),
        "shrunk": (INT32, [2, 3]),
    },
    {"axes": np.array([1])},
)
run(
    integers,
    "i_",
    a=np.array([-128, -5, 0, 127], np.int8),
    b=np.array([[-7, 2, -1], [4, 5, 2]], np.int32),
    c=np.array([[3, 9, 11], [1, 1, 1]], np.int32),
)

# Arrays of few elements.
def sparse(name, values, positions, dimensions):
    return helper.make_sparse_tensor(
        numpy_helper.from_array(np.array(values, np.float32), name),
        numpy_helper.from_array(np.array(positions, np.int64), f"{name}_positions"),
        dimensions,
    )


run(
    model(
        "sparse",
        [
            node("Constant", [], ["c"], sparse_value=sparse("c", [0.5, -2], [[0, 1], [1, 2]], [2, 3])),
            node("Add", ["x", "c"], ["sum"]),
            node("Mul", ["sum", "d"], ["y"]),
        ],
        {"x": (FLOAT, [2, 3])},
        {"y": (FLOAT, [2, 3])},
        sparse=[sparse("d", [3, 4], [1, 5], [2, 3])],
    ),
    "s_",
    x=numbers(2, 3),
)
model(
    "sparse_wrong",
    [node("Constant", [], ["c"], sparse_value=sparse("c", [1], [7], [2, 3])), node("Add", ["x", "c"], ["y"])],
    {"x": (FLOAT, [2, 3])},
    {"y": (FLOAT, [2, 3])},
)

# Sequences, values that may be there, and a loop without steps.
item = helper.make_tensor_value_info("item", FLOAT, None)
double = helper.make_graph(
    [node("Add", ["item", "item"], ["more"])], "double", [item], [helper.make_tensor_value_info("more", FLOAT, None)]
)
step = helper.make_graph(
    [node("Identity", ["going"], ["on"]), node("Identity", ["x"], ["row"])],
    "step",
    [helper.make_tensor_value_info("count", TensorProto.INT64, []), helper.make_tensor_value_info("going", TensorProto.BOOL, [])],
    [helper.make_tensor_value_info("on", TensorProto.BOOL, []), helper.make_tensor_value_info("row", FLOAT, [2, 4])],
)
run(
    model(
        "items",
        [
            node("SplitToSequence", ["x", "two"], ["parts"], axis=1),
            node("SequenceMap", ["parts"], ["doubled"], body=double),
            node("ConcatFromSequence", ["doubled"], ["joined"], axis=0),
            node("Optional", ["joined"], ["maybe"]),
            node("OptionalGetElement", ["maybe"], ["there"]),
            node("OptionalHasElement", ["maybe"], ["has"]),
            node("Cast", ["has"], ["one"], to=FLOAT),
            node("Add", ["there", "one"], ["y"]),
            node("Loop", ["zero", ""], ["rows"], body=step),
            node("ReduceSum", ["rows"], ["nothing"], keepdims=0),
        ],
        {"x": (FLOAT, [2, 4])},
        {"y": (FLOAT, [4, 2]), "nothing": (FLOAT, [])},
        {"two": np.int64(2), "zero": np.int64(0)},
        opset=18,
    ),
    "q_",
    x=numbers(2, 4),
)

# Each element of a channel is normalised by itself, as early versions could.
spatial = model(
    "spatial",
    [node("BatchNormalization", ["x", "s", "o", "m", "v"], ["y"], spatial=0)],
    {"x": (FLOAT, [2, 2, 3])},
    {"y": (FLOAT, [2, 2, 3])},
    {"s": numbers(2, 3), "o": numbers(2, 3, start=4), "m": numbers(2, 3, start=1), "v": np.abs(numbers(2, 3, start=8)) + 1},
    opset=7,
)
run(spatial, "p_", x=numbers(2, 2, 3))

# Attributes that say what cannot be.
model(
    "senseless",
    [
        node("Transpose", ["x"], ["turned"], perm=[5], name="turned"),
        node("Split", ["x"], ["first", "second"], num_outputs=1 << 40, name="split"),
        node("LSTM", ["z", "w", "r"], ["long"], hidden_size=5, name="long"),
        node("Conv", ["p", "k"], ["conv"], group=0, name="conv"),
        node("MaxPool", ["p"], ["pool"], kernel_shape=[2, 2], strides=[0, 1], name="pool"),
        node("Resize", ["p", "", "scales"], ["large"], name="large"),
    ],
    {"x": (FLOAT, [4]), "z": (FLOAT, [2, 1, 3]), "p": (FLOAT, [1, 1, 4, 4])},
    {key: (FLOAT, None) for key in ["turned", "first", "second", "long", "conv", "pool", "large"]},
    {
        "w": numbers(1, 8, 3),
        "r": numbers(1, 8, 2),
        "k": numbers(1, 1, 3, 3),
        "scales": np.array([1, 1, np.nan, 2], np.float32),
    },
    opset=18,
)

np.savez(HERE / "values_data.npz", **results)
