//! What burnmark reads and did not write, each as a function of its bytes: whatever they are, there is an answer. Shared by
//! the random tests (`fuzz.rs`) and the targets of cargo-fuzz (`fuzz/`).

#![allow(dead_code)] // each target asks one of them

use burnmark::activation::{self, Activation};
use burnmark::analysis::{Allowed, View, conclude};
use burnmark::catalogue::Catalogue;
use burnmark::data::{self, ChosenSet, DataSet};
use burnmark::export::Unbundled;
use burnmark::formula::{Definition, conformance};
use burnmark::harness::{Cache, execute};
use burnmark::loss::{Loss, LossFunction, SQUARED_ERROR, TargetsRef};
use burnmark::model::{Network, weights};
use burnmark::num::{BlockRole, Layout, MatMut, MatRef};
use burnmark::optim::{Now, Optimizer};
use burnmark::plan::{RunSpec, Spec};
use burnmark::record::RunRecord;
use burnmark::store::{self, Finished, Folder, Manifest};
use burnmark::value::Value;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A spec file. Whether it is good.
pub fn spec(bytes: &[u8]) -> bool {
    let Ok(text) = String::from_utf8(bytes.to_vec()) else { return false };
    match Spec::parse("x.toml".to_owned(), text, &[]) {
        Ok(spec) => {
            let run = spec.run(spec.len() - 1);
            spec.find(spec.identity(&run)).is_some()
        }
        Err(problems) => {
            assert!(!problems.list.is_empty() && problems.render(false).contains("nothing was run"));
            false
        }
    }
}

/// A file that defines a method. Whether it is good: then it computes something on a small network, or at a few places.
pub fn formula(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let definition = match Definition::parse("fuzzed", text) {
        Ok(definition) => definition,
        Err(mistakes) => {
            assert!(!mistakes.is_empty() && mistakes.iter().all(|m| m.span.end <= text.len() && !m.message.is_empty()));
            return false;
        }
    };
    let Some(choice) = conformance::defaults(&definition) else { return true };
    match definition {
        Definition::Optimizer(method) => {
            let mut layout = Layout::default();
            layout.push("layers.0.bias", BlockRole::Bias, 1, 3);
            layout.push("layers.0.weight", BlockRole::Weights, 4, 3);
            let Ok(mut optimizer) = method.build::<f32>(&choice, &layout) else { return true };
            let (mut theta, mut point) = (vec![0.5; 15], vec![0.0; 15]);
            for _ in 0..2 {
                optimizer.look_ahead(&theta, &mut point);
                optimizer.look_again(&theta, &[0.25; 15], &mut point);
                optimizer.step(Now { learning_rate: 0.1, loss: 1.0 }, &mut theta, &[0.25; 15]);
                optimizer.report(&theta, &mut point);
            }
        }
        Definition::Annealing(rule) => {
            (0..4).for_each(|t| drop(rule.rate(&choice, 0.5, f64::from(t), 4.0)));
        }
        Definition::Activation(activation) => {
            let Ok(mut unit) = activation.build::<f32>(&choice) else { return true };
            let (s, mut value) = ([-2.0, -0.0, 0.5, f32::INFINITY], [0.0; 4]);
            unit.forward(&s, &mut value);
            unit.backward(&[1.0; 4], &s, &mut value);
        }
        Definition::Loss(loss) => {
            let Ok(mut function) = loss.build::<f32>(&choice, (4, 1)) else { return true };
            let (mut s, mut value, y) = ([-2.0, -0.0, 0.5, f32::INFINITY], [0.0; 4], [1.0; 4]);
            let targets = TargetsRef::Values(MatRef::new(4, 1, &y));
            function.loss_and_delta(MatRef::new(4, 1, &s), targets, 0.25, MatMut::new(4, 1, &mut value));
            function.losses(MatMut::new(4, 1, &mut s), targets, &mut value);
        }
    }
    true
}

/// A data set's file, read from where it is written to.
pub struct DataFile {
    path: PathBuf,
    set: ChosenSet,
}

impl DataFile {
    /// `name` in a folder; its ending says what it holds.
    pub fn new(folder: &Path, name: &str) -> Self {
        let path = folder.join(name);
        let text = |path: &Path| Value::text(path.display().to_string());
        let (kind, parameters) = match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv" | "tsv" | "gz") => ("csv", vec![("target", Value::word("y"))]),
            Some("parquet") => {
                let parameters = [("target", "y"), ("drop", "b")];
                ("parquet", parameters.map(|(name, value)| (name, Value::text(value))).to_vec())
            }
            Some("arrow") => {
                let parameters =
                    [("target", "y"), ("drop", "i64, wide, day, pair, f64, flag, text, large, view, level")];
                ("arrow", parameters.map(|(name, value)| (name, Value::text(value))).to_vec())
            }
            Some("npy") => {
                let labels = folder.join("labels.npy");
                fs::write(&labels, npy("|u1", "4,", "False", &[0, 1, 0, 1])).unwrap();
                ("npy", vec![("labels", text(&labels))])
            }
            Some("npz") => ("npz", vec![("inputs", Value::word("x")), ("labels", Value::word("y"))]),
            // In the folder of its class, in the folder of the set.
            Some("png" | "jpg") => ("images", vec![("path", text(path.parent().and_then(Path::parent).unwrap()))]),
            _ => {
                let labels = folder.join("labels");
                fs::write(&labels, idx(8, &[4], &[0, 1, 0, 1])).unwrap();
                ("idx", vec![("labels", text(&labels))])
            }
        };
        let entry = data::OUTSIDE.iter().find(|known| known.entry.name == kind).unwrap();
        let set = ChosenSet::of(*entry).with("path", text(&path));
        let set = parameters.into_iter().fold(set, |set, (name, value)| set.with(name, value));
        Self { path, set }
    }

    /// Whether the file is good: it then has finite numbers.
    pub fn read(&self, bytes: &[u8]) -> bool {
        fs::write(&self.path, bytes).unwrap();
        is_sound(&data::load(&self.set))
    }
}

/// A data set that is read has finite numbers, and as many as it says.
fn is_sound(loaded: &Result<DataSet, data::DataError>) -> bool {
    match loaded {
        Ok(set) => {
            assert!(set.samples() > 0 && set.features.data().iter().all(|number| number.is_finite()));
            true
        }
        Err(why) => {
            assert!(!why.to_string().is_empty());
            false
        }
    }
}

/// An array as NumPy writes it.
pub fn npy(descr: &str, shape: &str, order: &str, numbers: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({shape}), }}");
    let header = format!("{header:<117}\n");
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    [b"\x93NUMPY\x01\0".as_slice(), &length, header.as_bytes(), numbers].concat()
}

/// An IDX file of this type of numbers.
pub fn idx(kind: u8, dimensions: &[u32], numbers: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, kind, u8::try_from(dimensions.len()).unwrap()];
    bytes.extend(dimensions.iter().flat_map(|dimension| dimension.to_be_bytes()));
    bytes.extend(numbers);
    bytes
}

/// A file of weights, and one that is good.
pub fn weights_network() -> (Network, Vec<u8>) {
    let network = Network::new(3, &[2], 1, Activation::of(&activation::TANH), Loss::of(&SQUARED_ERROR));
    let good = weights::to_bytes(&network, &[vec![0.5_f64; network.parameter_count()]]).unwrap();
    (network, good)
}

/// Whether such a file is good.
pub fn is_weights(network: &Network, good: &[u8], bytes: &[u8]) -> bool {
    assert!(!weights::is_whole(bytes) || bytes == good);
    match weights::from_bytes::<f32>(bytes, network) {
        Ok(theta) => theta.len() == network.parameter_count() && theta.iter().all(|theta| theta.is_finite()),
        Err(why) => {
            assert!(!why.to_string().is_empty());
            false
        }
    }
}

/// A manifest. With `mended` its digest is made that of its other lines: whoever changes a file can change that too.
pub fn manifest(bytes: &[u8], mended: bool) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let read = Manifest::of_text(&if mended { with_digest(text) } else { text.to_owned() });
    if let Ok(manifest) = &read {
        assert_eq!(Manifest::of_text(&manifest.to_text()).unwrap(), *manifest);
        let _ = burnmark::harness::spec_of(manifest, None, &Catalogue::standard());
    }
    read.is_ok()
}

fn with_digest(text: &str) -> String {
    let rest = text.splitn(3, '\n').nth(2).unwrap_or_default();
    format!("{{\n  \"manifest_digest\": \"{}\",\n{rest}", blake3::hash(rest.as_bytes()).to_hex())
}

/// A bundle whose tar archive has these bytes. What is unpacked lies in a folder of its own, which is gone afterwards.
pub fn bundle(path: &Path, bytes: &[u8]) -> bool {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    fs::write(path, packed.finish().unwrap()).unwrap();
    let folder = match Unbundled::of(path) {
        Ok(unpacked) => unpacked.results(),
        Err(why) => {
            assert!(!why.to_string().is_empty());
            return false;
        }
    };
    assert!(!folder.exists());
    true
}

/// A result folder of which one file is somebody else's, its digest made right, so that what lies behind the digests is asked.
pub struct Results {
    folder: PathBuf,
    manifest: Manifest,
    /// Every table with its bytes.
    pub tables: Vec<(&'static str, Vec<u8>)>,
    /// The runs as a journal has them.
    pub lines: Vec<Vec<u8>>,
}

/// A run's row, carried out here and now.
pub fn carried_out(spec: &Spec, run: &RunSpec, cache: &mut Cache) -> Finished {
    let id = spec.identity(run);
    let answer = execute(run, id, false, cache);
    let record = RunRecord {
        run: id,
        data_digest: spec.data_digest(run).to_owned(),
        settings: run.settings(),
        numerics_version: burnmark::num::NUMERICS_VERSION,
        stage: None,
        results: answer.results,
    };
    Finished { record, measurement: answer.measurement, parameters: Vec::new() }
}

impl Results {
    /// Carries the runs of a spec out and writes them to `whole` in a folder.
    pub fn new(folder: &Path, text: &str) -> Self {
        let spec = Spec::parse("x.toml".to_owned(), text.to_owned(), &[]).unwrap();
        let mut cache = Cache::default();
        let runs: Vec<Finished> = spec.runs().map(|run| carried_out(&spec, &run, &mut cache)).collect();
        let source = |source: &burnmark::spec::Source| store::SourceText {
            name: source.name.clone(),
            text: source.text.clone(),
        };
        let manifest = Manifest {
            name: spec.name.clone(),
            question: spec.question.clone(),
            spec: spec.sources.iter().map(source).collect(),
            plan_digest: String::new(),
            shard: None,
            report_digest: None,
            protocol: None,
            judge: Default::default(),
            runs_planned: spec.len(),
            runs_finished: spec.len(),
            runs_diverged: 0,
            runs_failed: 0,
            numerics_version: burnmark::num::NUMERICS_VERSION,
            revisions: spec.revisions(),
            origins: spec.origins(),
            data_digests: spec.data_digests().clone(),
            data: spec.readings().clone(),
            table_digests: std::collections::BTreeMap::new(),
            sessions: vec![store::Session::of_this_process(spec.len(), 1, 0, None, &spec.folder)],
        };
        let whole = folder.join("whole");
        Folder::open(&whole).unwrap().write(&runs.iter().collect::<Vec<_>>(), manifest).unwrap();
        let manifest = store::manifest_of(&whole).unwrap();
        let names = ["runs.parquet", "curves.parquet", "steps.parquet", "measurements.parquet"];
        let tables = names.into_iter().map(|name| (name, fs::read(whole.join(name)).unwrap())).collect();
        let lines = runs.iter().map(|run| serde_json::to_vec(run).unwrap()).collect();
        Self { folder: folder.join("r"), manifest, tables, lines }
    }

    /// One of the tables is made of these bytes, and everything reads the folder.
    pub fn with_table(&self, name: &str, bytes: &[u8]) -> bool {
        self.empty();
        self.put_table(name, bytes);
        self.read()
    }

    /// The same, but the tables alone are read, which takes a tenth of the time.
    pub fn table_alone(&self, name: &str, bytes: &[u8]) -> bool {
        fs::create_dir_all(&self.folder).unwrap();
        self.put_table(name, bytes);
        store::read(&self.folder).is_ok()
    }

    fn put_table(&self, name: &str, bytes: &[u8]) {
        for (other, whole) in &self.tables {
            fs::write(self.folder.join(other), if *other == name { bytes } else { whole }).unwrap();
        }
        let mut manifest = self.manifest.clone();
        manifest.table_digests.insert(name.to_owned(), blake3::hash(bytes).to_hex().to_string());
        fs::write(self.folder.join("manifest.json"), manifest.to_text()).unwrap();
    }

    /// A journal has this line; its digest is right if it is `mended`.
    pub fn with_line(&self, bytes: &[u8], mended: bool) -> bool {
        self.empty();
        let digest = &blake3::hash(bytes).to_hex()[..if mended { 16 } else { 15 }];
        fs::write(self.folder.join("journal.jsonl"), [digest.as_bytes(), b" ", bytes, b"\n"].concat()).unwrap();
        self.read()
    }

    fn empty(&self) {
        let _ = fs::remove_dir_all(&self.folder);
        fs::create_dir_all(&self.folder).unwrap();
    }

    /// Everything that reads a result folder.
    fn read(&self) -> bool {
        let read = store::read(&self.folder);
        if let Ok((manifest, runs)) = &read {
            let views = View::all_of(manifest, runs, Allowed::default());
            let _ = burnmark::report::overview(&views[0], manifest.protocol.as_ref());
            let _ = burnmark::report::markdown(manifest, &conclude(manifest, runs, &views));
            let _ = burnmark::harness::spec_of(manifest, None, &Catalogue::standard());
        }
        let _ = Folder::open(&self.folder).map(|folder| folder.finished().map(|believed| believed.runs.len()));
        read.is_ok()
    }
}
