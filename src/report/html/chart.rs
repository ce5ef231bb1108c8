//! Numbers from 0 to 1 in, a drawing with a text in its place out.

use super::writer::{Html, Value};

/// A square drawing of x and y from 0 to 1, with its axes named.
pub(super) struct Chart {
    /// What it shows.
    pub(super) title: &'static str,
    /// What the axes are.
    pub(super) x: &'static str,
    pub(super) y: &'static str,
    /// The same in words, for those who do not see it.
    pub(super) words: String,
}

/// The drawing's inner square.
const LEFT: f64 = 56.0;
const TOP: f64 = 8.0;
const SIDE: f64 = 200.0;

fn x_of(x: f64) -> f64 {
    LEFT + SIDE * x
}

fn y_of(y: f64) -> f64 {
    TOP + SIDE * (1.0 - y)
}

fn number(value: f64) -> Value<'static> {
    Value::Number("", value, "")
}

impl Chart {
    /// Opens a figure with its axes; what is drawn on top comes before [`Chart::close`].
    pub(super) fn open(&self, html: &mut Html) {
        html.open("figure", &[]).element("figcaption", &[], self.title);
        html.open(
            "svg",
            &[
                ("viewBox", Value::Static("0 0 268 252")),
                ("role", Value::Static("img")),
                ("aria-label", Value::Text(&self.words)),
            ],
        );
        for tenth in [0.0, 0.25, 0.5, 0.75, 1.0] {
            line(html, "grid", (0.0, tenth), (1.0, tenth));
            line(html, "grid", (tenth, 0.0), (tenth, 1.0));
            let label = format!("{tenth}");
            let (x, y) = (number(LEFT - 5.0), number(y_of(tenth) + 4.0));
            html.element("text", &[("x", x), ("y", y), ("text-anchor", Value::Static("end"))], &label);
            let (x, y) = (number(x_of(tenth)), number(TOP + SIDE + 14.0));
            html.element("text", &[("x", x), ("y", y), ("text-anchor", Value::Static("middle"))], &label);
        }
        let middle = ("text-anchor", Value::Static("middle"));
        let (x, y) = (number(x_of(0.5)), number(TOP + SIDE + 32.0));
        html.element("text", &[("x", x), ("y", y), middle], self.x);
        let turned = ("transform", Value::Static("translate(12 108) rotate(-90)"));
        html.element("text", &[turned, middle], self.y);
    }

    pub(super) fn close(html: &mut Html) {
        html.close().close();
    }
}

/// A straight line.
pub(super) fn line(html: &mut Html, class: &'static str, from: (f64, f64), to: (f64, f64)) {
    html.open(
        "line",
        &[
            ("class", Value::Static(class)),
            ("x1", number(x_of(from.0))),
            ("y1", number(y_of(from.1))),
            ("x2", number(x_of(to.0))),
            ("y2", number(y_of(to.1))),
        ],
    )
    .close();
}

/// A line through points.
pub(super) fn curve(html: &mut Html, points: &[(f64, f64)]) {
    let placed: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x_of(*x), y_of(*y))).collect();
    html.open("polyline", &[("class", Value::Static("curve")), ("points", Value::Points(&placed))]).close();
}

/// A point, with words that show when pointed at.
pub(super) fn point(html: &mut Html, at: (f64, f64), words: &str) {
    let place = [("cx", number(x_of(at.0))), ("cy", number(y_of(at.1))), ("r", number(4.0))];
    html.open("circle", &place).element("title", &[], words).close();
}

/// A bar that stands on the x axis.
pub(super) fn bar(html: &mut Html, (from, to): (f64, f64), height: f64) {
    html.open(
        "rect",
        &[
            ("class", Value::Static("bar")),
            ("x", number(x_of(from))),
            ("y", number(y_of(height))),
            ("width", number(SIDE * (to - from))),
            ("height", number(SIDE * height)),
        ],
    )
    .close();
}
