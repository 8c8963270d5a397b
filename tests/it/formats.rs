//! Files of other kinds: packed tables, NumPy's arrays, images in folders. The same data as a plain table, and for any bytes an answer.

use crate::fuzz::{Dice, count};
use crate::subjects::{DataFile, npy};
use crate::support::Sweep;
use burnmark::data::{self, ChosenSet, DataError, DataSet, OUTSIDE, Target};
use burnmark::num::{Image, Shape};
use burnmark::value::Value;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use flate2::{Compression, Crc};
use std::fs;
use std::io::Write;

fn load(sweep: &Sweep, kind: &str, file: &str, parameters: &[(&str, &str)]) -> Result<DataSet, DataError> {
    let entry = OUTSIDE.iter().find(|known| known.entry.name == kind).unwrap();
    let path = |name: &str| Value::text(sweep.path(name).display().to_string());
    let is_file = |name: &str| data::is_file(&entry.entry, name);
    let set = ChosenSet::of(*entry).with("path", path(file));
    let value = |name: &str, value: &str| if is_file(name) { path(value) } else { Value::text(value) };
    data::load(&parameters.iter().fold(set, |set, (name, text)| set.with(name, value(name, text))))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_packed_table_is_the_table() {
    let sweep = Sweep::new("");
    let lines: Vec<String> = (0..20).map(|row| format!("{row},{}\n", row * row % 7)).collect();
    let text = lines.concat();
    let text = format!("a,y\n{text}");
    fs::write(sweep.path("t.csv"), &text).unwrap();
    fs::write(sweep.path("t.csv.gz"), gzip(text.as_bytes())).unwrap();
    fs::write(sweep.path("t.tsv.gz"), gzip(text.replace(',', "\t").as_bytes())).unwrap();
    let of = |name: &str| load(&sweep, "csv", name, &[("target", "y")]).unwrap().digest();
    assert_eq!([of("t.csv.gz"), of("t.tsv.gz")], [of("t.csv"), of("t.csv")]);
    let fitted = sweep.run(&["fit", "t.csv.gz", "--target", "y", "--method", "qr"]).ended_with(0).stdout;
    assert!(fitted.contains("20 samples"), "{fitted}");
    fs::write(sweep.path("t.csv.gz"), gzip(&vec![b'1'; 200 << 20])).unwrap();
    let why = load(&sweep, "csv", "t.csv.gz", &[("target", "y")]).unwrap_err().to_string();
    assert!(why.contains("t.csv.gz`: unpacks to more than 8"), "{why}");
}

/// A zip file of these members, the first one packed.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let u16 = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
    let u32 = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    for (place, (name, data)) in members.iter().enumerate() {
        let (method, packed) = if place == 0 {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(data).unwrap();
            (8, encoder.finish().unwrap())
        } else {
            (0, data.to_vec())
        };
        let start = bytes.len();
        let common = [&u16(method)[..], &[0; 8], &u32(packed.len()), &u32(data.len()), &u16(name.len())].concat();
        bytes.extend(
            [b"PK\x03\x04\x14\0\0\0".as_slice(), &common, &u16(4), name.as_bytes(), &[1, 2, 3, 4], &packed].concat(),
        );
        directory.extend(
            [b"PK\x01\x02\x14\0\x14\0\0\0".as_slice(), &common, &[0; 12], &u32(start), name.as_bytes()].concat(),
        );
    }
    let (count, size, start) = (u16(members.len()), u32(directory.len()), u32(bytes.len()));
    [&bytes[..], &directory, b"PK\x05\x06\0\0\0\0", &count, &count, &size, &start, &[0, 0]].concat()
}

fn floats(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

#[test]
fn arrays_of_numpy_are_read_in_every_order() {
    let sweep = Sweep::new("");
    let labels = npy("|u1", "4,", "False", &[0, 1, 0, 1]);
    let rows = [1.0_f64, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 9.0];
    let columns = [1.0, 3.0, 5.0, 7.0, 2.0, 4.0, 6.0, 9.0];
    let big: Vec<u8> = rows.iter().flat_map(|number| number.to_be_bytes()).collect();
    let small: Vec<u8> = rows.iter().flat_map(|number| (*number as i16).to_le_bytes()).collect();
    fs::write(sweep.path("y.npy"), &labels).unwrap();
    for (descr, order, numbers) in [
        ("<f8", "False", floats(&rows)),
        ("<f8", "True", floats(&columns)),
        (">f8", "False", big),
        ("<i2", "False", small),
    ] {
        let samples = npy(descr, "4, 2", order, &numbers);
        fs::write(sweep.path("x.npy"), &samples).unwrap();
        fs::write(sweep.path("d.npz"), zip(&[("x.npy", &samples), ("y.npy", &labels)])).unwrap();
        let alone = load(&sweep, "npy", "x.npy", &[("labels", "y.npy")]).unwrap();
        let packed = load(&sweep, "npz", "d.npz", &[("inputs", "x"), ("labels", "y")]).unwrap();
        assert_eq!((alone.features.data(), alone.shape), (&rows[..], Shape::Flat), "{descr} {order}");
        assert_eq!(alone.digest(), packed.digest());
        assert_eq!(alone.target, Target::Classes { labels: vec![0, 1, 0, 1], count: 2 });
    }
    fs::write(sweep.path("x.npy"), npy("<f8", "4, 2, 1", "False", &floats(&rows))).unwrap();
    let shape = |asked: &str| load(&sweep, "npy", "x.npy", &[("labels", "y.npy"), ("shape", asked)]).unwrap().shape;
    assert_eq!(shape("sequence"), Shape::Sequence { steps: 2, features: 1 });
    assert_eq!(shape("auto"), Shape::Image(Image { height: 2, width: 1, channels: 1 }));
    let refused = |samples: Vec<u8>, says: &str| {
        fs::write(sweep.path("x.npy"), samples).unwrap();
        let why = load(&sweep, "npy", "x.npy", &[("labels", "y.npy")]).unwrap_err().to_string();
        assert!(why.contains("x.npy") && why.contains(says), "{why}");
    };
    refused(b"NUMPY".to_vec(), "ends too early");
    refused(npy("<U5", "4,", "False", &[0; 80]), "the array is of type `<U5`; whole numbers of 8 to 64 bits");
    refused(
        npy("<f8", "4, 2", "False", &floats(&rows[1..])),
        "the header says 4 × 2, but the file ends after 7 of 8 numbers",
    );
    refused(npy("<f8", "4, 1", "False", &floats(&rows)), "more bytes follow");
    refused(npy("<f8", "4, 2", "False", &floats(&[f64::NAN; 8])), "sample 1 holds `NaN`");
    refused(npy("<f8", "99999999999, 999999999999", "False", &[]), "at most 100000000 numbers are read");
    refused(npy("<f8", "3, 2", "False", &floats(&rows[2..])), "has 4 labels, but");
    let why = load(&sweep, "npz", "d.npz", &[("inputs", "z"), ("labels", "y")]).unwrap_err().to_string();
    assert!(why.contains("d.npz`: array `z`: not in this file; it has `x`, `y`"), "{why}");
}

/// A PNG image of these bytes: rows behind their filters.
fn png(width: u32, height: u32, depth: u8, colour: u8, rows: &[u8]) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let mut crc = Crc::new();
        crc.update(kind);
        crc.update(data);
        [&u32::try_from(data.len()).unwrap().to_be_bytes(), kind, data, &crc.sum().to_be_bytes()].concat()
    };
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colour, 0, 0, 0]].concat();
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(rows).unwrap();
    let packed = encoder.finish().unwrap();
    let (first, second) = packed.split_at(packed.len() / 2);
    let palette = [10, 20, 30, 40, 50, 60];
    [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &header),
        &chunk(b"PLTE", &palette),
        &chunk(b"tEXt", b"x"),
        &chunk(b"IDAT", first),
        &chunk(b"IDAT", second),
        &chunk(b"IEND", &[]),
    ]
    .concat()
}

fn folder(sweep: &Sweep, images: &[(&str, Vec<u8>)]) {
    let _ = fs::remove_dir_all(sweep.path("pictures"));
    for (name, bytes) in images {
        let path = sweep.path("pictures").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn pictures(sweep: &Sweep) -> Result<DataSet, DataError> {
    load(sweep, "images", "pictures", &[])
}

#[test]
fn images_in_folders_are_classes() {
    let sweep = Sweep::new("");
    // Every filter: none, left, above, both, Paeth; all rows are 1, 2, 4, but the second, which is 2, 4, 8.
    let filtered = [0, 1, 2, 4, 1, 2, 2, 4, 2, 255, 254, 252, 3, 1, 1, 1, 4, 0, 0, 0];
    let image = png(3, 5, 8, 0, &filtered);
    let plain = |rows: &[u8]| png(3, 5, 8, 0, rows);
    let other = plain(&[0, 9, 9, 9, 0, 9, 9, 9, 0, 9, 9, 9, 0, 9, 9, 9, 0, 9, 9, 9]);
    folder(
        &sweep,
        &[
            ("b/1.png", image.clone()),
            ("a/2.PNG", other.clone()),
            ("b/0.png", other.clone()),
            ("b/.hidden", vec![1]),
            ("b/note.txt", vec![1]),
        ],
    );
    let set = pictures(&sweep).unwrap();
    assert_eq!(set.shape, Shape::Image(Image { height: 5, width: 3, channels: 1 }));
    assert_eq!(
        (set.about.classes.clone(), set.target.clone()),
        (vec!["a".to_owned(), "b".to_owned()], Target::Classes { labels: vec![0, 1, 1], count: 2 })
    );
    assert_eq!(set.features.row(2), [1.0, 2.0, 4.0, 2.0, 4.0, 8.0, 1.0, 2.0, 4.0, 1.0, 2.0, 4.0, 1.0, 2.0, 4.0]);
    assert_eq!(set.about.notes, ["1 file is no PNG or JPEG image"]);
    // Depths and colours: bits of gray, 16 bits, a palette, colours with a full alpha.
    let of = |image: Vec<u8>| {
        folder(&sweep, &[("a/1.png", image.clone()), ("b/1.png", image)]);
        pictures(&sweep).unwrap().features.row(0).to_vec()
    };
    assert_eq!(of(png(3, 1, 1, 0, &[0, 0b1010_0000])), [255.0, 0.0, 255.0]);
    assert_eq!(of(png(3, 1, 4, 0, &[0, 0x0F, 0x80])), [0.0, 255.0, 136.0]);
    assert_eq!(of(png(1, 1, 16, 0, &[0, 0xFF, 0xFF])), [255.0]);
    assert_eq!(of(png(2, 1, 1, 3, &[0, 0b0100_0000])), [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]);
    assert_eq!(of(png(1, 1, 8, 6, &[0, 7, 8, 9, 255])), [7.0, 8.0, 9.0]);
    assert_eq!(of(png(1, 1, 8, 4, &[0, 7, 255])), [7.0]);
    let refused = |images: &[(&str, Vec<u8>)], says: &str| {
        folder(&sweep, images);
        let why = pictures(&sweep).unwrap_err().to_string();
        assert!(why.contains(says), "`{says}` is missing in {why}");
    };
    let good = || plain(&filtered);
    refused(&[("a/1.png", good())], "has 1 folder of images; a folder for each class is needed");
    refused(&[("a/1.png", good()), ("b/1.gif", vec![0xFF, 0xD8])], "holds no PNG or JPEG image; `1.gif` is none");
    refused(&[("a/1.png", good()), ("b/1.jpg", vec![0xFF, 0xD8])], "this JPEG image cannot be read");
    refused(&[("a/1.png", good()), ("b/1.png", png(1, 1, 8, 0, &[0, 7]))], "has 1 × 1 gray pixels, and");
    refused(&[("a/1.png", good()), ("b/1.png", png(1, 1, 8, 4, &[0, 7, 8]))], "the image has transparent pixels");
    refused(&[("a/1.png", png(1 << 20, 1 << 20, 8, 0, &[0]))], "an image of 1048576 × 1048576 pixels");
    refused(&[("a/1.png", png(3, 5, 8, 0, &filtered[1..]))], "fewer bytes than its size asks for");
    refused(&[("a/1.png", png(3, 5, 8, 0, &[0; 1000]))], "more bytes than its size asks for");
    refused(&[("a/1.png", png(3, 5, 8, 0, &[9; 20]))], "a row is filtered by 9");
    refused(&[("a/1.png", png(1, 1, 2, 3, &[0, 0xC0]))], "a colour that the palette lacks");
}

/// A file beside the scripts that made it.
fn oracle(name: &str) -> Vec<u8> {
    fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles").join(name)).unwrap()
}

/// pyarrow's files, plain and packed, in two batches: the numbers, gaps and words of the same table as text.
#[test]
fn an_arrow_file_is_the_table() {
    let sweep = Sweep::new("");
    let word = "a city with a long name, é";
    let long = format!("\"{word}\"");
    let texts = ["Oslo", "Rome", "", "Rome", &long, "", "Oslo"];
    let numbers = [
        ["1", "-2", "3", "4", "5", "6", "7"],
        ["1", "2", "65535", "4", "5", "6", "7"],
        ["1", "", "-1099511627776", "4", "5", "6", "7"],
        ["0.5", "-1.25", "3", "4", "5", "6", "7"],
        ["0.1", "", "", "1e300", "5", "6", "7"],
        ["true", "false", "", "true", "false", "true", "true"],
    ];
    let mut text = "i8,u16,i64,f32,f64,flag,text,large,view,level,y\n".to_owned();
    for row in 0..7 {
        let cells = numbers.iter().map(|column| column[row]).chain([texts[row]; 4]);
        let y = row.to_string();
        text += &cells.chain([y.as_str()]).collect::<Vec<_>>().join(",");
        text += "\n";
    }
    fs::write(sweep.path("t.csv"), text).unwrap();
    let parameters = [("target", "y"), ("text", "one-hot"), ("missing", "mean")];
    let expected = load(&sweep, "csv", "t.csv", &parameters).unwrap();
    for packing in ["plain", "lz4", "zstd"] {
        fs::write(sweep.path("t.arrow"), oracle(&format!("table-{packing}.arrow"))).unwrap();
        let dropped = [&parameters[..], &[("drop", "day, pair, wide")]].concat();
        let set = load(&sweep, "arrow", "t.arrow", &dropped).unwrap();
        assert_eq!((&set.about.features, set.digest()), (&expected.about.features, expected.digest()), "{packing}");
        let why = load(&sweep, "arrow", "t.arrow", &parameters).unwrap_err().to_string();
        for says in ["`day`", "date", "`pair`", "list", "`wide`"] {
            assert!(why.contains(says), "`{says}` is missing in {why}");
        }
        fs::write(sweep.path("t.feather"), oracle(&format!("table-{packing}.arrow"))).unwrap();
        let drop = "i64,wide,day,pair,f64,flag,text,large,view,level";
        let fitted =
            sweep.run(&["fit", "t.feather", "--target", "y", "--method", "qr", "--drop", drop]).ended_with(0).stdout;
        assert!(fitted.contains("7 samples, 3 features"), "{fitted}");
    }
    for (bytes, says) in [
        (b"FEA1....FEA1".to_vec(), "Feather of version 1"),
        (b"PAR1....PAR1".to_vec(), "it does not begin and end with `ARROW1`"),
        ([b"ARROW1\0\0".as_slice(), &[0xFF; 40], b"ARROW1"].concat(), "this Arrow file is damaged"),
    ] {
        fs::write(sweep.path("t.arrow"), bytes).unwrap();
        let why = load(&sweep, "arrow", "t.arrow", &parameters).unwrap_err().to_string();
        assert!(why.contains(says), "`{says}` is missing in {why}");
    }
}

/// Pillow's files and pixels. Decoders are free in how they round: 3 of 255 between them, more where colours have half the pixels and
/// the decoder spreads them. The sums are of our own pixels, the same on every CPU.
#[test]
fn jpeg_images_have_the_pixels_of_another_decoder() {
    let sweep = Sweep::new("");
    let expected: std::collections::BTreeMap<String, Vec<f64>> =
        serde_json::from_slice(&oracle("picture.json")).unwrap();
    let read = |name: &str| {
        for class in ["a", "b"] {
            fs::create_dir_all(sweep.path(&format!("pictures/{class}"))).unwrap();
            fs::write(sweep.path(&format!("pictures/{class}/1.jpeg")), oracle(&format!("picture-{name}.jpg"))).unwrap();
        }
        load(&sweep, "images", "pictures", &[])
    };
    for (name, channels, bound, sum) in [
        ("gray", 1, 3.0, 4_332_954.0),
        ("colours", 3, 3.0, 38_352_123.0),
        ("progressive", 3, 3.0, 38_352_123.0),
        ("halved", 3, 40.0, 38_474_401.0),
    ] {
        let set = read(name).unwrap();
        assert_eq!(set.shape, Shape::Image(Image { height: 13, width: 21, channels }));
        let gaps = set.features.row(0).iter().zip(&expected[name]).map(|(a, b)| (a - b).abs());
        let gap = gaps.fold(0.0, f64::max);
        assert!(gap <= bound, "{name}: {gap}");
        let weighted = set.features.row(0).iter().zip(1_u16..).map(|(pixel, place)| f64::from(place) * pixel);
        assert_eq!(weighted.sum::<f64>(), sum, "{name}");
    }
    let why = read("cmyk").unwrap_err().to_string();
    assert!(why.contains("an image in CMYK"), "{why}");
}

/// Whatever the bytes are, the answer is a data set or one message.
#[test]
fn any_bytes_have_an_answer() {
    let sweep = Sweep::new("");
    let mut dice = Dice::new(19);
    let samples = npy("<f8", "4, 2", "True", &floats(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]));
    let labels = npy("|u1", "4,", "False", &[0, 1, 0, 1]);
    let image = png(3, 2, 8, 2, &[4; 20]);
    folder(&sweep, &[("a/1.png", image.clone()), ("b/1.png", image.clone())]);
    for class in ["a", "b"] {
        fs::create_dir_all(sweep.path(&format!("photos/{class}"))).unwrap();
        fs::write(sweep.path(&format!("photos/{class}/1.jpg")), oracle("picture-colours.jpg")).unwrap();
    }
    let words = ["0", "-1", "65535", "4294967296", "99999999999999999999", "True", "'<f4'", "()"]
        .map(|word| word.as_bytes().to_vec());
    for (name, example) in [
        ("x.npy", samples.clone()),
        ("d.npz", zip(&[("x.npy", &samples), ("y.npy", &labels)])),
        ("pictures/b/1.png", image),
        ("t.csv.gz", gzip(b"a,y\n1,2\n3,4\n5,7\n")),
        ("t.arrow", oracle("table-plain.arrow")),
        ("t.arrow", oracle("table-lz4.arrow")),
        ("t.arrow", oracle("table-zstd.arrow")),
        ("photos/b/1.jpg", oracle("picture-colours.jpg")),
        ("photos/b/1.jpg", oracle("picture-progressive.jpg")),
    ] {
        let file = DataFile::new(&sweep.path(""), name);
        assert!(file.read(&example), "{name}");
        let examples = [example];
        let good = (0..count(2000)).filter(|_| file.read(&dice.changed(&examples, &words))).count();
        eprintln!("{name}: {good} good");
    }
}

/// A row for each step, in any order: samples are the sequences, and the target is one answer each or one for each step.
#[test]
fn sequences_are_read_from_long_tables() {
    let sweep = Sweep::new("");
    let rows: Vec<(usize, usize)> = (0..12).flat_map(|who| (0..4).map(move |step| (who, step))).collect();
    let value = |who: usize, step: usize| who * 10 + step * step;
    let table = |last: &str, y: &dyn Fn(usize, usize) -> usize| {
        let mixed = (0..rows.len()).map(|place| rows[place * 7 % rows.len()]);
        let row = |(who, step)| format!("w{who:02},{},{},{}\n", 100 - step, value(who, step), y(who, step));
        let rows: String = mixed.map(row).collect();
        fs::write(sweep.path("t.csv"), format!("who,at,v,y\n{rows}{last}")).unwrap();
    };
    let read =
        || load(&sweep, "csv", "t.csv", &[("target", "y"), ("task", "classes"), ("sequence", "who"), ("time", "at")]);
    table("", &|who, _| who % 2);
    let set = read().unwrap();
    assert_eq!((set.samples(), set.shape), (12, Shape::Sequence { steps: 4, features: 1 }));
    let backwards = [3, 2, 1, 0].map(|step| value(5, step) as f64);
    assert_eq!(set.features.row(5), backwards, "by time, which runs backwards here");
    assert_eq!(set.target, Target::Classes { labels: (0..12).map(|who| who % 2).collect(), count: 2 });
    table("", &|_, step| step % 2);
    assert_eq!(read().unwrap().positions(), 4, "an answer for each step");
    table("w03,9,1,1\n", &|who, _| who % 2);
    let why = read().unwrap_err().to_string();
    assert!(why.contains("t.csv`: sequence `w00` has 4 steps and `w03` 5; all need as many"), "{why}");
    table("", &|who, _| who % 2);
    fs::write(
        sweep.path("x.toml"),
        "name = \"x\"\nengine = \"reference\"\nseeds = 2\nmodel = { kind = \"rnn\", hidden = [3] }\ntrain = { epochs = 1, batch = 4 }\noptimizer = { \
         kind = \"adam\", lr = 0.01 }\n[data]\nset = { csv = \"t.csv\", target = \"y\", task = \"classes\", sequence = \"who\", time = \"at\" }\n",
    )
    .unwrap();
    let planned = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(planned.contains("12 samples") && planned.contains("sequences of 4 steps of 1"), "{planned}");
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    assert!(sweep.run(&["verify", "r", "-q"]).ended_with(0).stdout.contains("confirmed, bit for bit  2"));
}
