//! Pages of one site in, how likely each block of another page of it is body out: what recurs from page to page is
//! furniture, whatever it says. No label is needed for the site itself; what recurring tells was learned from gold pages
//! of other sites (Bar-Yossef & Rajagopalan 2002 call such furniture templates).

use serde::{Deserialize, Serialize};

use crate::bayes::logistic;
use crate::features::hash;
use crate::page::{Block, Page};
use crate::text::for_each_token;

/// Pages of a site that are remembered; more would tell little more.
const MAX_PAGES: usize = 64;
/// Words from which a block counts as longer: labels and cells, lines, sentences, paragraphs.
const LENGTHS: [usize; 3] = [4, 10, 25];
/// What a text does on other pages of the site: nothing, recur, or recur and stand several times on its own page too, as
/// the cells of a table and the sub-headings of a review do.
const N_MANNERS: usize = 3;
const N_CELLS: usize = N_MANNERS * (LENGTHS.len() + 1);
/// Shared texts of two pages, in hundredths, from which they are one article saved twice, where their titles do not tell.
const SAME_PAGE: usize = 90;
/// Pages of sites with several of them that weights are learned from at least.
const MIN_PAGES: usize = 10;
/// Penalty on the square of a weight.
const RIDGE: f64 = 1.0;

/// The texts of a page's blocks, as hashes: case, punctuation and the values of numbers apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageTexts {
    title: Option<u64>,
    /// Ascending, each once.
    texts: Box<[u64]>,
}

/// Pages of one site.
#[derive(Debug, Clone, Default)]
pub struct Site {
    pages: Vec<PageTexts>,
}

/// What recurring adds to a block's log-odds, by the block's length and by what its text does on other pages; 0 for what
/// does not recur.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct SiteWeights([f64; N_CELLS]);

/// A page of known labels with p(body) of its blocks by a model that was not trained on its site.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScoredPage<'a> {
    pub(super) page: &'a Page,
    pub(super) p_body: &'a [f64],
    pub(super) labels: &'a [bool],
}

impl PageTexts {
    /// Returns the texts of a page.
    #[must_use]
    pub fn of(page: &Page) -> Self {
        let mut buffer = String::new();
        let mut texts: Vec<u64> =
            page.blocks.iter().map(|block| text_hash(&block.text, &mut buffer)).collect();
        texts.sort_unstable();
        texts.dedup();
        let title = page.metadata.title.as_ref().map(|title| text_hash(title, &mut buffer));
        Self { title, texts: texts.into() }
    }

    /// The number of different texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether the page has no block.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    fn has(&self, text: u64) -> bool {
        self.texts.binary_search(&text).is_ok()
    }

    /// Whether both are of one article.
    fn is_same_article(&self, other: &Self) -> bool {
        if let (Some(title), Some(other)) = (self.title, other.title) {
            return title == other;
        }
        let n_shared = self.texts.iter().filter(|text| other.has(**text)).count();
        n_shared * 100 >= self.len().max(other.len()) * SAME_PAGE
    }
}

/// The hash of a text's words; 0 stands for any number.
fn text_hash(text: &str, buffer: &mut String) -> u64 {
    buffer.clear();
    for_each_token(text, |token| {
        let lower = text[token.start..token.end].chars().flat_map(char::to_lowercase);
        for c in lower.map(|c| if c.is_numeric() { '0' } else { c }) {
            if c != '0' || !buffer.ends_with('0') {
                buffer.push(c);
            }
        }
        buffer.push(' ');
    });
    hash(buffer.as_bytes())
}

impl Site {
    /// Remembers a page, unless enough of the site are known or it is an article already seen.
    pub fn add(&mut self, page: PageTexts) {
        if self.pages.len() < MAX_PAGES && !self.pages.iter().any(|known| known.is_same_article(&page)) {
            self.pages.push(page);
        }
    }

    /// The number of pages remembered.
    #[must_use]
    pub fn n_pages(&self) -> usize {
        self.pages.len()
    }

    /// The cell of [`SiteWeights`] that each block of a page falls into; `None` if no other page of the site is known.
    fn cells(&self, page: &Page) -> Option<Vec<usize>> {
        let own = PageTexts::of(page);
        let others: Vec<&PageTexts> =
            self.pages.iter().filter(|other| !other.is_same_article(&own)).collect();
        if others.is_empty() {
            return None;
        }
        let mut buffer = String::new();
        let hashes: Vec<u64> = page.blocks.iter().map(|block| text_hash(&block.text, &mut buffer)).collect();
        let mut sorted = hashes.clone();
        sorted.sort_unstable();
        let stands_alone = |text: u64| {
            let first = sorted.partition_point(|other| *other < text);
            sorted.get(first + 1) != Some(&text)
        };
        let cell = |(block, text): (&Block, &u64)| {
            let manner = match others.iter().any(|page| page.has(*text)) {
                false => 0,
                true if stands_alone(*text) => 1,
                true => 2,
            };
            LENGTHS.partition_point(|words| *words <= block.n_words) * N_MANNERS + manner
        };
        Some(page.blocks.iter().zip(&hashes).map(cell).collect())
    }
}

impl SiteWeights {
    /// Learns from the pages of each site; `None` if there are too few of sites with several.
    pub(super) fn fit<'a>(sites: impl Iterator<Item = Vec<ScoredPage<'a>>>) -> Option<Self> {
        let mut cells: Vec<Vec<(f64, bool)>> = vec![Vec::new(); N_CELLS];
        let mut n_pages = 0;
        for pages in sites {
            let mut site = Site::default();
            pages.iter().for_each(|scored| site.add(PageTexts::of(scored.page)));
            for ScoredPage { page, p_body, labels } in pages {
                let Some(of_blocks) = site.cells(page) else { continue };
                n_pages += 1;
                for ((cell, p), label) in of_blocks.into_iter().zip(p_body).zip(labels) {
                    cells[cell].push((log_odds(*p), *label));
                }
            }
        }
        if n_pages < MIN_PAGES {
            return None;
        }
        let mut weights = [0.0; N_CELLS];
        weights.iter_mut().zip(&cells).for_each(|(weight, blocks)| *weight = offset(blocks));
        // Against what does not recur: sites with several pages may be easier or harder than others, which is not meant.
        for of_length in weights.chunks_exact_mut(N_MANNERS) {
            let base = of_length[0];
            of_length.iter_mut().for_each(|weight| *weight -= base);
        }
        Some(Self(weights))
    }

    /// Moves p(body) of a page's blocks by what the site's other pages tell; leaves them if there is no other.
    pub(super) fn apply(&self, site: &Site, page: &Page, p_body: &mut [f64]) {
        for (cell, p) in site.cells(page).into_iter().flatten().zip(p_body) {
            *p = logistic(log_odds(*p) + self.0[cell]);
        }
    }

    /// Whether all weights are finite.
    pub(super) fn is_valid(&self) -> bool {
        self.0.iter().all(|weight| weight.is_finite())
    }
}

/// Finite log-odds of a probability.
fn log_odds(p: f64) -> f64 {
    let p = p.clamp(1e-9, 1.0 - 1e-9);
    (p / (1.0 - p)).ln()
}

/// What is best added to log-odds, given the labels: one parameter of a logistic regression, by Newton's method.
fn offset(blocks: &[(f64, bool)]) -> f64 {
    let mut offset = 0.0;
    for _ in 0..50 {
        let (mut gradient, mut curvature) = (-RIDGE * offset, RIDGE);
        for (log_odds, label) in blocks {
            let p = logistic(log_odds + offset);
            gradient += f64::from(u8::from(*label)) - p;
            curvature += p * (1.0 - p);
        }
        let step = (gradient / curvature).clamp(-1.0, 1.0);
        offset += step;
        if step.abs() < 1e-10 {
            break;
        }
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::PageHints;

    fn page(title: &str, blocks: &[&str]) -> Page {
        let paragraphs: String = blocks.iter().map(|block| format!("<p>{block}</p>")).collect();
        let html = format!("<title>{title}</title>{paragraphs}");
        Page::parse(html.as_bytes(), &PageHints::default()).unwrap()
    }

    const PITCH: &str = "Our reporters live on what you pay, and on nothing else at all.";

    fn site_of(pages: &[Page]) -> Site {
        let mut site = Site::default();
        pages.iter().for_each(|page| site.add(PageTexts::of(page)));
        site
    }

    #[test]
    fn what_recurs_is_told_from_what_does_not() {
        let pages = [
            page("One", &["The dam held.", PITCH, "Read 12 comments", "Yes", "Yes"]),
            page("Two", &["The dam broke.", PITCH, "Read 3 comments", "Yes"]),
        ];
        let site = site_of(&pages);
        // Ten words and more, once; fewer than ten, unseen; three, twice on its own page.
        assert_eq!(site.cells(&pages[0]), Some(vec![0, 2 * N_MANNERS + 1, 1, 2, 2]));
    }

    #[test]
    fn a_page_is_not_compared_with_itself() {
        let one = page("One", &["The dam held.", PITCH]);
        let again = page("One", &["The dam held.", PITCH, "Printed on Monday"]);
        assert_eq!(site_of(std::slice::from_ref(&one)).cells(&one), None);
        assert_eq!(site_of(&[one.clone(), again]).cells(&one), None);
        assert_eq!(Site::default().cells(&one), None);
    }

    #[test]
    fn weights_say_what_recurring_means() {
        let pages: Vec<Page> = (0..12)
            .map(|n| {
                let own = ["ash", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak", "pine"];
                let text =
                    format!("A {} grew by the weir of the mill.", own[n % own.len()].repeat(n / 10 + 1));
                page(&format!("Tree {}", own[n % own.len()].repeat(n / 10 + 1)), &[&text, PITCH])
            })
            .collect();
        let (p_body, labels) = ([0.5, 0.5], [true, false]);
        let scored = |page| ScoredPage { page, p_body: &p_body, labels: &labels };
        let gold: Vec<ScoredPage<'_>> = pages.iter().map(scored).collect();
        assert!(SiteWeights::fit([gold[..4].to_vec()].into_iter()).is_none());
        let weights = SiteWeights::fit([gold].into_iter()).unwrap();
        let site = site_of(&pages);
        let mut p = [0.5, 0.5];
        weights.apply(&site, &pages[0], &mut p);
        assert!(p[0] == 0.5 && p[1] < 0.2, "{p:?}");
        // A page of a site where nothing else is known stays as it is.
        let mut p = [0.5, 0.5];
        weights.apply(&Site::default(), &pages[0], &mut p);
        assert_eq!(p, [0.5, 0.5]);
    }
}
