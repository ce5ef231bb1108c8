"""Trains Vowpal Wabbit on JSONL in one pass: vw_train.py TRAIN MODEL (one class against all, word pairs, 2^20 weights)"""
import json
import re
import sys

import vowpalwabbit

train, model = sys.argv[1:]
with open(train, encoding="utf-8") as lines:
    records = [json.loads(line) for line in lines]
classes = sorted({record["label"] for record in records})
number = {name: idx + 1 for idx, name in enumerate(classes)}
workspace = vowpalwabbit.Workspace(
    f"--oaa {len(classes)} --loss_function logistic --ngram 2 -b 20 --quiet --probabilities -f {model}"
)
for record in records:
    words = " ".join(re.findall(r"\w\w+", record["text"].lower()))
    workspace.learn(f"{number[record['label']]} | {words}")
workspace.finish()
with open(model + ".classes", "w", encoding="utf-8") as file:
    json.dump(classes, file)
