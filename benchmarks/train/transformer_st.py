"""The rival of transformer-train.bench.ts: sentence-transformers on the same model, pairs and batches.

    python transformer_st.py MODEL PAIRS.jsonl BATCH

MultipleNegativesRankingLoss and AdamW by hand, without the Trainer around them, which would only cost time. Texts are tokenised as a
batch comes, as its collator does. For each line on stdin, "f32 as-it-comes", "bf16 sorted" and the like, it takes the steps of one
round and prints one JSON line. `sorted` puts pairs of like length into a batch, so that little is padded.
"""

import json
import resource
import sys
import time

import torch
from sentence_transformers import SentenceTransformer, losses

torch.set_num_threads(2)
model_path, pairs_path, batch = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(pairs_path, encoding="utf8") as file:
    pairs = [json.loads(line) for line in file]
model = SentenceTransformer(model_path, device="cpu")
loss_of = losses.MultipleNegativesRankingLoss(model)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)


def batches(is_sorted):
    order = sorted(pairs, key=lambda pair: len(pair[1])) if is_sorted else pairs
    return [order[first : first + batch] for first in range(0, len(order), batch)]


def step(rows, is_bf16):
    features = [model.tokenize([row[side] for row in rows]) for side in (0, 1)]
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=is_bf16):
        loss = loss_of(features, None)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


model.train()
for line in sys.stdin:
    precision, order = line.split()
    rounds = batches(order == "sorted")
    begin = time.perf_counter()
    losses_seen = [step(rows, precision == "bf16") for rows in rounds]
    seconds = time.perf_counter() - begin
    print(
        json.dumps(
            {
                "pairsPerSecond": sum(map(len, rounds)) / seconds,
                "loss": sum(losses_seen) / len(losses_seen),
                "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        ),
        flush=True,
    )
