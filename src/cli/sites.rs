//! Inputs in, what the pages of each site have in common out: the first of two ways through the inputs.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use nutgraf::body::{PageTexts, Site};
use nutgraf::dataset::host_of;
use nutgraf::{Error, Page};
use rayon::prelude::*;

use super::inputs::{Found, Input, Inputs};

/// The sites of some inputs, by host, or by folder where pages do not state their address.
pub(super) struct Sites {
    sites: HashMap<String, Site>,
}

/// The most pages parsed at once.
const GROUP: usize = 256;
/// Texts that are remembered in all, 8 bytes each: about 40,000 pages. Sites that come first are known best.
const MAX_TEXTS: usize = 8 << 20;

impl Sites {
    /// Reads the inputs of paths. What cannot be read is left for the second way to report.
    ///
    /// # Errors
    /// Standard input, which can be read only once.
    pub(super) fn learn(paths: &[PathBuf]) -> Result<Self, Error> {
        let is_read_once = paths.iter().any(|path| path == Path::new("-"));
        if is_read_once {
            let expected = "files or folders, since --site-aware reads them twice";
            return Err(Error::Parameter { name: "PATH", value: "-".into(), expected });
        }
        let mut sites: HashMap<String, Site> = HashMap::new();
        let mut inputs = Inputs::new(paths);
        let (mut n_texts, mut n_left_out) = (0, 0_usize);
        loop {
            let group = inputs.group(GROUP);
            if group.is_empty() {
                break;
            }
            let pages: Vec<Option<(String, PageTexts)>> = group.into_par_iter().map(texts).collect();
            for (name, page) in pages.into_iter().flatten() {
                let n = page.len();
                if n_texts + n > MAX_TEXTS {
                    n_left_out += 1;
                } else if sites.entry(name).or_default().add(page) {
                    n_texts += n;
                }
            }
        }
        if n_left_out > 0 {
            anstream::eprintln!(
                "--site-aware: the memory for sites is full; up to {n_left_out} pages are not compared with"
            );
        }
        Ok(Self { sites })
    }

    /// The site of a page.
    pub(super) fn of(&self, source: &str, page: &Page) -> Option<&Site> {
        self.sites.get(name_of(source, page))
    }
}

/// The site's name and the texts of an input that is a page.
fn texts(found: Found) -> Option<(String, PageTexts)> {
    let Input { source, content, .. } = found.open();
    let content = content.ok().filter(|content| !content.is_article)?;
    let page = Page::parse(&content.bytes, &content.hints).ok()?;
    Some((name_of(&source, &page).to_owned(), PageTexts::of(&page)))
}

fn name_of<'a>(source: &'a str, page: &'a Page) -> &'a str {
    match &page.metadata.url {
        Some(url) if url.contains("://") => host_of(url),
        _ => source.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder),
    }
}
