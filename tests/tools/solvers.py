"""Asks solvers about nets: a folder with net0.smt2, net0.lp, ... and the points and results in cases.json."""

import json
import pathlib
import sys
from fractions import Fraction

import highspy
import z3

folder = pathlib.Path(sys.argv[1])
CLOSE = Fraction(1, 10**7)
# Milliseconds for a question; without an answer the test fails.
z3.set_param("timeout", 20000)


def exact(number):
    fraction = Fraction(number)
    return z3.Q(fraction.numerator, fraction.denominator)


def in_z3(case):
    """What the net gives at each point is proved: no other results are possible there."""
    assertions = z3.parse_smt2_file(str(folder / f"{case['name']}.smt2"))
    text = (folder / f"{case['name']}.smt2").read_text()
    for point in case["points"]:
        solver = z3.Solver()
        solver.add(assertions)
        for place, value in enumerate(point["inputs"]):
            is_integer = f"(declare-const X_{place} Int)" in text
            solver.add(z3.Int(f"X_{place}") == int(value) if is_integer else z3.Real(f"X_{place}") == exact(value))
        assert solver.check() == z3.sat, f"{case['net']}: no results at {point}: {solver.reason_unknown()}"
        far = []
        for place, value in enumerate(point["outputs"]):
            result = z3.Real(f"Y_{place}")
            far += [result > exact(value) + exact(CLOSE), result < exact(value) - exact(CLOSE)]
        solver.add(z3.Or(far))
        assert solver.check() == z3.unsat, f"{case['net']}: another result than {point}: {solver.model()}"
    return assertions


def optimum(case, point=None):
    highs = highspy.Highs()
    highs.silent()
    assert highs.readModel(str(folder / f"{case['name']}.lp")) == highspy.HighsStatus.kOk, case["net"]
    names = {highs.getColName(column)[1]: column for column in range(highs.getNumCol())}
    for place, value in enumerate(point["inputs"] if point else []):
        highs.changeColBounds(names[f"X_{place}"], value, value)
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal, f"{case['net']}: {highs.getModelStatus()}"
    values = highs.getSolution().col_value
    return {name: values[column] for name, column in names.items()}


def in_highs(case, assertions):
    for point in case["points"]:
        values = optimum(case, point)
        for place, expected in enumerate(point["outputs"]):
            found = values[f"Y_{place}"]
            assert abs(found - expected) <= 1e-6, f"{case['net']}: Y_{place} is {found}, not {expected}"
    best = optimum(case)
    solver = z3.Solver()
    solver.add(assertions)
    for name in best:
        if name.startswith("X_"):
            solver.add(z3.Real(name) >= -1, z3.Real(name) <= 1)
    largest = exact(best["Y_0"])
    solver.push()
    solver.add(z3.Real("Y_0") >= largest + exact(1e-5))
    assert solver.check() == z3.unsat, f"{case['net']}: more than {best['Y_0']}"
    solver.pop()
    solver.add(z3.Real("Y_0") >= largest - exact(1e-5))
    assert solver.check() == z3.sat, f"{case['net']}: not as much as {best['Y_0']}"


for case in json.loads((folder / "cases.json").read_text()):
    assertions = in_z3(case)
    if case["linear"]:
        in_highs(case, assertions)
