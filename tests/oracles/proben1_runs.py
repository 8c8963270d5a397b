"""Makes proben1_runs.json: figures of Proben1's tables for three sets of each, found without burnmark.

    pip install numpy==2.4.6                            # any later version will do
    python proben1_runs.py FOLDER > proben1_runs.json   # the folder of the .dt files; some minutes on one core

The protocol is the report's: rows in the file's order, squared error, Rprop without backtracking (factors 1.2 and 0.5, first steps uniform
in 0.005 to 0.02, at most 50), all weights uniform in -0.01 to 0.01, hidden units x / (1 + |x|), linear outputs, validation every five
epochs. A training ends where the validation error is ALPHA per cent above its lowest, where the progress over five epochs is below 0.1 per
mille, or after 3,000 epochs. With shortcuts each layer sees the inputs and all layers before it. Tables 8 to 11 are made under GL 5 and GL 2.

Numbers are in f64; all runs of a set are trained side by side, each with draws of its own from NumPy's default generator.
"""

import json
import pathlib
import sys

import numpy as np

RUNS = 20
PIVOT = {"cancer1": [4, 2], "diabetes1": [32], "glass1": [16, 8], "building1": [16], "flare1": [32], "hearta1": [32]}
TABLES = {
    3: (["cancer1", "diabetes1", "soybean1"], False),
    4: (["building1", "flare1", "hearta1"], False),
    8: (["cancer1", "diabetes1", "glass1"], True),
    9: (["building1", "flare1", "hearta1"], True),
    10: (["cancer1", "diabetes1", "glass1"], False),
    11: (["building1", "flare1", "hearta1"], False),
}


def parts(file):
    lines = [line for line in file.read_text().split("\n") if line.strip()]
    header = {name.strip(): int(value) for name, value in (line.split("=") for line in lines[:7])}
    rows = np.array([[float(word) for word in line.split()] for line in lines[7:]])
    inputs = header["bool_in"] + header["real_in"]
    ends = np.cumsum([header[f"{part}_examples"] for part in ("training", "validation", "test")])
    return [(rows[a:b, :inputs], rows[a:b, inputs:]) for a, b in zip([0, *ends[:-1]], ends)]


class Networks:
    """Networks side by side: each layer's weights are runs x (inputs + 1) x units, the bias last."""

    def __init__(self, inputs, hidden, outputs, shortcuts, rng):
        self.shortcuts, self.weights, seen = shortcuts, [], inputs
        for units in [*hidden, outputs]:
            self.weights.append(rng.uniform(-0.01, 0.01, (RUNS, seen + 1, units)))
            seen = seen + units if shortcuts else units
        self.sizes = [inputs, *hidden]

    def forward(self, x):
        seen, kept = np.broadcast_to(x, (len(self.weights[0]), *x.shape)), []
        for place, weights in enumerate(self.weights):
            s = seen @ weights[:, :-1] + weights[:, -1:]
            kept.append((seen, s))
            if place + 1 < len(self.weights):
                z = s / (1 + np.abs(s))
                seen = np.concatenate([seen, z], axis=2) if self.shortcuts else z
        return s, kept

    def error(self, part, outputs=None):
        s = self.forward(part[0])[0] if outputs is None else outputs
        return 100 * np.mean((s - part[1]) ** 2, axis=(1, 2))

    def gradient(self, x, t):
        outputs, kept = self.forward(x)
        delta, later, gradients = outputs - t, None, []
        for place in reversed(range(len(self.weights))):
            seen, s = kept[place]
            if place + 1 < len(self.weights):
                units = s.shape[2]
                own = later[:, :, -units:]
                later_rest = later[:, :, :-units]
                delta = own / (1 + np.abs(s)) ** 2
            gradients.append(np.concatenate([np.swapaxes(seen, 1, 2) @ delta, delta.sum(1, keepdims=True)], axis=1))
            back = delta @ np.swapaxes(self.weights[place][:, :-1], 1, 2)
            later = back + later_rest if self.shortcuts and place + 1 < len(self.weights) else back
        return outputs, gradients[::-1]


def trained(file, hidden, shortcuts, alpha, classes, rng):
    train, validation, test = parts(file)
    net = Networks(train[0].shape[1], hidden, train[1].shape[1], shortcuts, rng)
    steps = [rng.uniform(0.005, 0.02, w.shape) for w in net.weights]
    before = [np.zeros_like(w) for w in net.weights]
    alive, names = np.arange(RUNS), ["training", "validation", "test", "overfit", "total_epochs", "relevant_epochs"]
    found = {name: np.full(RUNS, np.inf) for name in names}
    if classes:
        found["test_classification_error"] = np.zeros(RUNS)
    strip = []
    for epoch in range(1, 3001):
        _, gradients = net.gradient(*train)
        for place, gradient in enumerate(gradients):
            agreement = gradient * before[place]
            steps[place] *= np.where(agreement > 0, 1.2, np.where(agreement < 0, 0.5, 1.0))
            np.minimum(steps[place], 50, out=steps[place])
            net.weights[place] = net.weights[place] - np.sign(gradient) * steps[place]
            before[place] = gradient
        now = net.error(train)
        strip.append(now)
        if epoch % 5:
            continue
        found["training"][alive] = np.minimum(found["training"][alive], now)
        error = net.error(validation)
        better = error < found["validation"][alive]
        if better.any():
            outputs = net.forward(test[0])[0]
            who = alive[better]
            found["validation"][who], found["relevant_epochs"][who] = error[better], epoch
            found["test"][who] = net.error(test, outputs)[better]
            if classes:
                wrong = outputs.argmax(2) != test[1].argmax(1)
                found["test_classification_error"][who] = 100 * wrong.mean(1)[better]
        loss = 100 * (error / found["validation"][alive] - 1)
        found["overfit"][alive], found["total_epochs"][alive] = loss, epoch
        progress = 1000 * (np.mean(strip, axis=0) / np.min(strip, axis=0) - 1)
        goes_on, strip = (loss <= alpha) & (progress >= 0.1), []
        if not goes_on.all():
            alive = alive[goes_on]
            net.weights, steps, before = ([x[goes_on] for x in of] for of in (net.weights, steps, before))
            if not len(alive):
                break
    return {name: {"mean": float(x.mean()), "sd": float(x.std(ddof=1))} for name, x in found.items()}


def main(folder):
    tables = {}
    for table, (sets, shortcuts) in TABLES.items():
        for alpha in [5.0] if table < 8 else [5.0, 2.0]:
            for place, name in enumerate(sets):
                rng = np.random.default_rng([table, int(alpha), place])
                hidden = [] if table < 8 else PIVOT[name]
                figures = trained(folder / f"{name}.dt", hidden, shortcuts, alpha, table in (3, 8, 10), rng)
                tables.setdefault(f"proben1-{table}", {}).setdefault(f"{alpha:g}", {})[name] = figures
                print(table, alpha, name, figures, file=sys.stderr)
    return {"runs": RUNS, "tables": tables}


if __name__ == "__main__":
    json.dump(main(pathlib.Path(sys.argv[1])), sys.stdout, indent=1)
    print()
