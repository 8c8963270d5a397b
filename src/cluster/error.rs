//! Why nothing is submitted.

use std::path::PathBuf;

/// Why jobs cannot be submitted, or Slurm cannot be asked about them.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error("cannot start `{program}`: {why}; this command needs the programs of Slurm, `--print` does not")]
    NoProgram { program: &'static str, why: std::io::Error },
    /// What a program of Slurm says.
    #[error("`{program}` refused: {said}")]
    Refused { program: &'static str, said: String },
    /// `sbatch --parsable` printed something else.
    #[error("`sbatch` printed `{0}`; expected the number of a job")]
    NoJob(String),
    #[error("cannot write `{}`: {why}", path.display())]
    Unwritable { path: PathBuf, why: std::io::Error },
    /// An option that a script's line for Slurm cannot hold.
    #[error("`{0}` cannot be given to Slurm: it holds a quote, a backslash or a line end")]
    Unquotable(String),
}
