//! Text in, a civil date out: ISO 8601 and the ways in which English-language pages write dates.

use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The first ISO date in `text`, or else the first that names its month, as `YYYY-MM-DD`: `2026-11-25…`, `20261125`, `November 25, 2026`, `25 Nov. 2026`. Dates of
/// numbers alone in another order are ambiguous and left.
pub(crate) fn find(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
        .take(60)
        .collect();
    let iso = words.iter().find_map(|word| iso_date(word));
    iso.or_else(|| words.windows(3).find_map(named_month)).map(|date| date.to_string())
}

fn iso_date(word: &str) -> Option<Date> {
    let digits =
        |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<i16>().ok()).flatten();
    let (year, month, day) = match word.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', ..] if word.is_char_boundary(10) && word.len() >= 10 => {
            (&word[..4], &word[5..7], &word[8..10])
        }
        bytes if bytes.len() == 8 && word.is_ascii() => (&word[..4], &word[4..6], &word[6..8]),
        _ => return None,
    };
    civil(digits(year)?, digits(month)?, digits(day)?)
}

fn named_month(words: &[&str]) -> Option<Date> {
    let month = |word: &str| {
        let word = word.to_lowercase();
        let is_name = |name: &&str| word.len() >= 3 && name.starts_with(&word);
        MONTHS.iter().position(is_name).map(|idx| idx as i16 + 1)
    };
    let day = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<i16>().ok();
    let year = words[2].parse::<i16>().ok()?;
    match (month(words[0]), month(words[1])) {
        (Some(month), None) => civil(year, month, day(words[1])?),
        (None, Some(month)) => civil(year, month, day(words[0])?),
        _ => None,
    }
}

/// A date of the printed age.
fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    if !(1600..=2200).contains(&year) {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_as_pages_write_them() {
        let rows = [
            ("2026-11-25T08:00:00+02:00", Some("2026-11-25")),
            ("Published November 25, 2026 at 8 a.m.", Some("2026-11-25")),
            ("Tuesday, 3rd Sept. 2024", Some("2024-09-03")),
            ("May 2024, or 12 May 2024", Some("2024-05-12")),
            ("20240229", Some("2024-02-29")),
            ("2023-02-29", None),
            ("03/04/2024", None),
            ("maybe 12 2024", None),
            ("日本語2024-日", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(find(text).as_deref(), expected, "{text}");
        }
    }
}
