"""Writes number_functions.json: values of the elementary functions to 50 digits, by mpmath.

Run: pip install mpmath && python number_functions.py
Arguments are dyadic, so that they are the same number at every precision.
"""

import json
import pathlib

import mpmath
from mpmath import mp, mpc, mpf

mp.dps = 80

REAL = ["0.0009765625", "0.5", "-0.5", "1.25", "-2.75", "7.5", "-19.375", "40.5", "0.99609375", "2", "-1.5"]
COMPLEX = [
    ("0.5", "0.25"), ("-1.25", "2.5"), ("3.5", "-0.75"), ("-0.0625", "-3"), ("0", "0.5"), ("0", "-2.5"),
    ("1.0009765625", "0.0009765625"), ("-6.25", "0.125"), ("12", "9.5"), ("0.75", "-0.875"),
]

FUNCTIONS = {
    "Exp": mp.exp, "Log": mp.log, "Sqrt": mp.sqrt,
    "Sin": mp.sin, "Cos": mp.cos, "Tan": mp.tan, "Cot": mp.cot, "Sec": mp.sec, "Csc": mp.csc,
    "ArcSin": mp.asin, "ArcCos": mp.acos, "ArcTan": mp.atan,
    "ArcCot": lambda z: mp.atan(1 / z), "ArcSec": lambda z: mp.acos(1 / z), "ArcCsc": lambda z: mp.asin(1 / z),
    "Sinh": mp.sinh, "Cosh": mp.cosh, "Tanh": mp.tanh, "Coth": mp.coth, "Sech": mp.sech, "Csch": mp.csch,
    "ArcSinh": mp.asinh, "ArcCosh": mp.acosh, "ArcTanh": mp.atanh,
    "ArcCoth": lambda z: mp.atanh(1 / z), "ArcSech": lambda z: mp.acosh(1 / z), "ArcCsch": lambda z: mp.asinh(1 / z),
    "Erf": mp.erf, "Erfc": mp.erfc, "Gamma": mp.gamma, "LogGamma": mp.loggamma,
    "LogisticSigmoid": lambda z: 1 / (1 + mp.exp(-z)),
}
MACHINE_ONLY_COMPLEX = {"Gamma", "LogGamma"}
PAIRS = [("0.5", "2.5"), ("2", "0.5"), ("-2", "0.5"), ("7.5", "-3.25"), ("-0.75", "-1.5"), ("-3", "3"), ("12.5", "40")]


def digits(x):
    return mp.nstr(x, 50, min_fixed=-3, max_fixed=3, strip_zeros=True)


def parts(value):
    value = mpc(value)
    return [digits(value.real), digits(value.imag)]


def main():
    rows = []
    for name, function in FUNCTIONS.items():
        arguments = [(x, "0") for x in REAL]
        arguments += COMPLEX
        for re, im in arguments:
            z = mpc(re, im) if im != "0" else mpf(re)
            rows.append({"function": name, "arguments": [[re, im]], "value": parts(function(z))})
    for x, y in PAIRS:
        rows.append({"function": "Power", "arguments": [[x, "0"], [y, "0"]], "value": parts(mp.power(mpf(x), mpf(y)))})
        rows.append({"function": "ArcTan2", "arguments": [[x, "0"], [y, "0"]], "value": parts(mp.atan2(mpf(y), mpf(x)))})
        rows.append({"function": "Power", "arguments": [[x, y], [y, "0.25"]],
                     "value": parts(mp.power(mpc(x, y), mpc(y, "0.25")))})
    constants = {
        "Pi": mp.pi, "E": mp.e, "EulerGamma": mp.euler, "GoldenRatio": mp.phi, "Degree": mp.degree, "Catalan": mp.catalan,
    }
    mp.dps = 350
    constants = {name: mp.nstr(+value, 300) for name, value in constants.items()}
    golden = {"mpmath": mpmath.__version__, "functions": rows, "constants": constants}
    lines = ",\n".join("  " + json.dumps(row) for row in golden.pop("functions"))
    head = json.dumps(golden, indent=1)[:-2]
    target = pathlib.Path(__file__).with_suffix(".json")
    target.write_text(f'{head},\n "functions": [\n{lines}\n ]\n}}\n')


if __name__ == "__main__":
    main()
