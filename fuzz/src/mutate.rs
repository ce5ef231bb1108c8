//! Seeds in, inputs like them but broken out, the same for the same number.

/// A small generator whose stream is fixed by its seed (SplitMix64; Steele, Lea & Flood 2014).
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `n`, which is above 0.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

/// Pieces that mean something to one reader or another.
const TOKENS: [&[u8]; 44] = [
    b"<p>",
    b"</p>",
    b"<div>",
    b"</div>",
    b"<table>",
    b"<td>",
    b"<script>",
    b"</script>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"&amp;",
    b"&#x110000;",
    b"&#0;",
    b"<meta charset=utf-16>",
    b"<meta charset=gbk>",
    b"<title>",
    b"</title>",
    b"<plaintext>",
    b"<svg><foreignObject>",
    b"<template>",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x00",
    b"\xf0\x9f\x98\x80",
    b"\xe2\x80\xae",
    b"\n\n",
    b"\r\n",
    b"{\"text\":\"a\",\"label\":\"b\"}\n",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"__label__a ",
    b",",
    b"1e999",
    b"null",
    b"WARC/1.0\r\n",
    b"Content-Length: 18446744073709551615\r\n",
    b"Content-Length: -1\r\n",
    b"\x1f\x8b\x08\x00",
    b"\x28\xb5\x2f\xfd",
    b"HTTP/1.1 200 OK\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"ffffffff\r\n",
];

/// The most bytes of an input.
pub const MAX_BYTES: usize = 4096;

/// A broken copy of one of the seeds, which are not none.
pub fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut data = seeds[random.below(seeds.len())].clone();
    // A piece of a long seed does as well as the whole, and faster.
    if data.len() > MAX_BYTES {
        let start = random.below(data.len() - MAX_BYTES / 2);
        data = data[start..].to_vec();
        data.truncate(1 + random.below(MAX_BYTES));
    }
    for _ in 0..=random.below(6) {
        let at = random.below(data.len() + 1);
        match random.below(8) {
            0 if at < data.len() => data[at] ^= 1 << random.below(8),
            1 if at < data.len() => data[at] = random.next() as u8,
            2 => {
                let token = TOKENS[random.below(TOKENS.len())];
                data.splice(at..at, token.iter().copied());
            }
            3 => {
                let end = (at + random.below(64)).min(data.len());
                data.drain(at..end);
            }
            4 => {
                let end = (at + random.below(128)).min(data.len());
                let piece = data[at..end].to_vec();
                for _ in 0..=random.below(8) {
                    data.splice(at..at, piece.iter().copied());
                }
            }
            5 => data.truncate(at),
            6 => {
                let other = &seeds[random.below(seeds.len())];
                let start = random.below(other.len() + 1);
                let end = (start + random.below(512)).min(other.len());
                data.splice(at..at, other[start..end].iter().copied());
            }
            _ => {
                // Numbers that lengths overflow at.
                let number =
                    [0, 1, 0x7f, 0xff, 0xffff, u64::from(u32::MAX), u64::MAX, 1 << 63][random.below(8)];
                for (byte, value) in data.iter_mut().skip(at).zip(number.to_le_bytes()) {
                    *byte = value;
                }
            }
        }
    }
    data.truncate(MAX_BYTES * 2);
    data
}
