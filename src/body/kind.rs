//! The kinds of blocks.

use serde::{Deserialize, Serialize};

/// What a block is to the reader of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// Running text of the article.
    Body,
    /// A heading within the article.
    Heading,
    /// An item of a list of the article.
    List,
    /// A cell of a table of the article.
    Table,
    /// A quotation set off in the article.
    Quote,
    /// The headline.
    Title,
    /// The standfirst under the headline.
    Deck,
    /// The author line.
    Byline,
    /// A line with the date, time or place of publication.
    Dateline,
    /// A caption or picture credit.
    Caption,
    /// Menus, breadcrumbs, tags, skip links.
    Navigation,
    /// Prompts to subscribe, register or log in to read on.
    Paywall,
    /// Newsletter prompts.
    Newsletter,
    /// Links to other articles.
    Related,
    /// Advertisements and their labels.
    Advertisement,
    /// Readers' comments and prompts to comment.
    Comments,
    /// Who the author is.
    AuthorBio,
    /// Share, print, save, listen.
    ShareTools,
    /// Copyright, terms, disclaimers.
    Legal,
    /// Consent notices.
    Cookie,
    /// Addresses, press contacts, about the outlet.
    Contact,
    /// Anything else.
    Other,
}

use BlockKind::{
    Advertisement, AuthorBio, Body, Byline, Caption, Comments, Contact, Cookie, Dateline, Deck, Heading,
    Legal, List, Navigation, Newsletter, Other, Paywall, Quote, Related, ShareTools, Table, Title,
};

/// Every kind with its name, in the order of the enum.
const NAMES: [(BlockKind, &str); 22] = [
    (Body, "body"),
    (Heading, "heading"),
    (List, "list"),
    (Table, "table"),
    (Quote, "quote"),
    (Title, "title"),
    (Deck, "deck"),
    (Byline, "byline"),
    (Dateline, "dateline"),
    (Caption, "caption"),
    (Navigation, "navigation"),
    (Paywall, "paywall"),
    (Newsletter, "newsletter"),
    (Related, "related"),
    (Advertisement, "advertisement"),
    (Comments, "comments"),
    (AuthorBio, "author-bio"),
    (ShareTools, "share-tools"),
    (Legal, "legal"),
    (Cookie, "cookie"),
    (Contact, "contact"),
    (Other, "other"),
];

impl BlockKind {
    /// The kinds that a dropped block can have.
    pub(super) const DROPPED: [Self; 17] = [
        Title,
        Deck,
        Byline,
        Dateline,
        Caption,
        Navigation,
        Paywall,
        Newsletter,
        Related,
        Advertisement,
        Comments,
        AuthorBio,
        ShareTools,
        Legal,
        Cookie,
        Contact,
        Other,
    ];

    /// The kind's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// The kind of a name, if there is one.
    ///
    /// ```
    /// use nutgraf::body::BlockKind;
    ///
    /// assert_eq!(BlockKind::from_name("author-bio"), Some(BlockKind::AuthorBio));
    /// assert_eq!(BlockKind::from_name("unknown"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// Every kind, in the order of the enum.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(kind, _)| *kind)
    }

    /// Whether blocks of this kind are part of the article's body.
    #[must_use]
    pub fn is_body(self) -> bool {
        matches!(self, Body | Heading | List | Table | Quote)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_the_order_of_the_enum() {
        for (idx, (kind, name)) in NAMES.iter().enumerate() {
            assert_eq!(*kind as usize, idx);
            assert_eq!(kind.name(), *name);
        }
        assert_eq!(BlockKind::all().filter(|kind| kind.is_body()).count(), 5);
        let n_other = BlockKind::all().filter(|kind| !kind.is_body()).count();
        assert_eq!(n_other, BlockKind::DROPPED.len());
    }
}
