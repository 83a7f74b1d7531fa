"""Writes the WXF files in this folder with another implementation of the format: `python make_wxf.py`.

It needs wolframclient and numpy.
"""

import decimal
import fractions
import pathlib

import numpy as np
from wolframclient.language import Global, wl
from wolframclient.serializers import export

here = pathlib.Path(__file__).parent

values = [
    *(1, -200, 70000, 2**40, 2**70, -(2**70), 0.1),
    fractions.Fraction(-3, 4),
    complex(1.5, -2.0),
    decimal.Decimal("3.14159265358979323846264338"),
    'text, "quoted" \u03b1',
    b"\x00\xff\x10",
    wl.Plus(Global.x, wl.Pi),
    {"a": [1, 2], "b": {}},
    *(True, None),
]
arrays = [
    np.arange(6, dtype=np.int8).reshape(2, 3),
    np.array([[0.5, -1.25]], dtype=np.float32),
    np.array([2**63, 1], dtype=np.uint64),
    np.array([1 + 2j, 3 - 4j]),
    np.arange(130, dtype=np.float64).reshape(65, 2),
    np.array([[70000]], dtype=np.uint32),
]
for name, compress in ("values.wxf", False), ("packed.wxf", True):
    data = export(wl.List(values, arrays), target_format="wxf", compress=compress)
    (here / name).write_bytes(data)
