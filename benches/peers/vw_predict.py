"""Predicts with a Vowpal Wabbit model: vw_predict.py MODEL TEST (one probable class a line)"""
import json
import re
import sys

import vowpalwabbit

model, test = sys.argv[1:]
with open(model + ".classes", encoding="utf-8") as file:
    classes = json.load(file)
workspace = vowpalwabbit.Workspace(f"-i {model} -t --quiet --probabilities")
with open(test, encoding="utf-8") as lines:
    for line in lines:
        words = " ".join(re.findall(r"\w\w+", json.loads(line)["text"].lower()))
        probabilities = workspace.predict(f"| {words}")
        best = max(range(len(classes)), key=lambda idx: probabilities[idx])
        print(classes[best], probabilities[best])
