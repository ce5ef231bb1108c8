//! Quality floors on held-out data: `floors.json` holds each with the checksum of its data. Raising is easy; lowering
//! needs a reason in the file.

mod common;

use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;
use std::path::Path;

use nutgraf::body::{BlockKind, BodyModel, kind_calls, score_pages};
use nutgraf::classify::{
    AbstainBand, ClassifierParams, Families, LabelledCorpus, Member, Prune, Search, TextClassifier, Unit,
    UnknownLabels, tune,
};
use nutgraf::dataset::{
    Dataset, FieldNames, Folds, LabelledOptions, Record, Texts, read_articles, read_batches, read_labelled,
    read_pages,
};
use nutgraf::evaluate::{ClassScores, Classified, ConfusionMatrix, Evaluation, PageScore, shingle_scores};
use nutgraf::model::{Model, Task};
use nutgraf::stance::{StanceModel, StanceScratch};
use nutgraf::summary::{Baseline, Ranking, Summarizer, evaluate_summaries};
use nutgraf::{Page, PageHints};
use serde_json::Value;

fn floor(name: &str) -> Value {
    let floors: Value =
        serde_json::from_str(&std::fs::read_to_string(common::root().join("tests/floors.json")).unwrap())
            .unwrap();
    floors[name].clone()
}

/// Checks a figure against its floor, and prints it.
fn assert_floor(name: &str, value: f64) {
    let floor = floor(name);
    println!("{name}: {value:.4} (floor {})", floor["floor"]);
    assert!(
        value >= floor["floor"].as_f64().unwrap(),
        "{name} is {value:.4}, below its floor of {}",
        floor["floor"]
    );
}

/// The data is what the floor was set on.
fn assert_data(name: &str, path: &Path) {
    let mut files: Vec<_> = if path.is_dir() {
        std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect()
    } else {
        vec![path.to_owned()]
    };
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for file in files {
        hasher.update(&std::fs::read(file).unwrap());
    }
    let checksum = hasher.finalize().to_hex();
    assert_eq!(
        floor(name)["checksum"],
        checksum.as_str(),
        "{name}: the data at {} has changed",
        path.display()
    );
}

fn body() -> BodyModel {
    BodyModel::from_model(&Model::open("body").unwrap()).unwrap()
}

/// Pages whose comments outweigh the article, on which the shipped model does worst: `docs/body-errors.md`.
#[test]
fn body_beside_long_threads() {
    let folder = common::root().join("datasets/pages/threads/held-out");
    assert_data("body_threads_f1", &folder);
    let pages = read_pages(std::slice::from_ref(&folder)).unwrap();
    assert_floor("body_threads_f1", shingle_scores(&score_pages(&body(), &pages).unwrap()).f1);
}

#[test]
fn body_and_kinds_on_the_held_out_pages() {
    let folder = common::root().join("datasets/pages/held-out");
    let pages = read_pages(std::slice::from_ref(&folder)).unwrap();
    for name in [
        "body_held_out_f1",
        "body_held_out_plain_blocks",
        "plain_headlines_held_out",
        "kinds_held_out",
        "kinds_held_out_macro_f1",
    ] {
        assert_data(name, &folder);
    }
    let model = body();
    assert_floor("body_held_out_f1", shingle_scores(&score_pages(&model, &pages).unwrap()).f1);
    let (mut plain, mut headlines) = ((0, 0), (0, 0));
    let mut kinds: Vec<(usize, usize)> = Vec::new();
    let all: Vec<BlockKind> = BlockKind::all().collect();
    for gold in &pages {
        let bytes = gold.read().unwrap();
        let page = Page::parse(&bytes, &PageHints::default()).unwrap();
        let is_plain = page.format == nutgraf::page::Format::Plain;
        if is_plain {
            let verdicts = model.verdicts(&page);
            let title = BodyModel::article(&page, &verdicts).title.map(|title| letters(&title));
            let mut titles = gold.segments.iter().filter(|s| s.kind == "title");
            let is_title = |s: &nutgraf::dataset::Segment| {
                title == Some(letters(std::str::from_utf8(&bytes[s.start..s.end]).unwrap()))
            };
            headlines = (headlines.0 + usize::from(titles.any(is_title)), headlines.1 + 1);
        }
        for (marked, called) in kind_calls(&model, std::slice::from_ref(gold)).unwrap() {
            let (is_body, is_called_body) = (all[marked].is_body(), all[called].is_body());
            if is_plain {
                plain = (plain.0 + usize::from(is_body == is_called_body), plain.1 + 1);
            }
            if !is_body && !is_called_body {
                kinds.push((marked, called));
            }
        }
    }
    let kinds = ConfusionMatrix::from_pairs(BlockKind::all().count(), kinds);
    let met: Vec<(BlockKind, ClassScores)> = BlockKind::all()
        .enumerate()
        .map(|(idx, kind)| (kind, kinds.class(idx)))
        .filter(|(_, scores)| scores.support > 0)
        .collect();
    for (kind, scores) in &met {
        println!("kinds, {}: F1 {:.3} of {} blocks", kind.name(), scores.f1, scores.support);
    }
    assert_floor("body_held_out_plain_blocks", f64::from(plain.0 as u32) / f64::from(plain.1 as u32));
    assert_floor("plain_headlines_held_out", f64::from(headlines.0 as u32) / f64::from(headlines.1 as u32));
    assert_floor("kinds_held_out", kinds.accuracy());
    assert_floor(
        "kinds_held_out_macro_f1",
        met.iter().map(|(_, scores)| scores.f1).sum::<f64>() / met.len() as f64,
    );
}

fn stance_accuracy(dataset: &Dataset) -> f64 {
    let classifier = TextClassifier::from_model(&Model::open("stance").unwrap()).unwrap();
    classifier.evaluate(dataset, UnknownLabels::Skip).unwrap().metric("accuracy").unwrap()
}

#[test]
fn stance_on_the_held_out_articles() {
    let path = common::root().join("datasets/stance/held-out.jsonl");
    assert_data("stance_held_out_agreeing", &path);
    let dataset = read_labelled(&[path], &FieldNames::default()).unwrap();
    let quadrants = |wanted: &[&str]| {
        let is_wanted = |record: &&Record| wanted.contains(&record.fields["quadrant"].as_str());
        Dataset::new(dataset.records.iter().filter(is_wanted).cloned().collect())
    };
    assert_floor("stance_held_out_agreeing", stance_accuracy(&quadrants(&["TT", "DE"])));
    // The crossed half is what a bag of words hardly reads.
    assert_floor("stance_held_out_crossed", stance_accuracy(&quadrants(&["TE", "DT"])));
    // Two topics and a writer that training never met, half of them crossed.
    let topics = common::root().join("datasets/stance/held-out-topics.jsonl");
    let topics = read_labelled(&[topics], &FieldNames::default()).unwrap();
    assert_floor("stance_held_out_topics", stance_accuracy(&topics));
}

/// How the shipped stance model is trained (`models/stance.md` has the command).
fn stance_params() -> ClassifierParams {
    let mut params = ClassifierParams {
        unit: Unit::Sentence,
        members: vec![Member::svm(0.3)],
        prune: Some(Prune::Weight(40_000)),
        abstain: AbstainBand::new(0.0, 0.6).unwrap(),
        ..ClassifierParams::default()
    };
    params.vectorizer.analyzer.stem = true;
    params.vectorizer.analyzer.max_ngram = 3;
    params.vectorizer.mute_stop_words = true;
    params
}

/// What of the stance model's training data is our own.
fn stance_own() -> Vec<Record> {
    let paths = ["sentences", "arguments"]
        .map(|name| common::root().join(format!("datasets/stance/{name}.jsonl")))
        .to_vec();
    read_labelled(&paths, &FieldNames::default()).unwrap().records
}

#[test]
fn stance_on_real_articles_of_outlets_never_seen() {
    let Some(folder) = common::data_set("stance-dev", "stance-dev") else {
        return;
    };
    assert_data("stance_by_outlet_dev_agreed", &folder);
    let labels = common::root().join("datasets/stance/public.jsonl");
    let texts = Texts::read(&["dev.jsonl", "pool.jsonl"].map(|name| folder.join(name))).unwrap();
    let options = LabelledOptions { texts, ..LabelledOptions::default() };
    let mut public = Vec::new();
    read_batches(&[labels], &options, |batch| {
        public.extend(batch);
        Ok(())
    })
    .unwrap();
    let mixed = labelled_where(&folder.join("dev.jsonl"), |record| {
        record.label == "mixed" && record.fields.get("second").is_some_and(|second| second == "mixed")
    });
    let own = stance_own();
    let ours = TextClassifier::train(&stance_params(), &Dataset::new(own.clone())).unwrap();
    let two_readers: Vec<Record> =
        public.iter().filter(|record| record.fields["readers"] == "2").cloned().collect();
    let of_ours = ours.evaluate(&Dataset::new(two_readers.clone()), UnknownLabels::Fail).unwrap();
    let written = |name: &str| {
        let path = common::root().join(format!("datasets/stance/{name}.jsonl"));
        read_labelled(&[path], &FieldNames::default()).unwrap().records
    };
    // The other figures of the card's column, and the model itself: what is measured here is what ships.
    for (field, value) in [("kind", "opinion"), ("kind", "news"), ("confidence", "clear")] {
        let is_wanted = |record: &&Record| record.fields.get(field).is_some_and(|found| found == value);
        let part: Vec<Record> = public.iter().filter(is_wanted).cloned().collect();
        let accuracy = ours.evaluate(&Dataset::new(part), UnknownLabels::Fail).unwrap();
        println!("stance_ours_alone, {value}: {:.4}", accuracy.metric("accuracy").unwrap());
    }
    for name in ["held-out", "held-out-topics"] {
        let records = written(name);
        for quadrants in [["TT", "DE"], ["TE", "DT"]] {
            let is_wanted = |record: &&Record| quadrants.contains(&record.fields["quadrant"].as_str());
            let part = Dataset::new(records.iter().filter(is_wanted).cloned().collect());
            let accuracy = ours.evaluate(&part, UnknownLabels::Fail).unwrap().metric("accuracy").unwrap();
            println!("stance_ours_alone, {name} {}: {accuracy:.4} of {}", quadrants[0], part.records.len());
        }
    }
    let whole = Dataset::new([own.clone(), public.clone()].concat());
    let made = StanceModel::new(TextClassifier::train(&stance_params(), &whole).unwrap())
        .with_topic(&written("agreeing"), &written("off"))
        .unwrap();
    let made = made.to_model(Task::Stance).unwrap().to_bytes().unwrap();
    assert!(made == std::fs::read(common::root().join("models/stance.nut")).unwrap(), "another model ships");

    // Six folds of whole outlets; ours are trained on in each.
    let outlets: Vec<&str> = public.iter().map(|record| record.group.as_deref().unwrap()).collect();
    let mut calls: Vec<(&Record, Classified)> = Vec::new();
    for fold in Folds::grouped(&outlets, 6).iter() {
        let part = |idxs: &[usize]| idxs.iter().map(|idx| public[*idx].clone()).collect::<Vec<Record>>();
        let train = Dataset::new([own.clone(), part(&fold.train)].concat());
        let classifier = TextClassifier::train(&stance_params(), &train).unwrap();
        let verdicts = classifier.classify_records(&part(&fold.test), UnknownLabels::Fail).unwrap();
        calls.extend(fold.test.iter().map(|idx| &public[*idx]).zip(verdicts.into_iter().flatten()));
    }
    let evaluation = |is_wanted: &dyn Fn(&Record) -> bool| {
        let part: Vec<Classified> =
            calls.iter().filter(|(record, _)| is_wanted(record)).map(|(_, call)| call.clone()).collect();
        (Evaluation::of_classes(ours.classes(), &part, None), part)
    };
    let is_dev = |record: &Record| record.fields["readers"] == "2";
    let (dev, dev_calls) = evaluation(&is_dev);
    for kind in ["opinion", "news"] {
        let (part, calls) = evaluation(&|record| is_dev(record) && record.fields["kind"] == kind);
        let accuracy = part.metric("accuracy").unwrap();
        println!("stance_by_outlet_dev_agreed, {kind}: {accuracy:.4} of {}", calls.len());
    }
    let band = stance_params().abstain;
    let n_abstained = dev_calls.iter().filter(|call| band.contains(call.p_predicted)).count();
    println!("stance_by_outlet_dev_agreed, abstained: {n_abstained} of {}", dev_calls.len());
    // The shipped model never saw an article that its readers call mixed.
    let stance = StanceModel::from_model(&Model::open("stance").unwrap()).unwrap();
    let mut scratch = StanceScratch::default();
    let abstains =
        |record: &&Record| stance.call(record.title.as_deref(), &record.text, &mut scratch).is_abstained;
    let n_mixed = mixed.records.iter().filter(abstains).count();
    println!("stance_dev_mixed, abstained: {n_mixed} of {}", mixed.records.len());
    let (clear, _) = evaluation(&|record| record.fields.get("confidence").is_some_and(|c| c == "clear"));
    assert_floor("stance_by_outlet_dev_agreed", dev.metric("accuracy").unwrap());
    assert_floor("stance_by_outlet_dev_calibration", 1.0 - dev.metric("ece").unwrap());
    assert_floor("stance_by_outlet_pool_clear", clear.metric("accuracy").unwrap());
    assert_floor("stance_by_outlet_pool_clear_macro_f1", clear.metric("macro_f1").unwrap());
    assert_floor("stance_ours_alone_dev_agreed", of_ours.metric("accuracy").unwrap());
}

#[test]
fn stance_knows_its_subject() {
    let stance = StanceModel::from_model(&Model::open("stance").unwrap()).unwrap();
    let mut scratch = StanceScratch::default();
    let mut flagged = |records: &[Record]| {
        let is_flagged = |record: &&Record| {
            stance.call(record.title.as_deref(), &record.text, &mut scratch).off_topic.is_some()
        };
        records.iter().filter(is_flagged).count() as f64 / records.len() as f64
    };
    for name in ["held-out", "held-out-topics"] {
        let path = common::root().join(format!("datasets/stance/{name}.jsonl"));
        let share = flagged(&read_labelled(&[path], &FieldNames::default()).unwrap().records);
        println!("stance_off_topic, {name}: {share:.4}");
        assert!(share <= 0.05, "{name}: {share}");
    }
    let (Some(bbc), Some(real)) =
        (common::data_set("text-bbc", "bbc"), common::data_set("stance-dev", "stance-dev"))
    else {
        return;
    };
    for kind in ["business", "politics", "tech"] {
        let others = labelled_where(&bbc.join("test.jsonl"), |record| record.label == kind);
        println!("stance_off_topic, {kind}: {:.4} of {}", flagged(&others.records), others.records.len());
    }
    let off = labelled_where(&bbc.join("test.jsonl"), |record| {
        ["sport", "entertainment"].contains(&record.label.as_str())
    });
    // The model of the subject learned from none of the real articles.
    let on = labelled_where(&real.join("dev.jsonl"), |_| true);
    let share = flagged(&on.records);
    println!("stance_off_topic, dev: {share:.4} of {}", on.records.len());
    assert!(share <= 0.05, "{share}");
    assert_data("stance_off_topic", &bbc.join("test.jsonl"));
    assert_floor("stance_off_topic", flagged(&off.records));
}

/// The records of a file that are wanted.
fn labelled_where(path: &Path, is_wanted: impl Fn(&Record) -> bool) -> Dataset {
    let mut records = read_labelled(&[path.to_owned()], &FieldNames::default()).unwrap().records;
    records.retain(is_wanted);
    Dataset::new(records)
}

/// The letters and digits of a text, by which two notations of it are compared.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[test]
fn body_on_real_pages_never_trained_on() {
    let model = body();
    if let Some(folder) = common::data_set("pages-cleaneval-dev", "cleaneval-dev") {
        assert_data("body_cleaneval_dev_f1", &folder.join("gold.jsonl"));
        let pages = read_pages(&[folder]).unwrap();
        assert_floor("body_cleaneval_dev_f1", shingle_scores(&score_pages(&model, &pages).unwrap()).f1);
    }
    let Some(folder) = common::data_set("pages-l3s-gn1", "l3s-gn1") else {
        return;
    };
    assert_data("body_l3s_gn1_f1", &folder.join("gold.jsonl"));
    // Gold is the body spans alone (class 2), not the whole labelled text.
    // The texts of related links and comments (classes 4 and 5) are to be dropped.
    let mut gold: BTreeMap<String, String> = BTreeMap::new();
    let mut others: BTreeMap<String, [Vec<String>; 2]> = BTreeMap::new();
    for line in std::fs::read_to_string(folder.join("gold.jsonl")).unwrap().lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let id = record["id"].as_str().unwrap();
        let spans = |classes: &[&str]| {
            let segments = record["segments"].as_array().unwrap().iter();
            let wanted = segments.filter(|s| classes.contains(&s[0].as_str().unwrap()));
            wanted.map(|s| s[1].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        gold.insert(id.to_owned(), spans(&["2"]).join("\n"));
        let texts = |classes: &[&str]| spans(classes).iter().map(|text| letters(text)).collect();
        others.insert(id.to_owned(), [texts(&["4", "5"]), texts(&["0", "1", "2", "3"])]);
    }
    let mut pages = read_pages(&[folder]).unwrap();
    let (mut n, mut n_dropped) = (0_u32, 0_u32);
    for gold in &pages {
        let Ok(page) = Page::parse(&gold.read().unwrap(), &PageHints::default()) else { continue };
        for (block, verdict) in page.blocks.iter().zip(model.body_verdicts(&page)) {
            let letters = letters(&block.text);
            let [unwanted, wanted] =
                others[&gold.id].each_ref().map(|texts| texts.iter().any(|text| text.contains(&letters)));
            if letters.len() >= 8 && unwanted && !wanted {
                n += 1;
                n_dropped += u32::from(!verdict.kind.is_body());
            }
        }
    }
    println!("body_l3s_gn1_dropped is of {n} blocks");
    assert_floor("body_l3s_gn1_dropped", f64::from(n_dropped) / f64::from(n));
    for page in &mut pages {
        page.text = gold[&page.id].clone();
    }
    let scores: Vec<PageScore> = score_pages(&model, &pages).unwrap();
    assert_floor("body_l3s_gn1_f1", shingle_scores(&scores).f1);
}

#[test]
fn summaries_gain_on_the_lead() {
    let Some(folder) = common::data_set("summary-cnn", "cnn") else {
        return;
    };
    assert_data("summary_cnn_dev_gain_rouge1", &folder.join("dev.jsonl"));
    let train = read_articles(&[folder.join("train.jsonl")]).unwrap();
    let mut dev = read_articles(&[folder.join("dev.jsonl")]).unwrap();
    // Ten of the articles share text with the training part: half of a text's sentences is more than a shared agency line.
    let known: HashSet<&str> = train.iter().flat_map(|article| article.text.split(". ")).collect();
    dev.retain(|article| {
        let (shared, all) = article.text.split(". ").fold((0, 0), |(shared, all), sentence| {
            (shared + usize::from(sentence.len() > 40 && known.contains(sentence)), all + 1)
        });
        shared * 4 < all
    });
    println!("summary: {} of the articles share no text with training", dev.len());
    let summarizer = Summarizer::from_model(&Model::open("summary").unwrap()).unwrap();
    let evaluation = evaluate_summaries(&summarizer, &dev, NonZeroUsize::new(3).unwrap());
    for metric in &evaluation.metrics {
        println!(
            "summary {}: {:.4} [{:.4}, {:.4}]",
            metric.name, metric.value, metric.interval.low, metric.interval.high
        );
    }
    for metric in ["gain_rouge1", "gain_rouge2", "gain_rouge_lsum"] {
        assert_floor(&format!("summary_cnn_dev_{metric}"), evaluation.metric(metric).unwrap());
    }
    for baseline in Baseline::ALL {
        let other = evaluate_summaries(&baseline, &dev, NonZeroUsize::new(3).unwrap());
        let scores = ["rouge1", "rouge2", "rouge_lsum"].map(|metric| other.metric(metric).unwrap());
        println!("summary by {}: {scores:.4?}", baseline.name());
        // The lead is ahead of every other ranking without a model; the model's lead over them is that over it and more.
        let margin = evaluation.metric("rouge1").unwrap() - scores[0];
        assert!(margin > 0.0, "{} is ahead by {margin}", baseline.name());
    }
}

/// Nested scores on the training splits: the test splits are left for reports.
#[test]
fn tuned_text_classifiers_on_training_data() {
    for (archive, folder) in [("text-sms", "sms"), ("text-mr", "mr")] {
        let Some(folder_path) = common::data_set(archive, folder) else { return };
        let path = folder_path.join("train.jsonl");
        let params = ClassifierParams::default();
        let dataset = read_labelled(std::slice::from_ref(&path), &FieldNames::default()).unwrap();
        let corpus = LabelledCorpus::new(&params.vectorizer.analyzer, true, &dataset).unwrap();
        for (families, family) in [(Families::All, "all"), (Families::NaiveBayes, "bayes")] {
            let tuned = tune(&Search::around(&params.vectorizer, families, &corpus), &corpus).unwrap();
            let accuracy = format!("text_{folder}_{family}_nested_accuracy");
            assert_data(&accuracy, &path);
            assert_floor(&accuracy, tuned.evaluation.metric("accuracy").unwrap());
            let calibrated = format!("text_{folder}_{family}_nested_calibration");
            assert_floor(&calibrated, 1.0 - tuned.evaluation.metric("ece").unwrap());
        }
    }
}
