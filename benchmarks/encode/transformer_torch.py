"""The rivals of transformer.bench.ts: the same model with random weights, the same numbers of tokens, in float32 and bfloat16.

    python transformer_torch.py

PyTorch runs transformers' BertModel with mean pooling and normalisation; texts are of one length, so nothing is padded.
Prints one JSON line.
"""

import copy
import json
import time

import torch
from transformers import BertConfig, BertModel

torch.set_num_threads(2)
CONFIG = BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536)
MODEL = BertModel(CONFIG, add_pooling_layer=False).eval()
MODELS = {"f32": MODEL, "bf16": copy.deepcopy(MODEL).to(torch.bfloat16)}
results = []
for tokens, texts, rounds in [(32, 64, 15), (256, 32, 5), (8, 1, 200)]:
    for precision, model in MODELS.items():
        ids = torch.randint(0, CONFIG.vocab_size, (texts, tokens))
        wall, cpu = [], []
        for _ in range(rounds + 1):
            cpu_before, begin = time.process_time(), time.perf_counter()
            with torch.inference_mode():
                hidden = model(input_ids=ids).last_hidden_state
                torch.nn.functional.normalize(hidden.mean(1).float())
            wall.append(time.perf_counter() - begin)
            cpu.append(time.process_time() - cpu_before)
        wall, cpu = sorted(wall[1:]), sorted(cpu[1:])
        results.append(
            {
                "precision": precision,
                "tokens": tokens,
                "textsPerSecond": round(texts / wall[rounds // 2]),
                "textsPerSecondBest": round(texts / wall[0]),
                "textsPerCpuSecond": round(texts / cpu[0]),
            }
        )
print(json.dumps({"bench": "encode", "rival": f"torch {torch.__version__}", "results": results}))
