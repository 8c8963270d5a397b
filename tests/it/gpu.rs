//! Engines on a GPU. What needs one is behind the feature that builds it in: `.ci/gpu` runs it on Mesa's software Vulkan.

use super::support::Sweep;

const SPEC: &str = r#"
    name = "gpu"
    seeds = 2
    engine = "burn-cuda"
    data = { set = { kind = "two-moons", samples = 60 } }
    model = { kind = "mlp", hidden = [4] }
    train = { epochs = 2, batch = 16 }
    optimizer = { kind = "adam", lr = 0.01 }
"#;

/// Each command that would compute says at once how the engine is built in; nothing is run or written.
#[cfg(not(feature = "cuda"))]
#[test]
fn an_engine_that_is_not_built_in_is_refused_before_anything_is_run() {
    let sweep = Sweep::new(SPEC);
    let commands = [&["run", "x.toml", "-o", "out"][..], &["crosscheck", "x.toml", "-o", "out"], &["plan", "x.toml"]];
    for command in commands {
        let result = sweep.run(command).ended_with(2);
        for words in ["without the engine `burn-cuda`", "cargo install burnmark --locked --features cuda"] {
            assert!(result.stderr.contains(words), "{command:?}: {}", result.stderr);
        }
        assert!(!sweep.path("out").exists(), "{command:?}");
    }
}

#[cfg(not(feature = "cuda"))]
#[test]
fn verify_and_list_know_an_engine_that_is_not_built_in() {
    let sweep = Sweep::new(&SPEC.replace("burn-cuda", "reference"));
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    let refused = sweep.run(&["verify", "out", "--engine", "burn-cuda", "-q"]).ended_with(2);
    assert!(refused.stderr.contains("without the engine `burn-cuda`"), "{}", refused.stderr);
    let listed = sweep.run(&["list", "engines"]).stdout;
    let line = listed.lines().find(|line| line.contains("burn-cuda")).unwrap();
    assert!(line.ends_with("not built in, which takes `--features cuda`"), "{line}");
}

/// On whatever wgpu finds: the numbers agree with both other engines, the manifest names the GPU, and a GPU that is not there is
/// one message.
#[cfg(feature = "wgpu")]
mod wgpu {
    use super::SPEC;
    use crate::support::{Result, Sweep};

    fn sweep() -> Sweep {
        Sweep::new(&SPEC.replace("burn-cuda", "burn-wgpu"))
    }

    #[test]
    fn runs_are_checked_verified_and_named() {
        let sweep = sweep();
        sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
        let manifest = std::fs::read_to_string(sweep.path("out/manifest.json")).unwrap();
        assert!(manifest.contains(r#""burn-wgpu": ""#), "{manifest}");
        sweep.run(&["verify", "out", "-q"]).ended_with(0);
        sweep.run(&["verify", "out", "-q", "--engine", "reference"]).ended_with(0);
    }

    #[test]
    fn each_step_agrees_with_the_other_engines() {
        for other in ["reference", "burn"] {
            let checked = sweep().run(&["crosscheck", "x.toml", "-o", "out", "--against", other]).ended_with(0);
            assert!(checked.stdout.contains("each in f32\n"), "{}", checked.stdout);
            assert!(checked.stdout.contains("does not compute in f64"), "{}", checked.stdout);
        }
    }

    #[test]
    fn f64_is_refused() {
        let sweep = sweep();
        let double = sweep.run(&["run", "x.toml", "-q", "-o", "out", "--precision", "f64"]).ended_with(2);
        assert!(double.stderr.contains("set `precision = \"f32\"`"), "{}", double.stderr);
        assert!(!sweep.path("out").exists());
    }

    /// Drivers are found by files that these variables name.
    #[test]
    fn a_missing_gpu_and_one_that_does_not_open_are_one_message() {
        let sweep = sweep();
        let files = ["VK_ICD_FILENAMES", "VK_DRIVER_FILES", "__EGL_VENDOR_LIBRARY_FILENAMES"];
        let without = |variables: &[(&str, &str)]| {
            let mut command = sweep.command(&["run", "x.toml", "-q", "-o", "out"]);
            let output = command.envs(variables.iter().copied()).output().unwrap();
            Result::of(output).ended_with(2).stderr
        };
        let missing = without(&files.map(|name| (name, "/none")));
        assert!(missing.contains("there is none here; `vulkaninfo --summary` should list one"), "{missing}");
        let closed = without(&[("CUBECL_WGPU_DEFAULT_DEVICE", "DiscreteGpu(7)")]);
        assert!(closed.contains("cannot open its GPU") && !closed.contains("panicked"), "{closed}");
    }
}
