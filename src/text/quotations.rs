//! A text in, its quotations out: what stands between quotation marks, paragraph by paragraph.

/// The quotations of a text in order, each with the bytes from its opening mark to the end of its closing one. A paragraph
/// (up to a line feed) that ends within a quotation closes it, as quotations of several paragraphs open anew in each.
///
/// Marks are “ ” „ « » ‘ ’ and the straight double one. A straight single mark, and ’ without a ‘ before it, is an apostrophe.
#[must_use]
pub fn quotations(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    for paragraph in text.split_inclusive('\n') {
        let mut open: Option<(usize, Mark)> = None;
        let mut before = None;
        let mut chars = paragraph.char_indices().peekable();
        while let Some((place, c)) = chars.next() {
            let after = chars.peek().map(|(_, c)| *c);
            match open {
                None => open = Mark::opened_by(c, before).map(|mark| (place, mark)),
                Some((start, mark)) if mark.is_closed_by(c, after) => {
                    found.push((at + start, at + place + c.len_utf8()));
                    open = None;
                }
                Some(_) => {}
            }
            before = Some(c);
        }
        if let Some((start, mark)) = open
            && mark != Mark::Single
        {
            found.push((at + start, at + paragraph.trim_end().len()));
        }
        at += paragraph.len();
    }
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Straight,
    Double,
    Single,
    /// « », which point outward or inward.
    Angle,
}

impl Mark {
    fn opened_by(c: char, before: Option<char>) -> Option<Self> {
        match c {
            '"' => Some(Self::Straight),
            '“' | '„' => Some(Self::Double),
            '«' | '»' => Some(Self::Angle),
            // ‘twas and rock ‘n’ roll are written with it too; within a word it opens nothing.
            '‘' if before.is_none_or(|before| !before.is_alphanumeric()) => Some(Self::Single),
            _ => None,
        }
    }

    fn is_closed_by(self, c: char, after: Option<char>) -> bool {
        match self {
            Self::Straight => c == '"',
            // „…“ closes with the mark that opens elsewhere.
            Self::Double => matches!(c, '”' | '“' | '"'),
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
