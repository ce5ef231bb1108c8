//! Two models in, what their files say differently out: header fields by path, and arrays.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::Model;

/// What two model files say differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelDiff {
    /// Fields of the header whose values differ, by path.
    pub fields: Vec<FieldDiff>,
    /// Arrays whose bytes differ, by name.
    pub arrays: Vec<ArrayDiff>,
}

/// A header field that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldDiff {
    /// Keys from the header down, parted by dots, an element of a list by its number: `parameters.vectorizer.analyzer.stem`.
    pub path: String,
    /// The first model's value; none if it has no such field.
    pub old: Option<Value>,
    /// The second model's.
    pub new: Option<Value>,
}

/// An array that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArrayDiff {
    /// The array's name.
    pub name: String,
    /// Its bytes in the first model; none if it has no such array.
    pub old_bytes: Option<usize>,
    /// Its bytes in the second.
    pub new_bytes: Option<usize>,
}

impl ModelDiff {
    /// Compares two models. Equal ones have no differences; their files may still have different names.
    #[must_use]
    pub fn new(old: &Model, new: &Model) -> Self {
        Self { fields: field_diffs(&leaves(old), &leaves(new)), arrays: array_diffs(old, new) }
    }

    /// Whether the models are the same, bit for bit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.arrays.is_empty()
    }
}

/// The values of a header that hold no others, by path.
fn leaves(model: &Model) -> BTreeMap<String, Value> {
    let header = serde_json::to_value(&model.header).expect("a header was JSON when it was made");
    let mut found = BTreeMap::new();
    let mut pending = vec![(String::new(), header)];
    while let Some((path, value)) = pending.pop() {
        let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                pending.extend(fields.into_iter().map(|(key, value)| (below(&key), value)));
            }
            Value::Array(elements) if !elements.is_empty() => {
                let numbered = elements.into_iter().enumerate();
                pending.extend(numbered.map(|(number, value)| (below(&number.to_string()), value)));
            }
            leaf => {
                found.insert(path, leaf);
            }
        }
    }
    found
}

fn field_diffs(old: &BTreeMap<String, Value>, new: &BTreeMap<String, Value>) -> Vec<FieldDiff> {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    paths
        .into_iter()
        .filter(|path| old.get(*path) != new.get(*path))
        .map(|path| FieldDiff {
            path: path.clone(),
            old: old.get(path).cloned(),
            new: new.get(path).cloned(),
        })
        .collect()
}

fn array_diffs(old: &Model, new: &Model) -> Vec<ArrayDiff> {
    let names: BTreeSet<&str> = old.arrays().chain(new.arrays()).map(|(name, ..)| name).collect();
    names
        .into_iter()
        .filter_map(|name| {
            // Of any type of element.
            let [old, new] = [old, new].map(|model| model.arrays.get(name));
            (old != new).then(|| ArrayDiff {
                name: name.to_owned(),
                old_bytes: old.map(|(_, bytes)| bytes.len()),
                new_bytes: new.map(|(_, bytes)| bytes.len()),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{DataStamp, Header, Task};

    fn model(alpha: f64, array: &[f32]) -> Model {
        let data = DataStamp { checksum: "00".into(), n_records: 2, fingerprints: None };
        let parameters = json!({"members": [{"alpha": alpha}, {"cost": 1}], "empty": {}});
        let header = Header::new(Task::Text, vec!["a".into(), "b".into()], data, &parameters).unwrap();
        let mut model = Model::new(header);
        model.put_f32("weights", array);
        model
    }

    #[test]
    fn a_model_does_not_differ_from_itself() {
        assert!(ModelDiff::new(&model(0.1, &[1.0]), &model(0.1, &[1.0])).is_empty());
    }

    #[test]
    fn fields_are_named_by_path_and_arrays_by_name() {
        let mut new = model(0.3, &[1.0, 2.0]);
        new.put_f32("bias", &[0.0]);
        let diff = ModelDiff::new(&model(0.1, &[1.0]), &new);
        assert_eq!(
            diff.fields,
            [FieldDiff {
                path: "parameters.members.0.alpha".into(),
                old: Some(json!(0.1)),
                new: Some(json!(0.3))
            }]
        );
        let arrays: Vec<(&str, Option<usize>, Option<usize>)> =
            diff.arrays.iter().map(|array| (array.name.as_str(), array.old_bytes, array.new_bytes)).collect();
        assert_eq!(arrays, [("bias", None, Some(4)), ("weights", Some(4), Some(8))]);
    }
}
