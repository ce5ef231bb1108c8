//! `nutgraf train text` and `train stance`: flags in, a classifier out.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use nutgraf::bayes::{CalibrationMethod, EventModel, LogCountRatios, Precision, SvmParams};
use nutgraf::classify::{
    AbstainBand, ClassifierParams, CrossValidation, Families, LabelledCorpusBuilder, Member, Prune, Search,
    Statistics, TextClassifier, Unit, tune,
};
use nutgraf::dataset::{Dataset, EmptyTexts, LabelledOptions, Record, read_batches};
use nutgraf::evaluate::{Evaluation, LearningCurve};
use nutgraf::features::{CharNgrams, VectorizerParams, Weighting};
use nutgraf::model::{Model, Task};
use nutgraf::report::{divisions_text, learning_curve_text, tuning_text};
use nutgraf::stance::StanceModel;
use nutgraf::text::{AnalyzerParams, Language};

use super::files::write_atomically;
use super::usage::{Usage, required};
use super::{labelled, train};

/// What the counts of --from have settled.
const FEATURE_FLAGS: [&str; 14] = [
    "tune",
    "cv",
    "language",
    "stem",
    "drop_stop_words",
    "mute_stop_words",
    "min_chars",
    "max_ngram",
    "chars",
    "weighting",
    "min_documents",
    "min_ngram_documents",
    "max_documents",
    "chi_square",
];

/// Flags of the tasks text and stance.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options for text and stance")]
pub(super) struct Flags {
    #[command(flatten)]
    pub(super) fields: labelled::Fields,
    /// Choose features and system by cross-validation, and report the choice's nested score
    #[arg(long)]
    tune: bool,
    /// Cross-validate over so many divisions, and say how far they differ
    #[arg(hide_short_help = true, long, value_name = "R", requires = "cv", conflicts_with = "tune",
        value_parser = clap::value_parser!(u32).range(2..=100))]
    repeats: Option<u32>,
    /// Cross-validate on growing shares of the data too, and say what more labels would bring
    #[arg(hide_short_help = true, long, requires = "cv", conflicts_with = "tune")]
    curve: bool,
    /// Write the sufficient statistics too: they merge, are added to and forget (naive Bayes; exact for counts)
    #[arg(hide_short_help = true, long, value_name = "COUNTS")]
    pub(super) counts_out: Option<PathBuf>,
    /// Start from statistics and add the data to them; features are counted as they were
    #[arg(hide_short_help = true, long, value_name = "COUNTS", conflicts_with_all = FEATURE_FLAGS)]
    from: Option<PathBuf>,
    /// Labelled data to take away from the statistics of --from
    #[arg(hide_short_help = true, long, requires = "from", value_name = "DATA")]
    forget: Vec<PathBuf>,
    /// What is trained; with --tune, `bayes` tries naive Bayes alone [default: complement; multinomial for two classes]
    #[arg(long, value_enum, value_name = "SYSTEM")]
    system: Option<System>,
    /// Read texts sentence by sentence, each with the same share, and learn from single sentences beside articles
    #[arg(long, conflicts_with_all = ["tune", "counts_out", "from"])]
    by_sentence: bool,
    /// Labelled texts on the model's subject, whatever their labels: it learns to tell them from those of --off-topic
    #[arg(hide_short_help = true, long, value_name = "DATA", requires = "off_topic")]
    on_topic: Vec<PathBuf>,
    /// Labelled texts on other subjects: what is like them is flagged, and no class is called
    #[arg(hide_short_help = true, long, value_name = "DATA", requires = "on_topic", conflicts_with = "from")]
    off_topic: Vec<PathBuf>,
    /// Lidstone's α of naive Bayes [default: 0.1]
    #[arg(long, value_name = "ALPHA")]
    alpha: Option<f64>,
    /// What an error costs an SVM against the size of its weights [default: 0.3]
    #[arg(hide_short_help = true, long, value_name = "C")]
    cost: Option<f64>,
    /// The language of stems and stop words
    #[arg(hide_short_help = true, long, default_value = "en", value_parser = parse_language, value_name = "CODE")]
    language: Language,
    /// Reduce words to their stems (stance always does)
    #[arg(long, hide_short_help = true)]
    stem: bool,
    /// Leave out function words
    #[arg(long, hide_short_help = true)]
    drop_stop_words: bool,
    /// Let function words count only beside other words, in longer terms (stance does, unless they are left out)
    #[arg(long, hide_short_help = true)]
    mute_stop_words: bool,
    /// Leave out words of fewer characters [default: 2]
    #[arg(hide_short_help = true, long, value_name = "N")]
    min_chars: Option<usize>,
    /// The longest word n-gram
    #[arg(long, default_value_t = 2, value_name = "N")]
    max_ngram: usize,
    /// Character n-grams within words, as a block of their own, such as 2..5
    #[arg(long, value_parser = parse_chars, value_name = "MIN..MAX")]
    chars: Option<CharNgrams>,
    /// What a term's count becomes
    #[arg(hide_short_help = true, long, value_enum, default_value_t, value_name = "WEIGHTING")]
    weighting: WeightingArg,
    /// Leave out words in fewer documents
    #[arg(hide_short_help = true, long, default_value_t = 1, value_name = "N")]
    min_documents: u32,
    /// Leave out longer terms in fewer documents [default: 2; stance: 1]
    #[arg(hide_short_help = true, long, value_name = "N")]
    min_ngram_documents: Option<u32>,
    /// Terms in more than this share of the documents count nothing
    #[arg(hide_short_help = true, long, default_value_t = 1.0, value_name = "SHARE")]
    max_documents: f64,
    /// Keep at most so many terms, those whose weights differ most between the classes
    #[arg(hide_short_help = true, long, value_name = "N", conflicts_with = "chi_square")]
    max_terms: Option<usize>,
    /// Keep at most so many terms, those whose presence depends most on the class by χ²
    #[arg(hide_short_help = true, long, value_name = "N")]
    chi_square: Option<usize>,
    /// How weights are kept
    #[arg(hide_short_help = true, long, value_enum, default_value_t, value_name = "PRECISION")]
    precision: PrecisionArg,
    /// How probabilities are made to mean what they say
    #[arg(hide_short_help = true, long, value_enum, default_value_t, value_name = "METHOD")]
    calibration: CalibrationArg,
    /// Probabilities of the best class at which the model abstains [default: never; stance: 0..0.6]
    #[arg(hide_short_help = true, long, value_name = "LO..HI")]
    abstain: Option<AbstainBand>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum System {
    /// Naive Bayes of whichever event model suits
    Bayes,
    Multinomial,
    Complement,
    NormalizedComplement,
    /// For --weighting binary
    Bernoulli,
    /// A linear SVM, one class against the rest
    Svm,
    /// An SVM over rows scaled by naive Bayes log-count ratios
    NbSvm,
    /// Naive Bayes and a linear SVM, pooled
    Mixture,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum WeightingArg {
    /// (1 + ln count) · idf, L2-normalised
    #[default]
    Tfidf,
    /// count · idf, L2-normalised
    RawTfidf,
    /// The count
    Count,
    /// 1
    Binary,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum PrecisionArg {
    F32,
    #[default]
    F16,
    I8,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum CalibrationArg {
    /// Not at all
    None,
    /// One temperature from out-of-fold scores
    #[default]
    Temperature,
    /// A logistic curve a class on top
    Platt,
    /// A rising curve a class on top
    Isotonic,
}

fn parse_language(code: &str) -> Result<Language, String> {
    Language::from_tag(code)
        .ok_or_else(|| "no such language; give an ISO 639-1 code such as en or de".to_owned())
}

fn parse_chars(text: &str) -> Result<CharNgrams, String> {
    let lengths = text.split_once("..").and_then(|(min, max)| Some((min.parse().ok()?, max.parse().ok()?)));
    let (min, max) = lengths.ok_or("give two lengths in order, such as 2..5")?;
    Ok(CharNgrams { min, max })
}

/// Trains a classifier, or only counts if no model is asked for.
pub(super) fn run(args: &train::Args, task: Task) -> anyhow::Result<Option<Model>> {
    let flags = &args.text;
    let options = flags.reading()?;
    if let Some(from) = &flags.from {
        return update(args, task, from, &options);
    }
    let vectorizer = flags.vectorizer(task);
    let has_chunks = vectorizer.chars.is_some() || flags.tune;
    let mut kept = args.cv.map(|_| Vec::new());
    let builder =
        read_corpus(&args.data, flags, &options, (&vectorizer.analyzer, has_chunks), kept.as_mut())?;
    if args.output.is_none() {
        // A part of a whole may be of one class.
        write_counts(args, &Statistics::count(&vectorizer, &builder.finish_part())?)?;
        return Ok(None);
    }
    let corpus = builder.finish()?;
    let mut params = flags.params(task, vectorizer, corpus.classes.len())?;
    params.check()?;
    let mut tuned = None;
    if flags.tune {
        let families = match flags.system {
            None => Families::All,
            Some(System::Bayes) => Families::NaiveBayes,
            Some(_) => {
                let message = "--tune chooses the system; leave --system out, or give --system bayes";
                return Err(Usage(message.to_owned()).into());
            }
        };
        let found = tune(&Search::around(&params.vectorizer, families, &corpus), &corpus)?;
        params = found.apply(&params);
        tuned = Some(found);
    }
    if flags.counts_out.is_some() {
        write_counts(args, &Statistics::count(&params.vectorizer, &corpus)?)?;
    }
    let mut classifier = TextClassifier::train_corpus(&params, &corpus)?;
    drop(corpus);
    if let Some(tuned) = &tuned {
        anstream::print!("{}", tuning_text(tuned));
        train::report(task.name(), &tuned.evaluation, |metric, value| classifier.note_score(metric, value));
    } else if let (Some(n_folds), Some(records)) = (args.cv, kept) {
        let dataset = Dataset::new(records);
        let validation = CrossValidation { params: &params, dataset: &dataset, n_folds: n_folds as usize };
        let evaluation = validation.division(0)?;
        train::report(task.name(), &evaluation, |metric, value| classifier.note_score(metric, value));
        for point in flags.report_more(&validation, evaluation)?.points {
            classifier.note_score(&format!("accuracy_at_{}", point.n), point.accuracy);
        }
    }
    let mut model = StanceModel::new(classifier);
    if !flags.off_topic.is_empty() {
        model =
            model.with_topic(&records(&flags.on_topic, &options)?, &records(&flags.off_topic, &options)?)?;
    }
    Ok(Some(model.to_model(task)?))
}

/// Trains from statistics, to which the data is added and from which what is to be forgotten is taken.
fn update(
    args: &train::Args,
    task: Task,
    from: &Path,
    options: &LabelledOptions,
) -> anyhow::Result<Option<Model>> {
    let flags = &args.text;
    let mut statistics = Statistics::from_model(&Model::open(&from.to_string_lossy())?)?;
    let analyzer = statistics.params().analyzer.clone();
    let has_chunks = statistics.params().chars.is_some();
    let read = |paths: &[PathBuf]| {
        let builder = read_corpus(paths, flags, options, (&analyzer, has_chunks), None)?;
        Ok::<_, nutgraf::Error>(builder.finish_part())
    };
    let mut recent = None;
    if !args.data.is_empty() {
        let corpus = read(&args.data)?;
        let more = statistics.count_more(&corpus)?;
        statistics = statistics.merge(&more)?;
        recent = Some(corpus);
    }
    if !flags.forget.is_empty() {
        let gone = statistics.count_more(&read(&flags.forget)?)?;
        statistics = statistics.forget(&gone)?;
    }
    if flags.counts_out.is_some() {
        write_counts(args, &statistics)?;
    }
    if args.output.is_none() {
        return Ok(None);
    }
    if recent.is_none() {
        anstream::eprintln!(
            "not calibrated: that takes documents; give some with --from, or read p as a rank alone"
        );
    }
    let params = flags.params(task, statistics.params().clone(), statistics.classes().len())?;
    Ok(Some(statistics.fit(&params, recent.as_ref())?.to_model(task)?))
}

fn write_counts(args: &train::Args, statistics: &Statistics) -> anyhow::Result<()> {
    let path = required(args.text.counts_out.as_ref(), "no file to write; give --output or --counts-out")?;
    let mut model = statistics.to_model()?;
    if args.no_fingerprints {
        model.header.data.fingerprints = None;
    }
    let bytes = model.to_bytes()?;
    write_atomically(path, &bytes, args.force)?;
    anstream::eprintln!(
        "{}: {} bytes, counts of {} records",
        path.display(),
        bytes.len(),
        statistics.n_records()
    );
    Ok(())
}

/// Reads the data; `kept` is given the records too.
fn read_corpus(
    paths: &[PathBuf],
    flags: &Flags,
    options: &LabelledOptions,
    (analyzer, has_chunks): (&AnalyzerParams, bool),
    mut kept: Option<&mut Vec<Record>>,
) -> Result<LabelledCorpusBuilder, nutgraf::Error> {
    let mut builder = LabelledCorpusBuilder::new(analyzer, has_chunks)?.by(flags.unit());
    let skipped = read_batches(paths, options, |batch| {
        builder.push(&batch);
        if let Some(kept) = &mut kept {
            kept.extend(batch);
        }
        Ok(())
    })?;
    labelled::report_skipped(&skipped);
    Ok(builder)
}

/// Labelled records, all at once.
fn records(paths: &[PathBuf], options: &LabelledOptions) -> nutgraf::Result<Vec<Record>> {
    let mut records = Vec::new();
    let skipped = read_batches(paths, options, |batch| {
        records.extend(batch);
        Ok(())
    })?;
    labelled::report_skipped(&skipped);
    Ok(records)
}

impl Flags {
    pub(super) fn is_about_counts(&self) -> bool {
        self.counts_out.is_some() || self.from.is_some()
    }

    /// What else of the cross-validation is asked for; returns the learning curve, which has no points unless it is.
    fn report_more(
        &self,
        validation: &CrossValidation<'_>,
        first: Evaluation,
    ) -> anyhow::Result<LearningCurve> {
        if let Some(n) = self.repeats {
            let mut divisions = vec![first];
            for number in 1..u64::from(n) {
                divisions.push(validation.division(number)?);
            }
            anstream::print!("{}", divisions_text(&divisions));
        }
        if !self.curve {
            return Ok(LearningCurve::default());
        }
        let curve = validation.learning_curve()?;
        anstream::print!("{}", learning_curve_text(&curve));
        Ok(curve)
    }

    /// How labelled data is read.
    fn reading(&self) -> nutgraf::Result<LabelledOptions> {
        Ok(LabelledOptions {
            names: self.fields.names(),
            bad_records: self.fields.bad_records(),
            empty_texts: EmptyTexts::Bad,
            texts: self.fields.texts()?,
        })
    }

    fn unit(&self) -> Unit {
        if self.by_sentence { Unit::Sentence } else { Unit::Text }
    }

    fn vectorizer(&self, task: Task) -> VectorizerParams {
        let is_stance = task == Task::Stance;
        VectorizerParams {
            analyzer: AnalyzerParams {
                language: self.language,
                stem: self.stem || is_stance,
                drop_stop_words: self.drop_stop_words,
                min_chars: self.min_chars.unwrap_or(AnalyzerParams::default().min_chars),
                max_ngram: self.max_ngram,
            },
            chars: self.chars,
            weighting: match self.weighting {
                WeightingArg::Tfidf => Weighting::TfIdf,
                WeightingArg::RawTfidf => Weighting::RawTfIdf,
                WeightingArg::Count => Weighting::Count,
                WeightingArg::Binary => Weighting::Binary,
            },
            min_documents: self.min_documents,
            min_ngram_documents: self.min_ngram_documents.unwrap_or(if is_stance { 1 } else { 2 }),
            max_terms: None,
            max_documents: self.max_documents,
            mute_stop_words: self.mute_stop_words || (is_stance && !self.drop_stop_words),
        }
    }

    fn params(
        &self,
        task: Task,
        vectorizer: VectorizerParams,
        n_classes: usize,
    ) -> anyhow::Result<ClassifierParams> {
        let default_band =
            if task == Task::Stance { AbstainBand::new(0.0, 0.6)? } else { AbstainBand::NEVER };
        Ok(ClassifierParams {
            vectorizer,
            members: self.members(n_classes)?,
            calibration: match self.calibration {
                CalibrationArg::None => CalibrationMethod::None,
                CalibrationArg::Temperature => CalibrationMethod::Temperature,
                CalibrationArg::Platt => CalibrationMethod::Platt,
                CalibrationArg::Isotonic => CalibrationMethod::Isotonic,
            },
            abstain: self.abstain.unwrap_or(default_band),
            unit: self.unit(),
            prune: self.max_terms.map(Prune::Weight).or(self.chi_square.map(Prune::ChiSquare)),
            precision: match self.precision {
                PrecisionArg::F32 => Precision::F32,
                PrecisionArg::F16 => Precision::F16,
                PrecisionArg::I8 => Precision::I8,
            },
            ..ClassifierParams::default()
        })
    }

    fn members(&self, n_classes: usize) -> anyhow::Result<Vec<Member>> {
        let event_model = match self.system {
            Some(System::Multinomial) => EventModel::Multinomial,
            Some(System::Complement) => EventModel::Complement,
            Some(System::NormalizedComplement) => EventModel::NormalizedComplement,
            Some(System::Bernoulli) => EventModel::Bernoulli,
            _ => EventModel::for_classes(n_classes),
        };
        let c = self.cost.unwrap_or(0.3);
        let bayes = Member::naive_bayes(event_model, self.alpha.unwrap_or(0.1))?;
        let svm_with = |ratios| Member::Svm(SvmParams { c, ratios });
        Ok(match self.system {
            Some(System::Svm) => vec![svm_with(None)],
            Some(System::NbSvm) => vec![svm_with(Some(LogCountRatios::for_classes(n_classes)))],
            Some(System::Mixture) => vec![bayes, svm_with(None)],
            _ => vec![bayes],
        })
    }
}
