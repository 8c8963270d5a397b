"""Losses of 60 full-batch steps of the methods in examples/methods, written again in NumPy, for tests/it/formulas.rs.

How: pip install numpy==2.4.6; python tests/oracles/formulas.py > tests/oracles/formulas.json
Task, start and network (3-5-4-2, tanh, squared error) are those of trajectories.py. Gradients are by hand; each method is
written from its paper or its authors' code, array by array, as PyTorch has them. The loss where the gradient is taken is
printed, before each step.
"""
import json
import numpy as np

STEPS = 60


def number(i, period):
    return ((i * 7 + 3) % period - period // 2) / 16.0


X = np.array([[number(3 * r + c, 31) for c in range(3)] for r in range(8)])
Y = np.array([[number(2 * r + c, 29) for c in range(2)] for r in range(8)])


def parameters():
    """[bias, weight] of each layer, weights inputs x outputs, numbered through."""
    arrays, i = [], 0
    for n, k in ((3, 5), (5, 4), (4, 2)):
        for shape in ((1, k), (n, k)):
            count = shape[0] * shape[1]
            arrays.append(np.array([number(i + j, 37) for j in range(count)]).reshape(shape))
            i += count
    return arrays


def loss_and_gradient(arrays):
    z, kept = X, []
    for layer in range(3):
        kept.append(z)
        z = z @ arrays[2 * layer + 1] + arrays[2 * layer]
        if layer < 2:
            z = np.tanh(z)
    m = len(Y)
    loss = ((z - Y) ** 2).sum() / (2 * m)
    delta, gradients = (z - Y) / m, [None] * 6
    for layer in (2, 1, 0):
        gradients[2 * layer] = delta.sum(axis=0, keepdims=True)
        gradients[2 * layer + 1] = kept[layer].T @ delta
        if layer:
            delta = (delta @ arrays[2 * layer + 1].T) * (1 - kept[layer] ** 2)
    return loss, gradients


def run(method, **settings):
    """A method is a generator: it yields the point where it wants the gradient and is sent the gradient."""
    steps, losses = method(parameters(), **settings), []
    point = next(steps)
    for _ in range(STEPS):
        loss, gradient = loss_and_gradient(point)
        losses.append(loss)
        point = steps.send(gradient)
    return {"settings": settings, "losses": losses}


def zeros(theta):
    return [np.zeros_like(p) for p in theta]


def trust_sign(theta, lr, beta=0.9):
    momentum = zeros(theta)
    while True:
        for p, m, g in zip(theta, momentum, (yield theta)):
            m *= beta
            m += (1 - beta) * g
            p -= lr * np.linalg.norm(p) / max(np.linalg.norm(m), 1e-8) * np.sign(m)


def signum(theta, lr, beta=0.9):
    momentum = zeros(theta)
    while True:
        for p, m, g in zip(theta, momentum, (yield theta)):
            m[:] = beta * m + (1 - beta) * g
            p -= lr * np.sign(m)


def ademamix(theta, lr, beta1=0.9, beta2=0.999, beta3=0.9999, alpha=5.0, epsilon=1e-8):
    fast, slow, second, k = zeros(theta), zeros(theta), zeros(theta), 0
    while True:
        gradient = yield theta
        k += 1
        for p, m1, m2, v, g in zip(theta, fast, slow, second, gradient):
            m1[:] = beta1 * m1 + (1 - beta1) * g
            m2[:] = beta3 * m2 + (1 - beta3) * g
            v[:] = beta2 * v + (1 - beta2) * g * g
            denominator = np.sqrt(v) / np.sqrt(1 - beta2**k) + epsilon
            p -= lr * (m1 / (1 - beta1**k) + alpha * m2) / denominator


def adam_step(k, m, v, g, beta1, beta2, epsilon):
    m[:] = beta1 * m + (1 - beta1) * g
    v[:] = beta2 * v + (1 - beta2) * g * g
    return (m / (1 - beta1**k)) / (np.sqrt(v / (1 - beta2**k)) + epsilon)


def lamb(theta, lr, beta1=0.9, beta2=0.999, decay=0.0, epsilon=1e-6):
    first, second, k = zeros(theta), zeros(theta), 0
    while True:
        gradient = yield theta
        k += 1
        for p, m, v, g in zip(theta, first, second, gradient):
            r = adam_step(k, m, v, g, beta1, beta2, epsilon) + decay * p
            a, b = np.linalg.norm(p), np.linalg.norm(r)
            p -= lr * (a / b if a > 0 and b > 0 else 1.0) * r


def lars(theta, lr, mu=0.9, trust=0.001, decay=0.0):
    velocity = zeros(theta)
    while True:
        for p, v, g in zip(theta, velocity, (yield theta)):
            a, b = np.linalg.norm(p), np.linalg.norm(g)
            local = trust * a / (b + decay * a) if a > 0 and b > 0 else 1.0
            v[:] = mu * v + lr * local * (g + decay * p)
            p -= v


def cautious_adam(theta, lr, beta1=0.9, beta2=0.999, epsilon=1e-8):
    first, second, k = zeros(theta), zeros(theta), 0
    while True:
        gradient = yield theta
        k += 1
        for p, m, v, g in zip(theta, first, second, gradient):
            step = adam_step(k, m, v, g, beta1, beta2, epsilon)
            mask = (m * g > 0).astype(float)
            p -= lr * step * mask / max(mask.mean(), 1e-3)


def adan(theta, lr, beta1=0.98, beta2=0.92, beta3=0.99, epsilon=1e-8):
    first, difference, second, before, k = zeros(theta), zeros(theta), zeros(theta), None, 0
    while True:
        gradient = yield theta
        k += 1
        for i, (p, g) in enumerate(zip(theta, gradient)):
            change = np.zeros_like(g) if before is None else g - before[i]
            first[i] = beta1 * first[i] + (1 - beta1) * g
            difference[i] = beta2 * difference[i] + (1 - beta2) * change
            second[i] = beta3 * second[i] + (1 - beta3) * (g + beta2 * change) ** 2
            denominator = np.sqrt(second[i]) / np.sqrt(1 - beta3**k) + epsilon
            p -= lr * (first[i] / (1 - beta1**k) + beta2 * difference[i] / (1 - beta2**k)) / denominator
        before = [g.copy() for g in gradient]


def newton_schulz(matrix):
    """As the authors have it: of the wide one of the matrix and its transpose."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(5):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if matrix.shape[0] > matrix.shape[1] else x


def muon(theta, lr, mu=0.95, share=0.1, beta1=0.9, beta2=0.95, epsilon=1e-8):
    momentum, first, second, k = zeros(theta), zeros(theta), zeros(theta), 0
    while True:
        gradient = yield theta
        k += 1
        for i, (p, g) in enumerate(zip(theta, gradient)):
            momentum[i] += (1 - mu) * (g - momentum[i])
            adam = adam_step(k, first[i], second[i], g, beta1, beta2, epsilon)
            if i % 2 == 0 or i >= 4:
                p -= lr * share * adam
            else:
                # PyTorch's matrix, outputs x inputs.
                update = (g + mu * (momentum[i] - g)).T
                p -= lr * max(1, update.shape[0] / update.shape[1]) ** 0.5 * newton_schulz(update).T


def schedule_free(theta, lr, beta=0.9):
    z, k = [p.copy() for p in theta], 0
    while True:
        gradient = yield [(1 - beta) * a + beta * p for a, p in zip(z, theta)]
        k += 1
        for p, a, g in zip(theta, z, gradient):
            a -= lr * g
            p[:] = (1 - 1 / k) * p + a / k


def schedule_free_adam(theta, lr, beta1=0.9, beta2=0.999, epsilon=1e-8):
    z, second, k = [p.copy() for p in theta], zeros(theta), 0
    while True:
        gradient = yield [(1 - beta1) * a + beta1 * p for a, p in zip(z, theta)]
        k += 1
        for p, a, v, g in zip(theta, z, second, gradient):
            v[:] = beta2 * v + (1 - beta2) * g * g
            a -= lr * g / (np.sqrt(v / (1 - beta2**k)) + epsilon)
            p[:] = (1 - 1 / k) * p + a / k


def adafactor(theta, lr, epsilon1=1e-30, epsilon2=1e-3, threshold=1.0):
    """Matrices factored, vectors not, as in the paper's algorithms 4 and 5."""
    rows = [np.zeros((p.shape[0], 1)) for p in theta]
    columns = [np.zeros((1, p.shape[1])) for p in theta]
    second, k = zeros(theta), 0
    while True:
        gradient = yield theta
        k += 1
        beta2 = 1 - k**-0.8
        for i, (p, g) in enumerate(zip(theta, gradient)):
            square = g * g + epsilon1
            if i % 2 == 0:
                second[i] = beta2 * second[i] + (1 - beta2) * square
                v = second[i]
            else:
                rows[i] = beta2 * rows[i] + (1 - beta2) * square.mean(axis=1, keepdims=True)
                columns[i] = beta2 * columns[i] + (1 - beta2) * square.mean(axis=0, keepdims=True)
                v = rows[i] @ columns[i] / rows[i].mean()
            u = g / np.sqrt(v)
            u /= max(1, np.sqrt((u * u).mean()) / threshold)
            p -= lr * max(epsilon2, np.sqrt((p * p).mean())) * u


def prodigy(theta, lr=1.0, beta1=0.9, beta2=0.999, epsilon=1e-8, d0=1e-6):
    start, first, second, s = [p.copy() for p in theta], zeros(theta), zeros(theta), zeros(theta)
    r, d, beta3 = 0.0, d0, beta2**0.5
    while True:
        gradient = yield theta
        r = beta3 * r + (1 - beta3) * lr * d**2 * sum((g * (a - p)).sum() for g, a, p in zip(gradient, start, theta))
        for p, m, v, e, g in zip(theta, first, second, s, gradient):
            e[:] = beta3 * e + (1 - beta3) * lr * d**2 * g
            m[:] = beta1 * m + (1 - beta1) * d * g
            v[:] = beta2 * v + (1 - beta2) * d**2 * g * g
            p -= lr * d * m / (np.sqrt(v) + d * epsilon)
        d = max(d, r / max(sum(np.abs(e).sum() for e in s), 1e-300))


def supersab(theta, lr, mu=0.9, up=1.05, down=0.5, most=10.0):
    rates, steps, before = [np.full_like(p, lr) for p in theta], zeros(theta), zeros(theta)
    while True:
        gradient = yield theta
        for i, g in enumerate(gradient):
            for place in np.ndindex(g.shape):
                turn = np.sign(g[place]) * np.sign(before[i][place])
                if turn > 0:
                    rates[i][place] = min(rates[i][place] * up, most)
                if turn < 0:
                    rates[i][place] *= down
                    steps[i][place] = before[i][place] = 0.0
                else:
                    steps[i][place] = mu * steps[i][place] - rates[i][place] * g[place]
                    before[i][place] = g[place]
                theta[i][place] += steps[i][place]


def quickprop(theta, lr, mu=1.75):
    """Weight by weight, as the author's program has it; slopes are those of the descent."""
    steps, before, shrink = zeros(theta), zeros(theta), mu / (1 + mu)
    while True:
        gradient = yield theta
        for i, g in enumerate(gradient):
            for place in np.ndindex(g.shape):
                s, p, d, step = -g[place], before[i][place], steps[i][place], 0.0
                if d > 0:
                    if s > 0:
                        step += lr * s
                    step += mu * d if s > shrink * p else d * s / (p - s)
                elif d < 0:
                    if s < 0:
                        step += lr * s
                    step += mu * d if s < shrink * p else d * s / (p - s)
                else:
                    step += lr * s
                steps[i][place], before[i][place] = step, s
                theta[i][place] += step


def momentum_schedule(theta, lr, every=250, most=0.99):
    velocity, k = zeros(theta), 0
    while True:
        gradient = yield theta
        mu = min(1 - 2 ** (-1 - np.log2(k // every + 1)), most)
        k += 1
        for p, v, g in zip(theta, velocity, gradient):
            v[:] = mu * v - lr * g
            p += v


def lookahead(theta, lr, beta1=0.9, beta2=0.999, epsilon=1e-8, every=5, share=0.5):
    first, second, slow, k = zeros(theta), zeros(theta), [p.copy() for p in theta], 0
    while True:
        gradient = yield theta
        k += 1
        for p, m, v, g in zip(theta, first, second, gradient):
            p -= lr * adam_step(k, m, v, g, beta1, beta2, epsilon)
        if k % every == 0:
            for p, s in zip(theta, slow):
                s += share * (p - s)
                p[:] = s


def sam(theta, lr, mu=0.9, rho=0.05):
    velocity = zeros(theta)
    while True:
        gradient = yield theta
        norm = np.sqrt(sum((g * g).sum() for g in gradient))
        _, gradient = loss_and_gradient([p + rho * g / (norm + 1e-12) for p, g in zip(theta, gradient)])
        for p, v, g in zip(theta, velocity, gradient):
            v[:] = mu * v - lr * g
            p += v


print(json.dumps({
    "trust-sign": run(trust_sign, lr=0.003),
    "signum": run(signum, lr=0.01),
    "ademamix": run(ademamix, lr=0.01, beta3=0.99),
    "lamb": run(lamb, lr=0.02, decay=0.01),
    "lars": run(lars, lr=10.0, decay=0.01),
    "cautious-adam": run(cautious_adam, lr=0.02),
    "adan": run(adan, lr=0.02),
    "muon": run(muon, lr=0.02),
    "sam": run(sam, lr=0.05),
    "schedule-free": run(schedule_free, lr=0.2),
    "schedule-free-adam": run(schedule_free_adam, lr=0.02),
    "adafactor": run(adafactor, lr=0.02),
    "prodigy": run(prodigy, d0=0.001),
    "supersab": run(supersab, lr=0.05),
    "lookahead": run(lookahead, lr=0.02),
    # At usual settings its jumps amplify roundings a thousand million times; at these, a thousand times.
    "quickprop": run(quickprop, lr=0.2, mu=1.2),
    "momentum-schedule": run(momentum_schedule, lr=0.05, every=20),
}, indent=1))
