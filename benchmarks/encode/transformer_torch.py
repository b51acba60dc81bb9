"""The rivals of transformer.bench.ts: the same model with random weights, texts of the same lengths, in float32 and bfloat16.

    python transformer_torch.py LENGTHS.json

LENGTHS.json names scenarios, each with the tokens of its texts. For each line on stdin, "f32 32 tokens" and the like, the texts of a scenario go once
through transformers' BertModel with mean pooling and normalisation, in batches of 64 of like length, and one JSON line is printed.
"""

import copy
import json
import sys
import time

import torch
from batches import padded_batches
from transformers import BertConfig, BertModel

torch.set_num_threads(2)
CONFIG = BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536)
MODEL = BertModel(CONFIG, add_pooling_layer=False).eval()
MODELS = {"f32": MODEL, "bf16": copy.deepcopy(MODEL).to(torch.bfloat16)}
BATCHES = {
    name: [tuple(map(torch.from_numpy, batch)) for batch in batches]
    for name, batches in padded_batches(sys.argv[1], CONFIG.vocab_size).items()
}

for line in sys.stdin:
    precision, name = line.strip().split(" ", 1)
    cpu_before, begin = time.process_time(), time.perf_counter()
    for ids, mask in BATCHES[name]:
        with torch.inference_mode():
            # Without padding a mask would only cost time.
            hidden = MODELS[precision](input_ids=ids, attention_mask=None if mask.all() else mask).last_hidden_state
            kept = mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * kept).sum(1) / kept.sum(1)
            torch.nn.functional.normalize(mean.float())
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - cpu_before
    print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds}), flush=True)
