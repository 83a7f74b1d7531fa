"""JAX on the training steps of crates/netform/benches/training.rs; see training.py."""
import training

import os

os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if training.THREADS > 1 else 'false'} " \
    f"intra_op_parallelism_threads={training.THREADS}"
if training.THREADS == 1:
    os.sched_setaffinity(0, [sorted(os.sched_getaffinity(0))[-1]])

import jax
import jax.numpy as jnp

tree_map = jax.tree.map


def loss_of(kind, examples):
    x = jnp.asarray(training.data(kind, examples))
    if kind == "mlp":
        targets = jnp.asarray(training.classes(examples))

        def loss(parameters):
            y = x
            for place, (matrix, bias) in enumerate(parameters):
                y = y @ matrix.T + bias
                y = y if place == len(parameters) - 1 else jax.nn.relu(y)
            return -jnp.mean(jax.nn.log_softmax(y)[jnp.arange(examples), targets])

        return loss, tree_map(jnp.asarray, training.mlp())

    # All gates together, as one matrix for the inputs of all steps and one for the states.
    gates = training.lstm()
    joined = [jnp.concatenate([jnp.asarray(gate[place]) for gate in gates]) for place in range(3)]
    size = training.HIDDEN

    def loss(parameters):
        inputs, states, biases = parameters
        of_inputs = jnp.swapaxes(x, 0, 1) @ inputs.T + biases

        def step(state, of_input):
            h, c = state
            z = of_input + h @ states.T
            i, o, f = (jax.nn.sigmoid(z[:, k * size : (k + 1) * size]) for k in range(3))
            c = f * c + i * jnp.tanh(z[:, 3 * size :])
            return (o * jnp.tanh(c), c), None

        zeros = jnp.zeros((examples, size), jnp.float32)
        (h, _), _ = jax.lax.scan(step, (zeros, zeros), of_inputs)
        return jnp.mean(h**2)

    return loss, joined


def sgd(loss, rate):
    def step(parameters):
        value, slopes = jax.value_and_grad(loss)(parameters)
        return tree_map(lambda p, g: p - rate * g, parameters, slopes), value

    return step, lambda parameters: parameters


def adam(loss, rate):
    def step(state):
        parameters, means, squares, t = state
        value, slopes = jax.value_and_grad(loss)(parameters)
        t = t + 1
        means = tree_map(lambda m, g: 0.9 * m + 0.1 * g, means, slopes)
        squares = tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, squares, slopes)
        changed = lambda p, m, v: p - rate * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8)
        return (tree_map(changed, parameters, means, squares), means, squares, t), value

    zeros = lambda parameters: tree_map(jnp.zeros_like, parameters)
    return step, lambda parameters: (parameters, zeros(parameters), zeros(parameters), jnp.float32(0))


def variants(kind, optimizer, rate, examples):
    """The state is given up to the next one, or copied."""
    for donated in [(), (0,)]:
        loss, parameters = loss_of(kind, examples)
        step, begin = (sgd if optimizer == "sgd" else adam)(loss, rate)
        compiled = jax.jit(step, donate_argnums=donated)
        state = [begin(parameters)]

        def call():
            state[0], value = compiled(state[0])
            return jax.block_until_ready((state[0], value))[1]

        yield call


if __name__ == "__main__":
    training.main("jax", variants)
