"""Trains scikit-learn's TF-IDF naive Bayes on JSONL: sklearn_train.py {multinomial|complement} MAX_NGRAM TRAIN MODEL"""
import json
import pickle
import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline

event_model, max_ngram, train, model = sys.argv[1:]
texts, labels = [], []
with open(train, encoding="utf-8") as lines:
    for line in lines:
        record = json.loads(line)
        texts.append(record["text"])
        labels.append(record["label"])
bayes = {"multinomial": MultinomialNB, "complement": ComplementNB}[event_model](alpha=0.1)
pipeline = make_pipeline(TfidfVectorizer(sublinear_tf=True, ngram_range=(1, int(max_ngram))), bayes)
pipeline.fit(texts, labels)
with open(model, "wb") as file:
    pickle.dump(pipeline, file, protocol=5)
