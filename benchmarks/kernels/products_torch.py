"""The rival of products_bench: oneDNN through PyTorch, in turns with it in one run, on the same shapes and threads.

    python products_torch.py PROGRAM [ROUNDS]      PROGRAM: build/benchmarks-native/benchmarks/products_bench

float32 and bfloat16: F.linear, and oneDNN's linear with a weight packed before; the better counts. Operands and results
of bfloat16 are bfloat16, so no rounding counts for the rival. 8-bit codes: torch._int_mm, exact sums of codes to int32,
where neither quantizing nor scaling counts, and the dynamically quantized linear of the engines 'onednn' and 'x86',
where they do; the better counts. One process a number of threads; the best of all rounds counts for each program. Prints
one JSON line a number of threads: GFLOP/s of both, and the share that ours has of the rival's.
"""

import json
import os
import subprocess
import sys
import time
import warnings

SHAPES = [  # m, n, k as in products_bench.cpp
    (1, 1536, 384), (8, 1536, 384), (128, 1152, 384), (128, 384, 384), (128, 1536, 384), (128, 384, 1536),
    (512, 1152, 384), (512, 384, 1536), (2048, 384, 384), (2048, 1536, 384), (2048, 384, 1536), (128, 768, 768),
    (128, 3072, 768), (512, 768, 3072), (2048, 3072, 768),
]  # fmt: skip
warnings.filterwarnings("ignore")


def rival(threads):
    import torch

    torch.set_num_threads(threads)
    results = {}

    def measure(name, flop, work):
        repeats = 1 + int(1e9 * threads / flop)
        best = 1e9
        with torch.inference_mode():
            work()
            for _ in range(12):
                begin = time.perf_counter()
                for _ in range(repeats):
                    work()
                best = min(best, time.perf_counter() - begin)
        results[name] = max(results.get(name, 0.0), flop * repeats / best / 1e9)

    def packed_linear(x, weight, bias):
        # What PyTorch's compiler uses for a linear with constant weights.
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, x.shape[0])
        return lambda: torch.ops.mkldnn._linear_pointwise(x, packed, bias, "none", [], "")

    for m, n, k in SHAPES:
        flop = 2 * m * n * k
        x, weight, bias = torch.rand(m, k) - 0.5, torch.rand(n, k) - 0.5, torch.rand(n)
        for name, dtype in [("f32", torch.float32), ("bf16", torch.bfloat16)]:
            key = f"{m} x {n} x {k} {name}"
            a, b, c = x.to(dtype), weight.to(dtype), bias.to(dtype)
            measure(key, flop, lambda: torch.nn.functional.linear(a, b, c))
            measure(key, flop, packed_linear(a, b, c))
        key = f"{m} x {n} x {k} int8"
        codes, right = (x * 255).to(torch.int8), (weight * 255).to(torch.int8).t()
        try:
            measure(key, flop, lambda: torch._int_mm(codes, right))
        except RuntimeError:  # sizes that it refuses
            pass
        for engine in ["onednn", "x86"]:
            torch.backends.quantized.engine = engine
            layer = torch.nn.Linear(k, n)
            quantized = torch.ao.quantization.quantize_dynamic(torch.nn.Sequential(layer), {torch.nn.Linear}, torch.qint8)
            measure(key, flop, lambda: quantized(x))
    print(json.dumps({"torch": torch.__version__, "results": results}))


def run(command, threads):
    env = dict(os.environ, ATTUNE_THREADS=str(threads), OMP_NUM_THREADS=str(threads))
    return json.loads(subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE).stdout)


def main(program, rounds):
    for threads in [1, 2]:
        ours, theirs = {}, {}
        for _ in range(rounds):
            mine = run([program], threads)
            other = run([sys.executable, __file__, "rival", str(threads)], threads)
            for best, found in [(ours, mine), (theirs, other["results"])]:
                for key, value in found.items():
                    if " x " in key:
                        best[key] = max(best.get(key, 0.0), value)
        shapes = {
            key: {"attune": ours[key], "torch": round(theirs[key], 1), "share": round(ours[key] / theirs[key], 2)}
            for key in ours
        }
        least = {p: min(shapes[key]["share"] for key in shapes if key.endswith(p)) for p in ["f32", "bf16", "int8"]}
        kernels = {key: mine[key] for key in ["level", "bf16", "int8"]}
        print(json.dumps({"benchmark": "products", "threads": threads, "kernels": kernels, "torch": other["torch"],
                          "leastShare": least, "shapes": shapes}), flush=True)  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "rival":
        rival(int(sys.argv[2]))
    else:
        main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3)
