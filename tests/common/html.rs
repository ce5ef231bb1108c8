//! What the tests of views share: reading them back, and words that would act if they were not escaped.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses some of it")]

use std::collections::BTreeSet;

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

fn parse(html: &str) -> RcDom {
    html5ever::parse_document(RcDom::default(), Default::default()).one(html)
}

/// Every `element` and `element attribute` of a document, its words, and the values of its `id` and `href`.
#[derive(Default)]
pub struct Seen {
    pub names: BTreeSet<String>,
    pub words: String,
    pub ids: BTreeSet<String>,
    pub targets: Vec<String>,
}

pub fn look(html: &str) -> Seen {
    let dom = parse(html);
    let mut seen = Seen::default();
    let mut pending: Vec<Handle> = vec![dom.document.clone()];
    while let Some(node) = pending.pop() {
        match &node.data {
            NodeData::Element { name, attrs, .. } => {
                seen.names.insert(name.local.to_string());
                for attribute in attrs.borrow().iter() {
                    let value = attribute.value.to_string();
                    seen.names.insert(format!("{} {}", name.local, attribute.name.local));
                    match attribute.name.local.as_ref() {
                        "id" => assert!(seen.ids.insert(value), "ids are given once"),
                        "href" => seen.targets.push(value),
                        _ => {}
                    }
                }
            }
            NodeData::Text { contents } => {
                seen.words.push_str(&contents.borrow());
                seen.words.push(' ');
            }
            NodeData::Comment { contents } => panic!("a comment: {contents}"),
            _ => {}
        }
        pending.extend(node.children.borrow().iter().rev().cloned());
    }
    seen
}

/// Words that would act if they were not escaped, in many wrappings.
pub fn payloads() -> Vec<String> {
    let acts = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<iframe src=//e.example>",
        "<a href=javascript:alert(1)>x</a>",
        "<style>*{display:none}</style>",
        "<base href=//e.example>",
        "<form action=//e>",
        "<meta http-equiv=refresh content=0>",
        "<link rel=stylesheet href=//e>",
        "<object data=x>",
        "<embed src=x>",
        "<math><mi xlink:href=x>",
        "<!-- comment -->",
        "<![CDATA[x]]>",
        "<b onmouseover=alert(1)>b</b>",
        "<plaintext>",
        "<noscript><p title=\"</noscript><img src=x>\">",
        "<textarea>",
        "<title>t</title>",
        "<x:script>",
        "<template>",
        "<body onload=alert(1)>",
        "<input autofocus onfocus=alert(1)>",
        "<details open ontoggle=alert(1)>",
    ];
    let wraps: [fn(&str) -> String; 21] = [
        |s| s.to_owned(),
        |s| format!("\"{s}"),
        |s| format!("'{s}"),
        |s| format!("\">{s}"),
        |s| format!("'>{s}"),
        |s| format!("</p>{s}"),
        |s| format!("</style>{s}"),
        |s| format!("</title>{s}"),
        |s| format!("</code>{s}"),
        |s| format!("-->{s}"),
        |s| format!("]]>{s}"),
        |s| s.to_uppercase(),
        |s| s.replace(' ', "/"),
        |s| s.replace(' ', "\n"),
        |s| s.replace('<', "&lt;"),
        |s| s.replace('<', "&#60;"),
        |s| format!("{s}\u{202e}"),
        |s| format!("\u{0}{s}"),
        |s| format!("`{s}`"),
        |s| format!("\" onclick=\"alert(1)\" x=\"{s}"),
        |s| format!("' style='x' {s}"),
    ];
    acts.iter().flat_map(|act| wraps.iter().map(move |wrap| wrap(act))).collect()
}
