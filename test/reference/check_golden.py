"""Makes golden figures again with the script beside them and compares them with the committed ones.

    python check_golden.py minilm MODEL_FOLDER | snowball TOKENIZER_JSON | snowball-languages | trec-eval | PATH_FROM_GOLDEN

The script runs in a copy of its folder, so that nothing committed is changed. Words and whole numbers must agree to the
letter, figures to 1e-6 (float32 vectors are rounded from float64, so another machine may round one the other way).
"""

import json
import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

TOLERANCE = 1e-6


def differences(committed: object, made: object, place: str = "") -> list[str]:
    """Where two trees of JSON differ."""
    if isinstance(committed, dict) and isinstance(made, dict) and committed.keys() == made.keys():
        return [d for key in committed for d in differences(committed[key], made[key], f"{place}/{key}")]
    if isinstance(committed, list) and isinstance(made, list) and len(committed) == len(made):
        return [d for i, pair in enumerate(zip(committed, made)) for d in differences(*pair, f"{place}/{i}")]
    if isinstance(committed, float) and isinstance(made, (int, float)):
        same = math.isclose(committed, made, rel_tol=0, abs_tol=TOLERANCE)
    else:
        same = committed == made
    return [] if same else [f"{place}: committed {committed!r}, made {made!r}"]


def compare(committed: Path, made: Path) -> list[str]:
    if committed.suffix == ".json":
        return differences(json.loads(committed.read_text("utf-8")), json.loads(made.read_text("utf-8")))
    if committed.suffix == ".f32":
        a, b = (np.fromfile(path, dtype="<f4") for path in (committed, made))
        if a.shape != b.shape:
            return [f"committed {a.size} numbers, made {b.size}"]
        worst = float(np.max(np.abs(a - b)))
        return [] if worst <= TOLERANCE else [f"numbers differ by up to {worst}"]
    return [] if committed.read_bytes() == made.read_bytes() else ["the bytes differ"]


def main() -> int:
    name, *arguments = sys.argv[1:]
    golden = Path(__file__).parents[1] / "golden" / name
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "made"
        copy.mkdir()
        shutil.copy(golden / "make.py", copy)
        subprocess.run([sys.executable, str(copy / "make.py"), *arguments], check=True, stdout=subprocess.DEVNULL)
        wrong = 0
        for made in sorted(path for path in copy.iterdir() if path.name != "make.py"):
            found = compare(golden / made.name, made)
            print(f"{name}/{made.name}: {'agrees' if not found else '; '.join(found[:5])}")
            wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main())
