//! Proben1: 42 problems as the report of 1994 has them, fetched by `burnmark data fetch proben1` and read from the data folder.
//!
//! - `name`: the problem, such as `cancer1`. The digit is one of three orders of the rows, each with its own parts.
//!
//! A file (`.dt`) begins with seven lines, `bool_in`, `real_in`, `bool_out`, `real_out`, `training_examples`, `validation_examples` and
//! `test_examples`, each with `=` and a number. A row follows for each sample, its inputs before its outputs, coded and scaled already: a spec
//! says `data.standardize = false`. Where each row has one output of 1 and others of 0, the outputs are classes, and numbers otherwise. The
//! parts are the set's own: `data.split = { holdout = "own" }`.
//!
//! Prechelt 1994, "PROBEN1: a set of neural network benchmark problems and benchmarking rules", TR 21/94, Karlsruhe. The digests are those of
//! the mirror at its commit, which is the release of 1994.

use super::entry::DataEntry;
use super::error::{DataError, DataFault};
use super::fetch::{self, Pinned, Remote};
use super::rows::{OwnParts, PartName, Rows};
use super::set::{DataSet, Target};
use crate::num::Matrix;
use crate::registry::{Choice, Entry, Parameter, ParameterKind};

const fn file(name: &'static str, folder: &'static str, bytes: u64, sha256: &'static str) -> Pinned {
    Pinned { name, folder, bytes, sha256 }
}

#[rustfmt::skip]
pub const FILES: Remote = Remote {
    name: "proben1",
    address: "https://raw.githubusercontent.com/jeffheaton/proben1/1c63a400c5811fdd924510e08ccdba631d118c96/",
    files: &[
        file("building1.dt", "building/", 365_853, "2772b20fb4209cd2e9eeb1f19e388b7c85cf93bd71dec882c5954be16806bec1"),
        file("building2.dt", "building/", 365_853, "ccd4e42053f2e2c6e530261ced9ab94f059a3a9486964d6517836ae65e634b35"),
        file("building3.dt", "building/", 365_853, "d2e3d327c11d7c663afff12f5b4448ce2bde87d833c1a46353af79ea1ad4c3cf"),
        file("cancer1.dt", "cancer/", 27_068, "5b52fa97d1db5af5f4b31563ae19c536abb500f36012623b61ec1ec149d634c9"),
        file("cancer2.dt", "cancer/", 27_068, "129420f1b468043d0d57cedb4ddd569f40123de5067cf6e9285d85069229b082"),
        file("cancer3.dt", "cancer/", 27_068, "b74cc1523d4d2c7d85a67fef10144c9d3c8d14fb057e2b9d7153d097e134df59"),
        file("card1.dt", "card/", 94_575, "8f40ae157636053793e5ff0b4534ef177a8e46facbb23f6671a5ca0a4911dfb3"),
        file("card2.dt", "card/", 94_575, "cbe3509cb7249576a5cc86ab5266e88bafd10516b71364a1d39ce3982baafe2d"),
        file("card3.dt", "card/", 94_575, "8ac5e2924a4dfe78c106713c1080f1ab073f17d5bb7a07f6be19773886412103"),
        file("diabetes1.dt", "diabetes/", 47_157, "861ce702681972348e0b9337485fb5c08f66616ed8eb50423498f817dd32ea1e"),
        file("diabetes2.dt", "diabetes/", 47_157, "caf2cce2f67aed21f27176665923d431a7102d9f730a54a95e17ccdefd6b1ea9"),
        file("diabetes3.dt", "diabetes/", 47_157, "5e1d89089264e31ad02a273d0bb3a7836f30da2bdbf8b24554e2e504339d4b32"),
        file("flare1.dt", "flare/", 59_482, "d4b2b0b0db8624c458aacdbaafa938f8eb20c5e1edd159963e799af07a704b51"),
        file("flare2.dt", "flare/", 59_482, "75a74cc96e48457bff87cdb05caa967c94ad577aca750fd88de64a8ce2809740"),
        file("flare3.dt", "flare/", 59_482, "b090ce4a652af4b674ad42213921afab579791371bcf3995d3d34b5f0f8b7b11"),
        file("gene1.dt", "gene/", 1_171_684, "02fd78c25ece0908b93246e4292ef18d13b7f11bd5f35e358a33da3be2a46273"),
        file("gene2.dt", "gene/", 1_171_684, "403026b8dc0472553853bb984cd6f3e4f14e56a8e66aca9b5c9daf791b86e10d"),
        file("gene3.dt", "gene/", 1_171_684, "49505cb738c4e8987c3b57f78f1dd1e75e307b560e61b3220fd097b2684ebfe7"),
        file("glass1.dt", "glass/", 17_151, "9d6181819d162c766e2924012c9654d154b45af97690286635e25d3cb75ccc88"),
        file("glass2.dt", "glass/", 17_151, "b4b74cac6d299caec7dd7ff031d69f0651fe0a92e1b49e850b07ce23e2c3e59c"),
        file("glass3.dt", "glass/", 17_151, "9322eb386da9d1350fed6a67e00f83ab77d014a7c3f175b106ac07937654304b"),
        file("heart1.dt", "heart/", 91_791, "99d1d2069241709ca3371a341539f920086f0c8ae55683153c5d71714e802c62"),
        file("heart2.dt", "heart/", 91_791, "10007f49633070f6e092e92b387bf39523360ec9c8a45b6a6ad0434fc6fb2219"),
        file("heart3.dt", "heart/", 91_791, "815f05e9ff7bad9eefed028cb9a348b702c44824b2d88d711b9449a81099ecc8"),
        file("hearta1.dt", "heart/", 91_791, "b05e8fdd71d84d800acdad66f50de0a671126e18bb079643d56f933f6646a837"),
        file("hearta2.dt", "heart/", 91_791, "2fdbd3ec0c42d6582cf832bfdffdd7af1edce13319b06b38d0cf9903640f5b13"),
        file("hearta3.dt", "heart/", 91_791, "3eb47eac7912cd827ecf291817b6d7b0b6053a6cafe59ba2ea1fab60343d001b"),
        file("heartac1.dt", "heart/", 31_564, "7683a58507c71fe4c0dcefdaf4c51c2d4d3bc6d640603fce4a86629121a6b8a0"),
        file("heartac2.dt", "heart/", 31_564, "b9a5943567af3735ab82381110dd123e71ebbd1b21e4f8c153aeb0e55537d72c"),
        file("heartac3.dt", "heart/", 31_564, "39214d106353f2e3daf6df636ddff2d914d5c6c8a5bb2896ea64802ca66bd638"),
        file("heartc1.dt", "heart/", 31_564, "f43c54fce87934a777a51035d4ea7f4b4ae460d9599362c34f0e23787536b8d5"),
        file("heartc2.dt", "heart/", 31_564, "725c5615fddc41463923e264e4a357704b74195abb809ca7027b48ea5ee37c84"),
        file("heartc3.dt", "heart/", 31_564, "78e45f3aa02162fd4db293ce031151af20fd9428b4a3002bf28666b44e7e7d85"),
        file("horse1.dt", "horse/", 60_159, "7d81df6dac069f50f1458b04e441c58d15702e545111e55e9b782296600e3470"),
        file("horse2.dt", "horse/", 60_159, "cb8f79bc8b64d170fd7c3bba6db841703b0ce5cef248546e2d1c36ff3058b5f3"),
        file("horse3.dt", "horse/", 60_159, "0a15601ed717d98993131c6d686072bab7d046acf696c3417f219f416f058871"),
        file("soybean1.dt", "soybean/", 147_176, "411d1e0f3789d64057e7f9e4bc265029a88f6ff16a84e6d3555cdce9d67214d0"),
        file("soybean2.dt", "soybean/", 147_176, "c2f5818993f1e3040f055b9081bf4ea0ac823227581e0095676093e34318f627"),
        file("soybean3.dt", "soybean/", 147_176, "519c5ff92c4c1544a69df3693307db7e14730790f7797271dc9cfb9546a4d549"),
        file("thyroid1.dt", "thyroid/", 520_431, "9bb69756a08b96d8ca51823ee8ad53379b702ab5bdc21b43f44af80e68f82e97"),
        file("thyroid2.dt", "thyroid/", 520_431, "6758b97d8c36fbf29fb0694d55ec0b616b179b3240da6d2f460b77a9a0466d1c"),
        file("thyroid3.dt", "thyroid/", 520_431, "0174bc78c161ac8c531cf7add9e9f9dd53f71384b354433efb1c0bf9d54a3d66"),
    ],
};

#[rustfmt::skip]
const NAMES: &[&str] = &[
    "building1", "building2", "building3",
    "cancer1", "cancer2", "cancer3",
    "card1", "card2", "card3",
    "diabetes1", "diabetes2", "diabetes3",
    "flare1", "flare2", "flare3",
    "gene1", "gene2", "gene3",
    "glass1", "glass2", "glass3",
    "heart1", "heart2", "heart3",
    "hearta1", "hearta2", "hearta3",
    "heartac1", "heartac2", "heartac3",
    "heartc1", "heartc2", "heartc3",
    "horse1", "horse2", "horse3",
    "soybean1", "soybean2", "soybean3",
    "thyroid1", "thyroid2", "thyroid3",
];

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "proben1",
        description: "42 problems of 1994 in their published order and parts; `burnmark data fetch proben1` gets them",
        revision: 1,
        source: "Prechelt 1994, TR 21/94",
        parameters: &[Parameter::new("name", "the problem, such as cancer1", ParameterKind::OneOf(NAMES))],
    },
    licence: "of each source, as its README in the release says; most are of the UCI repository",
    citation: "Prechelt, L. (1994). PROBEN1: a set of neural network benchmark problems and benchmarking rules. Technical report 21/94, Universität Karlsruhe.",
    load: &load,
};

fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let name = choice.text("name");
    let file_name = format!("{name}.dt");
    let file = FILES.files.iter().find(|file| file.name == file_name);
    let file = file.ok_or_else(|| DataFault::UnknownSet.error(format!("unknown problem `{name}`")))?;
    let folder = fetch::folder()?;
    let path = folder.join(FILES.name).join(file.name);
    if !path.exists() {
        let message = format!("`{}` is not in `{}`; run `burnmark data fetch proben1`", file.name, folder.display());
        return Err(DataFault::NotFetched.error(message));
    }
    let bytes = fetch::pinned_bytes(&path, file);
    let bytes = bytes.map_err(|why| why.with_help("; `burnmark data fetch proben1` gets it anew"))?;
    parse(&bytes).map_err(|why| why.in_file(&path.display().to_string()))
}

/// The numbers that the first lines give, in their order.
const HEADER: [&str; 7] =
    ["bool_in", "real_in", "bool_out", "real_out", "training_examples", "validation_examples", "test_examples"];

/// The largest width of a row and number of rows that are read.
const MOST: usize = 1_000_000;

/// Reads a file of this format.
///
/// # Errors
/// Where the header or a row is not as it should be, with the line.
pub fn parse(bytes: &[u8]) -> Result<DataSet, DataError> {
    let text = std::str::from_utf8(bytes).map_err(|_| DataFault::Format.error("this is no text"))?;
    let mut lines = (1_u64..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let mut header = [0_usize; 7];
    for (number, name) in header.iter_mut().zip(HEADER) {
        let (line, said) = lines.next().unwrap_or((0, ""));
        let value = said.trim().strip_prefix(name).and_then(|rest| rest.trim_start().strip_prefix('='));
        let value = value.and_then(|value| value.trim().parse().ok()).filter(|value| *value <= MOST);
        *number = value.ok_or_else(|| {
            DataFault::Format.error(format!("line {line} is `{said}`; expected `{name}=` and a number")).at_line(line)
        })?;
    }
    let [bool_in, real_in, bool_out, real_out, train, validation, test] = header;
    let (inputs, outputs, rows) = (bool_in + real_in, bool_out + real_out, train + validation + test);
    if inputs == 0 || outputs == 0 || train == 0 || validation == 0 || test == 0 {
        return Err(DataFault::Format.error("the header counts no inputs, no outputs or no rows of a part"));
    }
    let (mut features, mut targets, mut found) = (Vec::new(), Vec::new(), 0);
    for (line, row) in lines {
        found += 1;
        let numbers: Option<Vec<f64>> = row.split_whitespace().map(|word| word.parse().ok()).collect();
        let numbers = numbers.filter(|numbers| numbers.len() == inputs + outputs).ok_or_else(|| {
            let expected = inputs + outputs;
            DataFault::Format.error(format!("line {line} does not hold {expected} numbers")).at_line(line)
        })?;
        features.extend_from_slice(&numbers[..inputs]);
        targets.extend_from_slice(&numbers[inputs..]);
    }
    if found != rows {
        return Err(DataFault::Format.error(format!("{found} rows, and the header counts {rows}")));
    }
    let part = |row: usize| match row {
        row if row < train => PartName::Train,
        row if row < train + validation => PartName::Validation,
        _ => PartName::Test,
    };
    let own = Some(OwnParts::Each((0..rows).map(part).collect()));
    let set = DataSet::flat(Matrix::new(rows, inputs, features), target(targets, outputs));
    Ok(DataSet { rows: Rows { own, ..Rows::default() }, ..set })
}

/// Classes, if each row has one output of 1 and others of 0; numbers otherwise.
fn target(targets: Vec<f64>, outputs: usize) -> Target {
    let class = |row: &[f64]| {
        let is_one_hot = row.iter().all(|y| *y == 0.0 || *y == 1.0) && row.iter().sum::<f64>() == 1.0;
        let place = row.iter().position(|y| *y == 1.0).filter(|_| is_one_hot)?;
        u32::try_from(place).ok()
    };
    if outputs == 1 {
        return Target::Values(targets);
    }
    let classes: Option<Vec<u32>> = targets.chunks_exact(outputs).map(class).collect();
    match classes {
        Some(labels) => Target::Classes { labels, count: outputs },
        None => Target::Columns(Matrix::new(targets.len() / outputs, outputs, targets)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of the form that the release has.
    fn file(outputs: &str, rows: &[&str]) -> Vec<u8> {
        let header =
            format!("bool_in=0\nreal_in=2\n{outputs}training_examples=2\nvalidation_examples=1\ntest_examples=1\n");
        (header + &rows.join("\n") + "\n").into_bytes()
    }

    #[test]
    fn rows_keep_their_order_and_parts() {
        let rows = ["0.5 1 1 0", "0.25 0 0 1", " -1 2  1 0", "3 4 0 1"];
        let set = parse(&file("bool_out=2\nreal_out=0\n", &rows)).unwrap();
        assert_eq!(set.features.data(), [0.5, 1.0, 0.25, 0.0, -1.0, 2.0, 3.0, 4.0]);
        assert_eq!(set.target, Target::Classes { labels: vec![0, 1, 0, 1], count: 2 });
        let parts = PartName::ALL.map(|part| set.rows.of_own_part(part, 4));
        assert_eq!(parts, [vec![0, 1], vec![2], vec![3]]);
    }

    #[test]
    fn other_outputs_are_numbers() {
        let rows = ["0.5 1 0.1 0", "0.25 0 0 1", "-1 2 1 0", "3 4 0 1"];
        let set = parse(&file("bool_out=0\nreal_out=2\n", &rows)).unwrap();
        assert!(matches!(set.target, Target::Columns(columns) if columns.data()[..4] == [0.1, 0.0, 0.0, 1.0]));
        let rows = ["0.5 1 0.1", "0.25 0 0", "-1 2 1", "3 4 0"];
        let set = parse(&file("bool_out=1\nreal_out=0\n", &rows)).unwrap();
        assert_eq!(set.target, Target::Values(vec![0.1, 0.0, 1.0, 0.0]));
    }

    #[test]
    fn damaged_files_say_where() {
        let why = |bytes: &[u8]| parse(bytes).unwrap_err().to_string();
        let good = ["0.5 1 1 0", "0.25 0 0 1", "-1 2 1 0", "3 4 0 1"];
        let outputs = "bool_out=2\nreal_out=0\n";
        assert_eq!(why(&file(outputs, &good[..3])), "3 rows, and the header counts 4");
        assert!(why(&file(outputs, &["0.5 1 1"])).contains("line 8 does not hold 4 numbers"));
        assert!(why(b"bool_in=x\n").contains("line 1 is `bool_in=x`; expected `bool_in=` and a number"));
        assert!(why(b"").contains("expected `bool_in=`") && why(&[0xFF]).contains("no text"));
        assert!(why(&file("bool_out=99999999999\nreal_out=0\n", &good)).contains("bool_out"));
    }
}
