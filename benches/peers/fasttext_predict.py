"""Predicts with a fastText model: fasttext_predict.py MODEL TEST (one probable class a line)"""
import json
import re
import sys

import fasttext

model, test = sys.argv[1:]
fitted = fasttext.load_model(model)
with open(test, encoding="utf-8") as lines:
    for line in lines:
        words = " ".join(re.findall(r"\w\w+", json.loads(line)["text"].lower()))
        # The binding's own predict makes an array of numpy 1 alone.
        (probability, label), *_ = fitted.f.predict(words + "\n", 1, 0.0, "strict") or [(0.0, "")]
        print(label.removeprefix("__label__"), probability)
