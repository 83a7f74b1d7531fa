"""Evaluates what scripts of SymPy and CasADi make of nets: net0.py, ... in a folder, and the values in cases.json."""

import json
import pathlib
import runpy
import sys

folder = pathlib.Path(sys.argv[1])


def with_sympy(script, point):
    import sympy

    def elements(arrays):
        for array in arrays.values():
            yield from sympy.flatten(array) if isinstance(array, sympy.NDimArray) else [array]

    symbols = list(elements(script["inputs"]))
    outputs = [sympy.sympify(element) for element in elements(script["outputs"])]
    free = set().union(*(output.free_symbols for output in outputs))
    assert free <= set(symbols), f"{free} are no inputs"
    values = dict(zip(symbols, point["inputs"], strict=True))
    return [float(output.subs(values).evalf()) for output in outputs]


def with_casadi(script, point):
    import casadi

    functions = [value for value in script.values() if isinstance(value, casadi.Function)]
    assert len(functions) == 1, functions
    function = functions[0]
    values, place = [], 0
    for number in range(function.n_in()):
        size = function.numel_in(number)
        values.append(casadi.DM(point["inputs"][place : place + size]))
        place += size
    assert place == len(point["inputs"]), function
    results = function.call(values)
    assert function.jacobian().n_out() > 0, function
    return [float(element) for result in results for element in result.full().ravel()]


for case in json.loads((folder / "cases.json").read_text()):
    script = runpy.run_path(str(folder / f"{case['name']}.py"))
    evaluate = with_sympy if case["target"] == "SymPy" else with_casadi
    for point in case["points"]:
        found = evaluate(script, point)
        assert len(found) == len(point["outputs"]), f"{case['net']}: {found}"
        for value, expected in zip(found, point["outputs"]):
            close = abs(value - expected) <= 1e-9 * max(1, abs(expected))
            assert close, f"{case['net']}: {found} instead of {point['outputs']}"
