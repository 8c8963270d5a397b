//! A folder of one's own, and the command line run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// An experiment in a folder of its own, and the command to be given there.
pub struct Sweep {
    folder: PathBuf,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Sweep {
    /// A fresh folder with this spec as `x.toml`.
    pub fn new(spec: impl AsRef<[u8]>) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("x.toml"), spec).unwrap();
        Self { folder }
    }

    /// The same with the program as `bin/burnmark`, for lines of a shell.
    pub fn with_program(self) -> Self {
        fs::create_dir(self.path("bin")).unwrap();
        fs::copy(env!("CARGO_BIN_EXE_burnmark"), self.path("bin/burnmark")).unwrap();
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_burnmark"));
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Result {
        Result::of(self.command(arguments).output().unwrap())
    }

    /// The bytes of a file in the folder.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
    }
}

impl Drop for Sweep {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Result {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Result {
    pub fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    #[track_caller]
    pub fn ended_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// A small sweep that takes part in every room: 20 runs, some of which diverge.
pub const SMALL: &str = r#"
name = "small"
question = "Does everything work together?"
seeds = 2

[data]
set = "iris"

[model]
kind = "mlp"
hidden = [8]
activation = "tanh"

[train]
epochs = 3
batch = 16

[regularize]
dropout = 0.2
weight_decay = 1e-3

[sweep]
"data.set" = ["iris", { kind = "linear", samples = 60, features = 3 }]
optimizer = [{ kind = "adam", lr = [0.01, 0.1] }, { kind = "gradient-descent", lr = [0.1, 1e30] }, { kind = "nesterov", lr = [0.05] }]
"#;
