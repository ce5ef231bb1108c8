//! Texts in, which of them all but repeat an earlier one out, in time that grows with the texts and not with their pairs.
//!
//! MinHash (Broder 1997) over four words in a row finds candidates by locality-sensitive hashing; their likeness is then computed
//! exactly. A text is compared with those that repeat none themselves, so that a thousand copies cost a thousand comparisons.

use hashbrown::HashMap;
use rapidhash::v3::{DEFAULT_RAPID_SECRETS, rapidhash_v3_nano_inline};
use rayon::prelude::*;

use crate::text::tokens;

/// Words in a row that are compared.
const SHINGLE: usize = 4;
/// Rows of a band, and bands: texts of likeness s become candidates with probability 1 − (1 − s⁴)³², which is 0.99994 at 0.7.
const ROWS: usize = 4;
const BANDS: usize = 32;

/// For each text the first earlier one that it all but repeats: the share of their runs of four words that both have (Jaccard) is
/// at least `threshold`, which is above 0 and up to 1. Case and what parts words do not count; texts of fewer words are
/// compared as wholes, and those without words repeat none.
#[must_use]
pub fn near_duplicates<T: AsRef<str> + Sync>(texts: &[T], threshold: f64) -> Vec<Option<usize>> {
    let shingles: Vec<Vec<u64>> = texts.par_iter().map(|text| shingles(text.as_ref())).collect();
    let signatures: Vec<Vec<u64>> = shingles.par_iter().map(|shingles| bands(shingles)).collect();
    // For each band the texts with one hash that repeat no other.
    let mut buckets: HashMap<(usize, u64), Vec<u32>> = HashMap::new();
    let mut found = vec![None; texts.len()];
    for (idx, signature) in signatures.iter().enumerate() {
        let candidates = signature.iter().enumerate().filter_map(|key| buckets.get(&(key.0, *key.1)));
        let mut candidates: Vec<u32> = candidates.flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let is_like = |other: &&u32| jaccard(&shingles[idx], &shingles[**other as usize]) >= threshold;
        found[idx] = candidates.iter().find(is_like).map(|other| *other as usize);
        if found[idx].is_none() {
            for key in signature.iter().enumerate() {
                buckets.entry((key.0, *key.1)).or_default().push(idx as u32);
            }
        }
    }
    found
}

/// The hashes of all runs of words, ascending, each once.
fn shingles(text: &str) -> Vec<u64> {
    let lower = text.to_lowercase();
    let words: Vec<u64> =
        tokens(&lower).map(|token| hash(&lower.as_bytes()[token.start..token.end])).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let run = |words: &[u64]| words.iter().fold(0_u64, |run, word| hash(&(run ^ word).to_le_bytes()));
    let mut all: Vec<u64> = words.windows(SHINGLE.min(words.len())).map(run).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A hash for each band of minima; none for a text without words.
fn bands(shingles: &[u64]) -> Vec<u64> {
    if shingles.is_empty() {
        return Vec::new();
    }
    let mut minima = [u64::MAX; ROWS * BANDS];
    for shingle in shingles {
        let mut permuted = *shingle;
        for minimum in &mut minima {
            // One step of SplitMix64 (Steele, Lea & Flood 2014): each is a permutation of all numbers.
            permuted = permuted.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = (permuted ^ (permuted >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *minimum = (*minimum).min(mixed ^ (mixed >> 31));
        }
    }
    let band = |rows: &[u64]| hash(&rows.iter().flat_map(|row| row.to_le_bytes()).collect::<Vec<u8>>());
    minima.chunks(ROWS).map(band).collect()
}

/// The share of two ascending lists' values that both have; 0 if both are empty.
fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut n_shared) = (0, 0, 0_usize);
    while i < a.len() && j < b.len() {
        let (left, right) = (a[i], b[j]);
        n_shared += usize::from(left == right);
        (i, j) = (i + usize::from(left <= right), j + usize::from(right <= left));
    }
    n_shared as f64 / (a.len() + b.len() - n_shared).max(1) as f64
}

fn hash(bytes: &[u8]) -> u64 {
    rapidhash_v3_nano_inline::<true, false>(bytes, &DEFAULT_RAPID_SECRETS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of `n` words of its own, some of which are replaced.
    fn text(seed: usize, n: usize, replaced: impl Fn(usize) -> bool) -> String {
        let word =
            |at: usize| if replaced(at) { format!("x{seed}y{at}") } else { format!("w{}", seed * 1000 + at) };
        (0..n).map(word).collect::<Vec<String>>().join(" ")
    }

    #[test]
    fn what_is_like_enough_is_found_and_nothing_else() {
        let mut texts: Vec<String> = (0..200).map(|seed| text(seed, 120, |_| false)).collect();
        // One word in 120 costs four runs of 117 on either side: likeness 0.93; every sixth word leaves hardly a run.
        texts.extend((0..200).map(|seed| text(seed, 120, |at| at == 60)));
        texts.extend((0..200).map(|seed| text(seed, 120, |at| at % 6 == 0)));
        let found = near_duplicates(&texts, 0.8);
        for (idx, original) in found.iter().enumerate() {
            assert_eq!(*original, (200..400).contains(&idx).then(|| idx - 200), "{idx}");
        }
    }

    #[test]
    fn copies_point_to_the_first_and_short_texts_are_compared_as_wholes() {
        let texts = ["Talks resumed.", "TALKS   resumed", "Talks resumed!", "Talks stalled.", "", "…"];
        assert_eq!(near_duplicates(&texts, 0.9), [None, Some(0), Some(0), None, None, None]);
    }

    #[test]
    fn likeness_at_the_threshold_is_found_nearly_always() {
        // 12 words in a row are other ones: 15 of 117 runs differ on either side, likeness 102 / 132 = 0.77.
        let mut texts: Vec<String> = (0..300).map(|seed| text(seed, 120, |_| false)).collect();
        texts.extend((0..300).map(|seed| text(seed, 120, |at| (50..62).contains(&at))));
        let n_found = near_duplicates(&texts, 0.75)[300..].iter().flatten().count();
        assert!(n_found >= 299, "{n_found} of 300");
    }
}
