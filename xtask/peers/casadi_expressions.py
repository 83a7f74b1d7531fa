"""CasADi on the expressions of crates/netform/benches/compiled.rs, with the same weights and inputs.

python casadi_expressions.py OUTPUT [--quick] [ROW ...] writes a line of JSON for each row: median and minimum of the time in seconds,
and the output. "symbols" are graphs of scalars (SX) built from Python with the matrix functions; "ready" is the time to make the graph,
its derivatives and a function for CasADi's virtual machine with a first call; "run" is C that CasADi generates, compiled by gcc with
-O3 -march=native -ffast-math and called in a loop of C, where that takes less than a minute, else the virtual machine. Rows of arrays
are matrix expressions (MX).
"""
import ctypes
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import casadi as ca
import numpy as np

from common import Weights

FLAGS = ["-O3", "-march=native", "-ffast-math", "-fPIC", "-shared"]
LOOP = """
void repeat(const double* in, double* out, long count) {{
  const double* arguments[64]; double* results[64]; static long long integers[1 << 20]; static double work[1 << 22];
  long i, k;
  for (i = 0; i < count; i++) {{ const double* a = in; double* r = out;
    {arguments} {results}
    {name}(arguments, results, integers, work, 0); }}
}}
"""


def inputs(count):
    return np.sin(0.7 * np.arange(1, count + 1))


def sigmoid(z):
    return 1 / (1 + ca.exp(-z))


def mlp(x, sizes):
    weights, layers = Weights(np.float64), list(zip(sizes, sizes[1:]))
    for place, (before, after) in enumerate(layers):
        w, b = weights(after, before), weights(after)
        # The last array of a net that gives a scalar has no other dimension.
        x = ca.mtimes(ca.DM(w), x) + ca.DM(b)
        x = ca.tanh(x) if place < len(layers) - 1 else x
    return x


def scalar_mlp(x):
    weights = Weights(np.float64)
    for before, after in ((x.shape[0], 32), (32, 32)):
        w, b = weights(after, before), weights(after)
        x = ca.tanh(ca.mtimes(ca.DM(w), x) + ca.DM(b))
    w = weights(32)
    b = np.sin(weights.count + 1)
    return ca.mtimes(ca.DM(w).T, x) + b


def lstm_symbols():
    steps, features, units = 10, 3, 4
    x = ca.SX.sym("x", features, steps)
    gates = [[ca.SX.sym(name + g, *shape) for g in "ifoc"]
             for name, shape in (("w", (units, features)), ("u", (units, units)), ("b", (units, 1)))]
    h = c = ca.SX.zeros(units, 1)
    for t in range(steps):
        i, f, o, m = [ca.mtimes(w, x[:, t]) + ca.mtimes(u, h) + b for w, u, b in zip(*gates)]
        c = sigmoid(f) * c + sigmoid(i) * ca.tanh(m)
        h = sigmoid(o) * ca.tanh(c)
    flat = [x.reshape((-1, 1))] + [ca.reshape(array, -1, 1) for group in gates for array in group]
    return h, ca.vertcat(*flat)


def lstm_last(x):
    weights, units, features = Weights(np.float64), 8, 3
    # The order of the arrays of the layer.
    names = ("i", "o", "f", "m")
    w, u, b = ({name: None for name in names} for _ in range(3))
    for name in names:
        w[name] = weights(units, features)
        u[name] = weights(units, units)
        b[name] = weights(units)
    h = c = ca.MX.zeros(units, 1)
    for t in range(x.shape[1]):
        z = {k: ca.mtimes(ca.DM(w[k]), x[:, t]) + ca.mtimes(ca.DM(u[k]), h) + ca.DM(b[k]) for k in names}
        c = sigmoid(z["f"]) * c + sigmoid(z["i"]) * ca.tanh(z["m"])
        h = sigmoid(z["o"]) * ca.tanh(c)
    return h


def expression(x, y, z):
    return (ca.sin(x * y + z) ** 2 * ca.exp(-x ** 2 / (1 + y ** 2)) + ca.tanh(x - y * z) * ca.sqrt(1 + x ** 2 * y ** 2 * z ** 2)
            + ca.log(2 + ca.cos(x + y + z)) * (x ** 3 - 3 * x * y ** 2 + z) / (1 + ca.exp(-(x + 2 * y - z)))
            + ca.atan(x * z / (1 + y ** 2)))


def function_expression():
    x = ca.SX.sym("x", 3)
    return ca.Function("f", [x], [expression(x[0], x[1], x[2])])


def function_jacobian(kind):
    x = kind.sym("x", 10)
    return ca.Function("f", [x], [ca.jacobian(mlp(x, (10, 32, 32, 3)), x)])


def function_hessian(kind):
    x = kind.sym("x", 4)
    y = scalar_mlp(x)
    h, g = ca.hessian(y, x)
    return ca.Function("f", [x], [y, g, h])


def function_lstm():
    x = ca.MX.sym("x", 3, 50)
    h = lstm_last(x)
    return ca.Function("f", [x], [h, ca.jacobian(h, ca.vec(x))])


class Bench:
    def __init__(self, path, names, quick):
        self.file, self.names, self.quick = open(path, "w"), names, quick

    def asked(self, row):
        return not self.names or any(row.startswith(name) for name in self.names)

    def put(self, row, seconds, output=()):
        line = dict(row=row, peer="casadi", median=statistics.median(seconds), minimum=min(seconds), output=list(map(float, output)))
        print(f"{row:28} {line['median'] * 1e6:12.3f} {line['minimum'] * 1e6:12.3f}", flush=True)
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()

    def symbolic(self, row, work):
        if self.asked(row):
            self.put(row, [timed(work) for _ in range(5 if self.quick else 21)])

    def callable(self, row, make, rows=0):
        if not self.asked(row):
            return
        def ready():
            function = make()
            function(inputs(function.nnz_in()).reshape(function.size_in(0), order="F"))
        self.put(f"{row} ready", [timed(ready) for _ in range(1 if self.quick else 3)])
        function = make()
        x = inputs(function.nnz_in())
        # Numbers of a matrix go column by column here, and row by row there.
        output = np.concatenate([np.array(value).ravel() for value in function.call([x.reshape(function.size_in(0), order="F")])])
        self.put(f"{row} run", self.run(function, x), output)
        if rows:
            many = function.map(rows)
            table = x[:, None] + 0.1 * np.cos(np.arange(rows))
            flat, results = np.asfortranarray(table), np.zeros(many.nnz_out())
            buffer, evaluate = many.buffer()
            buffer.set_arg(0, memoryview(flat.ravel(order="F")))
            buffer.set_res(0, memoryview(results))
            self.put(f"{row} of many", [timed(evaluate) / rows for _ in range(3 if self.quick else 7)], results[:1])

    def run(self, function, x):
        with tempfile.TemporaryDirectory() as folder:
            start = os.getcwd()
            os.chdir(folder)
            try:
                function.generate("code.c")
            finally:
                os.chdir(start)
            count = [function.nnz_out(k) for k in range(function.n_out())]
            results = "".join(f"results[{k}] = r; r += {n};" for k, n in enumerate(count))
            with open(f"{folder}/code.c", "a") as code:
                code.write(LOOP.format(name=function.name(), arguments="arguments[0] = a;", results=results))
            try:
                command = ["gcc", *FLAGS, f"{folder}/code.c", "-o", f"{folder}/code.so", "-lm"]
                subprocess.run(command, check=True, timeout=60)
            except subprocess.TimeoutExpired:
                return self.interpreted(function, x)
            repeat = ctypes.CDLL(f"{folder}/code.so").repeat
            pointer = ctypes.POINTER(ctypes.c_double)
            repeat.argtypes = [pointer, pointer, ctypes.c_long]
            out = np.zeros(sum(count))
            call = lambda n: repeat(x.ctypes.data_as(pointer), out.ctypes.data_as(pointer), n)
            call(1)
            single = min(timed(lambda: call(10)) / 10 for _ in range(5))
            inner = max(1, int(3e-4 / single))
            return [timed(lambda: call(inner)) / inner for _ in range(21 if self.quick else 301)]

    def interpreted(self, function, x):
        """By the virtual machine, with buffers bound in advance."""
        results = [np.zeros(function.nnz_out(k)) for k in range(function.n_out())]
        buffer, evaluate = function.buffer()
        buffer.set_arg(0, memoryview(x))
        for place, result in enumerate(results):
            buffer.set_res(place, memoryview(result))
        return [timed(evaluate) for _ in range(21 if self.quick else 301)]


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main():
    path, *rest = sys.argv[1:]
    bench = Bench(path, [name for name in rest if not name.startswith("--")], "--quick" in rest)
    bench.symbolic("symbols lstm", lstm_symbols)
    h, every = lstm_symbols()
    bench.symbolic("symbols lstm gradient", lambda: ca.gradient(ca.sum1(h), every))
    x = ca.SX.sym("x", 10)
    y = mlp(x, (10, 32, 32, 3))
    bench.symbolic("symbols mlp jacobian", lambda: ca.jacobian(y, x))
    bench.callable("expression", function_expression, rows=1_000_000 if not bench.quick else 10_000)
    bench.callable("jacobian", lambda: function_jacobian(ca.SX))
    bench.callable("jacobian arrays", lambda: function_jacobian(ca.MX))
    bench.callable("hessian", lambda: function_hessian(ca.SX))
    bench.callable("hessian arrays", lambda: function_hessian(ca.MX))
    bench.callable("lstm jacobian arrays", function_lstm)


main()
