//! The body of a page as one text, with the way back from each of its bytes to the original file.

use crate::page::{Page, Span};

/// The article: title and body.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// The headline, where the page has one.
    pub title: Option<String>,
    /// The body, paragraphs parted by a blank line; empty if the page has none.
    pub text: String,
    /// The places of the body's blocks in `text`, ascending.
    pub places: Vec<Place>,
    /// The block that holds the title.
    title_block: Option<usize>,
}

/// Where a block of the page stands in the article's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The block's position in `Page::blocks`.
    pub block: usize,
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

const BETWEEN: &str = "\n\n";

impl Article {
    /// Returns the article made of the given blocks of a page, in order.
    ///
    /// # Panics
    /// If a block is not on the page.
    #[must_use]
    pub fn new(page: &Page, body: &[usize], title_block: Option<usize>) -> Self {
        let len = body.iter().map(|block| page.blocks[*block].text.len() + BETWEEN.len()).sum();
        let mut text = String::with_capacity(len);
        let mut places = Vec::with_capacity(body.len());
        for block in body {
            if !text.is_empty() {
                text.push_str(BETWEEN);
            }
            let start = text.len();
            text.push_str(&page.blocks[*block].text);
            places.push(Place { block: *block, start, end: text.len() });
        }
        let title =
            title_block.map(|idx| page.blocks[idx].text.clone()).or_else(|| page.metadata.title.clone());
        Self { title, text, places, title_block }
    }

    /// Title and body as one text, as a classifier reads them.
    #[must_use]
    pub fn full_text(&self) -> String {
        match &self.title {
            Some(title) => format!("{title}{BETWEEN}{}", self.text),
            None => self.text.clone(),
        }
    }

    /// The original bytes of a range of [`Self::text`] within one block, or of its part in the first block touched;
    /// `None` outside every block.
    #[must_use]
    pub fn span(&self, page: &Page, start: usize, end: usize) -> Option<Span> {
        let idx = self.places.partition_point(|place| place.end <= start);
        let place = self.places.get(idx).filter(|place| place.start < end)?;
        let (from, to) = (start.max(place.start) - place.start, end.min(place.end) - place.start);
        Some(page.blocks[place.block].source.span(from, to))
    }

    /// The original bytes of a range of [`Self::full_text`]; `None` for a title that the page states outside its
    /// blocks, and for a range that runs from one block into the next.
    #[must_use]
    pub fn full_text_span(&self, page: &Page, start: usize, end: usize) -> Option<Span> {
        let title_len = self.title.as_ref().map_or(0, |title| title.len() + BETWEEN.len());
        if end + BETWEEN.len() <= title_len {
            return self.title_block.map(|idx| page.blocks[idx].source.span(start, end));
        }
        let (start, end) = (start.checked_sub(title_len)?, end - title_len);
        let idx = self.places.partition_point(|place| place.end <= start);
        let is_within = self.places.get(idx).is_some_and(|place| place.start <= start && end <= place.end);
        if is_within { self.span(page, start, end) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::PageHints;

    #[test]
    fn ranges_lead_back_to_the_file() {
        let html = b"<h1>A &amp; B</h1><p>One two.</p><p>Buy!</p><p>Th&eacute; end.</p>";
        let page = Page::parse(html, &PageHints::default()).unwrap();
        let article = Article::new(&page, &[1, 3], Some(0));
        assert_eq!(article.full_text(), "A & B\n\nOne two.\n\nThé end.");
        let cut = |span: Option<Span>| span.map(|s| std::str::from_utf8(&html[s.start..s.end]).unwrap());
        let full = article.full_text();
        let place = |word: &str| (full.find(word).unwrap(), full.find(word).unwrap() + word.len());
        for (word, source) in [("A & B", "A &amp; B"), ("two", "two"), ("Thé", "Th&eacute;")] {
            let (start, end) = place(word);
            assert_eq!(cut(article.full_text_span(&page, start, end)), Some(source), "{word}");
        }
        let (start, end) = place("two.\n\nThé");
        assert_eq!(article.full_text_span(&page, start, end), None);
    }
}
