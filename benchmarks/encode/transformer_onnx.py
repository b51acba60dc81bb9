"""The rival of transformer.bench.ts in ONNX Runtime: the same model with random weights, texts of the same lengths, in float32 and,
quantized dynamically by ONNX Runtime's own tool, in 8-bit integers.

    python transformer_onnx.py LENGTHS.json

The graph is PyTorch's export of transformers' BertModel, pooled and normalised by NumPy; otherwise as transformer_torch.py.
"""

import json
import os
import sys
import tempfile
import time

import numpy
import onnxruntime
import torch
from batches import padded_batches
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


with tempfile.TemporaryDirectory() as folder:
    f32, int8 = os.path.join(folder, "f32.onnx"), os.path.join(folder, "int8.onnx")
    export(f32)
    quantize_dynamic(f32, int8, weight_type=QuantType.QInt8, per_channel=True)
    SESSIONS = {"f32": session(f32), "int8": session(int8)}
BATCHES = padded_batches(sys.argv[1], CONFIG.vocab_size)

for line in sys.stdin:
    precision, name = line.strip().split(" ", 1)
    cpu_before, begin = time.process_time(), time.perf_counter()
    for ids, mask in BATCHES[name]:
        (hidden,) = SESSIONS[precision].run(None, {"ids": ids, "mask": mask})
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        mean / numpy.linalg.norm(mean, axis=1, keepdims=True)
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - cpu_before
    print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds}), flush=True)
