"""Predicts with a pickled scikit-learn pipeline: sklearn_predict.py MODEL TEST (one probable class a line)"""
import json
import pickle
import sys

model, test = sys.argv[1:]
with open(model, "rb") as file:
    pipeline = pickle.load(file)
with open(test, encoding="utf-8") as lines:
    texts = [json.loads(line)["text"] for line in lines]
classes = pipeline.classes_
probabilities = pipeline.predict_proba(texts)
for row in probabilities:
    best = row.argmax()
    print(classes[best], row[best])
