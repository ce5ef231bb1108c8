#!/usr/bin/env bash
# Ten million executions and more: a million of the page reader and of the model loader, the rest by what they cost.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
run() { cargo run --release --quiet --bin driver -- "$@" | tail -n +2; }
printf 'target     executions  a second     found  longest\n'
run page --executions "${1:-1000000}"
run model --executions "${1:-1000000}"
run plain --executions "${1:-1000000}"
run reading --executions "${2:-100000}"
run labelled table codings --executions "${2:-100000}"
run sentences analyzer words --executions "${1:-2000000}"
run warc --executions "${1:-1000000}"
