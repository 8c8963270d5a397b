//! The structs of a Parquet file that burnmark passes on, by the ids and kinds of their fields.
//!
//! Source: <https://github.com/apache/parquet-format>, `src/main/thrift/parquet.thrift`.

use super::thrift::Value::{self, Binary, Byte, Flag, I32, I64, List, Struct};

/// What a value has to be: fields that are not named are left out, one of another kind makes no sense.
pub enum Shape {
    Flag,
    Byte,
    I32,
    I64,
    Binary,
    List(&'static Shape),
    Struct(&'static [(i16, Shape)]),
}

const NOTHING: Shape = Shape::Struct(&[]);
const UNIT: Shape = Shape::Struct(&[(1, NOTHING), (2, NOTHING), (3, NOTHING)]);
const TIME: Shape = Shape::Struct(&[(1, Shape::Flag), (2, UNIT)]);
const LOGICAL_TYPE: Shape = Shape::Struct(&[
    (1, NOTHING),                                            // string
    (2, NOTHING),                                            // map
    (3, NOTHING),                                            // list
    (4, NOTHING),                                            // enum
    (5, Shape::Struct(&[(1, Shape::I32), (2, Shape::I32)])), // decimal
    (6, NOTHING),                                            // date
    (7, TIME),
    (8, TIME),                                                  // timestamp
    (10, Shape::Struct(&[(1, Shape::Byte), (2, Shape::Flag)])), // integer
    (11, NOTHING),                                              // null
    (12, NOTHING),                                              // JSON
    (13, NOTHING),                                              // BSON
    (14, NOTHING),                                              // UUID
    (15, NOTHING),                                              // float of 16 bits
]);
const SCHEMA_ELEMENT: Shape = Shape::Struct(&[
    (1, Shape::I32),    // physical type
    (2, Shape::I32),    // its length
    (3, Shape::I32),    // required, optional, repeated
    (4, Shape::Binary), // name
    (5, Shape::I32),    // children
    (6, Shape::I32),    // converted type
    (7, Shape::I32),    // scale
    (8, Shape::I32),    // precision
    (10, LOGICAL_TYPE),
]);
const COLUMN: Shape = Shape::Struct(&[(
    3,
    Shape::Struct(&[
        (4, Shape::I32),  // codec
        (5, Shape::I64),  // values
        (7, Shape::I64),  // bytes
        (9, Shape::I64),  // place of the first page of data
        (11, Shape::I64), // place of the dictionary
    ]),
)]);
const ROW_GROUP: Shape = Shape::Struct(&[(1, Shape::List(&COLUMN)), (3, Shape::I64)]);
pub const FOOTER: Shape =
    Shape::Struct(&[(2, Shape::List(&SCHEMA_ELEMENT)), (3, Shape::I64), (4, Shape::List(&ROW_GROUP))]);
pub const PAGE: Shape = Shape::Struct(&[
    (1, Shape::I32), // kind
    (2, Shape::I32), // bytes once unpacked
    (3, Shape::I32), // bytes
    (5, Shape::Struct(&[(1, Shape::I32), (2, Shape::I32), (3, Shape::I32), (4, Shape::I32)])),
    (7, Shape::Struct(&[(1, Shape::I32), (2, Shape::I32), (3, Shape::Flag)])),
    (
        8,
        Shape::Struct(&[
            (1, Shape::I32), // values
            (2, Shape::I32), // nulls
            (3, Shape::I32), // rows
            (4, Shape::I32), // encoding
            (5, Shape::I32), // bytes of definition levels
            (6, Shape::I32), // bytes of repetition levels
            (7, Shape::Flag),
        ]),
    ),
]);

/// A value of this shape, and nothing besides.
pub fn fitted<'b>(value: Value<'b>, shape: &Shape) -> Option<Value<'b>> {
    match (value, shape) {
        (Struct(fields), Shape::Struct(known)) => {
            let mut kept = Vec::new();
            for (id, value) in fields {
                if let Some((_, shape)) = known.iter().find(|(known, _)| *known == id) {
                    kept.push((id, fitted(value, shape)?));
                }
            }
            Some(Struct(kept))
        }
        (List(items), Shape::List(shape)) => {
            items.into_iter().map(|item| fitted(item, shape)).collect::<Option<_>>().map(List)
        }
        (value @ Flag(_), Shape::Flag)
        | (value @ Byte(_), Shape::Byte)
        | (value @ I32(_), Shape::I32)
        | (value @ I64(_), Shape::I64)
        | (value @ Binary(_), Shape::Binary) => Some(value),
        _ => None,
    }
}
