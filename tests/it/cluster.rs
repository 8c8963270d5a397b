//! `submit` and `status` with programs under Slurm's names that run each job at once; `.ci/slurm` does it with the real ones.

use crate::support::{Result, SMALL, Sweep};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Runs a job's tasks one after the other, unless a job that it depends on has failed or `stop` names the task; says its number.
const SBATCH: &str = r#"#!/bin/sh
echo "$@" >> sbatch.log
number=$(wc -l < sbatch.log)
for word; do case $word in
    --array=*) tasks=$(echo "${word#*=}" | tr , '\n' | while IFS=- read -r a b; do seq "$a" "${b:-$a}"; done) ;;
    --dependency=afterok:*) after=${word#*:} ;;
esac; script=$word; done
for job in $(echo "$after" | tr : ' '); do
    [ -e "failed.$job" ] && touch "failed.$number" && echo "$number" && exit 0
done
for task in ${tasks:-1}; do
    grep -qsx "$task" stop && rm stop && touch "failed.$number" && continue
    SLURM_ARRAY_TASK_ID=$task sh "$script" > "out.$number.$task" 2>&1 || touch "failed.$number"
done
echo "$number"
"#;

/// An experiment in whose folder these programs are found first.
struct Cluster(Sweep);

impl Cluster {
    fn new(spec: &str) -> Self {
        let sweep = Sweep::new(spec);
        let nothing = "#!/bin/sh\n";
        let ssh = "#!/bin/sh\nshift\nexec sh -c \"$*\"\n";
        for (name, text) in [("sbatch", SBATCH), ("squeue", nothing), ("scancel", nothing), ("ssh", ssh)] {
            let path = sweep.path(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self(sweep)
    }

    fn run(&self, arguments: &[&str]) -> Result {
        let path = format!("{}:{}", self.0.path("").display(), std::env::var("PATH").unwrap());
        Result::of(self.0.command(arguments).env("PATH", path).output().unwrap())
    }

    #[track_caller]
    fn is_the_same_as_one_run(&self) {
        self.0.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
        for table in ["runs.parquet", "curves.parquet"] {
            assert!(self.0.bytes(&format!("r/{table}")) == self.0.bytes(&format!("whole/{table}")), "{table}");
        }
    }
}

#[test]
fn a_submission_is_finished_by_giving_it_again() {
    let cluster = Cluster::new(SMALL);
    let submit = ["submit", "slurm", "x.toml", "--out", "r", "--shards", "3"];
    fs::write(cluster.0.path("stop"), "2\n").unwrap();
    let first = cluster.run(&submit).ended_with(0).stdout;
    assert!(first.starts_with("submitted: 3 of 3 shards, job 1\nsubmitted: merge, job 2\n"), "{first}");
    let status = cluster.run(&["status", "r"]).ended_with(0).stdout;
    let row = "\n3       2     0        1        0        0       13 of 13 in those that have begun  –\n";
    assert!(status.contains(row) && status.contains("not merged yet"), "{status}");
    let again = cluster.run(&submit[..5]).ended_with(0).stdout;
    assert!(again.starts_with("submitted: 1 of 3 shards, job 3\nsubmitted: merge, job 4\n"), "{again}");
    let asked = String::from_utf8(cluster.0.bytes("sbatch.log")).unwrap();
    assert!(asked.lines().nth(2).unwrap().starts_with("--parsable --array=2 /"), "{asked}");
    assert!(asked.lines().nth(3).unwrap().contains("--dependency=afterok:3 --kill-on-invalid-dep=yes"), "{asked}");
    cluster.is_the_same_as_one_run();
    let status = cluster.run(&["status", "r"]).ended_with(0).stdout;
    assert!(status.ends_with("merged: done, 20 of 20 runs\n"), "{status}");
    let done = cluster.run(&submit).ended_with(0).stdout;
    assert_eq!(done, "everything is done: `r` holds the whole experiment\n");
    // A changed spec is another experiment: nothing of it is done.
    let changed = [&submit[..], &["--epochs", "4", "--print"]].concat();
    assert!(cluster.run(&changed).ended_with(0).stdout.contains("--array=1-3"));
}

#[test]
fn both_stages_of_a_protocol_are_submitted() {
    let cluster = Cluster::new(super::protocols::TUNED);
    let wait = ["submit", "slurm", "x.toml", "--out", "r", "--shards", "2", "--wait"];
    // The first task fails once; `--wait` submits it again.
    fs::write(cluster.0.path("stop"), "1\n").unwrap();
    let waited = cluster.run(&wait).ended_with(0);
    assert!(waited.stdout.contains("submitted: report, merge, job 4\n"), "{}", waited.stdout);
    assert!(waited.stdout.ends_with("everything is done: `r` holds the whole experiment\n"), "{}", waited.stdout);
    assert!(
        waited.stderr.contains("some tasks failed and are submitted again\nsubmitted: tuning, 1 of 2 shards, job 5")
    );
    cluster.is_the_same_as_one_run();
    let status = cluster.run(&["status", "r"]).ended_with(0).stdout;
    assert!(status.contains("\nreport  2       2  "), "{status}");
    let json: serde_json::Value = serde_json::from_str(&cluster.run(&["status", "r", "--json"]).stdout).unwrap();
    assert_eq!(json["stages"][1]["shards"][0]["state"], "done");
}

#[test]
fn print_submits_nothing() {
    let cluster = Cluster::new(SMALL);
    let options = ["--partition", "short", "--time", "30", "--account", "me", "--sbatch=--mem=2G", "-j", "2"];
    let submit = ["submit", "slurm", "x.toml", "--out", "r", "--shards", "3", "--print", "--set", "train.batch=32"];
    let said = cluster.run(&[&submit[..], &options].concat()).ended_with(0).stdout;
    for part in
        ["=short\n", "--time=30\n", "--account=me\n", "--mem=2G\n", "--cpus-per-task=2\n", "--set=train.batch=32 "]
    {
        assert!(said.contains(part), "`{part}` is missing in\n{said}");
    }
    assert!(said.contains("merge=$(sbatch --parsable --dependency=afterok:$shards "), "{said}");
    assert!(!cluster.0.path("r").exists() && !cluster.0.path("sbatch.log").exists());
    // Left to burnmark: all of it takes a second, so one task does it.
    let one = cluster.run(&["submit", "slurm", "x.toml", "--print"]).ended_with(0);
    assert!(
        one.stderr.contains("1 shard, about ") && one.stderr.contains(" at the pace of this machine"),
        "{}",
        one.stderr
    );
}

#[test]
fn requests_that_cannot_be_submitted_are_refused() {
    let cluster = Cluster::new(SMALL);
    let refused = |arguments: &[&str], says: &str| {
        let said = cluster.run(arguments).ended_with(2).stderr;
        assert!(said.contains(says), "{said}");
    };
    refused(&["submit", "slurm", "-"], "expected a file, not standard input");
    refused(&["submit", "slurm", "x.toml", "--shards", "0"], "expected a whole number from 1 to");
    refused(&["submit", "slurm", "x.toml", "--shards", "2", "--account", "a\"b"], "cannot be given to Slurm");
    refused(&["status", "nowhere"], "no results in `nowhere`");
    cluster.0.run(&["run", "x.toml", "-q", "-o", "r", "--shard", "1/3"]).ended_with(0);
    refused(&["submit", "slurm", "x.toml", "-o", "r", "--shards", "4"], "is divided into 3 shards, not 4");
    // Without Slurm.
    let bare =
        cluster.0.command(&["submit", "slurm", "x.toml", "--shards", "2"]).env("PATH", "/nowhere").output().unwrap();
    let said = Result::of(bare).ended_with(2).stderr;
    assert!(said.contains("cannot start `squeue`") && said.contains("`--print` does not"), "{said}");
}

/// A sweep at work shows how far it is; one that was killed is stopped.
#[test]
fn status_tells_a_process_at_work_from_one_that_was_killed() {
    let sweep = Sweep::new(SMALL.replace("epochs = 3", "epochs = 3000"));
    let mut child = sweep.spawn(&["run", "x.toml", "-j", "1", "-o", "r"]);
    while fs::read(sweep.path("r/journal.jsonl")).unwrap_or_default().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let running = sweep.run(&["status", "r"]).ended_with(0).stdout;
    assert!(running.starts_with("small: running, "), "{running}");
    child.kill().unwrap();
    child.wait().unwrap();
    let stopped = sweep.run(&["status", "r"]).ended_with(0).stdout;
    assert!(stopped.starts_with("small: stopped, "), "{stopped}");
}

/// The commands of the guide's page: each block leads to the bytes of one run.
#[test]
fn the_commands_of_the_guide_run() {
    let cluster = Cluster::new("");
    let sweep = &cluster.0;
    fs::write(sweep.path("moons.toml"), super::documents::moons()).unwrap();
    fs::write(sweep.path("burnmark"), format!("#!/bin/sh\nexec {} \"$@\"\n", env!("CARGO_BIN_EXE_burnmark"))).unwrap();
    fs::set_permissions(sweep.path("burnmark"), fs::Permissions::from_mode(0o755)).unwrap();
    sweep.run(&["run", "moons.toml", "-q", "-o", "whole"]).ended_with(0);
    let shell = |script: &str| {
        let path = format!("{}:{}", sweep.path("").display(), std::env::var("PATH").unwrap());
        let mut command = std::process::Command::new("sh");
        command.args(["-ec", script]).current_dir(sweep.path("")).env("PATH", path).env("JOB_COMPLETION_INDEX", "15");
        Result::of(command.output().unwrap()).ended_with(0)
    };
    let has_parallel = std::process::Command::new("parallel").arg("--version").output().is_ok();
    let (_, blocks) = super::documents::documents().into_iter().find(|(name, _)| name == "cluster.md").unwrap();
    let mut count = 0;
    for block in blocks.iter().filter(|block| block.language == "sh") {
        // Two of sixteen shards are shown of a protocol, which `both_stages_of_a_protocol_are_submitted` runs.
        if block.text.contains("--stage report") || block.text.contains("parallel") && !has_parallel {
            continue;
        }
        shell(&block.text.replace("--shards 64", "--shards 3"));
        for table in ["runs.parquet", "curves.parquet"] {
            assert!(
                sweep.bytes(&format!("results/moons/{table}")) == sweep.bytes(&format!("whole/{table}")),
                "{table}"
            );
        }
        fs::remove_dir_all(sweep.path("results")).unwrap();
        count += 1;
    }
    assert!(count >= 2, "{count} blocks");
    let job = blocks.iter().find(|block| block.language == "yaml").unwrap();
    let command = job.text.lines().find_map(|line| line.trim().strip_prefix("command: ")).unwrap();
    let words: Vec<String> = serde_json::from_str(command).unwrap();
    assert_eq!(words[..2], ["sh", "-c"]);
    assert!(shell(&words[2]).stdout.starts_with("shard 16/16: "), "of the last of the numbers from 0");
}
