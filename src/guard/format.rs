//! The structs of a Parquet file that burnmark passes on, by the ids and kinds of their fields.
//!
//! Source: <https://github.com/apache/parquet-format>, `src/main/thrift/parquet.thrift`.

use super::thrift::ThriftValue::{self, Binary, Byte, Flag, I32, I64, List, Struct};

/// What a value has to be: fields that are not named are left out, one of another kind makes no sense.
pub enum FieldShape {
    Flag,
    Byte,
    I32,
    I64,
    Binary,
    List(&'static FieldShape),
    Struct(&'static [(i16, FieldShape)]),
}

const NOTHING: FieldShape = FieldShape::Struct(&[]);
const UNIT: FieldShape = FieldShape::Struct(&[(1, NOTHING), (2, NOTHING), (3, NOTHING)]);
const TIME: FieldShape = FieldShape::Struct(&[(1, FieldShape::Flag), (2, UNIT)]);
const LOGICAL_TYPE: FieldShape = FieldShape::Struct(&[
    (1, NOTHING),                                                           // string
    (2, NOTHING),                                                           // map
    (3, NOTHING),                                                           // list
    (4, NOTHING),                                                           // enum
    (5, FieldShape::Struct(&[(1, FieldShape::I32), (2, FieldShape::I32)])), // decimal
    (6, NOTHING),                                                           // date
    (7, TIME),
    (8, TIME),                                                                 // timestamp
    (10, FieldShape::Struct(&[(1, FieldShape::Byte), (2, FieldShape::Flag)])), // integer
    (11, NOTHING),                                                             // null
    (12, NOTHING),                                                             // JSON
    (13, NOTHING),                                                             // BSON
    (14, NOTHING),                                                             // UUID
    (15, NOTHING),                                                             // float of 16 bits
]);
const SCHEMA_ELEMENT: FieldShape = FieldShape::Struct(&[
    (1, FieldShape::I32),    // physical type
    (2, FieldShape::I32),    // its length
    (3, FieldShape::I32),    // required, optional, repeated
    (4, FieldShape::Binary), // name
    (5, FieldShape::I32),    // children
    (6, FieldShape::I32),    // converted type
    (7, FieldShape::I32),    // scale
    (8, FieldShape::I32),    // precision
    (10, LOGICAL_TYPE),
]);
const COLUMN: FieldShape = FieldShape::Struct(&[(
    3,
    FieldShape::Struct(&[
        (4, FieldShape::I32),  // codec
        (5, FieldShape::I64),  // values
        (7, FieldShape::I64),  // bytes
        (9, FieldShape::I64),  // place of the first page of data
        (11, FieldShape::I64), // place of the dictionary
    ]),
)]);
const ROW_GROUP: FieldShape = FieldShape::Struct(&[(1, FieldShape::List(&COLUMN)), (3, FieldShape::I64)]);
pub const FOOTER: FieldShape = FieldShape::Struct(&[
    (2, FieldShape::List(&SCHEMA_ELEMENT)),
    (3, FieldShape::I64),
    (4, FieldShape::List(&ROW_GROUP)),
    (5, FieldShape::List(&FieldShape::Struct(&[(1, FieldShape::Binary), (2, FieldShape::Binary)]))), // keys and values
]);
pub const PAGE: FieldShape = FieldShape::Struct(&[
    (1, FieldShape::I32), // kind
    (2, FieldShape::I32), // bytes once unpacked
    (3, FieldShape::I32), // bytes
    (5, FieldShape::Struct(&[(1, FieldShape::I32), (2, FieldShape::I32), (3, FieldShape::I32), (4, FieldShape::I32)])),
    (7, FieldShape::Struct(&[(1, FieldShape::I32), (2, FieldShape::I32), (3, FieldShape::Flag)])),
    (
        8,
        FieldShape::Struct(&[
            (1, FieldShape::I32), // values
            (2, FieldShape::I32), // nulls
            (3, FieldShape::I32), // rows
            (4, FieldShape::I32), // encoding
            (5, FieldShape::I32), // bytes of definition levels
            (6, FieldShape::I32), // bytes of repetition levels
            (7, FieldShape::Flag),
        ]),
    ),
]);

/// A value of this shape, and nothing besides.
pub fn fitted<'b>(value: ThriftValue<'b>, shape: &FieldShape) -> Option<ThriftValue<'b>> {
    match (value, shape) {
        (Struct(fields), FieldShape::Struct(known)) => {
            let mut kept = Vec::new();
            for (id, value) in fields {
                if let Some((_, shape)) = known.iter().find(|(known, _)| *known == id) {
                    kept.push((id, fitted(value, shape)?));
                }
            }
            Some(Struct(kept))
        }
        (List(items), FieldShape::List(shape)) => {
            items.into_iter().map(|item| fitted(item, shape)).collect::<Option<_>>().map(List)
        }
        (value @ Flag(_), FieldShape::Flag)
        | (value @ Byte(_), FieldShape::Byte)
        | (value @ I32(_), FieldShape::I32)
        | (value @ I64(_), FieldShape::I64)
        | (value @ Binary(_), FieldShape::Binary) => Some(value),
        _ => None,
    }
}
