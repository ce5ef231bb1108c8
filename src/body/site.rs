//! Pages of one site in, how likely each block of another page of it is body out: what recurs from page to page is
//! furniture, whatever it says. No label is needed for the site itself; what recurring tells was learned from gold pages
//! of other sites (Bar-Yossef & Rajagopalan 2002 call such furniture templates).

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::bayes::{GroupWeights, logistic};
use crate::features::hash;
use crate::page::Page;
use crate::text::for_each_token;

/// Pages of a site that are remembered; more would tell little more.
const MAX_PAGES: usize = 64;
/// Words from which a block counts as longer: labels and cells, lines, sentences, paragraphs.
const LENGTHS: [usize; 3] = [4, 10, 25];
/// What weights are learned over: a block's log-odds without the site, its length, and how its text recurs.
const N_SCORES: usize = 1 + LENGTHS.len() + 2;
/// Shared texts of two pages, in hundredths, from which they are one article saved twice, where their titles do not tell.
const SAME_PAGE: usize = 90;
/// Pages of sites with several of them that weights are learned from at least.
const MIN_PAGES: usize = 10;
/// Penalty on the weights.
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

/// How the text of a block recurs on other pages of its site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recurrence {
    /// It does not.
    None,
    /// It does, and stands once on its own page.
    Once,
    /// It does, and stands several times on its own page too, as the cells of a table and the sub-headings of a review.
    Often,
}

/// What recurring adds to a block's log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteWeights {
    once: f64,
    often: f64,
}

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
        let hashes = page.blocks.iter().map(|block| text_hash(&block.text, &mut buffer)).collect();
        Self::of_hashes(page, hashes)
    }

    fn of_hashes(page: &Page, mut texts: Vec<u64>) -> Self {
        texts.sort_unstable();
        texts.dedup();
        let title = page.metadata.title.as_ref().map(|title| text_hash(title, &mut String::new()));
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
    /// Remembers a page, unless enough of the site are known or it is an article already seen; returns whether it did.
    pub fn add(&mut self, page: PageTexts) -> bool {
        let is_wanted =
            self.pages.len() < MAX_PAGES && !self.pages.iter().any(|known| known.is_same_article(&page));
        if is_wanted {
            self.pages.push(page);
        }
        is_wanted
    }

    /// How each block of a page recurs; `None` if no other page of the site is known.
    fn recurrences(&self, page: &Page) -> Option<Vec<Recurrence>> {
        let mut buffer = String::new();
        let hashes: Vec<u64> = page.blocks.iter().map(|block| text_hash(&block.text, &mut buffer)).collect();
        let own = PageTexts::of_hashes(page, hashes.clone());
        let others: Vec<&PageTexts> =
            self.pages.iter().filter(|other| !other.is_same_article(&own)).collect();
        if others.is_empty() {
            return None;
        }
        let mut n_same: HashMap<u64, u32> = HashMap::new();
        hashes.iter().for_each(|text| *n_same.entry(*text).or_default() += 1);
        let recurrence = |text: &u64| match others.iter().any(|page| page.has(*text)) {
            false => Recurrence::None,
            true if n_same[text] == 1 => Recurrence::Once,
            true => Recurrence::Often,
        };
        Some(hashes.iter().map(recurrence).collect())
    }
}

impl SiteWeights {
    /// Learns from the pages of each site by logistic regression, beside the log-odds that the blocks have without the site
    /// and beside their length; `None` if there are too few pages of sites with several, or one label alone.
    pub(super) fn fit<'a>(sites: impl Iterator<Item = Vec<ScoredPage<'a>>>) -> Option<Self> {
        let (mut rows, mut of_blocks) = (Vec::new(), Vec::new());
        let mut n_pages = 0;
        for pages in sites {
            let mut site = Site::default();
            for scored in &pages {
                site.add(PageTexts::of(scored.page));
            }
            for ScoredPage { page, p_body, labels } in pages {
                let Some(recurrences) = site.recurrences(page) else { continue };
                n_pages += 1;
                for ((block, p), recurrence) in page.blocks.iter().zip(p_body).zip(recurrences) {
                    rows.push(log_odds(*p));
                    rows.extend(LENGTHS.map(|words| f64::from(u8::from(block.n_words >= words))));
                    rows.extend(
                        [Recurrence::Once, Recurrence::Often]
                            .map(|manner| f64::from(u8::from(recurrence == manner))),
                    );
                }
                of_blocks.extend_from_slice(labels);
            }
        }
        if n_pages < MIN_PAGES {
            return None;
        }
        let fitted =
            GroupWeights::fit(&rows, &of_blocks, &vec![1.0; of_blocks.len()], N_SCORES, RIDGE).ok()?;
        let [.., once, often] = fitted.weights() else { return None };
        Some(Self { once: *once, often: *often })
    }

    /// Moves p(body) of a page's blocks by what the site's other pages tell; leaves them if there is no other.
    pub(super) fn apply(&self, site: &Site, page: &Page, p_body: &mut [f64]) {
        for (recurrence, p) in site.recurrences(page).into_iter().flatten().zip(p_body) {
            let weight = match recurrence {
                Recurrence::None => continue,
                Recurrence::Once => self.once,
                Recurrence::Often => self.often,
            };
            *p = logistic(log_odds(*p) + weight);
        }
    }

    /// Whether all weights are finite.
    pub(super) fn is_valid(&self) -> bool {
        self.once.is_finite() && self.often.is_finite()
    }
}

/// Finite log-odds of a probability.
fn log_odds(p: f64) -> f64 {
    let p = p.clamp(1e-9, 1.0 - 1e-9);
    (p / (1.0 - p)).ln()
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
        for page in pages {
            site.add(PageTexts::of(page));
        }
        site
    }

    #[test]
    fn what_recurs_is_told_from_what_does_not() {
        let pages = [
            page("One", &["The dam held.", PITCH, "Read 12 comments", "Yes", "Yes"]),
            page("Two", &["The dam broke.", PITCH, "Read 3 comments", "Yes"]),
        ];
        let site = site_of(&pages);
        use Recurrence::{None as No, Often, Once};
        assert_eq!(site.recurrences(&pages[0]), Some(vec![No, Once, Once, Often, Often]));
    }

    #[test]
    fn a_page_is_not_compared_with_itself() {
        let one = page("One", &["The dam held.", PITCH]);
        let again = page("One", &["The dam held.", PITCH, "Printed on Monday"]);
        assert_eq!(site_of(std::slice::from_ref(&one)).recurrences(&one), None);
        assert_eq!(site_of(&[one.clone(), again]).recurrences(&one), None);
        assert_eq!(Site::default().recurrences(&one), None);
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
