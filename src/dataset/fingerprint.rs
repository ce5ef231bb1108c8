//! Texts in, what it takes to know them again out: a few bytes each, which a model keeps of what it was trained on, so that an
//! evaluation can tell which of its records are copies.
//!
//! A text is known again by a hash of its words, and nearly the same text by a MinHash of its runs of four words (Broder 1997),
//! drawn in one permutation (Li, Owen & Zhang 2012) whose empty bins borrow from the next (Shrivastava & Li 2014), and kept to a
//! byte a value (Li & König 2010). Words of a text cannot be read back from it; who has a text can tell whether it was among
//! those that were trained on.

use bytes::Bytes;
use rapidhash::v3::{DEFAULT_RAPID_SECRETS, rapidhash_v3_nano_inline};

/// Bytes of a fingerprint: the hash of the words, the sketch, the hash of the group.
const N_BYTES: usize = 8 + N_BINS + 8;
/// Values of a sketch.
const N_BINS: usize = 32;
/// Values that two texts must share to be nearly the same: three in four. Texts that share nine tenths of their runs of four words
/// are found 999 times in a thousand, those that share a half 4 times.
const N_SHARED: usize = 24;
/// Words in a row.
const SHINGLE: usize = 4;
/// Runs of words below which a text is known again as a whole alone: of short ones many are nearly alike.
const MIN_SHINGLES: usize = 16;

/// What a text is known again by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint([u8; N_BYTES]);

impl Fingerprint {
    /// The fingerprint of a text, given in parts, and of what it belongs to (an outlet, a site). Case and what parts words do not
    /// count.
    #[must_use]
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>, group: Option<&str>) -> Self {
        let mut sketch = Sketch::default();
        for part in parts {
            for_each_word(part.as_bytes(), |word| sketch.push(word));
        }
        let mut bytes = [0; N_BYTES];
        bytes[..8].copy_from_slice(&sketch.text.to_be_bytes());
        bytes[8..8 + N_BINS].copy_from_slice(&sketch.finish());
        let group = group.map_or(0, |group| hash(group.as_bytes()).max(1));
        bytes[8 + N_BINS..].copy_from_slice(&group.to_be_bytes());
        Self(bytes)
    }

    /// The hash of the words; none of a text without any.
    fn text(&self) -> Option<u64> {
        Some(number(&self.0[..8])).filter(|text| *text != 0)
    }

    /// The sketch; none of a short text.
    fn sketch(&self) -> Option<&[u8]> {
        Some(&self.0[8..8 + N_BINS]).filter(|sketch| sketch.iter().any(|value| *value != 0))
    }

    fn group(&self) -> Option<u64> {
        Some(number(&self.0[8 + N_BINS..])).filter(|group| *group != 0)
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn hash(bytes: &[u8]) -> u64 {
    rapidhash_v3_nano_inline::<true, false>(bytes, &DEFAULT_RAPID_SECRETS)
}

/// What is computed while words go by.
struct Sketch {
    /// A hash of all words so far, 0 for none.
    text: u64,
    /// The last words.
    last: [u64; SHINGLE],
    n_words: usize,
    /// The least hash of the runs that fall into each bin.
    minima: [u64; N_BINS],
}

impl Default for Sketch {
    fn default() -> Self {
        Self { text: 0, last: [0; SHINGLE], n_words: 0, minima: [u64::MAX; N_BINS] }
    }
}

/// One step of SplitMix64 (Steele, Lea & Flood 2014).
fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Sketch {
    fn push(&mut self, word: u64) {
        self.text = (self.text.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.last.rotate_left(1);
        self.last[SHINGLE - 1] = word;
        self.n_words += 1;
        if self.n_words >= SHINGLE {
            let run = self.last.iter().fold(0_u64, |run, word| run.rotate_left(17) ^ word);
            let run = mixed(run);
            let bin = &mut self.minima[(run >> 59) as usize];
            *bin = (*bin).min(run);
        }
    }

    /// A byte a bin; zeros for a short text.
    fn finish(&self) -> [u8; N_BINS] {
        let mut bytes = [0; N_BINS];
        if self.n_words < MIN_SHINGLES + SHINGLE - 1 {
            return bytes;
        }
        for (idx, byte) in bytes.iter_mut().enumerate() {
            let next = (0..N_BINS).find(|step| self.minima[(idx + step) % N_BINS] != u64::MAX).unwrap_or(0);
            // The distance counts too, so that borrowed values differ from the lender's.
            let value = self.minima[(idx + next) % N_BINS].wrapping_add(next as u64);
            *byte = (mixed(value) >> 56) as u8;
        }
        bytes
    }
}

/// Hashes each word. Words are letters and digits, ASCII without case; punctuation of other scripts that stands between U+0080
/// and U+00BF or U+2000 and U+2FFF parts them, and each ideograph is a word.
fn for_each_word(bytes: &[u8], mut found: impl FnMut(u64)) {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const FACTOR: u64 = 0x0100_0000_01b3_0065;
    let step = |word: u64, byte: u8| (word ^ u64::from(byte)).wrapping_mul(FACTOR);
    let mut word = START;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let is_ideograph = matches!(byte, 0xe3..=0xe9);
        if byte.is_ascii_alphanumeric() || (byte >= 0x80 && !is_ideograph && !matches!(byte, 0xc2 | 0xe2)) {
            word = step(word, byte.to_ascii_lowercase());
            at += 1;
            continue;
        }
        if word != START {
            found(mixed(word));
            word = START;
        }
        let len = if byte < 0x80 {
            1
        } else if byte == 0xc2 {
            2
        } else {
            3
        };
        if is_ideograph {
            found(mixed(bytes[at..].iter().take(len).fold(START, |word, byte| step(word, *byte))));
        }
        at += len;
    }
    if word != START {
        found(mixed(word));
    }
}

/// The fingerprints of many texts, in byte order, so that the order of the texts does not show; each as often as its text came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fingerprints(Bytes);

impl FromIterator<Fingerprint> for Fingerprints {
    fn from_iter<I: IntoIterator<Item = Fingerprint>>(iter: I) -> Self {
        let mut all: Vec<Fingerprint> = iter.into_iter().collect();
        all.sort_unstable();
        Self(all.iter().flat_map(|one| one.0).collect())
    }
}

impl Fingerprints {
    /// Fingerprints as a file holds them; none if the bytes are not whole ones in order.
    #[must_use]
    pub fn from_bytes(bytes: Bytes) -> Option<Self> {
        let is_whole = bytes.len().is_multiple_of(N_BYTES);
        (is_whole && bytes.chunks_exact(N_BYTES).is_sorted()).then_some(Self(bytes))
    }

    /// The bytes, for a file.
    #[must_use]
    pub fn bytes(&self) -> Bytes {
        self.0.clone()
    }

    /// The number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len() / N_BYTES
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn iter(&self) -> impl Iterator<Item = Fingerprint> {
        self.0.chunks_exact(N_BYTES).map(|bytes| Fingerprint(bytes.try_into().expect("chunks are exact")))
    }

    /// These and others.
    #[must_use]
    pub fn plus(&self, others: &Self) -> Self {
        self.iter().chain(others.iter()).collect()
    }

    /// These without others, each as often as it is among them; none if one of them is not here.
    #[must_use]
    pub fn minus(&self, others: &Self) -> Option<Self> {
        let mut gone = others.iter().peekable();
        let rest: Self = self.iter().filter(|one| gone.next_if_eq(one).is_none()).collect();
        (rest.len() + others.len() == self.len()).then_some(rest)
    }

    /// The fingerprints made ready to be searched.
    #[must_use]
    pub fn index(&self) -> FingerprintIndex {
        let mut texts: Vec<Fingerprint> = self.iter().collect();
        let mut groups: Vec<u64> = texts.iter().filter_map(Fingerprint::group).collect();
        groups.sort_unstable();
        groups.dedup();
        texts.dedup_by_key(|one| (one.text(), one.sketch().map(<[u8]>::to_vec)));
        let of_text = |(idx, one): (usize, &Fingerprint)| {
            one.sketch().map(|sketch| bands(sketch).map(move |band| (band, idx as u32)).collect::<Vec<_>>())
        };
        let mut bands: Vec<(u32, u32)> = texts.iter().enumerate().filter_map(of_text).flatten().collect();
        bands.sort_unstable();
        FingerprintIndex { texts, bands, groups }
    }
}

/// Two values of a sketch each, with their place.
fn bands(sketch: &[u8]) -> impl Iterator<Item = u32> {
    let band =
        |(place, pair): (usize, &[u8])| (place as u32) << 16 | u32::from(pair[0]) << 8 | u32::from(pair[1]);
    sketch.chunks_exact(2).enumerate().map(band)
}

/// Fingerprints to search in.
#[derive(Debug, Clone)]
pub struct FingerprintIndex {
    texts: Vec<Fingerprint>,
    /// Each band of each sketch with its text, in order.
    bands: Vec<(u32, u32)>,
    groups: Vec<u64>,
}

/// What is known of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// Whether it is a copy of one that is known.
    pub copy: Option<CopyKind>,
    /// Whether others of its group are known.
    pub is_group_known: bool,
}

/// How like a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyKind {
    /// All its words, in order.
    Exact,
    /// Most runs of four words.
    Near,
}

impl FingerprintIndex {
    /// What is known of a text.
    #[must_use]
    pub fn find(&self, one: &Fingerprint) -> Known {
        let is_group_known = one.group().is_some_and(|group| self.groups.binary_search(&group).is_ok());
        let is_exact = one
            .text()
            .is_some_and(|text| self.texts.binary_search_by_key(&text, |o| number(&o.0[..8])).is_ok());
        let copy = match is_exact {
            true => Some(CopyKind::Exact),
            false => one.sketch().filter(|sketch| self.has_near(sketch)).map(|_| CopyKind::Near),
        };
        Known { copy, is_group_known }
    }

    fn has_near(&self, sketch: &[u8]) -> bool {
        bands(sketch).any(|band| {
            let start = self.bands.partition_point(|(other, _)| *other < band);
            let same = self.bands[start..].iter().take_while(|(other, _)| *other == band);
            same.map(|(_, idx)| &self.texts[*idx as usize]).any(|other| {
                let values = other.sketch().unwrap_or_default().iter().zip(sketch);
                values.filter(|(a, b)| a == b).count() >= N_SHARED
            })
        })
    }
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

    fn of(text: &str) -> Fingerprint {
        Fingerprint::of([text], None)
    }

    #[test]
    fn copies_are_known_again_and_nothing_else() {
        let known: Fingerprints = (0..300).map(|seed| of(&text(seed, 150, |_| false))).collect();
        let index = known.index();
        let mut n_near = 0;
        for seed in 0..300 {
            let copy = text(seed, 150, |_| false).to_uppercase().replace(' ', ", ");
            assert_eq!(index.find(&of(&copy)).copy, Some(CopyKind::Exact));
            // One word replaced of 150 leaves 143 of 151 runs.
            let near = index.find(&of(&text(seed, 150, |at| at == 70))).copy;
            assert_ne!(near, Some(CopyKind::Exact));
            n_near += usize::from(near.is_some());
            // Every fifth word replaced leaves none.
            assert_eq!(index.find(&of(&text(seed, 150, |at| at % 4 == 0))).copy, None);
            assert_eq!(index.find(&of(&text(seed + 300, 150, |_| false))).copy, None);
        }
        assert!(n_near >= 298, "{n_near} of 300");
    }

    #[test]
    fn words_alone_count() {
        assert_eq!(of("Talks resumed."), of("TALKS   \u{201c}resumed\u{201d}!"));
        assert_eq!(Fingerprint::of(["talks", "resumed"], None), of("talks resumed"));
        assert_ne!(of("talks resumed"), of("resumed talks"));
        assert_ne!(of("会谈"), of("谈会"));
        assert_eq!(of("会谈。"), of("会谈。"));
        let index = Fingerprints::from_iter([of(""), of("…")]).index();
        assert_eq!(index.find(&of("")).copy, None);
    }

    #[test]
    fn groups_are_known_by_name() {
        let index = Fingerprints::from_iter([Fingerprint::of(["a"], Some("one"))]).index();
        let known = |group| index.find(&Fingerprint::of(["b"], group)).is_group_known;
        assert_eq!([Some("one"), Some("two"), None].map(known), [true, false, false]);
    }

    #[test]
    fn what_is_taken_away_was_never_there() {
        let one = of("one");
        let all: Fingerprints = [of("two"), one, one, of("three")].into_iter().collect();
        let part: Fingerprints = [one].into_iter().collect();
        let rest = all.minus(&part).unwrap();
        assert_eq!(rest, [of("three"), of("two"), one].into_iter().collect());
        assert_eq!(rest.plus(&part), all);
        assert_eq!(part.minus(&all), None);
        assert_eq!(Fingerprints::from_bytes(all.bytes()), Some(all.clone()));
        assert_eq!(Fingerprints::from_bytes(all.bytes().slice(..N_BYTES + 1)), None);
    }
}
