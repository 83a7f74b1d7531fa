"""ONNX Runtime on the nets of crates/netform/benches/inference.rs, with the same weights and inputs.

python onnx_runtime.py OUTPUT [--quick] [ROW ...] writes a line of JSON for each row: median and minimum of the time of a call in
seconds, and the output. NETFORM_THREADS is the number of threads, 1 if it is not set.
"""
import json
import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from common import Weights, inputs, measure

HIDDEN, FEATURES, STEPS = 128, 64, 100


def model(nodes, arrays, inputs, outputs):
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    initializers = [numpy_helper.from_array(np.ascontiguousarray(array), name) for name, array in arrays.items()]
    graph = helper.make_graph(nodes, "net", [value("x", inputs)], [value("y", outputs)], initializers)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made)
    return made


def dense(sizes, batch):
    weights, nodes, arrays, current = Weights(), [], {}, "x"
    for layer, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        last = layer == len(sizes) - 2
        arrays[f"w{layer}"], arrays[f"b{layer}"] = weights(outputs, inputs), weights(outputs)
        result = "y" if last else f"a{layer}"
        nodes.append(helper.make_node("Gemm", [current, f"w{layer}", f"b{layer}"], [result], transB=1))
        if not last:
            nodes.append(helper.make_node("Relu", [result], [f"r{layer}"]))
        current = f"r{layer}"
    return model(nodes, arrays, [batch, sizes[0]], [batch, sizes[-1]])


def recurrent(kind, hidden, features, steps, batch):
    weights, gates = Weights(), {"LSTM": 4, "GRU": 3, "RNN": 1}[kind]
    inputs, states, biases = [], [], []
    for _ in range(gates):
        inputs.append(weights(hidden, features))
        states.append(weights(hidden, hidden))
        biases.append(weights(hidden))
    zeros = [np.zeros(hidden, np.float32)] * gates
    if kind == "GRU":
        zeros = zeros[:2] + [weights(hidden)]
    arrays = {
        "w": np.concatenate(inputs)[None],
        "r": np.concatenate(states)[None],
        "b": np.concatenate(biases + zeros)[None],
        "axis": np.array([1], np.int64),
    }
    attributes = {"hidden_size": hidden} | ({"linear_before_reset": 1} if kind == "GRU" else {})
    nodes = [
        helper.make_node(kind, ["x", "w", "r", "b"], ["all"], **attributes),
        helper.make_node("Squeeze", ["all", "axis"], ["y"]),
    ]
    return model(nodes, arrays, [steps, batch, features], [steps, batch, hidden])


def lenet(batch):
    weights, arrays = Weights(), {}
    for name, shape in [("c1", (6, 1, 5, 5)), ("c2", (16, 6, 5, 5)), ("f1", (120, 400)), ("f2", (84, 120)), ("f3", (10, 84))]:
        arrays[name], arrays[name + "b"] = weights(*shape), weights(shape[0])
    node = helper.make_node
    nodes = [
        node("Conv", ["x", "c1", "c1b"], ["a"], pads=[2] * 4, kernel_shape=[5, 5]),
        node("Relu", ["a"], ["b"]),
        node("MaxPool", ["b"], ["c"], kernel_shape=[2, 2], strides=[2, 2]),
        node("Conv", ["c", "c2", "c2b"], ["d"], kernel_shape=[5, 5]),
        node("Relu", ["d"], ["e"]),
        node("MaxPool", ["e"], ["f"], kernel_shape=[2, 2], strides=[2, 2]),
        node("Flatten", ["f"], ["g"]),
        node("Gemm", ["g", "f1", "f1b"], ["h"], transB=1),
        node("Relu", ["h"], ["i"]),
        node("Gemm", ["i", "f2", "f2b"], ["j"], transB=1),
        node("Relu", ["j"], ["k"]),
        node("Gemm", ["k", "f3", "f3b"], ["y"], transB=1),
    ]
    return model(nodes, arrays, [batch, 1, 28, 28], [batch, 10])


def transformer(batch, length=64, size=128, heads=4, between=512):
    weights, arrays, nodes = Weights(), {}, []
    node = lambda kind, inputs, output, **attributes: nodes.append(helper.make_node(kind, inputs, [output], **attributes))
    linear = lambda name, outputs, inputs: arrays.update({name: weights(outputs, inputs).T, name + "b": weights(outputs)})
    for name in "qkvo":
        linear(name, size, size)
    norm = lambda name: arrays.update({name + "b": weights(size), name: weights(size)})
    norm("n")
    linear("up", between, size)
    linear("down", size, between)
    norm("l")
    arrays["split"] = np.array([batch, length, heads, size // heads], np.int64)
    arrays["joined"] = np.array([batch, length, size], np.int64)
    arrays["scale"] = np.array(1 / np.sqrt(size // heads), np.float32)
    for name in "qkv":
        node("MatMul", ["x", name], name + "0")
        node("Add", [name + "0", name + "b"], name + "1")
        node("Reshape", [name + "1", "split"], name + "2")
        node("Transpose", [name + "2"], name + "3", perm=[0, 2, 3, 1] if name == "k" else [0, 2, 1, 3])
    node("MatMul", ["q3", "k3"], "s0")
    node("Mul", ["s0", "scale"], "s1")
    node("Softmax", ["s1"], "s2", axis=-1)
    node("MatMul", ["s2", "v3"], "o0")
    node("Transpose", ["o0"], "o1", perm=[0, 2, 1, 3])
    node("Reshape", ["o1", "joined"], "o2")
    node("MatMul", ["o2", "o"], "o3")
    node("Add", ["o3", "ob"], "o4")
    node("Add", ["x", "o4"], "n0")
    node("LayerNormalization", ["n0", "n", "nb"], "n1", axis=-1, epsilon=1e-5)
    node("MatMul", ["n1", "up"], "f0")
    node("Add", ["f0", "upb"], "f1")
    node("Relu", ["f1"], "f2")
    node("MatMul", ["f2", "down"], "f3")
    node("Add", ["f3", "downb"], "f4")
    node("Add", ["n1", "f4"], "f5")
    node("LayerNormalization", ["f5", "l", "lb"], "y", axis=-1, epsilon=1e-5)
    return model(nodes, arrays, [batch, length, size], [batch, length, size])


# Each row: the model, the shape of the input, and whether its examples stand at the second level.
ROWS = {
    "lin3-2": (lambda: dense([3, 2], 1), (1, 3), False),
    "mlp b1": (lambda: dense([784, 256, 128, 10], 1), (1, 784), False),
    "mlp b256": (lambda: dense([784, 256, 128, 10], 256), (256, 784), False),
    "slstm": (lambda: recurrent("LSTM", 4, 3, 20, 1), (1, 20, 3), True),
    "lenet b1": (lambda: lenet(1), (1, 1, 28, 28), False),
    "lenet b64": (lambda: lenet(64), (64, 1, 28, 28), False),
    "tf b1": (lambda: transformer(1), (1, 64, 128), False),
    "tf b8": (lambda: transformer(8), (8, 64, 128), False),
}
for name, kind in [("lstm", "LSTM"), ("gru", "GRU"), ("rnn", "RNN")]:
    for batch in (1, 32):
        make = lambda kind=kind, batch=batch: recurrent(kind, HIDDEN, FEATURES, STEPS, batch)
        ROWS[f"{name} b{batch}"] = (make, (batch, STEPS, FEATURES), True)


def main(path, wanted, quick):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("NETFORM_THREADS", "1"))
    options.inter_op_num_threads = 1
    with open(path, "w") as file:
        for row, (make, shape, swapped) in ROWS.items():
            if wanted and not any(row.startswith(name) for name in wanted):
                continue
            session = onnxruntime.InferenceSession(
                make().SerializeToString(), options, providers=["CPUExecutionProvider"]
            )
            x = inputs(shape)
            x = np.ascontiguousarray(x.swapaxes(0, 1)) if swapped else x
            y = session.run(None, {"x": x})[0]
            median, minimum = measure(lambda: session.run(None, {"x": x}), quick)
            y = y.swapaxes(0, 1) if swapped else y
            # Buffers bound in advance: less of Python in the time of a call.
            binding = session.io_binding()
            binding.bind_cpu_input("x", x)
            binding.bind_output("y")
            bound = measure(lambda: session.run_with_iobinding(binding), quick)
            median, minimum = min(median, bound[0]), min(minimum, bound[1])
            line = {"row": row, "peer": "onnxruntime", "median": median, "minimum": minimum}
            file.write(json.dumps(line | {"output": y.reshape(-1).tolist()}) + "\n")


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--quick"]
    main(arguments[0], arguments[1:], "--quick" in sys.argv)
