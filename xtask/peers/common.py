"""What all peers have in common: weights, inputs and clock, as those of crates/netform/benches/common."""
import statistics
import time

import numpy as np


class Weights:
    """Sin[k], k = 1, 2, ... over all arrays in their order, over the root of the last dimension."""

    def __init__(self, dtype=np.float32):
        self.count, self.dtype = 0, dtype

    def __call__(self, *shape):
        size = int(np.prod(shape))
        k = np.arange(self.count + 1, self.count + size + 1, dtype=np.float64)
        self.count += size
        return (np.sin(k) / np.sqrt(shape[-1])).reshape(shape).astype(self.dtype)


def inputs(shape):
    """Single-precision inputs of a net: Sin[0.7 k]."""
    count = int(np.prod(shape))
    return np.sin(np.arange(1, count + 1, dtype=np.float32) * np.float32(0.7)).reshape(shape)


def measure(call, quick):
    """Median and minimum of the seconds of a call, in samples long enough for the clock."""
    clock = time.perf_counter

    def seconds(count):
        start = clock()
        for _ in range(count):
            call()
        return (clock() - start) / count

    single = min(seconds(1) for _ in range(5))
    inner = max(1, int(5e-4 / single))
    samples = 21 if quick or single * inner > 0.01 else 301
    times = sorted(seconds(inner) for _ in range(samples))
    return statistics.median(times), times[0]
