#!/bin/sh
# Lets pandas, DuckDB, R, TensorBoard, MLflow, Weights & Biases, PyTorch, safetensors, MuPDF and Pillow read what burnmark writes.
#
#   cargo build --release
#   python -m venv v && v/bin/pip install -r tests/outside/requirements.txt
#   tests/outside/run.sh v/bin/python target/release/burnmark
#
# R is asked where there is an Rscript; nothing but R itself is needed.
set -eu
python=$(realpath -s "$1")
burnmark=$(realpath "$2")
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp "$here/small.toml" "$here/tuned.toml" "$work"
"$python" "$here/points.py" "$work/points.csv"
cd "$work"
"$burnmark" run small.toml --quiet --out results > /dev/null
for format in csv jsonl tensorboard mlflow; do
    "$burnmark" export results --format $format --out "$format" > /dev/null
done
"$python" "$here/tables.py" results csv jsonl
"$python" "$here/events.py" results tensorboard
MLFLOW_ALLOW_FILE_STORE=true "$python" "$here/file_store.py" results mlflow
"$python" "$here/parameters.py" results points.csv
"$python" "$here/networks.py" "$burnmark"
"$python" "$here/wandb_runs.py" results
"$python" "$here/figures.py" "$burnmark" results
"$python" "$here/kubernetes.py" "$here/../../docs/guide/cluster.md"
"$burnmark" run tuned.toml --quiet --out tuned > /dev/null
for format in tensorboard mlflow; do "$burnmark" export tuned --format $format --out "tuned-$format" > /dev/null; done
MLFLOW_ALLOW_FILE_STORE=true "$python" "$here/stages.py" tuned tuned-tensorboard tuned-mlflow
if command -v Rscript > /dev/null; then Rscript --vanilla "$here/tables.R" csv; else echo "no Rscript: R was not asked"; fi
