# What one does with burnmark; `just` alone lists it. Every recipe is a plain command that works without just too.

set positional-arguments

_default:
    @{{ just_executable() }} --list

# run the main job, experiments/sweep.toml; further words go to it: just run-sweep --engine reference
run-sweep *words:
    cargo run-sweep "$@"

# run all tests
test *words:
    cargo test --release "$@"

# measure: criterion's report goes to target/criterion/report/index.html
bench *words:
    cargo bench "$@"

# compare: `save NAME` keeps criterion's figures under a name, `with NAME` compares with them, `peers` measures the peers in turn
bench-compare what name="before":
    {{ if what == "save" { "cargo bench -- --save-baseline " + name } else if what == "with" { "cargo bench -- --baseline " + name } else { "cargo build --release -p burnmark-measure --bin steps && python docs/peers/compare.py" } }}

# compare result folders: just compare results/a results/b
compare *words:
    cargo run --release --bin burnmark -- compare "$@"

# show what a result folder says, draw its plots and write its page again: just report results/sweep
report *words:
    @[ $# -gt 0 ] || set -- results/sweep; cargo run --release --bin burnmark -- report "$@"

# put the lecture's claims to the test: runs what is missing in results/published/claims, then writes docs/claims.md and docs/claims.html
claims:
    cargo build --release --bin burnmark && .ci/claims target/release/burnmark

# what continuous integration runs
ci:
    .ci/run
