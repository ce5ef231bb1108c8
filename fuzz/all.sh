#!/usr/bin/env bash
# Ten million executions: a million of the page reader, two of the model loader, the rest by what they cost. A quarter of an hour of
# one core; SEED=N for other inputs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
run() { ${DRIVER:-cargo run --release --quiet --bin driver --} "$@" --seed "${SEED:-1}" | tail -n +2; }
printf 'target     executions  a second     found  longest\n'
run model --executions 2000000
run warc --executions 3000000
run mhtml --executions 500000
run sentences --executions 1500000
run words --executions 1000000
run plain --executions 1000000
run page --executions 1000000
run analyzer --executions 400000
run labelled table codings --executions 100000
run reading --executions 100000
