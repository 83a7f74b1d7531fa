"""Runs models in onnxruntime and compares their outputs with those that are expected.

Each line of the input names a folder with models and their cases.json, and is answered by a line: a list of what is wrong in JSON."""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64, "tensor(bool)": np.bool_}
# Relative to the largest number in an output.
TOLERANCE = {"tensor(float)": 2e-4, "tensor(double)": 1e-9, "tensor(int64)": 0, "tensor(bool)": 0}


def check(folder, case):
    path = folder / case["model"]
    onnx.checker.check_model(onnx.load(path), full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feeds = {}
    for port in session.get_inputs():
        array = np.array(case["inputs"][port.name], dtype=TYPES[port.type])
        feeds[port.name] = array.reshape(case["shapes"][port.name])
    for port, found in zip(session.get_outputs(), session.run(None, feeds)):
        expected = np.array(case["outputs"][port.name], dtype=np.float64).reshape(-1)
        found = np.asarray(found, dtype=np.float64).reshape(-1)
        scale = 1 + np.max(np.abs(expected), initial=0)
        if found.shape != expected.shape or not np.all(np.abs(found - expected) <= TOLERANCE[port.type] * scale):
            return f"{port.name} is {found}, but {expected} is expected"
    return None


def faults(folder):
    for case in json.loads((folder / "cases.json").read_text()):
        try:
            fault = check(folder, case)
        except Exception as error:
            fault = str(error)
        if fault:
            yield f"{case['model']}: {case['net']}\n    {fault}"


for line in sys.stdin:
    print(json.dumps(list(faults(pathlib.Path(line.rstrip("\n"))))), flush=True)
