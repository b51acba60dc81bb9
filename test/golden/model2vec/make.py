"""Makes two tiny folders with model2vec and the vectors that it gives: plain/, shared/ and vectors.json.

plain/ is a WordPiece table of unit length; shared/ a Unigram table whose tokens share rows and are weighted, without unit length.
The library gives the same vectors of both folders without modules.json (0.10.0).
Run: pip install model2vec==0.10.0 && python make.py
"""

import json
from pathlib import Path

import numpy as np
from model2vec import StaticModel
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

here = Path(__file__).parent
texts = ["desk lamp", "oak unheard desk", "oak oak 灯 desk lamp", "灯 lamp", "unheard", ""]
random = np.random.default_rng(11)


def plain() -> StaticModel:
    words = ["[PAD]", "[UNK]", "desk", "lamp", "oak", "##s", "灯"]
    vocabulary = {word: row for row, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    table = random.standard_normal((len(words), 4)).astype(np.float32)
    return StaticModel(table, tokenizer, {"model_type": "model2vec"}, normalize=True, max_length=4)


def shared() -> StaticModel:
    pieces = [("<unk>", 0.0), ("▁", -2.0), ("▁desk", -3.0), ("▁lamp", -3.0), ("▁oak", -3.0), ("灯", -3.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, 0, False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    rows = random.standard_normal((4, 4)).astype(np.float16)
    mapping = np.array([0, 1, 1, 2, 3, 0], dtype=np.int64)
    weights = np.array([1.0, 0.25, 0.5, 2.0, 1.5, 0.75])
    return StaticModel(
        rows, tokenizer, {"model_type": "model2vec"}, normalize=False, weights=weights, token_mapping=mapping
    )


vectors = {}
for name, model in {"plain": plain(), "shared": shared()}.items():
    model.save_pretrained(here / name)
    (here / name / "README.md").unlink(missing_ok=True)
    vectors[name] = StaticModel.from_pretrained(here / name).encode(texts).astype(float).round(7).tolist()
(here / "vectors.json").write_text(json.dumps({"texts": texts, "vectors": vectors}, ensure_ascii=False, indent=1) + "\n")
