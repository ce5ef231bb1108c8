//! What a page shows is read as html5ever's tree has it: the words of the blocks are those of the tree's text.

mod common;

use std::collections::HashMap;

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use nutgraf::dataset::read_pages;
use nutgraf::{Page, PageHints};

/// Elements whose contents are not text of the page.
const SKIPPED: [&str; 21] = [
    "audio", "canvas", "datalist", "head", "iframe", "math", "noembed", "noframes", "noscript", "object",
    "optgroup", "option", "script", "select", "style", "svg", "template", "textarea", "title", "video",
    "xmp",
];

/// Elements that do not part words.
const INLINE: [&str; 29] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
];

/// The text of a tree, its elements parted by line ends unless they run within a line.
fn tree_text(html: &str) -> String {
    let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html);
    let mut text = String::new();
    let mut pending: Vec<(Handle, bool)> = vec![(dom.document.clone(), false)];
    while let Some((node, is_end)) = pending.pop() {
        if is_end {
            text.push('\n');
            continue;
        }
        match &node.data {
            NodeData::Text { contents } => text.push_str(&contents.borrow()),
            NodeData::Element { name, .. } => {
                let name = &*name.local;
                if SKIPPED.contains(&name) {
                    continue;
                }
                // Names that HTML does not know run within a line.
                let is_inline = INLINE.contains(&name) || name.contains('-');
                if !is_inline && !["wbr", "img", "input"].contains(&name) {
                    text.push('\n');
                    pending.push((node.clone(), true));
                }
                pending.extend(node.children.borrow().iter().rev().map(|child| (child.clone(), false)));
            }
            NodeData::Document => {
                pending.extend(node.children.borrow().iter().rev().map(|child| (child.clone(), false)));
            }
            _ => {}
        }
    }
    text
}

/// Words, and pairs of words that follow each other, with their counts.
fn counts(text: &str) -> [HashMap<String, usize>; 2] {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut counts = [HashMap::new(), HashMap::new()];
    for word in &words {
        *counts[0].entry((*word).to_owned()).or_default() += 1;
    }
    for pair in words.windows(2) {
        *counts[1].entry(pair.join(" ")).or_default() += 1;
    }
    counts
}

/// What two bags share, and what they hold in all, halved.
fn overlap(a: &HashMap<String, usize>, b: &HashMap<String, usize>) -> (usize, usize) {
    let shared = a.iter().map(|(word, n)| (*n).min(b.get(word).copied().unwrap_or(0))).sum();
    (shared, a.values().sum::<usize>() + b.values().sum::<usize>())
}

#[test]
fn blocks_say_what_the_tree_says() {
    let (mut shared, mut all, mut n_all_title) = ([0, 0], [0, 0], 0);
    let mut worst: Vec<(f64, String)> = Vec::new();
    for (archive, folder) in [
        ("pages-wcxb-article-dev", "wcxb-article-dev"),
        ("pages-l3s-gn1", "l3s-gn1"),
        ("pages-cleaneval-dev", "cleaneval-dev"),
    ] {
        let Some(folder) = common::data_set(archive, folder) else {
            continue;
        };
        for gold in read_pages(&[folder]).unwrap() {
            let bytes = gold.read().unwrap();
            let (Ok(html), Ok(page)) =
                (std::str::from_utf8(&bytes), Page::parse(&bytes, &PageHints::default()))
            else {
                continue;
            };
            let blocks: Vec<&str> = page.blocks.iter().map(|block| block.text.as_str()).collect();
            let (ours, theirs) = (counts(&blocks.join("\n")), counts(&tree_text(html)));
            if theirs[0].is_empty() {
                // A title that never ends: the tree has nothing else, and we go on after it.
                assert!(!html.to_ascii_lowercase().contains("</title>"), "{}: the tree has no text", gold.id);
                n_all_title += 1;
                continue;
            }
            for n in 0..2 {
                let (both, sum) = overlap(&ours[n], &theirs[n]);
                shared[n] += 2 * both;
                all[n] += sum;
                if n == 0 {
                    worst.push((2.0 * both as f64 / sum as f64, gold.id.clone()));
                }
            }
        }
    }
    if all[0] == 0 {
        return;
    }
    worst.sort_by(|a, b| a.0.total_cmp(&b.0));
    let [words, pairs] = [0, 1].map(|n| shared[n] as f64 / all[n] as f64);
    println!(
        "{} pages: words {words:.5}, pairs {pairs:.5}; {n_all_title} that are all title; worst {:?}",
        worst.len(),
        &worst[..worst.len().min(8)]
    );
    assert!(words >= 0.995, "{words:.5} of the words agree");
    assert!(pairs >= 0.99, "{pairs:.5} of the pairs of words agree");
}
