"""Writes runtime.onnx, with operators of ONNX Runtime alone, and what it gives as runtime_data.npz.

    python make_runtime.py

Needs the packages onnx (1.23) and onnxruntime (1.32).
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

HERE = Path(__file__).parent
DOMAIN = "com.microsoft"
random = np.random.default_rng(0)


def real(*shape):
    return random.normal(size=shape).astype(np.float32)


DATA = {
    "x": real(2, 3, 4),
    "other": real(2, 3, 4),
    "left": real(2, 4, 3),
    "words": random.integers(0, 7, (2, 3)).astype(np.int32),
    "kinds": random.integers(0, 2, (2, 3)).astype(np.int32),
    "mask": np.array([[1, 1, 0], [1, 1, 1]], dtype=np.int32),
    "counts": np.array([2, 3], dtype=np.int32),
    "places": np.array([[0, 1, 2], [2, 3, 4]], dtype=np.int64),
    "past": real(2, 2, 2, 2),
}
STORED = {
    "v4": real(4),
    "w4": real(4),
    "b4": real(4),
    "qkv": real(4, 12),
    "b12": real(12),
    "table7": real(7, 4),
    "table5": real(5, 4),
    "table2": real(2, 4),
    "cosines": real(6, 1),
    "sines": real(6, 1),
}
# Operator, inputs, outputs of which those that are counted have names, attributes.
NODES = [
    ("Gelu", ["x"], [0], {}),
    ("QuickGelu", ["x"], [0], {"alpha": 1.5}),
    ("FastGelu", ["x"], [0], {}),
    ("FastGelu", ["x", "v4"], [0], {}),
    ("BiasGelu", ["x", "v4"], [0], {}),
    ("FusedMatMul", ["left", "other"], [0], {"alpha": 0.5, "transA": 1, "transB": 1}),
    ("SkipLayerNormalization", ["x", "other", "v4", "w4", "b4"], [0], {"epsilon": 1e-5}),
    ("SkipLayerNormalization", ["x", "other", "v4"], [0, 3], {"epsilon": 1e-5}),
    ("SkipSimplifiedLayerNormalization", ["x", "other", "v4", "b4"], [0, 3], {"epsilon": 1e-5}),
    ("SimplifiedLayerNormalization", ["x", "v4"], [0], {"epsilon": 1e-5}),
    ("EmbedLayerNormalization", ["words", "kinds", "table7", "table5", "table2", "v4", "w4"], [0], {}),
    ("EmbedLayerNormalization", ["words", "", "table7", "table5", "", "v4", "w4"], [0], {}),
    ("Attention", ["x", "qkv", "b12"], [0], {"num_heads": 2, "unidirectional": 1}),
    ("Attention", ["x", "qkv", "b12", "mask"], [0], {"num_heads": 2, "scale": 0.25}),
    ("Attention", ["x", "qkv", "b12", "counts"], [0], {"num_heads": 1}),
    ("MultiHeadAttention", ["x", "other", "other", "b12", "mask"], [0], {"num_heads": 2}),
    ("MultiHeadAttention", ["x", "other", "x", "", "", "", "past", "past"], [0, 1, 2], {"num_heads": 2}),
    ("RotaryEmbedding", ["x", "places", "cosines", "sines"], [0], {}),
]


def main():
    nodes, outputs = [], []
    for place, (operator, inputs, used, attributes) in enumerate(NODES):
        count = max(max(used) + 1, 2 if operator == "EmbedLayerNormalization" else 1)
        names = [f"y{place}_{k}" if k in used else "" for k in range(count)]
        domain = "" if operator == "SimplifiedLayerNormalization" else DOMAIN
        nodes.append(helper.make_node(operator, inputs, names, domain=domain, **attributes))
        outputs += [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names if name]
    inputs = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for name, array in DATA.items()
    ]
    stored = [numpy_helper.from_array(array, name) for name, array in STORED.items()]
    graph = helper.make_graph(nodes, "runtime", inputs, outputs, stored)
    versions = [helper.make_opsetid("", 17), helper.make_opsetid(DOMAIN, 1)]
    path = HERE / "runtime.onnx"
    onnx.save(helper.make_model(graph, opset_imports=versions, ir_version=8), path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    results = {f"out_{port.name}": array for port, array in zip(session.get_outputs(), session.run(None, DATA))}
    np.savez(HERE / "runtime_data.npz", **{f"in_{name}": array for name, array in DATA.items()}, **results)


main()
