use super::*;
use crate::data::DataPlace;

fn texts(column: &Column) -> Vec<String> {
    let Cells::Text(texts) = &column.cells else { panic!("{:?} is no text", column.cells) };
    texts.iter().map(|cell| cell.text.into_owned()).collect()
}

fn csv(text: &str) -> Result<Table, DataError> {
    let (columns, lines) = delimited::parse(text.as_bytes().to_vec(), b',')?;
    Ok(Table { columns, path: "t.csv".to_owned(), lines: Some(lines) })
}

fn numbers(text: &str, column: &str) -> Result<Vec<f64>, DataError> {
    let table = csv(text)?;
    table.numbers(table.column(column)?).map(Cow::into_owned)
}

#[test]
fn text_is_read_as_it_stands() {
    let both = |text: &str| {
        let table = csv(text).unwrap();
        let numbers = table.numbers(&table.columns[0]).unwrap().into_owned();
        (numbers, texts(&table.columns[1]))
    };
    let plain = (vec![1.0, -2.5e-3], vec!["x".to_owned(), "y".to_owned()]);
    assert_eq!(both("a,b\n1,x\n-2.5e-3,y\n"), plain);
    // A byte order mark, CRLF, blanks, quotes, blank lines, no line end at the end.
    assert_eq!(both("\u{FEFF}a, b\r\n 1 ,\"x\"\r\n\r\n   \r\n-2.5e-3,y"), plain);
    let quoted = csv("\"a,b\",c\n\"1\",\"two\nlines, \"\"so\"\"\"\n").unwrap();
    assert_eq!(quoted.columns[0].name, "a,b");
    assert_eq!(texts(&quoted.columns[1]), ["two\nlines, \"so\""]);
    // Correctly rounded: the nearest double to these digits.
    assert_eq!(numbers("a\n0.1000000000000000055511151231257827\n", "a").unwrap(), [0.1]);
    assert_eq!(numbers("a\ntrue\nFALSE\n", "a").unwrap(), [1.0, 0.0]);
}

/// `007` is an article and no 7.
#[test]
fn codes_are_text_and_flags_are_flags_in_any_case() {
    let text = "code,flag,zero\n007,True,0\n7,TRUE,0.5\n12,false,-0\n";
    let table = csv(text).unwrap();
    let labels = |name: &str| table.labels(table.column(name).unwrap()).unwrap();
    assert_eq!(labels("code").names, ["007", "12", "7"]);
    assert!(!table.column("code").unwrap().has_numbers());
    assert_eq!((labels("flag").names, labels("flag").classes), (vec!["false".into(), "true".into()], vec![1, 1, 0]));
    assert_eq!(numbers(text, "flag").unwrap(), [1.0, 1.0, 0.0]);
    assert_eq!(numbers(text, "zero").unwrap(), [0.0, 0.5, 0.0]);
    let why = numbers(text, "code").unwrap_err().to_string();
    assert_eq!(why, "`t.csv`: row 1 (line 2), column `code`: `007` begins with 0, so it is a code and no number");
}

#[test]
fn errors_say_their_kind_and_place() {
    let of = |error: DataError| {
        let DataPlace { file, line, row, column } = error.place;
        (error.fault, file, line, row, column)
    };
    let file = || Some("t.csv".to_owned());
    let cell = of(numbers("a,b\n1,2\n\n3,x\n", "b").unwrap_err());
    assert_eq!(cell, (DataFault::Cells, file(), Some(4), Some(2), Some("b".to_owned())));
    assert_eq!(of(csv("a,b\n1,2\n3\n").unwrap_err()), (DataFault::Format, None, Some(3), Some(2), None));
    assert_eq!(of(csv("a,b\n1,\"2\n").unwrap_err()), (DataFault::Format, None, Some(2), None, None));
    assert_eq!(csv("a,a\n1,2\n").unwrap_err().fault, DataFault::Header);
    assert_eq!(csv("a,b\n1,2\n").unwrap().column("z").unwrap_err().fault, DataFault::Column);
    let missing = of(Table::read_csv(Path::new("/none/t.csv"), b',').unwrap_err());
    assert_eq!(missing, (DataFault::Unreadable, Some("/none/t.csv".to_owned()), None, None, None));
}

#[test]
fn every_cell_that_does_not_fit_is_named() {
    let why = numbers("a\n1\nNA\nx\n2\n1,5\n".replace("1,5", "\"1,5\"").as_str(), "a").unwrap_err().to_string();
    let comma = "row 5 `1,5` is no number: a decimal comma is written as a point, `1.5`";
    let all = format!("3 cells do not fit: row 2 missing value (`NA`), row 3 `x` is no number, {comma}");
    assert_eq!(why, format!("`t.csv`: row 2 (line 3), column `a`: missing value (`NA`); {all}"));
    let commas = numbers("a,b\n1,\"1,5\"\n2,\"2,5\"\n", "b").unwrap_err().to_string();
    assert!(commas.ends_with("written as a point, `1.5` (2 such cells: rows 1, 2)"), "{commas}");
    let gaps = "a,b\n1,\n".to_owned() + &"1,\n".repeat(8) + "1,2\n";
    let why = numbers(&gaps, "b").unwrap_err().to_string();
    assert!(why.ends_with("missing value (9 such cells: rows 1, 2, 3, 4, 5, 6, 7, 8, …)"), "{why}");
}

#[test]
fn a_label_may_be_called_na() {
    let labels = |text: &str| {
        let table = csv(text)?;
        table.labels(table.column("y")?)
    };
    assert_eq!(labels("a,y\n1,\"NA\"\n2,ZA\n").unwrap().names, ["NA", "ZA"]);
    let why = labels("a,y\n1,NA\n2,ZA\n").unwrap_err().to_string();
    assert!(why.ends_with("column `y`: missing value (`NA`); fill the cell, or leave the row out; a label of this name needs quotes: \"NA\""), "{why}");
}

#[test]
fn a_cell_that_does_not_fit_is_named_where_its_column_is_used() {
    let text = "id,age,city\n1,30,Rome\n2,,Oslo\n\n3,x,NA\n4,inf,?\n5,1e999,Bonn\n";
    assert_eq!(numbers(text, "id").unwrap(), [1.0, 2.0, 3.0, 4.0, 5.0]);
    let all = "row 2 missing value, row 3 `x` is no number, row 4 `inf` is not finite, row 5 `1e999` is too large for a 64-bit number";
    let first = "`t.csv`: row 2 (line 3), column `age`: missing value";
    assert_eq!(numbers(text, "age").unwrap_err().to_string(), format!("{first}; 4 cells do not fit: {all}"));
    let text_column = "`t.csv`: row 1 (line 2), column `city`: `Rome` is text where a number is needed";
    assert_eq!(numbers(text, "city").unwrap_err().to_string(), text_column);
    let table = csv(text).unwrap();
    let labels = table.labels(table.column("city").unwrap()).unwrap_err().to_string();
    assert_eq!(
        labels,
        "`t.csv`: row 3 (line 5), column `city`: missing value (`NA`) (2 such cells: rows 3, 4); fill the cell, or \
                  leave the row out; a label of this name needs quotes: \"NA\""
    );
    for (cell, says) in [
        ("x", "`x` is no number"),
        ("-inf", "`-inf` is not finite"),
        ("1e999", "`1e999` is too large for a 64-bit number"),
        ("NaN", "missing value"),
        ("1,5", "has 2 cells where the header has 1"),
    ] {
        let why = numbers(&format!("a\n1\n{cell}\n"), "a").unwrap_err().to_string();
        assert!(why.contains("row 2 (line 3)") && why.contains(says), "{why}");
    }
    assert!(
        numbers("a\ntrue\n\n\"\"\n", "a")
            .unwrap_err()
            .to_string()
            .contains("row 2 (line 4), column `a`: missing value")
    );
}

#[test]
fn labels_are_classes_in_ascending_order() {
    let table = csv("n,t\n10,b\n9,a\n-0,B\n10,a\n0.0,ä\n").unwrap();
    let numbers = table.labels(table.column("n").unwrap()).unwrap();
    assert_eq!((numbers.names, numbers.classes), (vec!["0".into(), "9".into(), "10".into()], vec![2, 1, 0, 2, 0]));
    let text = table.labels(table.column("t").unwrap()).unwrap();
    assert_eq!(text.names, ["B", "a", "b", "ä"]);
    assert_eq!(text.classes, [2, 1, 0, 1, 3]);
}

/// 2⁶⁰ and 2⁶⁰ + 1 are one 64-bit float.
#[test]
fn whole_numbers_that_no_float_is_are_labels_and_no_features() {
    const LARGE: i128 = 1 << 60;
    let (next, double) = (LARGE + 1, 2 * LARGE);
    let text = format!(
        "id,mixed,exact,wide\n{next},{next},{LARGE},12000000000000000000000\n7,0.5,{double},1\n{LARGE},{LARGE},3,2\n"
    );
    let labels = |name: &str| {
        let table = csv(&text).unwrap();
        table.labels(table.column(name).unwrap()).unwrap()
    };
    assert_eq!(labels("id").names, ["7".to_owned(), LARGE.to_string(), next.to_string()]);
    assert_eq!(labels("id").classes, [2, 0, 1]);
    assert_eq!(labels("mixed").names.len(), 3);
    for column in ["id", "mixed"] {
        let why = numbers(&text, column).unwrap_err().to_string();
        let cell = format!("row 1 (line 2), column `{column}`: `{next}` is a whole number beyond 2^53");
        assert!(why.contains(&cell), "{why}");
    }
    assert_eq!(numbers(&text, "exact").unwrap(), [2.0_f64.powi(60), 2.0_f64.powi(61), 3.0]);
    assert_eq!(numbers(&text, "wide").unwrap(), [1.2e22, 1.0, 2.0]);
}

#[test]
fn what_is_no_table_is_refused() {
    for (text, says) in [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("a,b\n", "a header and no row"),
        ("a,a\n1,2\n", "columns 1 and 2 are both named `a`"),
        ("a,,b\n0,1,2\n", "column 2 has no name in the header"),
        ("a,b,\n0,1,\n", "column 3 has no name in the header; is there a separator at the end of the line?"),
        ("a,b\n1,2\n,\n", "row 2 (line 3) holds nothing but separators; remove such lines"),
        ("My table\na,b\n1,2\n", "row 1 (line 2) has 2 cells where the header has 1; if the first line is a title"),
        ("a,b\n1,2,\n", "is there a separator at the end of the line?"),
        ("a,b\nx,1,2\n", "as R's `write.table` has it"),
        (
            "a,b\n1,5,2,5\n",
            "row 1 (line 2) has 4 cells where the header has 2; numbers are written with a decimal point",
        ),
        ("1,2\n3,4\n", "the first line holds numbers only"),
        ("a;b\n1;2\n", "semicolons"),
        ("a,b\n1,2\n3\n", "row 2 (line 3) has 1 cell where the header has 2"),
        ("a,b\r\n\r\n1,2,3\r\n", "row 1 (line 3) has 3 cells"),
        ("a,b\r1,2\r3\r", "row 2 (line 3) has 1 cell "),
        ("a,b\n1,\"2\n3,4\n", "a quote is opened in line 2 and never closed"),
        ("a,b\n1,\"2\"5\n3,4\n", "in line 2 a quoted cell goes on behind its quotes"),
        ("a\n1\0\n", "a zero byte in line 2"),
    ] {
        let why = csv(text).unwrap_err().to_string();
        assert!(why.contains(says), "{text:?}: {why}");
    }
    assert_eq!(
        delimited::parse(b"a\n\xFF\n".to_vec(), b',').unwrap_err().to_string(),
        "line 2 is not UTF-8 text; save the file as UTF-8"
    );
    assert!(delimited::parse(b"\xFF\xFEa\0".to_vec(), b',').unwrap_err().to_string().contains("UTF-16"));
}

#[test]
fn a_column_that_is_not_there_is_told_with_the_nearest() {
    let table = csv("age,city\n1,x\n").unwrap();
    assert_eq!(
        table.column("Age").unwrap_err().to_string(),
        "`t.csv` has no column `Age`, did you mean `age`? it has `age`, `city`"
    );
    let blanks = csv("a b y\n1 2 3\n").unwrap().column("y").unwrap_err().to_string();
    assert_eq!(blanks, "`t.csv` has one column, `a b y`: blanks are no separators; save it with commas");
    assert_eq!(table.column("zzz").unwrap_err().to_string(), "`t.csv` has no column `zzz`; it has `age`, `city`");
}
