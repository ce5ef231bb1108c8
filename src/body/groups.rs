//! The groups of features: each is one naive Bayes table with a weight of its own.

/// A group of categorical features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// Names of the block's element and those around it.
    Tag,
    /// Words, link density and both together.
    Size,
    /// Endings, commas, capitals, digits.
    Form,
    /// Place in the page, by blocks and by words, and after the last heading.
    Position,
    /// Class and id words of the element and its parent.
    NearAttributes,
    /// Class and id words further out.
    FarAttributes,
    /// Which structural elements the block is within.
    Ancestry,
    /// The first words, and short texts as a whole.
    Lead,
    /// Relation to headline and title, repetition in the page.
    Headline,
    /// Links and emphasis.
    Links,
    /// Size and link density of the blocks around.
    Neighbours,
    /// The share of the page's prose that the containers around the block hold.
    Container,
    /// Agreement with the page's own statements (description, JSON-LD).
    Statements,
}

impl Group {
    pub(super) const ALL: [Self; 13] = [
        Self::Tag,
        Self::Size,
        Self::Form,
        Self::Position,
        Self::NearAttributes,
        Self::FarAttributes,
        Self::Ancestry,
        Self::Lead,
        Self::Headline,
        Self::Links,
        Self::Neighbours,
        Self::Container,
        Self::Statements,
    ];

    /// Whether a block has any number of the group's features, so that the most telling single one, for and against,
    /// counts beside their sum.
    pub(super) const fn is_bag(self) -> bool {
        matches!(
            self,
            Self::NearAttributes | Self::FarAttributes | Self::Ancestry | Self::Lead | Self::Neighbours
        )
    }

    /// The number of bags.
    pub(super) const fn n_bags() -> usize {
        let (mut idx, mut n) = (0, 0);
        while idx < Self::ALL.len() {
            n += Self::ALL[idx].is_bag() as usize;
            idx += 1;
        }
        n
    }

    /// The name of the group's arrays in a model file.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Size => "size",
            Self::Form => "form",
            Self::Position => "position",
            Self::NearAttributes => "near_attributes",
            Self::FarAttributes => "far_attributes",
            Self::Ancestry => "ancestry",
            Self::Lead => "lead",
            Self::Headline => "headline",
            Self::Links => "links",
            Self::Neighbours => "neighbours",
            Self::Container => "container",
            Self::Statements => "statements",
        }
    }
}
