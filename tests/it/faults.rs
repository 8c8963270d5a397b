//! What can go wrong around a sweep, each thing done to it on purpose: limits, dying processes, damaged files, a full disk, a
//! folder that goes away. Nothing finished is lost, nothing wrong is believed, and going on ends at the same bytes.
//!
//! The counts are small here. `BURNMARK_KILLS=200 BURNMARK_DAMAGES=100 cargo test --release --test it faults` does more.

#![cfg(target_os = "linux")]

use crate::support::{Result, SMALL, Sweep};
use burnmark::num::{Purpose, Stream};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn count(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// A whole number below `limit`, at random.
#[allow(clippy::cast_sign_loss)] // from 0 to below 1
fn below(stream: &mut Stream, limit: usize) -> usize {
    (stream.uniform() * limit as f64) as usize
}

pub fn signal(process: u32, name: &str) {
    // It may have gone by itself meanwhile.
    Command::new("kill").args([name, &process.to_string()]).stderr(Stdio::null()).status().unwrap();
}

/// The processes whose parent is this one.
pub fn children(parent: u32) -> Vec<u32> {
    let processes =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    let is_child = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // After the name in parentheses: the state, then the parent.
        let parents = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
        parents.is_some_and(|id| id == parent.to_string())
    };
    processes.filter(is_child).collect()
}

/// Waits until something holds, for at most a minute.
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..12_000 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{what} did not come");
}

/// The lines of a journal that are whole.
pub fn whole_lines(journal: &Path) -> usize {
    let text = fs::read(journal).unwrap_or_default();
    text.split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n") && line.len() > 20).count()
}

/// Some runs of 20 ms.
fn long(seeds: usize) -> String {
    SMALL
        .replace("seeds = 2", &format!("seeds = {seeds}"))
        .replace("epochs = 3", "epochs = 60")
        .replace(", 1e30", "")
        .replace("question", "engine = \"reference\"\nquestion")
}

#[track_caller]
fn assert_same_tables(sweep: &Sweep, a: &str, b: &str) {
    for table in ["runs.parquet", "curves.parquet"] {
        assert!(sweep.bytes(&format!("{a}/{table}")) == sweep.bytes(&format!("{b}/{table}")), "{table} of {a} and {b}");
    }
}

/// Runs that end, and one that does not, or that takes all memory.
const ENDLESS: &str = r#"
name = "endless"
engine = "reference"
data.set = "iris"
optimizer = { kind = "adam", lr = 0.01 }
model = { kind = "mlp", hidden = [4] }
train = { epochs = 2 }
[sweep]
"#;

#[test]
fn a_run_that_loops_for_ever_is_ended_and_the_others_are_done() {
    let sweep = Sweep::new(format!("{ENDLESS}\"train.epochs\" = [1, 1000000000, 2]\n"));
    let result = sweep.run(&["run", "x.toml", "-j", "1", "--limit-seconds", "5", "-o", "r"]).ended_with(1);
    assert!(result.stderr.contains("1 run failed") && result.stderr.contains("longer than its limit"));
    let (manifest, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
    let outcomes: Vec<&str> = runs.iter().map(|run| run.record.outcome.name()).collect();
    assert_eq!((manifest.runs_failed, outcomes), (1, vec!["done", "timed-out", "done"]));
    let again = sweep.run(&["run", "x.toml", "--limit-seconds", "0.5", "-o", "r"]).ended_with(1);
    assert!(again.stderr.contains("done already: 2 of 3 runs"), "{}", again.stderr);
    let found = sweep.run(&["verify", "r"]).ended_with(1).stdout;
    assert!(found.contains("has no result: it took longer than its limit"), "{found}");
    for wrong in ["0", "-1", "nan", "1e400"] {
        sweep.run(&["run", "x.toml", "--limit-seconds", wrong]).ended_with(2);
    }
}

#[test]
fn a_run_that_takes_all_memory_is_ended_and_the_others_are_done() {
    // 16 million parameters with gradient, look-ahead and two moments take 320 MB.
    let axis = "\"model.hidden\" = [[4], [4000, 4000]]\n\"train.epochs\" = [1000]\n";
    let sweep = Sweep::new(format!("{ENDLESS}{axis}"));
    let arguments = ["run", "x.toml", "-j", "2", "--limit-memory", "160", "-o", "r", "--no-check"];
    let result = sweep.run(&arguments).ended_with(1);
    assert!(result.stderr.contains("it took more than 160 MiB of memory and was ended"), "{}", result.stderr);
    let (_, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
    assert_eq!(runs.iter().map(|run| run.record.outcome.name()).collect::<Vec<_>>(), ["done", "failed"]);
}

#[test]
fn workers_that_abort_or_hang_cost_their_run_only() {
    let sweep = Sweep::new(long(50));
    let arguments = ["run", "x.toml", "-j", "1", "--limit-seconds", "5", "-o", "r"];
    let child = sweep.spawn(&arguments);
    let journal = sweep.path("r/journal.jsonl");
    for name in ["-ABRT", "-KILL", "-STOP"] {
        // A worker that is at work: one that has not been asked yet costs no run.
        let before = whole_lines(&journal);
        wait_until("a run", || whole_lines(&journal) > before + 1 && !children(child.id()).is_empty());
        let workers = children(child.id());
        signal(workers[0], name);
        wait_until("another worker", || children(child.id()).iter().any(|worker| !workers.contains(worker)));
    }
    let result = Result::of(child.wait_with_output().unwrap()).ended_with(1);
    assert!(result.stderr.contains("3 runs failed; the next `run` tries again"), "{}", result.stderr);
    let result = sweep.run(&["run", "x.toml", "-o", "r"]).ended_with(0);
    assert!(result.stderr.contains("done already: 397 of 400 runs"), "{}", result.stderr);
    sweep.run(&["verify", "r", "--sample", "4"]).ended_with(0);
}

#[test]
fn workers_do_not_outlive_their_parent() {
    let sweep = Sweep::new(format!("{ENDLESS}\"train.epochs\" = [1000000000, 999999999]\n"));
    let mut child = sweep.spawn(&["run", "x.toml", "-j", "2"]);
    wait_until("two workers", || children(child.id()).len() == 2);
    std::thread::sleep(Duration::from_millis(200));
    let workers = children(child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    let runs_on = |worker: &u32| {
        let stat = fs::read_to_string(format!("/proc/{worker}/stat")).unwrap_or_default();
        stat.rsplit(')').next().is_some_and(|rest| !rest.trim().is_empty() && !rest.trim().starts_with('Z'))
    };
    wait_until("the workers' end", || !workers.iter().any(runs_on));
}

/// The runs of a folder that need not be done again.
fn finished(folder: &Path) -> usize {
    let believed = burnmark::store::Folder::open(folder).unwrap().finished().unwrap();
    believed.runs.values().filter(|run| run.is_final()).count()
}

/// How many runs are done by a journal's whole lines, read without burnmark's own reader.
fn done_in(journal: &Path) -> usize {
    let text = fs::read(journal).unwrap_or_default();
    let lines = text.split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n"));
    let run = |line: &[u8]| {
        let json: serde_json::Value = serde_json::from_slice(line.get(17..)?).ok()?;
        (json["record"]["outcome"] == "done").then(|| json["record"]["run"].as_str().unwrap().to_owned())
    };
    lines.filter_map(run).collect::<std::collections::BTreeSet<String>>().len()
}

/// Kills the parent or a worker after some milliseconds, again and again; whatever was in the journal whole is done.
#[test]
fn killed_at_any_moment_no_finished_run_is_lost() {
    let kills = count("BURNMARK_KILLS", 12);
    let seeds = if kills > 20 { 250 } else { 8 };
    let sweep = Sweep::new(long(seeds));
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
    let mut stream = Stream::new(1, Purpose::Data, 0);
    let journal = sweep.path("killed/journal.jsonl");
    let (mut lost_workers, mut parents) = (0, 0);
    for _ in 0..kills {
        // At first the journal may not be there, at last the tables are.
        let before = finished(&sweep.path("killed"));
        let mut child = sweep.spawn(&["run", "x.toml", "-j", "2", "-o", "killed"]);
        // At any moment of the start, or of the work.
        if below(&mut stream, 3) > 0 {
            wait_until("a worker", || !children(child.id()).is_empty() || child.try_wait().unwrap().is_some());
        }
        std::thread::sleep(Duration::from_millis(below(&mut stream, 300) as u64));
        if below(&mut stream, 2) == 0 {
            parents += 1;
        } else if let Some(&worker) = children(child.id()).first() {
            signal(worker, "-KILL");
            lost_workers += 1;
            std::thread::sleep(Duration::from_millis(below(&mut stream, 100) as u64));
        }
        child.kill().unwrap();
        let result = Result::of(child.wait_with_output().unwrap());
        let said = result
            .stderr
            .lines()
            .find_map(|line| line.strip_prefix("done already: ")?.split(' ').next()?.parse::<usize>().ok());
        assert!(said.is_none_or(|kept| kept >= before), "{said:?} of {before} before: {}", result.stderr);
        let (kept, whole) = (finished(&sweep.path("killed")), done_in(&journal));
        assert!(kept >= before && kept >= whole, "{kept} kept, {before} before, {whole} in the journal");
    }
    sweep.run(&["run", "x.toml", "-q", "-o", "killed"]).ended_with(0);
    assert_same_tables(&sweep, "whole", "killed");
    assert!(parents + lost_workers > 0);
    eprintln!("{kills} kills: {parents} of the parent, {lost_workers} of a worker, {} runs", seeds * 8);
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(drop).unwrap() }
    }
}

/// The files of a folder that hold results.
fn result_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.ends_with("figures") => {}
            _ if path.is_dir() => files.extend(result_files(&path)),
            Some("parquet" | "json" | "jsonl" | "safetensors") => files.push(path),
            _ => {}
        }
    }
    files.sort();
    files
}

/// Any file of results, cut short or with a bit turned over at any byte: it is named, and going on ends at the same bytes.
#[test]
fn a_damaged_file_is_named_and_gone_on_from() {
    let damages = count("BURNMARK_DAMAGES", 20);
    let spec = SMALL.replace("batch = 16", "batch = 16\ncurve = \"step\"");
    let sweep = Sweep::new(spec.replace("seeds = 2", "seeds = 2\nengine = \"reference\"\noutput.parameters = true"));
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
    let (_, runs) = burnmark::store::read(&sweep.path("whole")).unwrap();
    let mut started = burnmark::store::Folder::open(&sweep.path("started")).unwrap();
    runs.iter().for_each(|run| started.append(run).unwrap());
    drop(started);
    copy(&sweep.path("whole/parameters"), &sweep.path("started/parameters"));
    let mut stream = Stream::new(2, Purpose::Data, 0);
    let mut damaged_kinds = std::collections::BTreeMap::new();
    for number in 0..damages {
        let from = if number % 4 == 3 { "started" } else { "whole" };
        copy(&sweep.path(from), &sweep.path("damaged"));
        let is_kept = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "safetensors");
        let (kept, mut files): (Vec<_>, Vec<_>) = result_files(&sweep.path("damaged")).into_iter().partition(is_kept);
        files.push(kept[below(&mut stream, kept.len())].clone());
        let file = files[below(&mut stream, files.len())].clone();
        let is_journal = file.extension().is_some_and(|extension| extension == "jsonl");
        let mut bytes = fs::read(&file).unwrap();
        let at = below(&mut stream, bytes.len());
        let how = if below(&mut stream, 2) == 0 {
            bytes.truncate(at);
            "cut"
        } else {
            bytes[at] ^= 1 << below(&mut stream, 8);
            "turned"
        };
        // A journal that ends with a line is one that was killed earlier: there is nothing to name.
        let is_line_end = is_journal && how == "cut" && (at == 0 || bytes[at - 1] == b'\n');
        fs::write(&file, &bytes).unwrap();
        let name = file.strip_prefix(sweep.path("")).unwrap().display().to_string();
        let result = sweep.run(&["run", "x.toml", "-o", "damaged"]).ended_with(0);
        let named = result.stderr.lines().any(|line| line.contains(&format!("`{name}`")));
        assert!(named || is_line_end, "{name}, {how} at {at}:\n{}", result.stderr);
        assert_same_tables(&sweep, "whole", "damaged");
        for kept in fs::read_dir(sweep.path("whole/parameters")).unwrap() {
            let kept = kept.unwrap().file_name();
            let of = |folder: &str| fs::read(sweep.path(folder).join("parameters").join(&kept)).unwrap();
            assert!(of("whole") == of("damaged"), "{kept:?}");
        }
        let kind = if is_kept(&file) { "parameters" } else { name.rsplit('/').next().unwrap() };
        *damaged_kinds.entry(format!("{kind} {how}")).or_insert(0) += 1;
    }
    eprintln!("{damages} damages: {damaged_kinds:?}");
}

/// Reading alone refuses a damaged folder and changes nothing in it.
#[test]
fn a_damaged_folder_is_not_shown() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
    for name in ["runs.parquet", "curves.parquet", "measurements.parquet", "manifest.json"] {
        copy(&sweep.path("whole"), &sweep.path("damaged"));
        let path = sweep.path(&format!("damaged/{name}"));
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 4;
        fs::write(&path, &bytes).unwrap();
        for command in [&["report", "damaged"][..], &["compare", "whole", "damaged"], &["show", "damaged", "0000"]] {
            let result = sweep.run(command).ended_with(2);
            assert!(result.stderr.contains(&format!("damaged/{name}")), "{command:?}: {}", result.stderr);
        }
        assert!(fs::read(&path).unwrap() == bytes && !sweep.path("damaged/damaged").exists());
    }
}

/// Runs a command under a limit for the size of files, which a write meets as it meets a full disk.
fn with_file_limit(sweep: &Sweep, blocks: usize, arguments: &str) -> Result {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec '{}' {arguments}", env!("CARGO_BIN_EXE_burnmark"));
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(sweep.path(""));
    Result::of(command.output().unwrap())
}

#[test]
fn a_full_disk_stops_the_sweep_with_one_message() {
    let sweep = Sweep::new(long(4));
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
    let result = with_file_limit(&sweep, 80, "run x.toml -q -j 2 -o full").ended_with(1);
    let line = result.stderr.trim_end();
    assert!(line.starts_with("cannot write `full/journal.jsonl`: ") && !line.contains('\n'), "{line}");
    let kept = whole_lines(&sweep.path("full/journal.jsonl"));
    assert!(kept > 0 && kept < 32, "{kept}");
    let result = sweep.run(&["run", "x.toml", "-o", "full"]).ended_with(0);
    assert!(result.stderr.contains(&format!("done already: {kept} of 32 runs")), "{}", result.stderr);
    assert_same_tables(&sweep, "whole", "full");
    // Full when the tables are written: all runs are in the journal, and the old tables are there.
    let (manifest, runs) = burnmark::store::read(&sweep.path("whole")).unwrap();
    let mut folder = burnmark::store::Folder::open(&sweep.path("late")).unwrap();
    let manifest = burnmark::store::Manifest { table_digests: Default::default(), ..manifest };
    folder.announce(&manifest).unwrap();
    runs.iter().for_each(|run| folder.append(run).unwrap());
    drop(folder);
    let result = with_file_limit(&sweep, 2, "run x.toml -q -o late").ended_with(1);
    assert!(result.stderr.starts_with("cannot write `late/.measurements.parquet.new`"), "{}", result.stderr);
    let result = sweep.run(&["run", "x.toml", "-o", "late"]).ended_with(0);
    assert!(result.stderr.contains("done already: 32 of 32 runs"), "{}", result.stderr);
    assert_same_tables(&sweep, "whole", "late");
}

#[test]
fn a_folder_that_goes_away_stops_the_sweep() {
    let sweep = Sweep::new(long(300));
    let child = sweep.spawn(&["run", "x.toml", "-j", "2", "-o", "gone"]);
    wait_until("a run", || whole_lines(&sweep.path("gone/journal.jsonl")) > 0);
    fs::remove_dir_all(sweep.path("gone")).unwrap();
    let result = Result::of(child.wait_with_output().unwrap()).ended_with(1);
    assert!(result.stderr.contains("`gone` was removed or replaced while it was written to"), "{}", result.stderr);
    assert!(!sweep.path("gone").exists(), "nothing is made where nothing is wanted");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let sweep = Sweep::new(SMALL);
    let result = sweep.run(&["run", "x.toml", "-o", "/proc/burnmark"]).ended_with(1);
    assert!(result.stderr.contains("cannot make the result folder `/proc/burnmark`"), "{}", result.stderr);
    let result = sweep.run(&["run", "x.toml", "-o", "x.toml"]).ended_with(2);
    assert!(result.stderr.contains("`x.toml` is a file; expected a folder for the results"), "{}", result.stderr);
    let result = sweep.run(&["run", "x.toml", "-o", "/proc/self"]).ended_with(1);
    assert!(result.stderr.contains("cannot write to the result folder `/proc/self`"), "{}", result.stderr);
}

/// Several at once: one works, the others are refused or come later and find all done; the bytes are those of one.
#[test]
fn many_sweeps_on_one_folder_leave_one_result() {
    let sweep = Sweep::new(long(2));
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
    let children: Vec<Child> = (0..4).map(|_| sweep.spawn(&["run", "x.toml", "-j", "1", "-o", "one"])).collect();
    let results: Vec<Result> = children.into_iter().map(|c| Result::of(c.wait_with_output().unwrap())).collect();
    for result in &results {
        let refused = result.code == Some(1) && result.stderr.contains("another burnmark is writing to `one`");
        assert!(refused || result.code == Some(0), "{}", result.stderr);
    }
    assert!(results.iter().any(|result| result.code == Some(0)));
    assert_same_tables(&sweep, "whole", "one");
}

/// A result folder from somebody else may hold links that lead anywhere.
#[test]
fn nothing_is_written_through_links() {
    for name in [".lock", "journal.jsonl", "parameters", "figures", ".runs.parquet.new", ".manifest.json.next"] {
        let sweep = Sweep::new(SMALL);
        fs::create_dir_all(sweep.path("r")).unwrap();
        fs::create_dir_all(sweep.path("outside")).unwrap();
        fs::write(sweep.path("precious"), "precious").unwrap();
        let is_folder = ["parameters", "figures"].contains(&name);
        let target = sweep.path(if is_folder { "outside" } else { "precious" });
        fs::write(sweep.path("r/.lock"), "burnmark\n").unwrap(); // a folder of ours
        let _ = fs::remove_file(sweep.path(&format!("r/{name}")));
        std::os::unix::fs::symlink(&target, sweep.path(&format!("r/{name}"))).unwrap();
        let result = sweep.run(&["run", "x.toml", "-q", "--keep-parameters", "-o", "r"]);
        assert_eq!(fs::read_to_string(sweep.path("precious")).unwrap(), "precious", "{name}");
        assert_eq!(fs::read_dir(sweep.path("outside")).unwrap().count(), 0, "{name}");
        let said = result.stderr.contains("is a link");
        // Files that are made anew take the link's place.
        let anew = Path::new(name).extension().is_some_and(|extension| extension == "new" || extension == "next");
        assert!(said || anew && result.code == Some(0), "{name}: {}", result.stderr);
    }
}
