"""The rival of transformer.bench.ts in ONNX Runtime: the same model with random weights, the same numbers of tokens, in float32 and,
quantized dynamically by ONNX Runtime's own tool, in 8-bit integers.

    python transformer_onnx.py

The graph is PyTorch's export of transformers' BertModel, pooled and normalised by NumPy. Prints one JSON line.
"""

import json
import os
import tempfile
import time

import numpy
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertConfig, BertModel

CONFIG = BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536)


class Hidden(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.model = BertModel(CONFIG, add_pooling_layer=False).eval()

    def forward(self, ids, mask):
        return self.model(input_ids=ids, attention_mask=mask).last_hidden_state


def export(path):
    axes = {0: "texts", 1: "tokens"}
    example = (torch.ones(2, 8, dtype=torch.int64), torch.ones(2, 8, dtype=torch.int64))
    torch.onnx.export(
        Hidden().eval(), example, path, dynamo=False, opset_version=17, input_names=["ids", "mask"],
        output_names=["hidden"], dynamic_axes={"ids": axes, "mask": axes, "hidden": axes},
    )  # fmt: skip


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


results = []
with tempfile.TemporaryDirectory() as folder:
    f32, int8 = os.path.join(folder, "f32.onnx"), os.path.join(folder, "int8.onnx")
    export(f32)
    quantize_dynamic(f32, int8, weight_type=QuantType.QInt8, per_channel=True)
    sessions = {"f32": session(f32), "int8": session(int8)}
    for tokens, texts, rounds in [(32, 64, 15), (256, 32, 5), (8, 1, 200)]:
        for precision, model in sessions.items():
            ids = numpy.random.default_rng(1).integers(0, CONFIG.vocab_size, (texts, tokens))
            inputs = {"ids": ids, "mask": numpy.ones_like(ids)}
            wall, cpu = [], []
            for _ in range(rounds + 1):
                cpu_before, begin = time.process_time(), time.perf_counter()
                (hidden,) = model.run(None, inputs)
                mean = hidden.mean(1)
                mean / numpy.linalg.norm(mean, axis=1, keepdims=True)
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
print(json.dumps({"bench": "encode", "rival": f"onnxruntime {onnxruntime.__version__}", "results": results}))
