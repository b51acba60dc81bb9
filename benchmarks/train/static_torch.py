"""The rival of static.bench.ts: the same model, texts, batch and loss in PyTorch.

EmbeddingBag (mean), unit length, symmetric cross entropy over the batch, Adam: dense, as the recipe's, and SparseAdam, which
skips the steps of rows without a gradient and so computes something else. Prints one JSON line each.
"""
import json
import statistics
import time

import torch

VOCABULARY, DIM, BATCH, STEPS, ROUNDS = 30_522, 256, 1_024, 40, 3


def split_mix_32(seed):
    state, top = seed, 0xFFFFFFFF
    while True:
        state = (state + 0x9E3779B9) & top
        z = ((state ^ (state >> 16)) * 0x21F0AAAD) & top
        z = ((z ^ (z >> 15)) * 0x735A2D97) & top
        yield (z ^ (z >> 15)) / 2**32


def zipf_texts(count, least, most, numbers):
    return [
        torch.tensor([int(VOCABULARY ** next(numbers) - 1e-9) for _ in range(least + int(next(numbers) * (most - least + 1)))])
        for _ in range(count)
    ]


numbers = split_mix_32(1)
queries = zipf_texts(20_000, 2, 8, numbers)
documents = zipf_texts(30_000, 10, 40, numbers)
generator = torch.Generator().manual_seed(1)


def bag(texts, rows):
    chosen = [texts[row] for row in rows]
    lengths = torch.tensor([0] + [len(text) for text in chosen[:-1]])
    return torch.cat(chosen), lengths.cumsum(0)


# Made once, outside of the time: the native trainer is timed with its own gathering.
batches = [
    (
        bag(queries, torch.randint(len(queries), (BATCH,), generator=generator).tolist()),
        bag(documents, torch.randint(len(documents), (BATCH,), generator=generator).tolist()),
    )
    for _ in range(STEPS)
]
targets = torch.arange(BATCH)

for name in ("dense Adam", "SparseAdam"):
    sparse = name == "SparseAdam"
    table = torch.nn.EmbeddingBag(VOCABULARY, DIM, mode="mean", sparse=sparse)
    if sparse:
        optimizer = torch.optim.SparseAdam(table.parameters(), lr=0.01)
    else:
        optimizer = torch.optim.AdamW(table.parameters(), lr=0.01, weight_decay=0, fused=True)

    def step(query_bag, document_bag):
        optimizer.zero_grad(set_to_none=True)
        q = torch.nn.functional.normalize(table(*query_bag), dim=1)
        d = torch.nn.functional.normalize(table(*document_bag), dim=1)
        logits = q @ d.T / 0.05
        loss = (torch.nn.functional.cross_entropy(logits, targets) + torch.nn.functional.cross_entropy(logits.T, targets)) / 2
        loss.backward()
        optimizer.step()

    for bags in batches[:5]:
        step(*bags)
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for bags in batches:
            step(*bags)
        seconds.append(time.perf_counter() - start)
    line = {
        "name": f"torch {name} {BATCH}x{DIM}",
        "pairsPerSecond": round(BATCH * STEPS / statistics.median(seconds)),
        "slowest": round(BATCH * STEPS / max(seconds)),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
    }
    print(json.dumps(line))
