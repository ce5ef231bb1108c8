"""Trains fastText on JSONL: fasttext_train.py TRAIN MODEL (word pairs, 25 passes, as tuned by hand; one thread)"""
import json
import re
import sys
import tempfile

import fasttext

train, model = sys.argv[1:]
with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
    with open(train, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            words = " ".join(re.findall(r"\w\w+", record["text"].lower()))
            file.write(f"__label__{record['label']} {words}\n")
    file.flush()
    fitted = fasttext.train_supervised(
        file.name, lr=0.5, epoch=25, wordNgrams=2, dim=50, bucket=200_000, thread=1, verbose=0
    )
fitted.save_model(model)
