//! A text in, its quotations out: what stands between quotation marks, paragraph by paragraph.

/// The quotations of a text in order, each with the bytes from its opening mark to the end of its closing one. A paragraph
/// (up to a line feed) that ends within a quotation closes it, as quotations of several paragraphs open anew in each.
///
/// A quotation opens with “ „ « » or, not within a word or behind a number, with ‘ or the straight double mark. A straight
/// single mark, ‘ before a digit or without a ’ that could close it, and ’ without a ‘ are apostrophes.
#[must_use]
pub fn quotations(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    for paragraph in text.split_inclusive('\n') {
        let last_single = last_closing_single(paragraph);
        let mut open: Option<(usize, Mark)> = None;
        let mut before = None;
        let mut chars = paragraph.char_indices().peekable();
        while let Some((place, c)) = chars.next() {
            let after = chars.peek().map(|(_, c)| *c);
            match open {
                None => {
                    open = Mark::opened_by(c, before, after)
                        .filter(|mark| *mark != Mark::Single || last_single > Some(place))
                        .map(|mark| (place, mark));
                }
                Some((start, mark)) if mark.is_closed_by(c, after) => {
                    found.push((at + start, at + place + c.len_utf8()));
                    open = None;
                }
                Some(_) => {}
            }
            before = Some(c);
        }
        if let Some((start, _)) = open {
            found.push((at + start, at + paragraph.trim_end().len()));
        }
        at += paragraph.len();
    }
    found
}

/// Where the last ’ of a paragraph stands that may close a quotation.
fn last_closing_single(paragraph: &str) -> Option<usize> {
    let is_closing = |(place, mark): &(usize, &str)| {
        Mark::Single.is_closed_by('’', paragraph[place + mark.len()..].chars().next())
    };
    paragraph.rmatch_indices('’').find(is_closing).map(|(place, _)| place)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Straight,
    Double,
    /// „, which “ closes.
    Low,
    Single,
    /// « », which point outward or inward.
    Angle,
}

impl Mark {
    fn opened_by(c: char, before: Option<char>, after: Option<char>) -> Option<Self> {
        let is_in_word = before.is_some_and(char::is_alphanumeric);
        match c {
            '“' => Some(Self::Double),
            '„' => Some(Self::Low),
            '«' | '»' => Some(Self::Angle),
            // 12" is a length.
            '"' if !is_in_word => Some(Self::Straight),
            // So are the ‘90s a time.
            '‘' if !is_in_word && !after.is_some_and(char::is_numeric) => Some(Self::Single),
            _ => None,
        }
    }

    fn is_closed_by(self, c: char, after: Option<char>) -> bool {
        match self {
            Self::Straight => c == '"',
            Self::Double => matches!(c, '”' | '"'),
            Self::Low => matches!(c, '“' | '”' | '"'),
            Self::Angle => matches!(c, '»' | '«'),
            Self::Single => c == '’' && after.is_none_or(|after| !after.is_alphanumeric()),
        }
    }
}

/// How many bytes of `start..end` stand in quotations, which are in order and apart.
#[must_use]
pub fn n_quoted(quotations: &[(usize, usize)], start: usize, end: usize) -> usize {
    let first = quotations.partition_point(|(_, to)| *to <= start);
    let overlap = |(from, to): &(usize, usize)| (*to).min(end).saturating_sub((*from).max(start));
    quotations[first..].iter().take_while(|(from, _)| *from < end).map(overlap).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Vec<&str> {
        quotations(text).into_iter().map(|(start, end)| &text[start..end]).collect()
    }

    #[test]
    fn marks_of_every_kind_are_matched() {
        assert_eq!(quoted("He said \"no\" and “not now”."), ["\"no\"", "“not now”"]);
        assert_eq!(quoted("Sie sagte „nein“, er «oui» und »doch«."), ["„nein“", "«oui»", "»doch«"]);
        assert_eq!(quoted("The ‘people’s envoy’ isn’t here."), ["‘people’s envoy’"]);
        assert_eq!(quoted("It’s the ministers’ plan."), [""; 0]);
        assert_eq!(quoted(""), [""; 0]);
    }

    #[test]
    fn a_paragraph_closes_what_it_left_open() {
        assert_eq!(
            quoted("“We waited.\n\n“Then we left,” he said.\nDone."),
            ["“We waited.", "“Then we left,”"]
        );
        assert_eq!(quoted("A ‘mark alone.\nDone’."), [""; 0]);
    }

    #[test]
    fn what_only_looks_like_a_mark_hides_no_quotation() {
        assert_eq!(quoted("Back in the ‘90s, he said: “We must arm.” So he did."), ["“We must arm.”"]);
        assert_eq!(quoted("A ‘lone mark, then “words” of others."), ["“words”"]);
        assert_eq!(quoted("A 12\" shell hit the pier. They met."), [""; 0]);
        assert_eq!(quoted("“The “axis” will attack” was said"), ["“The “axis”"]);
        assert_eq!(quoted("“Talks of the “axis failed” he said."), ["“Talks of the “axis failed”"]);
    }

    #[test]
    fn bytes_in_quotations_are_counted() {
        let text = "a \"bc\" d \"e\" f";
        let found = quotations(text);
        assert_eq!(found, [(2, 6), (9, 12)]);
        assert_eq!(n_quoted(&found, 0, text.len()), 7);
        assert_eq!(n_quoted(&found, 4, 10), 3);
        assert_eq!(n_quoted(&found, 6, 9), 0);
        assert_eq!(n_quoted(&[], 0, 5), 0);
    }
}
