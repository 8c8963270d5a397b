//! What the world around a sweep can be like: nobody reads its messages, signals are ignored, its program is replaced, no
//! process is available, the file system has no locks, the folder is somebody else's. Nothing is lost, and what is said is
//! true.

#![cfg(target_os = "linux")]

use crate::support::{Result, SMALL, Sweep};
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Some runs of 20 ms.
fn long(seeds: usize) -> String {
    let small = SMALL.replace("seeds = 2", &format!("seeds = {seeds}")).replace("epochs = 3", "epochs = 60");
    small.replace(", 1e30", "").replace("question", "engine = \"reference\"\nquestion")
}

/// Runs a shell script in which `$b` is the program.
fn shell(sweep: &Sweep, script: &str) -> Result {
    Result::of(shell_command(sweep, script).output().unwrap())
}

fn shell_command(sweep: &Sweep, script: &str) -> Command {
    let mut command = Command::new("bash");
    command.args(["-c", script]).env("b", env!("CARGO_BIN_EXE_burnmark")).current_dir(sweep.path(""));
    command.stdin(Stdio::null());
    command
}

fn lines(journal: &Path) -> usize {
    fs::read(journal).unwrap_or_default().split(|&byte| byte == b'\n').count() - 1
}

/// Waits until so many runs are in the journal, for at most a minute.
#[track_caller]
fn wait_for_runs(journal: &Path, runs: usize) {
    for _ in 0..12_000 {
        if lines(journal) >= runs {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{runs} runs did not come");
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn messages_that_nobody_reads_change_nothing() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
    for (number, redirection) in ["2>/dev/full", "2>&-", "2> >(exec true)"].iter().enumerate() {
        let result = shell(&sweep, &format!("$b run x.toml -o r{number} {redirection}")).ended_with(0);
        assert!(
            result.stdout.contains("iris: each optimizer at its best settings"),
            "{redirection}: {}",
            result.stdout
        );
        assert!(sweep.path(&format!("r{number}/report.html")).exists(), "{redirection}");
        // Nothing to do, and messages all the same.
        shell(&sweep, &format!("$b run x.toml -o r{number} {redirection}")).ended_with(0);
        let result = shell(&sweep, &format!("$b run none.toml {redirection}")).ended_with(2);
        assert_eq!(result.stdout, "");
    }
    let result = shell(&sweep, "$b run x.toml -o both 2>&1 | head -1; echo ${PIPESTATUS[0]}").ended_with(0);
    assert!(result.stdout.ends_with("\n0\n") && sweep.path("both/report.html").exists(), "{}", result.stdout);
    let result = shell(&sweep, "$b report whole > /dev/full").ended_with(1);
    assert!(result.stderr.contains("cannot write to stdout: "), "{}", result.stderr);
}

/// `| tee log` and Ctrl-C: the reader of all messages goes first.
#[test]
fn a_sweep_whose_reader_has_gone_stops_as_others_do() {
    let sweep = Sweep::new(long(300));
    let mut child = shell_command(&sweep, "exec $b run x.toml -j 2 -o r 2> >(exec true)").spawn().unwrap();
    wait_for_runs(&sweep.path("r/journal.jsonl"), 2);
    signal(&child, "-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let (manifest, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
    assert!(runs.len() >= 2 && manifest.runs_finished == runs.len() as u64, "the tables are written");
}

#[test]
fn ignored_signals_stay_ignored_and_others_stop() {
    // What is sent, beside what is ignored; the tests themselves may run where signals are.
    let cases = [
        ("HUP", "HUP", false),
        ("INT", "INT", false),
        ("TERM", "HUP", true),
        ("HUP", "INT", true),
        ("INT", "TERM", true),
    ];
    for (ignored, sent, stops) in cases {
        let sweep = Sweep::new(long(40));
        let default = if stops { format!("env --default-signal={sent}") } else { String::new() };
        let seeds = if stops { "40" } else { "4" };
        let script = format!("trap '' {ignored}; exec {default} $b run x.toml --seeds {seeds} -j 2 -q -o r");
        let child = shell_command(&sweep, &script).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_for_runs(&sweep.path("r/journal.jsonl"), 1);
        signal(&child, &format!("-{sent}"));
        let result = Result::of(child.wait_with_output().unwrap()).ended_with(i32::from(stops));
        assert_eq!(result.stderr.starts_with("stopped: "), stops, "{}", result.stderr);
    }
}

#[test]
fn a_program_that_is_replaced_goes_on_as_it_began() {
    let sweep = Sweep::new(long(6));
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
    fs::copy(env!("CARGO_BIN_EXE_burnmark"), sweep.path("own")).unwrap();
    let child = Command::new(sweep.path("own"))
        .args(["run", "x.toml", "-j", "2", "-q", "-o", "r"])
        .current_dir(sweep.path(""))
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    wait_for_runs(&sweep.path("r/journal.jsonl"), 1);
    // As a rebuild does it: the old file goes, and one of the same name comes.
    fs::remove_file(sweep.path("own")).unwrap();
    fs::write(sweep.path("own"), "#!/bin/sh\nexit 3\n").unwrap();
    // Workers that die are replaced by workers of the program that began.
    let workers = Command::new("pgrep").args(["-P", &child.id().to_string()]).output().unwrap().stdout;
    let first = String::from_utf8(workers).unwrap().lines().next().unwrap().to_owned();
    Command::new("kill").args(["-KILL", &first]).status().unwrap();
    let result = Result::of(child.wait_with_output().unwrap());
    let (manifest, _) = burnmark::store::read(&sweep.path("r")).unwrap();
    assert!(manifest.runs_failed <= 1, "only the killed worker's run: {}", result.stderr);
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    assert!(sweep.bytes("whole/runs.parquet") == sweep.bytes("r/runs.parquet"));
}

#[test]
fn runs_for_which_no_worker_starts_are_not_recorded() {
    let sweep = Sweep::new(SMALL);
    for runner in ["/no/such/runner", "false", "echo"] {
        let mut command = sweep.command(&["run", "x.toml", "-q", "-o", "r"]);
        let result = Result::of(command.env("BURNMARK_RUNNER", runner).output().unwrap()).ended_with(1);
        assert!(result.stderr.starts_with("cannot start a worker: "), "{}", result.stderr);
        assert!(result.stderr.contains("stopped: 0 of 20 runs done") && result.stderr.lines().count() == 3);
        assert_eq!(lines(&sweep.path("r/journal.jsonl")), 0, "{runner}");
        let mut command = sweep.command(&["run", "x.toml", "-q", "-o", "whole"]);
        command.output().unwrap();
        let mut command = sweep.command(&["verify", "whole", "-q"]);
        let result = Result::of(command.env("BURNMARK_RUNNER", runner).output().unwrap()).ended_with(1);
        assert!(result.stderr.starts_with("cannot start a worker: ") && result.stdout.is_empty(), "{}", result.stderr);
    }
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
}

/// A program whose `flock` says that there is no such thing, as on some Lustre and NFS.
#[test]
fn a_file_system_without_locks_is_kept_to_one_process() {
    let sweep = Sweep::new(long(6));
    let library = sweep.path("nolock.so");
    let source = "#include <errno.h>\nint flock(int fd, int op) { errno = ENOSYS; return -1; }\n";
    fs::write(sweep.path("nolock.c"), source).unwrap();
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(sweep.path("nolock.c")).status();
    assert!(built.unwrap().success());
    let run = |out: &str| {
        let mut command = sweep.command(&["run", "x.toml", "-j", "2", "-o", out]);
        command.env("LD_PRELOAD", &library).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let first = run("r").spawn().unwrap();
    wait_for_runs(&sweep.path("r/journal.jsonl"), 1);
    let second = Result::of(run("r").output().unwrap()).ended_with(1);
    let says = [format!("burnmark (process {} on ", first.id()), "if it has ended, remove `r/.holder`".to_owned()];
    assert!(says.iter().all(|says| second.stderr.contains(says)), "{}", second.stderr);
    let result = Result::of(first.wait_with_output().unwrap()).ended_with(0);
    assert!(result.stderr.contains("this file system has no locks: `r/.holder`"), "{}", result.stderr);
    assert!(!sweep.path("r/.holder").exists());
    // A killed process leaves its file, and the next one sees that it has ended.
    let mut killed = run("k").spawn().unwrap();
    wait_for_runs(&sweep.path("k/journal.jsonl"), 1);
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(sweep.path("k/.holder").exists());
    Result::of(run("k").output().unwrap()).ended_with(0);
    assert!(sweep.bytes("r/runs.parquet") == sweep.bytes("k/runs.parquet"));
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let sweep = Sweep::new(SMALL);
    for name in ["report.html", "journal.jsonl", "manifest.json", "runs.parquet", "figures", "gaps.parquet"] {
        let _ = fs::remove_dir_all(sweep.path("r"));
        fs::create_dir(sweep.path("r")).unwrap();
        fs::write(sweep.path(&format!("r/{name}")), "precious").unwrap();
        let commands: [&[&str]; 3] = [
            &["run", "x.toml", "-q", "-o", "r"],
            &["crosscheck", "x.toml", "--sample", "1", "-o", "r"],
            &["run", "x.toml", "-q", "-o", "r", "--keep-parameters"],
        ];
        for command in commands {
            let result = sweep.run(command).ended_with(2);
            let says = format!("`r` holds `{name}`, and no manifest of burnmark says that burnmark wrote it");
            assert!(result.stderr.contains(&says), "{}", result.stderr);
            assert_eq!(sweep.bytes(&format!("r/{name}")), b"precious");
            assert_eq!(fs::read_dir(sweep.path("r")).unwrap().count(), 1);
        }
    }
    // Other files are nobody's concern.
    fs::create_dir(sweep.path("notes")).unwrap();
    fs::write(sweep.path("notes/notes.txt"), "mine").unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "notes"]).ended_with(0);
    std::os::unix::fs::symlink("nowhere", sweep.path("dangling")).unwrap();
    let result = sweep.run(&["run", "x.toml", "-q", "-o", "dangling"]).ended_with(1);
    assert!(result.stderr.contains("`dangling` is a link to a folder that does not exist"), "{}", result.stderr);
}

#[test]
fn a_page_or_figure_that_cannot_be_written_is_a_failure() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    let page = sweep.bytes("r/report.html");
    fs::remove_dir_all(sweep.path("r/figures")).unwrap();
    fs::write(sweep.path("r/figures"), "in the way").unwrap();
    let result = sweep.run(&["report", "r"]).ended_with(1);
    assert!(result.stderr.contains("cannot write `r/figures/learning-curves.svg`"), "{}", result.stderr);
    assert!(result.stdout.contains("iris: each optimizer at its best settings"), "conclusions are shown all the same");
    fs::remove_file(sweep.path("r/figures")).unwrap();
    fs::remove_file(sweep.path("r/report.html")).unwrap();
    fs::create_dir_all(sweep.path("r/report.html/in-the-way")).unwrap();
    let result = sweep.run(&["report", "r"]).ended_with(1);
    assert!(result.stderr.contains("cannot write `r/report.html`"), "{}", result.stderr);
    let hidden = || {
        let names = fs::read_dir(sweep.path("r")).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().starts_with('.')).count()
    };
    assert_eq!(hidden(), 1, "the lock");
    // What a killed process had begun goes with the next.
    fs::remove_dir_all(sweep.path("r/report.html")).unwrap();
    let left = ["r/.report.html.4294967295", "r/figures/.learning-curves.svg.4294967295"];
    let hours_ago = std::time::SystemTime::now() - Duration::from_hours(2);
    for left in left {
        fs::write(sweep.path(left), "half").unwrap();
        fs::File::options().write(true).open(sweep.path(left)).unwrap().set_modified(hours_ago).unwrap();
    }
    sweep.run(&["report", "r"]).ended_with(0);
    assert!(left.iter().all(|left| !sweep.path(left).exists()) && sweep.bytes("r/report.html") == page);
    assert_eq!(hidden(), 1);
}

#[test]
fn quiet_is_quiet() {
    let sweep = Sweep::new(SMALL);
    for _ in 0..2 {
        let result = sweep.run(&["run", "x.toml", "--quiet", "-o", "r"]).ended_with(0);
        assert_eq!(result.stderr, "");
    }
    // Runs leave, others come.
    fs::write(sweep.path("y.toml"), SMALL.replace("lr = [0.05]", "lr = [0.06]")).unwrap();
    assert_eq!(sweep.run(&["run", "y.toml", "--quiet", "-o", "r"]).ended_with(0).stderr, "");
}

#[test]
fn a_spec_comes_from_a_pipe() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-o", "file"]).ended_with(0);
    shell(&sweep, "$b run <(cat x.toml) -q -o pipe").ended_with(0);
    shell(&sweep, "cat x.toml | $b run - -q -o dash").ended_with(0);
    for folder in ["pipe", "dash"] {
        assert!(sweep.bytes("file/runs.parquet") == sweep.bytes(&format!("{folder}/runs.parquet")), "{folder}");
        sweep.run(&["verify", folder, "-q"]).ended_with(0);
    }
    let result = shell(&sweep, "$b plan /dev/zero").ended_with(2);
    assert!(result.stderr.contains("`/dev/zero`: more than 1 MiB come from it"), "{}", result.stderr);
    let result = shell(&sweep, "$b plan .").ended_with(2);
    assert!(result.stderr.contains("`.`: it is a folder; a file is needed"), "{}", result.stderr);
}

/// On a terminal, by `script`: no escape sequence with NO_COLOR or without a terminal that has them.
#[test]
fn nothing_is_coloured_where_that_is_not_wanted() {
    let sweep = Sweep::new("name = \"x\"\n");
    let on_a_terminal = |environment: &[(&str, &str)]| {
        let mut command = Command::new("script");
        let typed = format!("'{}' plan x.toml", env!("CARGO_BIN_EXE_burnmark"));
        command.args(["-qec", &typed, "/dev/null"]).current_dir(sweep.path("")).stdin(Stdio::null());
        command.env_remove("NO_COLOR").env("TERM", "xterm").envs(environment.iter().copied());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(on_a_terminal(&[]).contains("\u{1b}["), "a terminal has colours");
    assert!(on_a_terminal(&[("NO_COLOR", "")]).contains("\u{1b}["), "an empty NO_COLOR is none");
    for environment in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let said = on_a_terminal(&[environment]);
        assert!(said.contains("missing") && !said.contains('\u{1b}'), "{environment:?}: {said:?}");
    }
}

/// A column of counts and words has the same type when only counts are left, so what was kept and what is new are alike.
#[test]
fn the_type_of_a_column_is_that_of_its_key() {
    let spec = |batches: &str| format!("{}\"train.batch\" = {batches}\n", long(1));
    let sweep = Sweep::new(spec("[16, 32, \"full\"]"));
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    fs::write(sweep.path("x.toml"), spec("[16, 32]")).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    sweep.run(&["run", "x.toml", "-q", "-o", "anew"]).ended_with(0);
    assert!(sweep.bytes("r/runs.parquet") == sweep.bytes("anew/runs.parquet"));
    for folder in ["r", "r/orphans/1"] {
        sweep.run(&["verify", folder, "-q"]).ended_with(0);
    }
    fs::write(sweep.path("x.toml"), spec("[\"full\", 32]")).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    sweep.run(&["verify", "r", "-q"]).ended_with(0);
}

/// Killed between two renames, on a disk that is full then: every finished run is still believed.
#[test]
fn renames_that_a_kill_cut_short_are_finished() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "--seeds", "1", "-o", "old"]).ended_with(0);
    sweep.run(&["run", "x.toml", "-q", "--seeds", "2", "-o", "new"]).ended_with(0);
    let tables = ["measurements.parquet", "curves.parquet", "runs.parquet"];
    for renamed in 0..=tables.len() {
        let _ = fs::remove_dir_all(sweep.path("r"));
        fs::create_dir(sweep.path("r")).unwrap();
        let copy = |from: &str, to: &str| fs::copy(sweep.path(from), sweep.path(to)).map(drop).unwrap();
        for (number, table) in tables.iter().enumerate() {
            copy(&format!("old/{table}"), &format!("r/{table}"));
            let to = if number < renamed { format!("r/{table}") } else { format!("r/.{table}.new") };
            copy(&format!("new/{table}"), &to);
        }
        copy("old/manifest.json", "r/manifest.json");
        copy("new/manifest.json", "r/.manifest.json.new");
        // A limit for the size of files is met as a full disk is: nothing more can be written.
        let script = "trap '' XFSZ; ulimit -f 0; exec $b run x.toml --seeds 2 -o r";
        let result = shell(&sweep, script);
        assert!(!result.stderr.contains("damaged"), "{renamed}: {}", result.stderr);
        let result = sweep.run(&["run", "x.toml", "--seeds", "2", "-o", "r"]).ended_with(0);
        assert!(result.stderr.contains("done already: 20 of 20 runs"), "{renamed}: {}", result.stderr);
        assert!(sweep.bytes("new/runs.parquet") == sweep.bytes("r/runs.parquet"));
        assert!(!sweep.path("r/.manifest.json.new").exists() && !sweep.path("r/damaged").exists());
    }
    // A pending manifest whose tables are not there never counted.
    fs::copy(sweep.path("old/manifest.json"), sweep.path("r/.manifest.json.new")).unwrap();
    let result = sweep.run(&["run", "x.toml", "--seeds", "2", "-o", "r"]).ended_with(0);
    assert!(result.stderr.contains("done already: 20 of 20 runs"), "{}", result.stderr);
}

/// A process that may have no more threads or processes says so, and records nothing that is not so.
#[test]
fn a_thread_that_is_refused_is_an_error() {
    // The limit holds for everybody but root.
    let sweep = Sweep::new(SMALL);
    let script =
        "chmod 777 . && exec setpriv --reuid=65534 --clear-groups prlimit --nproc=1 $b run x.toml -j 2 -q -o r";
    let command = shell_command(&sweep, script).output().unwrap();
    let result = Result::of(command);
    if result.stderr.contains("setpriv") || result.stderr.contains("prlimit") || result.stderr.contains("denied") {
        eprintln!("no other user to be here: {}", result.stderr);
        return;
    }
    let result = result.ended_with(1);
    // The first thread is the one that says that the folder is held.
    assert!(result.stderr.contains("cannot begin to write `r`: Resource temporarily unavailable"), "{}", result.stderr);
    assert!(!sweep.path("r/runs.parquet").exists());
}

#[test]
fn a_session_of_its_own_is_no_matter() {
    // As by `setsid`: no terminal, no group of the caller's.
    let sweep = Sweep::new(SMALL);
    let mut command = sweep.command(&["run", "x.toml", "-q", "-o", "r"]);
    command.process_group(0);
    Result::of(command.output().unwrap()).ended_with(0);
}
