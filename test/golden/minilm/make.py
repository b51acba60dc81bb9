"""Golden vectors of all-MiniLM-L6-v2 by sentence-transformers, for awkward texts.

    python make.py <folder of the model>

Writes beside itself: texts.json (the texts), ids.json (the token ids of each, truncated as the model says) and
vectors.f32 ([texts, 384], little-endian float32). Made with sentence-transformers 6.2.0 and torch 2.15.0, on the CPU in
float64 from the float32 weights, so that the vectors are exact to their last digit and do not depend on the machine.
"""

import json
import sys
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

WORDS = "the quick brown fox jumps over the lazy dog while seven wizards make toxic brew for the evil queen and jack"
TEXTS = [
    "",
    " ",
    "\t\n  \r\n",
    "a",
    "hello",
    "A",
    "wireless headphones with noise cancelling",
    "Crème brûlée à l’Élysée",
    "creme brulee a l'elysee",
    "ÜBERGRÖSSE STRAßE",
    "NAÏVE CAFÉ FAÇADE",
    "Ångström — Ørsted, Łódź; İstanbul",
    "e\u0301 and é, n\u0303 and ñ",
    "机器学习",
    "机器学习 is machine learning",
    "東京タワーの近くのレストラン",
    "안녕하세요 세계",
    "Привет, мир!",
    "Γειά σου Κόσμε",
    "مرحبا بالعالم",
    "שלום עולם",
    "नमस्ते दुनिया",
    "🙂",
    "I love 🍕 and 👩‍👩‍👧‍👦 and 🇨🇭!",
    "...",
    "!?#$%&'()*+,-./:;<=>@[]^_`{|}~",
    "C++ / C# / .NET 4.7.2 (x86_64)",
    "user@example.com https://example.com/a?b=c&d=e#f",
    "3.14159 -42 1,000,000 1e-9 0x7fff",
    "[CLS] and [SEP] and [MASK] in a text",
    "don't can't won't it's 'quoted' \"double\"",
    "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "x" * 150,
    "zero\u200bwidth soft\u00adhyphen no\u00a0break \ufeffmark",
    "control\x07chars\x00and\x7fmore",
    "ﬁ ﬂ ½ ² Ⅷ ｆｕｌｌｗｉｄｔｈ",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "word " * 253 + "end",
    "word " * 254 + "end",
    "word " * 255 + "end",
    WORDS,
    (WORDS + ". ") * 4,
    (WORDS + ". ") * 11,
    (WORDS + ". ") * 40,
    "\n".join(["line one", "", "line two", "   indented"]),
    "hello",
]


def main() -> None:
    model = SentenceTransformer(sys.argv[1], device="cpu").double()
    tokenizer = model.tokenizer
    here = Path(__file__).parent
    ids = [tokenizer(text, truncation=True, max_length=model.max_seq_length)["input_ids"] for text in TEXTS]
    with torch.no_grad():
        vectors = [model.encode(text, convert_to_tensor=True) for text in TEXTS]
    (here / "texts.json").write_text(json.dumps(TEXTS, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (here / "ids.json").write_text("[\n" + ",\n".join(json.dumps(i, separators=(",", ":")) for i in ids) + "\n]\n")
    torch.stack(vectors).float().numpy().astype("<f4").tofile(here / "vectors.f32")


if __name__ == "__main__":
    main()
