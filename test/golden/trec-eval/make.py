"""Metrics of synthetic runs by independent implementations: trec_eval itself, gdeval, ranx.

    python -m venv venv && venv/bin/pip install pytrec_eval-terrier==0.5.11 ir_measures==0.4.3 ranx==0.3.21
    venv/bin/python test/golden/trec-eval/make.py        # writes golden.json beside this file; gdeval needs perl

The runs hold what implementations differ on: ties of score (also ties only in 32 bits), ids whose order in UTF-16 is not
that of their bytes, unjudged documents, negative grades, queries without relevant documents, and a query that the run
does not answer. The highest grade is 4, which gdeval's ERR takes for granted, so relevant is a grade of 2 or more.
"""

import json
import random
from pathlib import Path

import ir_measures
import numpy as np
import pytrec_eval
from ir_measures import ERR, Judged, RR, nDCG
from ranx import Qrels, Run, evaluate

rng = random.Random(20240607)
IDS = [f"d{i}" for i in range(60)] + ["\U0001f600", "\uff5e", "é", "z", "Z", "10", "9"]


def make_query(number):
    qrels = {d: rng.choice([-1, 0, 0, 1, 1, 2, 3, 4]) for d in rng.sample(IDS, rng.randint(1, 25))}
    if number % 10 == 3:
        qrels = {d: min(1, g) for d, g in qrels.items()}  # nothing relevant at level 2
    if number % 10 == 7:
        qrels = {d: min(0, g) for d, g in qrels.items()}  # nothing has a positive grade
    found = rng.sample(IDS, rng.randint(1, 50))
    coarse = number % 2 == 0
    run = {d: (float(rng.randint(0, 5)) if coarse else rng.random()) for d in found}
    if number % 5 == 1:
        run = {d: 1.0 + 1e-9 * i for i, d in enumerate(found)}  # equal in 32 bits
    return qrels, run


qrels, run = {}, {}
for number in range(60):
    name = f"q{number}"
    qrels[name], run[name] = make_query(number)
qrels["q0"][IDS[0]] = 4
del run["q59"]

measures = {
    "ndcg@10": "ndcg_cut_10",
    "ndcg": "ndcg",
    "recall@10": "recall_10",
    "recall@100": "recall_100",
    "map": "map",
    "map@10": "map_cut_10",
    "mrr": "recip_rank",
    "p@10": "P_10",
    "hit@5": "success_5",
}
evaluator = pytrec_eval.RelevanceEvaluator(
    qrels, {"ndcg_cut", "ndcg", "recall", "map", "map_cut", "recip_rank", "P", "success"}, relevance_level=2
)
by_query = evaluator.evaluate(run)
values = {ours: {q: v[theirs] for q, v in by_query.items()} for ours, theirs in measures.items()}

# The others break ties in their own ways, so they get scores that spell out trec_eval's order.
untied = {}
for q, scores in run.items():
    order = sorted(scores, key=lambda d: (np.float32(scores[d]), d.encode()), reverse=True)
    untied[q] = {d: float(len(order) - i) for i, d in enumerate(order)}
no_negative = {q: {d: max(0, g) for d, g in grades.items()} for q, grades in qrels.items()}

theirs = {
    "mrr@10": RR(rel=2) @ 10,
    "judged@10": Judged @ 10,
    "ndcg-exp@10": nDCG(dcg="exp-log2") @ 10,
    "err@10": ERR @ 10,
}

# gdeval wants topics that are numbers, documents of plain letters, and a whole number as score.
plain = {d: f"doc-{i}" for i, d in enumerate(IDS)}
renamed_qrels = {q[1:]: {plain[d]: g for d, g in grades.items()} for q, grades in no_negative.items() if q in run}
renamed_run = {q[1:]: {plain[d]: s for d, s in scores.items()} for q, scores in untied.items()}
for ours, measure in theirs.items():
    values[ours] = {
        "q" + m.query_id: m.value for m in ir_measures.iter_calc([measure], renamed_qrels, renamed_run)
    }

answered = {q: no_negative[q] for q in untied}
ranx_qrels = Qrels({q: {d: int(g >= 2) for d, g in grades.items()} for q, grades in answered.items()})
ranx_run = Run(untied)
evaluate(ranx_qrels, ranx_run, ["rbp.80"], make_comparable=True)
values["rbp(0.8)"] = {q: float(v) for q, v in ranx_run.scores["rbp.80"].items()}

golden = {"relevantFrom": 2, "qrels": qrels, "run": run, "values": values}
Path(__file__).with_name("golden.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")
print({name: len(v) for name, v in values.items()})
