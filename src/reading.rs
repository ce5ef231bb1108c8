//! The whole way for one page: bytes in; article, frame and key sentences out.

use crate::body::{Article, BlockKind, BlockVerdict, BodyModel, expected_f1};
use crate::classify::Statistics;
use crate::error::Result;
use crate::model::{Model, Task};
use crate::page::{Page, PageHints};
use crate::stance::{Stance, StanceModel};
use crate::summary::{DocumentScratch, Summarizer, Summarizing, SummaryOptions};

pub use crate::summary::SentenceReading;

/// Reads pages with a body model, a stance model and a summariser.
#[derive(Debug)]
pub struct Reader {
    body: BodyModel,
    stance: StanceModel,
    summarizer: Summarizer,
    options: SummaryOptions,
}

/// Everything that nutgraf says of a page.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The page.
    pub page: Page,
    /// The kind and probability of each block of the page, in order.
    pub verdicts: Vec<BlockVerdict>,
    /// The body, and the way back from it to the page.
    pub article: Article,
    /// Which way the article leans.
    pub stance: Stance,
    /// The key sentences, in their order.
    pub sentences: Vec<SentenceReading>,
    /// The expected F1 of the body, by words and by the model's own probabilities, from 0 to 1.
    pub quality: f64,
}

impl Reader {
    /// Returns a reader with the shipped models.
    ///
    /// # Errors
    /// [`crate::Error::Model`] if the program was built with damaged models.
    pub fn shipped() -> Result<Self> {
        Ok(Self::new(
            BodyModel::from_model(&Model::open("body")?)?,
            StanceModel::from_model(&Model::open("stance")?)?,
            Summarizer::from_model(&Model::open("summary")?)?,
            SummaryOptions::default(),
        ))
    }

    /// Returns a reader with models of one's own.
    #[must_use]
    pub fn new(
        body: BodyModel,
        stance: StanceModel,
        summarizer: Summarizer,
        options: SummaryOptions,
    ) -> Self {
        Self { body, stance, summarizer, options }
    }

    /// Reads a page.
    ///
    /// # Errors
    /// As [`Page::parse`]: a page that is empty, no text, or too large.
    pub fn read(&self, bytes: &[u8], hints: &PageHints) -> Result<Reading> {
        Ok(self.read_page(Page::parse(bytes, hints)?))
    }

    /// Reads a page that was parsed: whoever has a large one can let its bytes go first.
    #[must_use]
    pub fn read_page(&self, page: Page) -> Reading {
        let verdicts = self.body.verdicts(&page);
        let article = BodyModel::article(&page, &verdicts);
        self.finish(page, verdicts, article)
    }

    /// Reads a text that is an article without anything around it: all of it is body, and its title is the hints'.
    ///
    /// # Errors
    /// As [`Page::parse`].
    pub fn read_article(&self, bytes: &[u8], hints: &PageHints) -> Result<Reading> {
        let (page, verdicts, article) = whole_article(bytes, hints)?;
        Ok(self.finish(page, verdicts, article))
    }

    /// What tells the stance.
    #[must_use]
    pub fn stance_model(&self) -> &StanceModel {
        &self.stance
    }

    fn finish(&self, page: Page, verdicts: Vec<BlockVerdict>, article: Article) -> Reading {
        let stance = self.stance.read(&page, &article);
        let how = Summarizing::new(&self.summarizer, &self.options);
        let mut scratch = DocumentScratch::default();
        let sentences = how.read((&page, &verdicts, &article), &mut scratch).sentences;
        let quality = expected_f1(&page, &verdicts);
        Reading { page, verdicts, article, stance, sentences, quality }
    }
}

/// A text that is an article without anything around it, as a page all of whose blocks are body.
///
/// # Errors
/// As [`Page::parse`].
pub fn whole_article(bytes: &[u8], hints: &PageHints) -> Result<(Page, Vec<BlockVerdict>, Article)> {
    let mut page = Page::parse(bytes, hints)?;
    // A text states its title by the record or not at all; its first line is not one.
    page.metadata.title = hints.title.clone();
    let verdicts = vec![BlockVerdict { kind: BlockKind::Body, p_body: 1.0 }; page.blocks.len()];
    let article = BodyModel::article(&page, &verdicts);
    Ok((page, verdicts, article))
}

impl Reading {
    /// The headline, where the page has one.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.article.title.as_deref()
    }
}

/// Refuses a model whose parts do not fit each other, whatever its task.
///
/// # Errors
/// [`crate::Error::Model`] that says what is wrong.
pub fn check_model(model: &Model) -> Result<()> {
    match model.header.task {
        Task::Body => BodyModel::from_model(model).map(drop),
        Task::Text | Task::Stance => StanceModel::from_model(model).map(drop),
        Task::Summary => Summarizer::from_model(model).map(drop),
        Task::Counts => Statistics::from_model(model).map(drop),
    }
}
