//! The evaluation view: is the model good, where is it wrong, can the figure be believed.

use super::super::evaluation::{EvaluationReport, Slice, found_text, methods_text};
use super::chart::{Chart, bar, curve, line, point};
use super::shell::{begin, facts, open_scroll};
use super::writer::{Html, Value};
use crate::evaluate::{Evaluation, LeakCheck, Metric, Mistake};

/// An evaluation as one HTML file.
#[must_use]
pub fn evaluation_html(report: &EvaluationReport) -> String {
    let title = format!("Evaluation of {}", report.source.model);
    let mut html = Html::default();
    begin(&mut html, "en", &title);
    html.open("header", &[]).element("h1", &[], &title);
    head(&mut html, report);
    html.close();
    html.open("main", &[("class", Value::Static("wide"))]);
    headline(&mut html, report);
    leaks(&mut html, report.leaks.as_ref());
    charts(&mut html, report);
    confusion(&mut html, &report.evaluation);
    classes(&mut html, &report.evaluation);
    slices(&mut html, &report.slices);
    mistakes(&mut html, &report.mistakes);
    top_terms(&mut html, report);
    html.open("section", &[]).markup("<h2>For a paper</h2>");
    html.element("p", &[], methods_text(report).trim_end()).close().close();
    footer(&mut html, report);
    html.finish()
}

fn head(html: &mut Html, report: &EvaluationReport) {
    let evaluation = &report.evaluation;
    let records = match evaluation.n_skipped {
        0 => evaluation.n.to_string(),
        n => format!("{} ({n} left out)", evaluation.n),
    };
    let data: Vec<&str> = report.source.data.iter().map(|(path, _)| path.as_str()).collect();
    let trained_on = report.source.trained_on.0.to_string();
    let rows = [
        ("Task", Some(report.task)),
        ("Records", Some(records.as_str())),
        ("Data", Some(&data.join(", "))),
        ("Model", Some(&report.source.system)),
        ("Trained on", Some(&trained_on)),
    ];
    facts(html, &rows);
}

fn row(html: &mut Html, cells: &[String]) {
    html.open("tr", &[]);
    for (idx, cell) in cells.iter().enumerate() {
        match idx {
            0 => html.element("th", &[("scope", Value::Static("row"))], cell),
            _ => html.element("td", &[], cell),
        };
    }
    html.close();
}

/// Opens a table in a frame that scrolls by itself where the screen is narrow.
fn open_table(html: &mut Html, label: &'static str, columns: &[&str]) {
    open_scroll(html, label);
    html.open("table", &[("class", Value::Static("numbers"))]).open("thead", &[]).open("tr", &[]);
    for column in columns {
        html.element("th", &[("scope", Value::Static("col"))], column);
    }
    html.close().close().open("tbody", &[]);
}

fn close_table(html: &mut Html) {
    html.close().close().close();
}

fn interval(metric: &Metric) -> String {
    format!("{:.4} to {:.4}", metric.interval.low, metric.interval.high)
}

fn spoken(name: &str) -> String {
    name.replace('_', " ")
}

fn headline(html: &mut Html, report: &EvaluationReport) {
    let evaluation = &report.evaluation;
    html.open("section", &[]).markup("<h2>Scores</h2>");
    let mut columns = vec!["Metric", "Value", "95 % interval"];
    let compared = report.comparison.as_ref();
    let beside = compared.map(|(baseline, _)| format!("More than {baseline}"));
    if let Some(beside) = &beside {
        columns.extend([beside.as_str(), "95 % interval"]);
    }
    open_table(html, "Scores", &columns);
    for (idx, metric) in evaluation.metrics.iter().enumerate() {
        let mut cells = vec![spoken(metric.name), format!("{:.4}", metric.value), interval(metric)];
        if let Some(difference) = compared.and_then(|(_, found)| found.differences.get(idx)) {
            cells.extend([format!("{:+.4}", difference.value), interval(difference)]);
        }
        row(html, &cells);
    }
    let baselines = [
        ("accuracy of the most frequent class", evaluation.majority),
        ("accuracy of counting strongest words", report.keyword_accuracy),
    ];
    for (name, value) in baselines {
        if let Some(value) = value {
            row(html, &[name.to_owned(), format!("{value:.4}"), String::new()]);
        }
    }
    close_table(html);
    if let Some((baseline, found)) = compared {
        let words = format!(
            "Only the model is right {} times, only {baseline} {}: McNemar's exact test p = {:.2e}.",
            found.n_only_first, found.n_only_second, found.p_mcnemar
        );
        html.element("p", &[], &words);
    }
    html.close();
}

fn leaks(html: &mut Html, leaks: Option<&LeakCheck>) {
    html.open("section", &[]).markup("<h2>Leak check</h2>");
    match leaks {
        None => {
            html.markup("<p>Not checked: the model keeps no fingerprints of its training data.</p>");
        }
        Some(leaks) if leaks.is_clean() => {
            html.markup(
                "<p>No record copies a training record, and none is of a group that training met.</p>",
            );
        }
        Some(leaks) => {
            html.open("p", &[]).text("Found: ").text(&found_text(leaks)).text(".").close();
            let parts = [("Without copies", &leaks.without_copies), ("Of new groups", &leaks.without_groups)];
            open_table(
                html,
                "Scores without leaks",
                &["Records", "Number", "Metric", "Value", "95 % interval"],
            );
            for (name, evaluation) in parts {
                let Some(evaluation) = evaluation else { continue };
                for metric in evaluation.metrics.iter().take(2) {
                    row(
                        html,
                        &[
                            name.to_owned(),
                            evaluation.n.to_string(),
                            spoken(metric.name),
                            format!("{:.4}", metric.value),
                            interval(metric),
                        ],
                    );
                }
            }
            close_table(html);
        }
    }
    html.close();
}

fn charts(html: &mut Html, report: &EvaluationReport) {
    let curves = &report.curves;
    if curves.reliability.is_empty() {
        return;
    }
    let evaluation = &report.evaluation;
    html.open("section", &[]).markup("<h2>How far to believe a probability</h2>");
    html.open("div", &[("class", Value::Static("charts"))]);
    let most = curves.reliability.iter().map(|bin| bin.n).max().unwrap_or(1).max(1) as f64;
    let words: Vec<String> = curves
        .reliability
        .iter()
        .map(|bin| format!("{} calls at {:.2}, {:.2} right", bin.n, bin.p, bin.accuracy))
        .collect();
    let chart = Chart {
        title: "Reliability; bars: how many calls are that sure",
        x: "probability of the call",
        y: "share that is right",
        words: format!("Reliability. {}.", words.join("; ")),
    };
    chart.open(html);
    let n_bins = 15.0;
    for bin in &curves.reliability {
        let from = (bin.p * n_bins).floor().min(n_bins - 1.0) / n_bins;
        bar(html, (from, from + 1.0 / n_bins), 0.3 * bin.n as f64 / most);
    }
    line(html, "even", (0.0, 0.0), (1.0, 1.0));
    let points: Vec<(f64, f64)> = curves.reliability.iter().map(|bin| (bin.p, bin.accuracy)).collect();
    curve(html, &points);
    for (at, words) in points.iter().zip(&words) {
        point(html, *at, words);
    }
    Chart::close(html);
    if !evaluation.coverage.is_empty() {
        let words: Vec<String> = evaluation
            .coverage
            .iter()
            .map(|(coverage, accuracy)| format!("{:.0} %: {accuracy:.3}", 100.0 * coverage))
            .collect();
        let chart = Chart {
            title: "Abstaining: accuracy of the surest calls",
            x: "share of the records called",
            y: "accuracy",
            words: format!("Accuracy when only the surest are called. {}.", words.join("; ")),
        };
        chart.open(html);
        curve(html, &evaluation.coverage);
        for (at, words) in evaluation.coverage.iter().zip(&words) {
            point(html, *at, words);
        }
        Chart::close(html);
    }
    learning(html, &report.learning);
    let area = |name: &str| evaluation.metric(name).unwrap_or_default();
    let second = evaluation.classes.last().map_or("", |(name, _)| name.as_str());
    if !curves.roc.is_empty() {
        let chart = Chart {
            title: "ROC",
            x: "false positives of all others",
            y: "true positives of all",
            words: format!("ROC curve of {second}. The area under it is {:.4}.", area("roc_auc")),
        };
        chart.open(html);
        line(html, "even", (0.0, 0.0), (1.0, 1.0));
        curve(html, &curves.roc);
        Chart::close(html);
        let chart = Chart {
            title: "Precision and recall",
            x: "recall",
            y: "precision",
            words: format!(
                "Precision over recall of {second}. The average precision is {:.4}.",
                area("average_precision")
            ),
        };
        chart.open(html);
        curve(html, &curves.precision_recall);
        Chart::close(html);
        html.close();
        html.open("p", &[])
            .text("ROC, precision and recall are of the class ")
            .text(second)
            .text(".")
            .close();
        html.close();
        return;
    }
    html.close().close();
}

/// The learning curve that training noted, over the share of its greatest number of records.
fn learning(html: &mut Html, points: &[(usize, f64)]) {
    let Some((most, _)) = points.last() else { return };
    let words: Vec<String> =
        points.iter().map(|(n, accuracy)| format!("{accuracy:.3} from {n} records")).collect();
    let chart = Chart {
        title: "Learning curve, cross-validated in training",
        x: "share of the training records",
        y: "accuracy",
        words: format!("Accuracy by records trained on. {}.", words.join("; ")),
    };
    chart.open(html);
    let places: Vec<(f64, f64)> =
        points.iter().map(|(n, accuracy)| (*n as f64 / *most as f64, *accuracy)).collect();
    curve(html, &places);
    for (at, words) in places.iter().zip(&words) {
        point(html, *at, words);
    }
    Chart::close(html);
}

/// Classes above which a confusion matrix is left to the JSON file.
const MAX_CLASSES: usize = 30;

fn confusion(html: &mut Html, evaluation: &Evaluation) {
    let Some(matrix) = evaluation.confusion.as_ref().filter(|_| evaluation.classes.len() <= MAX_CLASSES)
    else {
        return;
    };
    html.open("section", &[])
        .markup("<h2>Confusion</h2><p>Rows: the label. Columns: what it was called.</p>");
    let names = evaluation.classes.iter().map(|(name, _)| name.as_str());
    let columns: Vec<&str> = std::iter::once("").chain(names).collect();
    open_table(html, "Confusion", &columns);
    for ((name, _), counts) in evaluation.classes.iter().zip(matrix.rows()) {
        let n = counts.iter().sum::<usize>().max(1) as f64;
        html.open("tr", &[]).element("th", &[("scope", Value::Static("row"))], name);
        for count in counts {
            let share = Value::Number("--p:", *count as f64 / n, "");
            html.element("td", &[("class", Value::Static("cell")), ("style", share)], &count.to_string());
        }
        html.close();
    }
    close_table(html);
    html.close();
}

fn classes(html: &mut Html, evaluation: &Evaluation) {
    if evaluation.classes.is_empty() {
        return;
    }
    html.open("section", &[]).markup("<h2>Classes</h2>");
    open_table(html, "Classes", &["Class", "Precision", "Recall", "F1", "Records"]);
    for (name, scores) in &evaluation.classes {
        let values = [scores.precision, scores.recall, scores.f1].map(|value| format!("{value:.4}"));
        let mut cells = vec![name.clone()];
        cells.extend(values);
        cells.push(scores.support.to_string());
        row(html, &cells);
    }
    close_table(html);
    html.close();
}

fn slices(html: &mut Html, slices: &[Slice]) {
    if slices.is_empty() {
        return;
    }
    html.open("section", &[]).markup("<h2>Slices</h2>");
    open_table(
        html,
        "Slices",
        &["Slice", "Records", "Accuracy", "95 % interval", "Macro-F1", "95 % interval"],
    );
    for slice in slices {
        let evaluation = &slice.evaluation;
        let mut cells = vec![format!("{}={}", slice.field, slice.value), evaluation.n.to_string()];
        for name in ["accuracy", "macro_f1"] {
            if let Some(metric) = evaluation.metrics.iter().find(|metric| metric.name == name) {
                cells.extend([format!("{:.4}", metric.value), interval(metric)]);
            }
        }
        row(html, &cells);
    }
    close_table(html);
    html.close();
}

fn mistakes(html: &mut Html, mistakes: &[Mistake]) {
    if mistakes.is_empty() {
        return;
    }
    html.open("section", &[]).markup("<h2>The surest mistakes</h2>").open("ol", &[]);
    for mistake in mistakes {
        let call = format!("{} called {} ({:.3})", mistake.gold, mistake.predicted, mistake.p_predicted);
        html.open("li", &[]).element("b", &[], &call).text(" ").element("code", &[], &mistake.id);
        if mistake.is_suspect() {
            html.markup(" <span class=\"tag\">is the label right?</span>");
        }
        html.element("p", &[("class", Value::Static("quoted"))], &mistake.words);
        let terms = mistake.evidence.iter().map(|(term, log_odds)| format!("{term} {log_odds:+.2}"));
        html.open("p", &[]).text("For the call: ").text(&terms.collect::<Vec<_>>().join(", ")).close();
        html.close();
    }
    html.close().close();
}

fn top_terms(html: &mut Html, report: &EvaluationReport) {
    if report.top_terms.is_empty() {
        return;
    }
    html.open("section", &[])
        .markup("<h2>Strongest terms</h2>")
        .open("dl", &[("class", Value::Static("terms"))]);
    for (class, terms) in &report.top_terms {
        let shown = terms.iter().map(|found| format!("{} {:+.2}", found.term, found.log_odds));
        html.element("dt", &[], class).element("dd", &[], &shown.collect::<Vec<_>>().join(", "));
    }
    html.close().close();
}

fn footer(html: &mut Html, report: &EvaluationReport) {
    let source = &report.source;
    html.open("footer", &[]);
    let rate = report.evaluation.n as f64 / report.seconds.max(1e-9);
    let cost = format!("Read and judged in {:.2} s, {rate:.0} records a second. ", report.seconds);
    html.open("p", &[]).text(&cost).text("Made by nutgraf ").text(env!("CARGO_PKG_VERSION")).text(": ");
    html.element("code", &[], &source.command).close();
    html.open("p", &[]).text("Model BLAKE3 ").element("code", &[], &source.model_checksum);
    html.text("; training data ").element("code", &[], &source.trained_on.1);
    for (path, checksum) in &source.data {
        if let Some(checksum) = checksum {
            html.text("; ").text(path).text(" BLAKE3 ").element("code", &[], checksum);
        }
    }
    html.close().close();
}
