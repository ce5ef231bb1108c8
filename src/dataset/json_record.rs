//! A line of JSON in, a labelled record out, without a tree of values in between.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::labelled::{FieldNames, LabelKind, LabelledOptions, Record, make_record};

/// Parses a line; `place` is the record's id if it has none of its own.
///
/// # Errors
/// What is wrong with the line and what to do.
pub(super) fn parse(
    line: &str,
    place: String,
    options: &LabelledOptions,
) -> Result<(Record, LabelKind), String> {
    let mut deserializer = serde_json::Deserializer::from_str(line);
    let fields = Fields(&options.names)
        .deserialize(&mut deserializer)
        .and_then(|fields| deserializer.end().map(|()| fields))
        .map_err(|e| match line.trim_start().starts_with('{') {
            true => format!(
                "not a JSON object ({}); mend the line, or use --skip-bad-records",
                super::json_problem(&e)
            ),
            false => "neither a JSON object nor a __label__ line; give JSONL, CSV, TSV, __label__ lines or a folder per class".to_owned(),
        })?;
    if let Some(name) =
        fields.unusable.iter().find(|name| [&options.names.label, &options.names.text].contains(name))
    {
        return Err(format!(
            "the {name:?} field is a list or an object; give a text, or a record for each of several"
        ));
    }
    let record = make_record(fields.values, place, options)?;
    Ok((record, fields.label_kind))
}

/// The plain values of an object: texts, numbers and truth values.
struct Plain {
    values: BTreeMap<String, String>,
    label_kind: LabelKind,
    /// The names of fields that hold lists or objects.
    unusable: Vec<String>,
}

struct Fields<'a>(&'a FieldNames);

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = Plain;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Plain, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a text and a label")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Plain, A::Error> {
        let mut plain = Plain { values: BTreeMap::new(), label_kind: LabelKind::Text, unusable: Vec::new() };
        while let Some(Key(key)) = map.next_key()? {
            let (value, kind) = match map.next_value()? {
                Value::Text(text) => (text, LabelKind::Text),
                Value::Number(number) => (number, LabelKind::Number),
                Value::Truth(truth) => (truth.to_string(), LabelKind::Truth),
                Value::Null => continue,
                Value::Nested => {
                    plain.unusable.push(key.into_owned());
                    continue;
                }
            };
            if *key == self.0.label {
                plain.label_kind = kind;
            }
            plain.values.insert(key.into_owned(), value);
        }
        Ok(plain)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

enum Value {
    Text(String),
    Number(String),
    Truth(bool),
    Null,
    /// A list or an object.
    Nested,
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(serde_json::Number::from_f64(number).map_or(Value::Null, |n| Value::Number(n.to_string())))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Truth(truth))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Nested)
    }
}
