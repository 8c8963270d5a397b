"""Losses of 60 full-batch steps by Optax's Lion, which PyTorch lacks, as entries of tests/oracles/trajectories.json.

How: pip install optax==0.2.8 jax==0.10.2; python tests/oracles/lion.py > tests/oracles/lion.json
The same task, start and form as in trajectories.py, by a second implementation of network and gradient.
"""
import json
import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import optax

STEPS = 60
SETTINGS = {"lr": 0.02, "beta1": 0.9, "beta2": 0.99}


def number(i, period):
    return ((i * 7 + 3) % period - period // 2) / 16.0


inputs = jnp.array([[number(3 * r + c, 31) for c in range(3)] for r in range(8)])
classes = jnp.array([r % 2 for r in range(8)])
values = jnp.array([[number(2 * r + c, 29) for c in range(2)] for r in range(8)])


def parameters():
    tensors, i = {}, 0
    for layer, (n, k) in enumerate(((3, 5), (5, 4), (4, 2))):
        for name, shape in (("bias", (k,)), ("weight", (n, k))):
            count = k if name == "bias" else n * k
            tensors[f"{layer}.{name}"] = jnp.array([number(i + j, 37) for j in range(count)]).reshape(shape)
            i += count
    return tensors


def loss_of(tensors, task):
    z = inputs
    for layer in range(3):
        z = z @ tensors[f"{layer}.weight"] + tensors[f"{layer}.bias"]
        z = jnp.tanh(z) if layer < 2 else z
    if task == "classes":
        return optax.softmax_cross_entropy_with_integer_labels(z, classes).mean()
    return ((z - values) ** 2).sum() / (2 * len(values))


def trajectory(task, make):
    tensors = parameters()
    optimizer = make({name: name.endswith("weight") for name in tensors})
    state, losses = optimizer.init(tensors), []
    for _ in range(STEPS):
        loss, gradient = jax.value_and_grad(loss_of)(tensors, task)
        updates, state = optimizer.update(gradient, state, tensors)
        tensors = optax.apply_updates(tensors, updates)
        losses.append(float(loss))
    return losses


result = []
for task in ("classes", "values"):
    for decay in (0.0, 0.1):
        make = lambda mask: optax.lion(0.02, b1=0.9, b2=0.99, weight_decay=decay, mask=mask)
        penalties = {"weight_decay": decay, "l1": 0.0, "decoupled": True}
        losses = trajectory(task, make)
        result.append({"task": task, "optimizer": {"kind": "lion", **SETTINGS}, **penalties, "losses": losses})
print(json.dumps(result, indent=0))
