"""Loads bundles in Python sentence-transformers (6 or later) and compares the golden vectors that Attune wrote.

    python check_bundle.py BUNDLE ...

Each golden input of attune.json is encoded by encode_query or encode_document; every cosine must be at least 0.99999.
Needs: pip install sentence-transformers
"""

import base64
import json
import sys
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

LEAST_COSINE = 0.99999


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    if lengths == 0:
        return 1.0 if np.linalg.norm(a) == np.linalg.norm(b) else 0.0
    return float(a @ b / lengths)


def check(folder: Path) -> bool:
    manifest = json.loads((folder / "attune.json").read_text(encoding="utf-8"))
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    worst = 1.0
    for golden in manifest["golden"]:
        encode = model.encode_query if golden["role"] == "query" else model.encode_document
        expected = np.frombuffer(base64.b64decode(golden["vector"]), dtype="<f4").astype(np.float64)
        found = encode([golden["text"]])[0].astype(np.float64)
        worst = min(worst, cosine(expected, found))
    print(f"{folder.name}: {len(manifest['golden'])} golden vectors, lowest cosine {worst:.9f}")
    return len(manifest["golden"]) > 0 and worst >= LEAST_COSINE


if __name__ == "__main__":
    folders = [Path(argument) for argument in sys.argv[1:]]
    if not folders:
        sys.exit(__doc__)
    results = [check(folder) for folder in folders]
    sys.exit(0 if all(results) else 1)
