"""Makes roberta/, xlm-roberta/, mpnet/, distilbert/ and modernbert/, tiny random models as sentence-transformers saves them, and
vectors.json: what it gives for some texts.

    python make.py [NAME ...]       (sentence-transformers 6.2.0, transformers 5, tokenizers, torch 2.15.0)

RoBERTa reads byte pairs and counts positions from padding_idx + 1; XLM-RoBERTa is the same network behind a Unigram tokeniser. MPNet adds a
bias for the distance of two tokens, and DistilBERT has other names and no token types; both read word pieces. ModernBERT reads byte pairs, turns queries and keys by their positions, and attends to eight tokens in two layers of
four. Weights are drawn wider than a model's beginning, so that no layer is nearly the identity. Vectors are made in float64. Of models that are not named files and vectors stay:
training a tokeniser gives another one each time.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    DistilBertConfig, DistilBertModel, ModernBertConfig, ModernBertModel, MPNetConfig, MPNetModel, PreTrainedTokenizerFast, RobertaConfig,
    RobertaModel, XLMRobertaConfig, XLMRobertaModel,
)

HERE = Path(__file__).parent
TEXTS = [
    "", " ", "oak desk", "Oak  DESK, 120 cm", "red sofa for two", "schwarzer Bürostuhl", "橡木书桌", "ランプ", "\u00a0lamp\u200b lamp",
    "a" * 70, "lamp " * 40, "e\u0301 é ﬁ №5", "🛋️ sofa", "<mask> </s> <s>", "1/2 in. x 4 ft. (10-Pack)",
]
CORPUS = TEXTS * 3 + ["desk lamp sofa chair table oak steel red blue", "Lampe Tisch Stuhl Sofa schwarz", "书桌 台灯 沙发 椅子"] * 5
SIZES = dict(
    hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, max_position_embeddings=42, type_vocab_size=1,
    pad_token_id=1, bos_token_id=0, eos_token_id=2, layer_norm_eps=1e-5, hidden_dropout_prob=0, attention_probs_dropout_prob=0,
)
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def byte_pairs():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return tokenizer


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(" {2,}", " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    trainer = trainers.UnigramTrainer(vocab_size=120, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return tokenizer


def word_pieces():
    tokenizer = Tokenizer(models.WordPiece(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=120, special_tokens=SPECIAL, show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return tokenizer


def make(name, tokenizer, config, model_class, **options):
    torch.manual_seed(7)
    config.vocab_size = tokenizer.get_vocab_size()
    model = model_class(config, **options)
    for key, parameter in model.named_parameters():
        offset = 1.0 if key.lower().endswith("norm.weight") else 0.0
        parameter.data = offset + (0.3 if parameter.dim() > 1 else 0.1) * torch.randn_like(parameter)
    source = HERE / "source"
    model.save_pretrained(source)
    special = dict(bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>", mask_token="<mask>", cls_token="<s>", sep_token="</s>")
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=40, **special).save_pretrained(source)
    transformer = Transformer(str(source), max_seq_length=40)
    sentences = SentenceTransformer(modules=[transformer, Pooling(16, pooling_mode="mean"), Normalize()], device="cpu")
    shutil.rmtree(HERE / name, ignore_errors=True)
    sentences.save(str(HERE / name), create_model_card=False)
    shutil.rmtree(source)
    loaded = SentenceTransformer(str(HERE / name), device="cpu").double()
    ids = [loaded.tokenizer(text, truncation=True, max_length=40)["input_ids"] for text in TEXTS]
    vectors = [loaded.encode(text, convert_to_numpy=True).tolist() for text in TEXTS]
    return dict(texts=TEXTS, ids=ids, vectors=vectors)


distil = dict(dim=16, n_layers=2, n_heads=2, hidden_dim=24, max_position_embeddings=42, pad_token_id=1, dropout=0, attention_dropout=0)
modern = dict(
    hidden_size=16, num_hidden_layers=4, num_attention_heads=2, intermediate_size=24, max_position_embeddings=64, local_attention=8,
    pad_token_id=1, bos_token_id=0, eos_token_id=2, cls_token_id=0, sep_token_id=2, attn_implementation="eager",
)
makers = {
    "roberta": lambda name: make(name, byte_pairs(), RobertaConfig(**SIZES), RobertaModel, add_pooling_layer=False),
    "xlm-roberta": lambda name: make(name, unigram(), XLMRobertaConfig(**SIZES), XLMRobertaModel, add_pooling_layer=False),
    "mpnet": lambda name: make(name, word_pieces(), MPNetConfig(**SIZES), MPNetModel, add_pooling_layer=False),
    "distilbert": lambda name: make(name, word_pieces(), DistilBertConfig(**distil), DistilBertModel),
    "modernbert": lambda name: make(name, byte_pairs(), ModernBertConfig(**modern), ModernBertModel),
}
path = HERE / "vectors.json"
golden = json.loads(path.read_text(encoding="utf8")) if path.exists() else {}
golden |= {name: makers[name](name) for name in sys.argv[1:] or makers}
path.write_text(json.dumps(golden, ensure_ascii=False) + "\n", encoding="utf8")
