#!/usr/bin/env bash
# Times nutgraf beside its peers as whole processes, end to end from JSONL, and prints a table: CPU seconds to train,
# documents a CPU second, peak memory, size of the model, accuracy. Medians of RUNS (default 5).
#
#   benches/peers/run.sh FOLDER      # with train.jsonl and test.jsonl of {"text","label"}
#
# Needs `cargo build --release` and a PYTHON (default python3) with scikit-learn, fasttext-wheel and vowpalwabbit; a peer
# that is not installed is left out.
set -euo pipefail
data=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
peers=$root/benches/peers
nutgraf=$root/target/release/nutgraf
python=${PYTHON:-python3}
runs=${RUNS:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS=1
n_test=$(wc -l < "$data/test.jsonl")

# measure OUT COMMAND...: median CPU seconds and peak megabytes of a command, whose output goes to OUT.
measure() {
  local out=$1 seconds megabytes
  shift
  for _ in $(seq "$runs"); do
    # A text without words is an error record of nutgraf's, and an exit code of 1.
    /usr/bin/time -f '%U %S %M' -o "$work/time" "$@" > "$out" 2> "$work/stderr" || true
    tail -n 1 "$work/time" | awk '{print $1 + $2, $3 / 1024}'
  done | sort -n | awk '{s[NR] = $1; m[NR] = $2} END {print s[int((NR + 1) / 2)], m[int((NR + 1) / 2)]}'
}

accuracy() {
  "$python" - "$1" "$data/test.jsonl" <<'PYTHON'
import json, sys
with open(sys.argv[1], encoding="utf-8") as found, open(sys.argv[2], encoding="utf-8") as gold:
    right = [line.split(" ")[0].strip() == json.loads(record)["label"] for line, record in zip(found, gold)]
print(f"{100 * sum(right) / len(right):.1f}")
PYTHON
}

row() { # NAME MODEL -- TRAIN... -- PREDICT...
  local name=$1 model=$2
  shift 3
  local train=()
  while [ "$1" != -- ]; do train+=("$1"); shift; done
  shift
  read -r train_s train_mb < <(measure "$work/train.out" "${train[@]}")
  read -r predict_s _ < <(measure "$work/predict.out" "$@")
  if [ "${name%%,*}" = nutgraf ]; then
    right=$("$nutgraf" evaluate "$model" "$data/test.jsonl" --format json | sed 's/"intervals".*//; s/.*"accuracy":\([0-9.]*\).*/\1/')
    right=$(awk -v p="$right" 'BEGIN {printf "%.1f", 100 * p}')
  else
    right=$(accuracy "$work/predict.out")
  fi
  printf '| %s | %.2f | %.0f | %.0f | %.1f | %s |\n' "$name" "$train_s" \
    "$(awk -v n="$n_test" -v s="$predict_s" 'BEGIN {print n / s}')" "$train_mb" \
    "$(awk -v b="$(stat -c %s "$model")" 'BEGIN {print b / 1e6}')" "$right"
}

echo '| | train, CPU s | documents a CPU s | peak MB | model MB | accuracy, % |'
echo '|---|---|---|---|---|---|'
for spec in 'unigrams, multinomial;1;multinomial' 'word pairs, complement;2;complement'; do
  IFS=';' read -r name ngram system <<< "$spec"
  row "nutgraf, $name" "$work/m.nut" -- \
    "$nutgraf" train text "$data/train.jsonl" -o "$work/m.nut" --force --skip-bad-records --threads 1 \
    --max-ngram "$ngram" --system "$system" -- \
    "$nutgraf" classify "$data/test.jsonl" --model "$work/m.nut" --format csv --threads 1
  if "$python" -c 'import sklearn' 2> /dev/null; then
    row "scikit-learn, the same" "$work/m.pkl" -- \
      "$python" "$peers/sklearn_train.py" "$system" "$ngram" "$data/train.jsonl" "$work/m.pkl" -- \
      "$python" "$peers/sklearn_predict.py" "$work/m.pkl" "$data/test.jsonl"
  fi
done
if "$python" -c 'import fasttext' 2> /dev/null; then
  row "fastText, word pairs" "$work/m.ft" -- "$python" "$peers/fasttext_train.py" "$data/train.jsonl" "$work/m.ft" -- \
    "$python" "$peers/fasttext_predict.py" "$work/m.ft" "$data/test.jsonl"
fi
if "$python" -c 'import vowpalwabbit' 2> /dev/null; then
  row "Vowpal Wabbit, word pairs" "$work/m.vw" -- "$python" "$peers/vw_train.py" "$data/train.jsonl" "$work/m.vw" -- \
    "$python" "$peers/vw_predict.py" "$work/m.vw" "$data/test.jsonl"
fi
