//! Untrusted input, changed at random: spec files, data files, weights, manifests, journals and tables. Whatever the bytes,
//! there is an answer: no panic, no endless loop.
//!
//! Each subject starts from good examples and changes them a little or a lot, with words that are known to hurt. The draws
//! are those of a fixed seed. `BURNMARK_FUZZ=1000000 cargo test --release --test it fuzz` does more of them; `BURNMARK_SEED`
//! takes other draws.

use crate::mutants::mutant;
use crate::subjects::{self, DataFile, Results, idx};
use crate::support::{SMALL, Sweep};
use burnmark::catalogue::{Catalogue, EntryKind};
use burnmark::guard::{check_texts, guarded, rewritten};
use burnmark::num::{Purpose, Stream};
use burnmark::spec::KEYS;
use std::fs;
use std::io::Read;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

/// How many inputs each subject gets.
pub fn count(usual: usize) -> usize {
    std::env::var("BURNMARK_FUZZ").ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// Random numbers for one subject.
pub struct Dice(Stream);

impl Dice {
    pub fn new(subject: u64) -> Self {
        let seed = std::env::var("BURNMARK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
        Self(Stream::new(seed, Purpose::Data, subject))
    }

    /// A whole number below `limit`; 0 for 0.
    #[allow(clippy::cast_sign_loss)] // from 0 to below 1
    pub fn below(&mut self, limit: usize) -> usize {
        (self.0.uniform() * limit as f64) as usize
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Some bytes of one example, changed in one to eight places, more often in few.
    pub fn changed(&mut self, examples: &[Vec<u8>], words: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = self.pick(examples).clone();
        let most = 1 << self.below(4);
        for _ in 0..=self.below(most) {
            let at = self.below(bytes.len() + 1);
            let most = 1 << self.below(8);
            let end = (at + self.below(most)).min(bytes.len());
            match self.below(8) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                1 if at < bytes.len() => bytes[at] = self.below(256) as u8,
                2 => drop(bytes.drain(at..end)),
                3 => {
                    let twice = bytes[at..end].to_vec();
                    bytes.splice(at..at, twice);
                }
                4 => bytes.truncate(at),
                5 => {
                    let other = self.pick(examples).clone();
                    let from = self.below(other.len() + 1);
                    let to = (from + self.below(64)).min(other.len());
                    bytes.splice(at..end, other[from..to].iter().copied());
                }
                _ => {
                    // In place of a word, so that the text stays one more often.
                    let word = self.pick(words).clone();
                    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(byte);
                    let start = bytes[..at].iter().rposition(|byte| !is_word(byte)).map_or(0, |place| place + 1);
                    let length = bytes[start..].iter().take_while(|byte| is_word(byte)).count();
                    bytes.splice(start..start + length, word);
                }
            }
        }
        bytes
    }
}

/// Calls with each changed example; a panic is told with its input.
fn each(subject: u64, number: usize, examples: &[Vec<u8>], words: &[Vec<u8>], mut answer: impl FnMut(&[u8]) -> bool) {
    let mut dice = Dice::new(subject);
    let mut good = 0;
    for _ in 0..number {
        let bytes = dice.changed(examples, words);
        let asked = panic::catch_unwind(AssertUnwindSafe(|| answer(&bytes)));
        match asked {
            Ok(fine) => good += usize::from(fine),
            Err(cause) => {
                eprintln!("at {:?}, the bytes {bytes:?}", String::from_utf8_lossy(&bytes));
                panic::resume_unwind(cause);
            }
        }
    }
    eprintln!("{number} inputs, {good} of them good");
}

fn bytes(words: &[&str]) -> Vec<Vec<u8>> {
    words.iter().map(|word| word.as_bytes().to_vec()).collect()
}

/// Numbers at the edges of their types, and beyond.
const NUMBERS: &[&str] = &[
    "0",
    "-0.0",
    "1",
    "-1",
    "2.5",
    "1e308",
    "1e-320",
    "1e999",
    "nan",
    "-inf",
    "255",
    "256",
    "65536",
    "4294967296",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "0x7fff_ffff",
    "00",
    "1_000",
];

#[test]
fn methods_have_an_answer() {
    let folders =
        ["methods", "annealing", "built-in"].map(|name| format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR")));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let mut examples: Vec<Vec<u8>> = files.map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect();
    examples.push(b"description = 'x'\nparameters.a = 1.3\nf = 'where(s > 0, s, a*(exp(s) - 1))'".to_vec());
    let mut words = bytes(NUMBERS);
    words.extend(bytes(&[
        "theta",
        "g",
        "eigenvectors",
        "norm",
        "row",
        "all",
        "@",
        "'",
        "where",
        "repeat 100 {",
        "}",
        "{}",
        "=",
    ]));
    each(10, count(3000), &examples, &words, subjects::formula);
}

#[test]
fn specs_have_an_answer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments");
    let mut examples: Vec<Vec<u8>> = bytes(&[SMALL, SMALL]);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    examples.extend(files.map(|file| fs::read(file).unwrap()));
    // Large sweeps are right and slow; what can be wrong with them is wrong with a few of their values.
    let short = |text: &Vec<u8>| {
        let text = String::from_utf8(text.clone()).unwrap();
        let lines = text.lines().filter(|line| !line.contains("leaky-relu\"") && !line.starts_with("\"data.set\""));
        lines.collect::<Vec<_>>().join("\n").into_bytes()
    };
    let examples: Vec<Vec<u8>> = examples.iter().map(short).collect();
    let mut words = bytes(NUMBERS);
    words.extend(bytes(&[
        "\"\"",
        "[]",
        "{}",
        "[[]]",
        "true",
        "=",
        "\n",
        "\n[sweep]\n",
        "\"",
        "'''",
        "#",
        "\u{0}",
        "é",
    ]));
    words.extend(bytes(&[
        "{ log = [1e-3, 1], points = 3 }",
        "{ linear = [0, 1], points = 1 }",
        "[1, 1]",
        "2020-01-01",
    ]));
    words.extend(KEYS.iter().map(|key| key.path.as_bytes().to_vec()));
    let entries = Catalogue::standard().entries(EntryKind::DataSet).into_iter().map(|entry| entry.name);
    let entries = entries.chain(burnmark::optim::ENTRIES.iter().map(|known| known.entry.name));
    words.extend(entries.filter(|name| !name.contains("mnist")).map(|name| format!("\"{name}\"").into_bytes()));
    each(1, count(1500), &examples, &words, subjects::spec);
}

#[test]
fn csv_files_have_an_answer() {
    let sweep = Sweep::new("");
    let examples = bytes(&[
        "a,b,y\n1,2,3\n4,5,6\n7,8.5,9\n",
        "a,\"b\"\"c\",y\r\n1,\"2\",x\r\n3,4,z\r\n5,6,x\r\n",
        "\u{feff}y,long name,c\n0.5,-1e-3,true\n1.5,2,false\n\n2.5,7,true\n",
    ]);
    let mut words = bytes(NUMBERS);
    words.extend(bytes(&[",", "\"", "\"\"", "\r", "\n", ";", "\t", "NA", "", "\u{0}", "\u{feff}", "y", "a", "true"]));
    words.push(vec![0xff, 0xfe]);
    for (subject, name) in [(2, "x.csv"), (3, "x.tsv")] {
        let file = DataFile::new(&sweep.path(""), name);
        let tabs = |text: &Vec<u8>| text.iter().map(|&byte| if byte == b',' { b'\t' } else { byte }).collect();
        let examples: Vec<Vec<u8>> = if subject == 3 { examples.iter().map(tabs).collect() } else { examples.clone() };
        each(subject, count(1500), &examples, &words, |bytes| file.read(bytes));
    }
}

#[test]
fn idx_files_have_an_answer() {
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;
    let sweep = Sweep::new("");
    let packed = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let images = idx(8, &[4, 2, 2], &(0..16).collect::<Vec<u8>>());
    let floats = idx(13, &[4, 2], &[0; 32]);
    let bomb = packed(&idx(8, &[u32::MAX, u32::MAX], &vec![0; 1 << 20]));
    let examples = vec![images.clone(), packed(&images), floats.clone(), packed(&floats), bomb];
    let words = [vec![0xff; 4], vec![0; 4], vec![0x1f, 0x8b], vec![0x7f, 0xff, 0xff, 0xff], vec![8, 255]];
    let file = DataFile::new(&sweep.path(""), "images");
    each(4, count(1500), &examples, &words, |bytes| file.read(bytes));
}

#[test]
fn parquet_files_have_an_answer() {
    use polars::prelude::*;
    let sweep = Sweep::new("");
    let mut table =
        df!("a" => [1.0, 2.0, 4.0], "b" => ["x", "y", "x"], "c" => [1_u64, 5, 3], "y" => [0.5, 1.5, 2.5]).unwrap();
    let mut examples = Vec::new();
    for compression in [ParquetCompression::Uncompressed, ParquetCompression::Zstd(None)] {
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).with_compression(compression).finish(&mut table).unwrap();
        examples.push(bytes);
    }
    let words = [vec![0xff; 4], vec![0; 4], vec![0x80; 9], b"PAR1".to_vec(), vec![0x7f, 0xff]];
    let file = DataFile::new(&sweep.path(""), "x.parquet");
    each(5, count(1500), &examples, &words, |bytes| file.read(bytes));
}

#[test]
fn weights_have_an_answer() {
    let (network, good) = subjects::weights_network();
    let words = [bytes(NUMBERS), bytes(&["F32", "BF16", "U8", "[]", "{}", "\"", "layers.0.bias"])].concat();
    let is_good = |bytes: &[u8]| subjects::is_weights(&network, &good, bytes);
    each(6, count(3000), std::slice::from_ref(&good), &words, is_good);
}

#[test]
fn manifests_have_an_answer() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    let good = fs::read(sweep.path("r/manifest.json")).unwrap();
    let mut words = bytes(NUMBERS);
    words.extend(bytes(&["{}", "[]", "null", "\"", "\\u0000", "..", "/etc/passwd", "x.toml", "--set a=b", "\n"]));
    let mut dice = Dice::new(70);
    each(7, count(300), &[good], &words, |bytes| subjects::manifest(bytes, dice.below(8) > 0));
}

#[test]
fn bundles_have_an_answer() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-o", "r", "--seeds", "1", "--keep-parameters"]).ended_with(0);
    sweep.run(&["bundle", "r"]).ended_with(0);
    let mut good = Vec::new();
    flate2::read::GzDecoder::new(&sweep.bytes("r.tar.gz")[..]).read_to_end(&mut good).unwrap();
    // The heads of two small files, which is where a change matters.
    let manifest = good[..512].to_vec();
    let size = usize::from_str_radix(std::str::from_utf8(&good[124..135]).unwrap(), 8).unwrap();
    let few = [&good[..512 + size.next_multiple_of(512)], &[0; 1024]].concat();
    let words =
        bytes(&["../", "/", "figures/a.svg", "parameters/", "77777777777", "0", "5", "\0", "small/runs.parquet"]);
    let path = sweep.path("b.tar.gz");
    each(10, count(150), &[good, few, manifest], &words, |bytes| subjects::bundle(&path, bytes));
}

/// A small sweep that has all four tables.
fn small_with_steps() -> String {
    SMALL.replace("batch = 16", "batch = 16\ncurve = \"step\"").replace("seeds = 2", "seeds = 1")
}

/// Damaged tables and journals whose digests were made right.
#[test]
fn tables_and_journals_have_an_answer() {
    let sweep = Sweep::new("");
    let results = Results::new(&sweep.path(""), &small_with_steps());
    let words = [vec![0xff; 4], vec![0; 4], vec![0x80; 9], b"run".to_vec(), vec![0x7f, 0xff]];
    let number = count(400);
    for (name, example) in &results.tables {
        let examples = std::slice::from_ref(example);
        each(8, number.div_ceil(4), examples, &words, |bytes| results.with_table(name, bytes));
    }
    let words = [bytes(NUMBERS), bytes(&["null", "{}", "[]", "\"done\"", "\"", "\n", "\\ud800"])].concat();
    let mut dice = Dice::new(80);
    each(9, number, &results.lines, &words, |bytes| results.with_line(bytes, dice.below(8) > 0));
}

/// Result tables as they are and as other programs would write them, changed by their parts; all memory that this takes.
#[test]
fn tables_changed_by_their_parts_have_an_answer() {
    use polars::prelude::*;
    let sweep = Sweep::new("");
    let results = Results::new(&sweep.path(""), &small_with_steps());
    let mut dice = Dice::new(81);
    let before = peak();
    for (name, whole) in &results.tables {
        let mut examples = vec![whole.clone()];
        let mut table = ParquetReader::new(std::io::Cursor::new(whole)).finish().unwrap();
        for (compression, rows) in [
            (ParquetCompression::Uncompressed, None),
            (ParquetCompression::Uncompressed, Some(3)),
            (ParquetCompression::Snappy, Some(7)),
        ] {
            let mut bytes = Vec::new();
            let writer = ParquetWriter::new(&mut bytes).with_compression(compression).with_row_group_size(rows);
            writer.with_data_page_size(Some(100)).finish(&mut table).unwrap();
            examples.push(bytes);
        }
        let number = count(800).div_ceil(4);
        let mut good = 0;
        for place in 0..number {
            let example = dice.below(examples.len());
            let bytes = mutant(&mut dice, &examples[example]);
            // All are decoded as tables are; of some, the folder is read, and of fewer everything is asked.
            let ask = || match place {
                place if place % 64 == 0 => results.with_table(name, &bytes),
                place if place % 16 == 0 => results.table_alone(name, &bytes),
                _ => decoded(&bytes).is_some(),
            };
            let asked = panic::catch_unwind(AssertUnwindSafe(ask));
            good += usize::from(asked.unwrap_or_else(|cause| {
                fs::write(std::env::temp_dir().join("burnmark-mutant"), &bytes).unwrap();
                panic::resume_unwind(cause)
            }));
        }
        eprintln!("{number} mutants of {name}, {good} of them good");
    }
    let grown = peak() - before;
    eprintln!("{grown} MB of memory more than before");
    // Of a process that does nothing else besides.
    let alone = std::env::var("BURNMARK_FUZZ").is_ok();
    assert!(!alone || grown < MOST_MEMORY, "{grown} MB of memory for tables of a few kB");
}

/// A table as `store` reads it: what the guard lets through, by Polars, with texts that can be copied.
fn decoded(bytes: &[u8]) -> Option<polars::prelude::DataFrame> {
    use polars::prelude::*;
    let checked = rewritten(bytes, 1_000_000).ok()?;
    let read = move || ParquetReader::new(std::io::Cursor::new(checked)).read_parallel(ParallelStrategy::None).finish();
    guarded(read)?.ok().filter(|table| check_texts(table, bytes.len()).is_ok())
}

/// The most memory that damaged tables of some kB may take: what small files may grow to, once as Polars has it and once as ours.
const MOST_MEMORY: u64 = 1000;

/// The largest memory of this process so far, in MB; 0 where the system does not tell.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1000
}
