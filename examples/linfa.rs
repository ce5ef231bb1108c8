//! The sparse engine in linfa's vocabulary: a data set of TF-IDF rows, `fit`, `fit_with`, `predict`, a confusion matrix,
//! and the model handed to linfa.
//!
//! ```sh
//! cargo run --release --example linfa -- datasets/stance/agreeing.jsonl datasets/stance/held-out.jsonl
//! ```

use std::path::PathBuf;

use linfa::prelude::*;
use ndarray::Array1;
use nutgraf::bayes::{NaiveBayes, NaiveBayesParams};
use nutgraf::dataset::{Dataset, FieldNames, read_labelled};
use nutgraf::features::{Corpus, Csr, Vectorizer, VectorizerParams};

/// Records and targets as linfa has them: sparse rows and class indices.
type Rows = DatasetBase<Csr, Array1<usize>>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [train, test] = &paths[..] else { return Err("give a file to train on and one to test on".into()) };
    let (train, test) = (read(train)?, read(test)?);

    let params = VectorizerParams::default();
    let corpus = corpus(&params, &train)?;
    let (vectorizer, rows) = Vectorizer::fit_rows(&params, &corpus)?;
    let train_rows: Rows = DatasetBase::new(rows, train.labels().into());

    let bayes = NaiveBayesParams::new().alpha(0.1).balance(true).check()?;
    let model: NaiveBayes = bayes.fit(&train_rows)?;

    // Batches add up to the same model: what `fit_with` carries from batch to batch are sufficient statistics.
    let counts = bayes.fit_with(None, &train_rows)?;
    assert_eq!(NaiveBayes::fit(&bayes, &counts)?, model);

    // Records whose class was not trained on are left out.
    let known = test.records.into_iter().filter(|record| train.classes.contains(&record.label)).collect();
    let test = Dataset { records: known, classes: train.classes.clone() };
    let corpus = self::corpus(&params, &test)?;
    let test_rows: Rows = DatasetBase::new(vectorizer.rows(&corpus), test.labels().into());
    let matrix = model.predict(&test_rows).confusion_matrix(&test_rows)?;
    println!("{matrix:?}\naccuracy {:.3}, classes {:?}", matrix.accuracy(), test.classes);

    // The same model as linfa has it, and back.
    let theirs = model.to_linfa(&counts)?;
    assert_eq!(NaiveBayes::from_linfa(&theirs)?.log_probabilities(), model.log_probabilities());
    Ok(())
}

fn read(path: &PathBuf) -> nutgraf::Result<Dataset> {
    read_labelled(std::slice::from_ref(path), &FieldNames::default())
}

fn corpus(params: &VectorizerParams, dataset: &Dataset) -> nutgraf::Result<Corpus> {
    let texts: Vec<(Option<&str>, &str)> =
        dataset.records.iter().map(|record| (record.title.as_deref(), record.text.as_str())).collect();
    Ok(Corpus::new(&params.check()?, false, &texts))
}
