"""burnmark and its peers on the rows of docs/performance.md, in turn, so that a machine that drifts drifts for both.

How: cargo build --release --example steps, then
    python docs/peers/compare.py [row letters]
Each row is measured by each side in turn, three times; the least time of all counts. Prints µs per step and how many
times as long the peer takes, against the reference engine and against Burn's. What the peers do: docs/peers/steps.py.
"""
import os
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
    for row in letters or "abcdef":
        least = {}
        for _ in range(ROUNDS):
            ours = lines(["taskset", "-c", core, str(OURS), row, "reference", "burn"])
            peers = lines([sys.executable, str(ROOT / "docs/peers/steps.py"), row])
            for _, name, time, _ in ours + peers:
                least[name] = min(least.get(name, float("inf")), float(time))
        print(f"row {row}: " + ", ".join(f"{name} {time:.2f} µs" for name, time in least.items()))
        for engine in ("reference", "burn"):
            ratios = (f"{name} {least[name] / least[engine]:.2f}" for name in least if name not in ("reference", "burn"))
            print(f"    times as long as {engine}: " + ", ".join(ratios), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
