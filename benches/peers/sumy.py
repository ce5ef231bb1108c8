"""Three sentences an article by each of sumy's summarisers: ROUGE of rouge-score (with stemming) and articles a CPU second.

Usage: sumy.py ARTICLES.jsonl [WAYS]    (pip install sumy rouge-score nltk)"""
import json
import sys
import time

from rouge_score import rouge_scorer
from sumy.nlp.stemmers import Stemmer
from sumy.nlp.tokenizers import Tokenizer
from sumy.parsers.plaintext import PlaintextParser
from sumy.summarizers.kl import KLSummarizer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.luhn import LuhnSummarizer
from sumy.summarizers.reduction import ReductionSummarizer
from sumy.summarizers.sum_basic import SumBasicSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

articles = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
ways = [LexRankSummarizer, TextRankSummarizer, LsaSummarizer, LuhnSummarizer, SumBasicSummarizer, KLSummarizer,
        ReductionSummarizer]
scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True)
for way in ways:
    summariser = way(Stemmer("english"))
    summariser.stop_words = get_stop_words("english")
    started = time.process_time()
    outputs = []
    for article in articles:
        document = PlaintextParser.from_string(article["text"], Tokenizer("english")).document
        outputs.append([str(sentence) for sentence in summariser(document, 3)])
    seconds = time.process_time() - started
    total = [0.0, 0.0, 0.0]
    for output, article in zip(outputs, articles):
        reference = article["summary"]
        reference = reference if isinstance(reference, str) else "\n".join(reference)
        scores = scorer.score(reference, "\n".join(output))
        for at, name in enumerate(["rouge1", "rouge2", "rougeLsum"]):
            total[at] += scores[name].fmeasure
    mean = " / ".join(f"{100 * value / len(articles):.1f}" for value in total)
    print(f"| sumy {way.__name__.removesuffix('Summarizer')} | {mean} | {len(articles) / seconds:.0f} |", flush=True)
