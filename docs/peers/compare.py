"""burnmark and its peers on the rows of docs/performance.md, in turn, so that a machine that drifts drifts for both.

How: cargo build --release -p burnmark-measure --bin steps, then
    python docs/peers/compare.py [row letters]
Each row is measured by each side in turn, three times, in blocks of as many steps on both sides. Of each round the least block
counts, and of the rounds the median; of a peer's choices (docs/peers/steps.py) the fastest. Prints µs per step of each choice, and how
many times as long each peer takes, against the reference engine and against Burn's.
"""
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/steps"
ROUNDS = 3


def lines(command):
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line.split() for line in out.splitlines()]


def main(letters):
    core = str(min(os.sched_getaffinity(0)))
    for row in letters or "abcdefg":
        rounds = []
        for _ in range(ROUNDS):
            ours = lines(["taskset", "-c", core, str(OURS), row, "reference", "burn"])
            peers = lines([sys.executable, str(ROOT / "docs/peers/steps.py"), row])
            times = {(name, ""): float(time) for _, name, time, _ in ours}
            rounds.append(times | {(name, choice): float(time) for _, name, choice, time, _ in peers})
        middle = {key: statistics.median(times[key] for times in rounds) for key in rounds[0]}
        print(f"row {row}: " + ", ".join(f"{name} {choice}".strip() + f" {time:.2f} µs" for (name, choice), time in middle.items()))
        best = {}
        for (name, _), time in middle.items():
            best[name] = min(best.get(name, float("inf")), time)
        for engine in ("reference", "burn"):
            ratios = (f"{name} {best[name] / best[engine]:.2f}" for name in best if name not in ("reference", "burn"))
            print(f"    times as long as {engine}: " + ", ".join(ratios), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
