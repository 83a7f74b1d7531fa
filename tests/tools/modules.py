"""Runs the tests of modules: net0.py, ... in a folder, as cases.json lists them."""

import importlib
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(folder))
for case in json.loads((folder / "cases.json").read_text()):
    try:
        importlib.import_module(case["name"]).self_test()
    except Exception as error:
        raise AssertionError(case["net"]) from error
