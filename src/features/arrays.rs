//! Arrays of a model file, used where they lie: shared bytes, read as numbers one at a time.

use bytes::Bytes;

use crate::error::{Error, Result};

/// Unsigned 16-bit numbers, little-endian.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct U16Array(Bytes);

/// Unsigned 32-bit numbers, little-endian.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct U32Array(Bytes);

/// Unsigned 64-bit numbers, little-endian.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct U64Array(Bytes);

/// 32-bit floats, little-endian.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct F32Array(Bytes);

macro_rules! array {
    ($array:ident, $number:ty) => {
        impl $array {
            const SIZE: usize = size_of::<$number>();

            /// The array of these bytes.
            ///
            /// # Errors
            /// [`Error::Model`] if they are not a whole number of numbers.
            pub(crate) fn new(bytes: Bytes) -> Result<Self> {
                if bytes.len() % Self::SIZE == 0 {
                    Ok(Self(bytes))
                } else {
                    Err(Error::model("array", "a part of a number; the file is damaged"))
                }
            }

            /// Number `idx`.
            ///
            /// # Panics
            /// If there is none.
            pub(crate) fn at(&self, idx: usize) -> $number {
                let bytes = &self.0[idx * Self::SIZE..(idx + 1) * Self::SIZE];
                <$number>::from_le_bytes(bytes.try_into().expect("a slice of its size"))
            }

            /// How many there are.
            pub(crate) fn len(&self) -> usize {
                self.0.len() / Self::SIZE
            }

            /// The bytes, shared.
            pub(crate) fn bytes(&self) -> Bytes {
                self.0.clone()
            }
        }

        impl From<&[$number]> for $array {
            fn from(numbers: &[$number]) -> Self {
                Self(numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
            }
        }
    };
}

array!(U16Array, u16);
array!(U32Array, u32);
array!(U64Array, u64);
array!(F32Array, f32);

impl F32Array {
    /// The numbers in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = f32> + '_ {
        self.0.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes))
    }
}
