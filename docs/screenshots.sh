#!/usr/bin/env bash
# Makes the screenshots of the README; needs a headless Chromium. From the root: docs/screenshots.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
made=$(mktemp -d)
trap 'rm -r "$made"' EXIT
nutgraf() { cargo run --release --quiet -- "$@"; }

# shot HTML PNG HEIGHT
shot() {
  chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --force-color-profile=srgb --window-size=1200,"$3" \
    --user-data-dir="$made/profile" --screenshot="$made/shot.png" "file://$1" 2>/dev/null
  mv "$made/shot.png" "$2"
}

nutgraf read tests/pages/ministers-meet.html --format html -o "$made/article.html"
shot "$made/article.html" docs/article-view.png 1000
# A division of the written articles, so that what is shown was held out.
nutgraf dataset split datasets/stance/agreeing.jsonl --test 0.4 -o "$made"
nutgraf train text "$made/train.jsonl" -o "$made/frames.nut"
(cd "$made" && cargo run --release --quiet --manifest-path "$OLDPWD/Cargo.toml" -- \
  evaluate frames.nut test.jsonl --report evaluation.html --worst 3 >/dev/null)
shot "$made/evaluation.html" docs/evaluation-view.png 1500
