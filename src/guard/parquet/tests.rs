//! Files that tell the truth come through; those that lie in one place are refused for it.

use super::*;
use polars::prelude::*;
use std::io::Cursor;

/// A table of every type that is read, with nulls, in three row groups.
fn table() -> DataFrame {
    df!(
        "flag" => [Some(true), None, Some(false), Some(true), None],
        "whole" => [1_u64, 2, u64::MAX, 4, 5],
        "small" => [Some(-1_i32), Some(0), None, Some(3), Some(4)],
        "number" => [0.5, -0.0, f64::NAN, f64::INFINITY, 1e-320],
        "text" => [Some("a"), None, Some("ä"), Some(""), Some("a long text that is not kept within its view")],
    )
    .unwrap()
}

fn file(compression: ParquetCompression) -> Vec<u8> {
    let mut bytes = Vec::new();
    let writer = ParquetWriter::new(&mut bytes).with_compression(compression).with_row_group_size(Some(2));
    writer.finish(&mut table()).unwrap();
    bytes
}

fn read(bytes: Vec<u8>) -> DataFrame {
    ParquetReader::new(Cursor::new(bytes)).finish().unwrap()
}

#[test]
fn the_truth_comes_through() {
    use ParquetCompression as C;
    for compression in [C::Uncompressed, C::Snappy, C::Zstd(None), C::Gzip(None), C::Lz4Raw, C::Brotli(None)] {
        let bytes = file(compression);
        let anew = rewritten(&bytes, 25).unwrap();
        assert!(read(anew.clone()).equals_missing(&table()), "{compression:?}");
        // Written anew once more, it stays as it is.
        assert_eq!(rewritten(&anew, 25).as_ref(), Ok(&anew));
        assert!(rewritten(&bytes, 24).unwrap_err().to_string().contains("5 rows of 5 columns; of a file of"));
    }
}

/// The file with another footer.
fn with_footer(bytes: &[u8], change: impl Fn(&mut ThriftValue)) -> Vec<u8> {
    let mut footer = footer(bytes).unwrap();
    change(&mut footer);
    let end = bytes.len() - 8;
    let length = u32::from_le_bytes(bytes[end..end + 4].try_into().unwrap()) as usize;
    let mut changed = bytes[..end - length].to_vec();
    let start = changed.len();
    footer.write(&mut changed);
    changed.extend(u32::try_from(changed.len() - start).unwrap().to_le_bytes());
    changed.extend(MAGIC);
    changed
}

/// The value that a path of field ids and places in lists leads to.
fn at<'v, 'b>(value: &'v mut ThriftValue<'b>, path: &[i16]) -> &'v mut ThriftValue<'b> {
    path.iter().fold(value, |value, step| match value {
        Struct(fields) => &mut fields.iter_mut().find(|(id, _)| id == step).unwrap().1,
        List(items) => &mut items[usize::try_from(*step).unwrap()],
        other => panic!("{other:?} has no parts"),
    })
}

#[test]
fn a_footer_that_lies_is_refused() {
    let good = file(ParquetCompression::Zstd(None));
    let lies: [(&[i16], i64, &str); 9] = [
        (&[3], i64::MAX, "it does not have the rows that it says"),
        (&[4, 0, 3], i64::MAX, "it does not have the rows that it says"),
        (&[4, 0, 3], -1, "it does not have the rows that it says"),
        (&[4, 1, 1, 0, 3, 5], 1 << 60, "in its row group 2, column 1: it does not have as many values"),
        (&[4, 1, 1, 2, 3, 7], 1 << 60, "in its row group 2, column 3: it lies outside of the file"),
        (&[4, 1, 1, 2, 3, 7], 5, "a page"),
        (&[4, 0, 1, 1, 3, 11], i64::MAX, "column 2: it lies outside of the file"),
        (&[4, 0, 1, 1, 3, 11], -9, "column 2: it lies outside of the file"),
        (&[4, 0, 1, 1, 3, 11], 3, "a page"),
    ];
    for (path, number, says) in lies {
        let why =
            rewritten(&with_footer(&good, |footer| *at(footer, path) = I64(number)), 1000).unwrap_err().to_string();
        assert!(why.contains(says), "{path:?} = {number}: {why}");
    }
    let refused =
        |change: &dyn Fn(&mut ThriftValue)| rewritten(&with_footer(&good, change), 1000).unwrap_err().to_string();
    // All columns reach to the footer.
    let length = u32::from_le_bytes(good[good.len() - 8..good.len() - 4].try_into().unwrap());
    let end = i64::try_from(good.len()).unwrap() - 8 - i64::from(length);
    let overlapping = refused(&|footer| {
        for (group, column) in (0..2).flat_map(|group| (0..5).map(move |column| (group, column))) {
            let fields = at(footer, &[4, group, 1, column, 3]);
            let start = fields.field(11).or(fields.field(9)).and_then(ThriftValue::integer).unwrap();
            *at(footer, &[4, group, 1, column, 3, 7]) = I64(end - start);
        }
    });
    assert!(overlapping.contains("it overlaps others"), "{overlapping}");
    let deep = refused(&|footer| {
        let group = |_| Struct(vec![(4, ThriftValue::Binary(b"g")), (5, I32(1))]);
        let leaf = Struct(vec![(1, I32(1)), (3, I32(0)), (4, ThriftValue::Binary(b"x"))]);
        *at(footer, &[2]) = List((0..10_000).map(group).chain([leaf]).collect());
    });
    assert_eq!(deep, "its schema makes no sense");
    let unfinished = refused(&|footer| *at(footer, &[2, 0, 5]) = I32(i32::MAX));
    assert_eq!(unfinished, "its schema makes no sense");
    let another = refused(&|footer| *at(footer, &[4, 0, 3]) = ThriftValue::Binary(b"rows"));
    assert_eq!(another, "its footer makes no sense");
}

/// A file of one column of two numbers, with these pages.
fn paged(pages: &[(ThriftValue, &[u8])]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for (header, body) in pages {
        header.write(&mut bytes);
        bytes.extend(*body);
    }
    let data = [(4, I32(0)), (5, I64(2)), (7, long(bytes.len() - 4)), (9, I64(4))];
    let column = Struct(vec![(3, Struct(data.to_vec()))]);
    let root = Struct(vec![(4, ThriftValue::Binary(b"root")), (5, I32(1))]);
    let leaf = Struct(vec![(1, I32(5)), (3, I32(0)), (4, ThriftValue::Binary(b"a"))]);
    let group = Struct(vec![(1, List(vec![column])), (3, I64(2))]);
    let footer = Struct(vec![(2, List(vec![root, leaf])), (3, I64(2)), (4, List(vec![group]))]);
    let start = bytes.len();
    footer.write(&mut bytes);
    bytes.extend(u32::try_from(bytes.len() - start).unwrap().to_le_bytes());
    bytes.extend(MAGIC);
    bytes
}

/// A page of data by its bytes, unpacked bytes, values and encoding.
fn page(bytes: i32, unpacked: i32, values: i32, encoding: i32) -> ThriftValue<'static> {
    let data = [(1, I32(values)), (2, I32(encoding)), (3, I32(3)), (4, I32(3))];
    Struct(vec![(1, I32(0)), (2, I32(unpacked)), (3, I32(bytes)), (5, Struct(data.to_vec()))])
}

#[test]
fn a_page_that_lies_is_refused() {
    let body: Vec<u8> = [0.5_f64, 2.5].iter().flat_map(|number| number.to_le_bytes()).collect();
    let numbers =
        |bytes: Vec<u8>| read(bytes).column("a").unwrap().f64().unwrap().into_no_null_iter().collect::<Vec<_>>();
    let good = rewritten(&paged(&[(page(16, 16, 2, 0), &body)]), 10).unwrap();
    assert_eq!(numbers(good), [0.5, 2.5]);
    let two = paged(&[(page(8, 8, 1, 0), &body[..8]), (page(8, 8, 1, 0), &body[8..])]);
    assert_eq!(numbers(rewritten(&two, 10).unwrap()), [0.5, 2.5]);
    let dictionary = |values| {
        let of = [(1, I32(values)), (2, I32(0))];
        Struct(vec![(1, I32(2)), (2, I32(16)), (3, I32(16)), (7, Struct(of.to_vec()))])
    };
    let version_2 = |nulls, levels| {
        let of = [(1, I32(2)), (2, I32(nulls)), (3, I32(2)), (4, I32(0)), (5, I32(levels)), (6, I32(0))];
        Struct(vec![(1, I32(3)), (2, I32(16)), (3, I32(16)), (8, Struct(of.to_vec()))])
    };
    assert!(rewritten(&paged(&[(version_2(0, 0), &body)]), 10).is_ok());
    for (header, says) in [
        (page(17, 16, 2, 0), "a page ends after the column"),
        (page(-1, 16, 2, 0), "a page ends after the column"),
        (page(i32::MAX, 16, 2, 0), "a page ends after the column"),
        (page(16, i32::MAX, 2, 0), "too many bytes once unpacked"),
        (page(16, 100 << 20, 2, 0), "of a file of"), // a small file
        (page(16, -1, 2, 0), "a page has no size"),
        (page(16, 16, i32::MAX, 0), "more values than there are rows"),
        (page(16, 16, -2, 0), "makes no sense"),
        (page(16, 16, 1, 0), "makes no sense"), // a page is missing
        (page(16, 16, 2, 5), "encoding DELTA_BINARY_PACKED is not read"),
        (page(16, 16, 2, 77), "encoding 77 is not known"),
        (dictionary(3), "makes no sense"),
        (dictionary(17), "makes no sense"),
        (dictionary(i32::MAX), "makes no sense"),
        (version_2(3, 0), "makes no sense"),
        (version_2(0, 17), "makes no sense"),
        (version_2(-1, -1), "makes no sense"),
        (Struct(vec![]), "a page ends after the column"),
    ] {
        let why = rewritten(&paged(&[(header.clone(), &body)]), 10).unwrap_err().to_string();
        assert!(why.contains(says), "{header:?}: {why}");
    }
    // A dictionary stands at the beginning or nowhere.
    let late = paged(&[(page(8, 8, 1, 0), &body[..8]), (dictionary(1), &body), (page(8, 8, 1, 0), &body[8..])]);
    assert!(rewritten(&late, 10).unwrap_err().to_string().contains("makes no sense"));
}

/// A million equal values are a few hundred bytes, and would be gigabytes in some columns.
#[test]
fn a_small_file_has_no_more_rows_than_its_bytes_allow() {
    let rows = 1_000_000;
    let column = |name: &str| Series::new(name.into(), [1.5]).new_from_index(0, rows).into_column();
    let names = ["a", "b", "c", "d", "e", "f"];
    let mut bytes = Vec::new();
    let mut table = DataFrame::new(rows, names.map(column).to_vec()).unwrap();
    ParquetWriter::new(&mut bytes).finish(&mut table).unwrap();
    assert!(bytes.len() < 20_000, "{} bytes", bytes.len());
    let most = 4_000_000 + 100 * bytes.len();
    let why = rewritten(&bytes, usize::MAX).unwrap_err().to_string();
    assert_eq!(
        why,
        format!("{rows} rows of 6 columns; of a file of {} bytes at most {most} cells are read", bytes.len())
    );
    let mut few = Vec::new();
    ParquetWriter::new(&mut few).finish(&mut table.select(["a", "b"]).unwrap()).unwrap();
    assert!(rewritten(&few, usize::MAX).is_ok());
}
