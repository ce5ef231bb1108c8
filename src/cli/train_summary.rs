//! `nutgraf train summary`: articles with reference summaries in, a summariser out.

use nutgraf::dataset::{ReferenceArticle, read_articles};
use nutgraf::model::Model;
use nutgraf::report::feature_scores_text;
use nutgraf::summary::{
    Feature, Summarizer, SummaryParams, ablate, cross_validate_summaries, select_features,
};

use super::train;

#[derive(Debug, clap::Args)]
pub(super) struct SummaryFlags {
    /// Features of sentences that a summariser learns from, parted by commas [default: those that do best on news]
    #[arg(
        hide_short_help = true,
        long,
        value_name = "FEATURES",
        value_delimiter = ',',
        value_parser = parse_feature,
        help_heading = "Summaries"
    )]
    features: Vec<Feature>,
    /// Print what each feature is worth: by adding the best one each time, and by leaving one out
    #[arg(hide_short_help = true, long, help_heading = "Summaries")]
    feature_scores: bool,
}

impl SummaryFlags {
    pub(super) fn is_given(&self) -> bool {
        !self.features.is_empty() || self.feature_scores
    }
}

fn parse_feature(name: &str) -> Result<Feature, String> {
    let known = || Feature::ALL.map(Feature::name).join(", ");
    Feature::from_name(name).ok_or_else(|| format!("no such feature; features: {}", known()))
}

pub(super) fn run(args: &train::Args) -> anyhow::Result<Model> {
    let articles = read_articles(&args.data)?;
    let flags = &args.summary;
    let mut params = SummaryParams::default();
    if !flags.features.is_empty() {
        params.features.clone_from(&flags.features);
    }
    if flags.feature_scores {
        print_feature_scores(flags, &articles)?;
    }
    let mut summarizer = Summarizer::train(&params, &articles)?;
    if let Some(n_folds) = args.cv {
        let evaluation = cross_validate_summaries(&params, &articles, n_folds as usize)?;
        train::report("summary", &evaluation, |metric, value| summarizer.note_score(metric, value));
    }
    Ok(summarizer.to_model()?)
}

/// Scores the features asked for, or all there are.
fn print_feature_scores(flags: &SummaryFlags, articles: &[ReferenceArticle]) -> anyhow::Result<()> {
    let features = if flags.features.is_empty() { Feature::ALL.to_vec() } else { flags.features.clone() };
    let params = SummaryParams { features, ..SummaryParams::default() };
    let steps = select_features(&params, articles)?;
    let (all, without) = ablate(&params, articles)?;
    anstream::print!("{}", feature_scores_text(&steps, all, &without));
    Ok(())
}
