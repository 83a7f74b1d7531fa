"""ONNX Runtime on the nets of crates/netform/benches/inference.rs, with the same weights and inputs.

python onnx_runtime.py OUTPUT [ROW ...] writes a line of JSON for each row: median and minimum of the time of a call in
seconds, and the output. NETFORM_THREADS is the number of threads, 1 if it is not set.
"""
import json
import os
import statistics
import sys
import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HIDDEN, FEATURES, STEPS = 128, 64, 100


class Weights:
    """Sin[k], k = 1, 2, ... over all arrays in their order, over the root of the last dimension."""

    def __init__(self):
        self.count = 0

    def __call__(self, *shape):
        size = int(np.prod(shape))
        k = np.arange(self.count + 1, self.count + size + 1, dtype=np.float64)
        self.count += size
        return (np.sin(k) / np.sqrt(shape[-1])).reshape(shape).astype(np.float32)


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


# Each row: the model, the shape of the input, and whether its examples stand at the second level.
ROWS = {
    "lin3-2": (lambda: dense([3, 2], 1), (1, 3), False),
    "mlp b1": (lambda: dense([784, 256, 128, 10], 1), (1, 784), False),
    "mlp b256": (lambda: dense([784, 256, 128, 10], 256), (256, 784), False),
    "slstm": (lambda: recurrent("LSTM", 4, 3, 20, 1), (1, 20, 3), True),
    "lenet b1": (lambda: lenet(1), (1, 1, 28, 28), False),
    "lenet b64": (lambda: lenet(64), (64, 1, 28, 28), False),
}
for name, kind in [("lstm", "LSTM"), ("gru", "GRU"), ("rnn", "RNN")]:
    for batch in (1, 32):
        make = lambda kind=kind, batch=batch: recurrent(kind, HIDDEN, FEATURES, STEPS, batch)
        ROWS[f"{name} b{batch}"] = (make, (batch, STEPS, FEATURES), True)


def measure(call):
    clock = time.perf_counter

    def seconds(count):
        start = clock()
        for _ in range(count):
            call()
        return (clock() - start) / count

    single = min(seconds(1) for _ in range(5))
    inner = max(1, int(7e-4 / single))
    samples = 21 if single * inner > 0.01 else 301
    times = sorted(seconds(inner) for _ in range(samples))
    return statistics.median(times), times[0]


def main(path, wanted):
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
            count = int(np.prod(shape))
            x = np.sin(np.arange(1, count + 1, dtype=np.float32) * np.float32(0.7)).reshape(shape)
            x = np.ascontiguousarray(x.swapaxes(0, 1)) if swapped else x
            y = session.run(None, {"x": x})[0]
            median, minimum = measure(lambda: session.run(None, {"x": x}))
            y = y.swapaxes(0, 1) if swapped else y
            # Buffers bound in advance: less of Python in the time of a call.
            binding = session.io_binding()
            binding.bind_cpu_input("x", x)
            binding.bind_output("y")
            bound = measure(lambda: session.run_with_iobinding(binding))
            median, minimum = min(median, bound[0]), min(minimum, bound[1])
            line = {"row": row, "peer": "onnxruntime", "median": median, "minimum": minimum}
            file.write(json.dumps(line | {"output": y.reshape(-1).tolist()}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
