//! Fitted parts in, one checked file out, and back; the shipped models.
//!
//! A model file is a safetensors container (readable from other languages): arrays by name, and one metadata entry,
//! `nutgraf`, with the JSON [`Header`]. The array `~checksum`, which sorts last, is the BLAKE3 hash of every byte
//! before it, so that a changed or missing byte anywhere is found before anything else is read. The same header and
//! arrays give the same bytes: arrays are written in a fixed order, and no clock is read.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use bytes::Bytes;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};

use crate::dataset::Fingerprints;
use crate::error::{Error, Result, did_you_mean};

mod diff;
mod mapped;

pub use diff::{ArrayDiff, FieldDiff, ModelDiff};

/// The version of the file format; a file with another number is refused.
pub const FORMAT: u32 = 1;

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Any labelled text.
    Text,
    /// Body or boilerplate.
    Body,
    /// Engagement or threat, or other frames.
    Stance,
    /// Key sentences.
    Summary,
    /// The sufficient statistics of a text classifier, from which models are fitted.
    Counts,
}

impl Task {
    /// The task's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Body => "body",
            Self::Stance => "stance",
            Self::Summary => "summary",
            Self::Counts => "counts",
        }
    }
}

/// What a model file says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The file format, [`FORMAT`].
    pub format: u32,
    /// The version of nutgraf that wrote the file.
    pub nutgraf: String,
    /// What the model is for.
    pub task: Task,
    /// The classes, in the order of the arrays.
    pub classes: Vec<String>,
    /// The training data.
    pub data: DataStamp,
    /// Scores by cross-validation on the training data, by metric; empty if none was asked for.
    pub scores: BTreeMap<String, f64>,
    /// The task's own parameters.
    pub parameters: serde_json::Value,
}

/// Which data a model was trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataStamp {
    /// BLAKE3 of what training saw.
    pub checksum: String,
    /// The number of records.
    pub n_records: usize,
    /// What the records are known again by, in an array of the file; none if the model keeps none.
    #[serde(skip)]
    pub fingerprints: Option<Fingerprints>,
}

impl DataStamp {
    /// The stamp of this data with more, if both checksums are sums over records.
    ///
    /// # Errors
    /// [`Error::Training`] if one is not.
    pub(crate) fn plus(&self, other: &Self) -> Result<Self> {
        let checksum = self.sum()?.wrapping_add(other.sum()?);
        let both = self.fingerprints.as_ref().zip(other.fingerprints.as_ref());
        Ok(Self {
            checksum: format!("{checksum:032x}"),
            n_records: self.n_records + other.n_records,
            fingerprints: both.map(|(own, others)| own.plus(others)),
        })
    }

    /// The stamp of this data without some of it, if both checksums are sums over records.
    ///
    /// # Errors
    /// [`Error::Training`] if one is not, or the other has more records.
    pub(crate) fn minus(&self, other: &Self) -> Result<Self> {
        let checksum = self.sum()?.wrapping_sub(other.sum()?);
        let n_records = self.n_records.checked_sub(other.n_records).ok_or_else(|| {
            Error::Training(format!("{} records cannot be taken from {}", other.n_records, self.n_records))
        })?;
        let both = self.fingerprints.as_ref().zip(other.fingerprints.as_ref());
        let fingerprints = both.map(|(own, others)| {
            own.minus(others).ok_or_else(|| {
                Error::Training(
                    "what is to be forgotten was not all counted; give the records as they were".into(),
                )
            })
        });
        Ok(Self { checksum: format!("{checksum:032x}"), n_records, fingerprints: fingerprints.transpose()? })
    }

    fn sum(&self) -> Result<u128> {
        u128::from_str_radix(&self.checksum, 16)
            .map_err(|_| Error::Training(format!("checksum {} is not a sum over records", self.checksum)))
    }
}

impl Header {
    /// Returns a header of this version.
    ///
    /// # Errors
    /// [`Error::Training`] if the parameters have no JSON form (a number that is not finite).
    pub fn new(
        task: Task,
        classes: Vec<String>,
        data: DataStamp,
        parameters: &impl Serialize,
    ) -> Result<Self> {
        Ok(Self {
            format: FORMAT,
            nutgraf: env!("CARGO_PKG_VERSION").to_owned(),
            task,
            classes,
            data,
            scores: BTreeMap::new(),
            parameters: serde_json::to_value(parameters).map_err(|e| Error::Training(e.to_string()))?,
        })
    }
}

const METADATA_KEY: &str = "nutgraf";
const CHECKSUM: &str = "~checksum";
/// What the training data is known again by.
const FINGERPRINTS: &str = "fingerprints";
const CHECKSUM_BYTES: usize = 32;

/// A header and its arrays, in memory.
///
/// ```
/// use nutgraf::model::{DataStamp, Header, Model, Task};
///
/// let data = DataStamp { checksum: "0".into(), n_records: 2, fingerprints: None };
/// let mut model = Model::new(Header::new(Task::Text, vec![], data, &())?);
/// model.put_f32("weights", &[0.5, -1.0]);
/// let bytes = model.to_bytes()?;
/// assert_eq!(Model::from_bytes("example", bytes)?.f32("weights")?, [0.5, -1.0]);
/// # Ok::<(), nutgraf::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// What the file says of itself.
    pub header: Header,
    name: String,
    /// Element type and bytes by name; those of a shipped model stay where they are in the program, those of a large file in
    /// the file.
    arrays: BTreeMap<String, (Dtype, Bytes)>,
    /// A file whose checksum was not looked at.
    unchecked: Option<Bytes>,
}

impl Model {
    /// Returns a model without arrays.
    #[must_use]
    pub fn new(header: Header) -> Self {
        Self { header, name: String::new(), arrays: BTreeMap::new(), unchecked: None }
    }

    /// Adds an array of 32-bit floats.
    pub fn put_f32(&mut self, name: &str, values: &[f32]) {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.arrays.insert(name.to_owned(), (Dtype::F32, bytes.into()));
    }

    /// Adds an array of bytes.
    pub fn put_bytes(&mut self, name: &str, bytes: impl Into<Bytes>) {
        self.arrays.insert(name.to_owned(), (Dtype::U8, bytes.into()));
    }

    /// Adds arrays of bytes under `PREFIX.NAME`.
    pub(crate) fn put_arrays(
        &mut self,
        prefix: &str,
        arrays: impl IntoIterator<Item = (impl std::fmt::Display, Bytes)>,
    ) {
        for (name, bytes) in arrays {
            self.put_bytes(&format!("{prefix}.{name}"), bytes);
        }
    }

    /// An array of 32-bit floats.
    ///
    /// # Errors
    /// [`Error::Model`] if there is none of that name and type.
    pub fn f32(&self, name: &str) -> Result<Vec<f32>> {
        let bytes = self.array(name, Dtype::F32)?;
        Ok(bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
    }

    /// An array of bytes.
    ///
    /// # Errors
    /// [`Error::Model`] if there is none of that name and type.
    pub fn bytes(&self, name: &str) -> Result<Bytes> {
        self.array(name, Dtype::U8).cloned()
    }

    fn array(&self, name: &str, dtype: Dtype) -> Result<&Bytes> {
        match self.arrays.get(name) {
            Some((found, bytes)) if *found == dtype => Ok(bytes),
            _ => Err(Error::model(
                &self.name,
                format!("no array {name:?} of the right type; train the model anew"),
            )),
        }
    }

    /// The task's own parameters.
    ///
    /// # Errors
    /// [`Error::Model`] if they are not of that form.
    pub fn parameters<T: for<'de> Deserialize<'de>>(&self) -> Result<T> {
        T::deserialize(&self.header.parameters).map_err(|e| {
            Error::model(&self.name, format!("parameters are not understood ({e}); train the model anew"))
        })
    }

    /// Refuses a model of another task.
    ///
    /// # Errors
    /// [`Error::Model`] if the task is not among `tasks`.
    pub fn expect_task(&self, tasks: &[Task]) -> Result<()> {
        if tasks.contains(&self.header.task) {
            return Ok(());
        }
        let wanted: Vec<&str> = tasks.iter().map(|task| task.name()).collect();
        let message = format!(
            "a {} model, where one for {} is needed; name another",
            self.header.task.name(),
            wanted.join(" or ")
        );
        Err(Error::model(&self.name, message))
    }

    /// The model as a file.
    ///
    /// # Errors
    /// [`Error::Training`] if the container cannot be written, which no valid header causes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let failed = |e: &dyn std::fmt::Display| Error::Training(format!("the model cannot be written: {e}"));
        let header = serde_json::to_string(&self.header).map_err(|e| failed(&e))?;
        let blank = [0; CHECKSUM_BYTES];
        let mut views = Vec::with_capacity(self.arrays.len() + 2);
        let fingerprints = self.header.data.fingerprints.as_ref();
        let fingerprints = fingerprints.map(|own| (FINGERPRINTS.to_owned(), (Dtype::U8, own.bytes())));
        for (name, (dtype, bytes)) in self.arrays.iter().chain(fingerprints.as_ref().map(|(n, a)| (n, a))) {
            let n = bytes.len() / if *dtype == Dtype::F32 { 4 } else { 1 };
            views.push((name.as_str(), TensorView::new(*dtype, vec![n], bytes).map_err(|e| failed(&e))?));
        }
        views.push((
            CHECKSUM,
            TensorView::new(Dtype::U8, vec![CHECKSUM_BYTES], &blank).map_err(|e| failed(&e))?,
        ));
        // One entry alone, since the order of a hash map's would not be fixed.
        let metadata = HashMap::from([(METADATA_KEY.to_owned(), header)]);
        let mut file = safetensors::serialize(views, Some(metadata)).map_err(|e| failed(&e))?;
        let split = file.len() - CHECKSUM_BYTES;
        let checksum = blake3::hash(&file[..split]);
        file[split..].copy_from_slice(checksum.as_bytes());
        Ok(file)
    }

    /// Reads a file's bytes; `name` is what errors call it. The arrays share them.
    ///
    /// # Errors
    /// [`Error::Model`] if the bytes are not a model, were changed, or are of another format version.
    pub fn from_bytes(name: &str, bytes: impl Into<Bytes>) -> Result<Self> {
        Self::parse(name, bytes.into(), Check::Whole)
    }

    fn parse(name: &str, file: Bytes, check: Check) -> Result<Self> {
        let error = |message: &str| Error::model(name, message);
        if file.len() < CHECKSUM_BYTES {
            return Err(error(
                "too short to be a model file; copy it again, or run `nutgraf train` to make one",
            ));
        }
        let (_, metadata) = SafeTensors::read_metadata(&file)
            .map_err(|_| error("not a model file, or damaged; run `nutgraf train` to make one"))?;
        if check == Check::Whole {
            check_whole(name, &file)?;
        }
        let header = metadata.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY));
        let header =
            header.ok_or_else(|| error("no nutgraf header: the file was made by another program"))?;
        check_format(name, header)?;
        let mut header: Header = serde_json::from_str(header)
            .map_err(|e| error(&format!("the header is not understood ({e})")))?;
        let tensors = SafeTensors::deserialize(&file).map_err(|e| error(&e.to_string()))?;
        let arrays = tensors
            .iter()
            .filter(|(array, _)| ![CHECKSUM, FINGERPRINTS].contains(array))
            .map(|(array, view)| (array.to_owned(), (view.dtype(), file.slice_ref(view.data()))))
            .collect();
        if let Ok(view) = tensors.tensor(FINGERPRINTS) {
            let found = Fingerprints::from_bytes(file.slice_ref(view.data()));
            header.data.fingerprints =
                Some(found.ok_or_else(|| error("its fingerprints are not usable; train the model anew"))?);
        }
        let unchecked = (check == Check::Structure).then_some(file);
        Ok(Self { header, name: name.to_owned(), arrays, unchecked })
    }

    /// Reads a file by path, or a shipped model by its name (`body`, `stance`, `summary`).
    ///
    /// A file of more than 8 MB is mapped and used as it lies, so that it opens in a moment: its structure is
    /// checked now, its checksum only by [`Self::verify`].
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be read; [`Error::Model`] as [`Self::from_bytes`], or for an unknown name.
    pub fn open(name_or_path: &str) -> Result<Self> {
        if let Some(bytes) = shipped(name_or_path) {
            return Self::parse(name_or_path, Bytes::from_static(bytes), Check::Whole);
        }
        if !Path::new(name_or_path).exists() && !name_or_path.contains(['/', '.', '\\']) {
            let names = SHIPPED.map(|(name, _)| name).join(", ");
            let near = did_you_mean(name_or_path, SHIPPED.iter().map(|(name, _)| *name));
            let message = format!("neither a file nor a shipped model ({names}){near}");
            return Err(Error::model(name_or_path, message));
        }
        let io = |e| Error::io(name_or_path, e);
        let mut file = File::open(name_or_path).map_err(io)?;
        if file.metadata().map_err(io)?.len() > MAX_READ_BYTES {
            return Self::parse(name_or_path, mapped::map(&file).map_err(io)?, Check::Structure);
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io)?;
        Self::from_bytes(name_or_path, bytes)
    }

    /// Checks the checksum of a file that was mapped at [`Self::open`]; any other was checked then.
    ///
    /// # Errors
    /// [`Error::Model`] if a byte was changed.
    pub fn verify(&self) -> Result<()> {
        self.unchecked.as_ref().map_or(Ok(()), |file| check_whole(&self.name, file))
    }

    /// Names, element types and sizes in bytes of the arrays, by name.
    pub fn arrays(&self) -> impl Iterator<Item = (&str, &'static str, usize)> {
        self.arrays.iter().map(|(name, (dtype, bytes))| {
            (name.as_str(), if *dtype == Dtype::F32 { "f32" } else { "u8" }, bytes.len())
        })
    }
}

/// Files above this size are mapped rather than read.
const MAX_READ_BYTES: u64 = 8 << 20;

/// What of a file is checked when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    Whole,
    Structure,
}

fn check_whole(name: &str, file: &Bytes) -> Result<()> {
    let (body, checksum) = file.split_at(file.len() - CHECKSUM_BYTES);
    if blake3::hash(body).as_bytes() == checksum {
        return Ok(());
    }
    Err(Error::model(name, "the checksum does not match: the file is damaged; copy or train it anew"))
}

/// The format number is looked at before the rest, whose form it governs.
fn check_format(name: &str, header: &str) -> Result<()> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    match serde_json::from_str::<Version>(header) {
        Ok(Version { format: FORMAT }) => Ok(()),
        Ok(Version { format }) => {
            let remedy = if format > FORMAT { "install a newer nutgraf" } else { "train the model anew" };
            Err(Error::model(
                name,
                format!("file format {format}, but this version reads {FORMAT}; {remedy}"),
            ))
        }
        Err(e) => Err(Error::model(name, format!("the header is not understood ({e})"))),
    }
}

/// The shipped models, embedded in the program.
pub const SHIPPED: [(&str, &[u8]); 3] = [
    ("body", include_bytes!("../../models/body.nut")),
    ("stance", include_bytes!("../../models/stance.nut")),
    ("summary", include_bytes!("../../models/summary.nut")),
];

/// The bytes of a shipped model.
#[must_use]
pub fn shipped(name: &str) -> Option<&'static [u8]> {
    SHIPPED.iter().find(|(shipped, _)| *shipped == name).map(|(_, bytes)| *bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Vec<u8> {
        let data = DataStamp { checksum: "abc".into(), n_records: 3, fingerprints: None };
        let mut model = Model::new(Header::new(Task::Text, vec!["a".into(), "b".into()], data, &1).unwrap());
        model.put_f32("weights", &[1.0, -0.25, 3.5]);
        model.put_bytes("vocabulary", b"x\ny\n".to_vec());
        model.to_bytes().unwrap()
    }

    #[test]
    fn files_round_trip_and_repeat() {
        let bytes = small();
        let model = Model::from_bytes("small", bytes.clone()).unwrap();
        assert_eq!(model.to_bytes().unwrap(), bytes);
        assert_eq!(model.bytes("vocabulary").unwrap().as_ref(), b"x\ny\n");
        assert!(model.f32("vocabulary").is_err());
    }

    #[test]
    fn every_flipped_bit_and_every_truncation_is_refused() {
        let bytes = small();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                assert!(Model::from_bytes("damaged", damaged).is_err(), "byte {at} bit {bit}");
            }
            assert!(Model::from_bytes("truncated", bytes[..at].to_vec()).is_err(), "{at} bytes");
        }
        println!("measured: {} flipped bits and {} truncations", 8 * bytes.len(), bytes.len());
    }

    #[test]
    fn other_formats_name_the_remedy() {
        let mut model = Model::from_bytes("small", small()).unwrap();
        for (format, remedy) in [(FORMAT + 1, "install a newer nutgraf"), (0, "train the model anew")] {
            model.header.format = format;
            let message = Model::from_bytes("old.nut", model.to_bytes().unwrap()).unwrap_err().to_string();
            assert!(message.contains(remedy), "{message}");
        }
    }

    #[test]
    fn unknown_names_list_the_shipped_models() {
        let message = Model::open("stanse").unwrap_err().to_string();
        assert!(message.contains("body, stance, summary"), "{message}");
    }
}
