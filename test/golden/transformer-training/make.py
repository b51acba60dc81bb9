"""Makes golden.safetensors and golden.json: a tiny random BERT in float64, its loss and gradients on weighted pairs with false
negatives left out, and five steps of AdamW, by PyTorch and transformers.

    python make.py        (torch 2.15.0, transformers 5.0 or later, safetensors)

The loss is that of native/train/contrastive_loss.h, written out over the whole matrix. Weight decay pulls matrices and tables towards
the weights that training began with, and leaves biases and norms alone; gradients are clipped to a norm of 1 all together.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel

torch.manual_seed(5)
HERE = Path(__file__).parent
SIZES = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=40, vocab_size=60)
config = BertConfig(**SIZES, max_position_embeddings=24, hidden_dropout_prob=0, attention_probs_dropout_prob=0)
model = BertModel(config, add_pooling_layer=False).double()
for name, parameter in model.named_parameters():
    # Far from the usual beginning, where gains are 1 and biases 0.
    scale = 0.3 if parameter.dim() > 1 else 0.1
    offset = 1.0 if name.endswith("LayerNorm.weight") else 0.0
    parameter.data = (offset + scale * torch.randn_like(parameter)).float().double()
begin = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}

lengths = [1, 5, 3, 9, 2, 7, 4, 12, 6, 20, 3, 8]
texts = [torch.randint(0, 60, (length,)).tolist() for length in lengths]
# A query twice, a document twice, a text that is query and document, and a positive that is known from elsewhere.
query_texts = [0, 1, 2, 0, 3, 4]
document_texts = [5, 6, 7, 8, 6, 11]
weights = [1.0, 2.0, 0.5, 3.0, 1.0, 0.25]
query_keys = [0, 1, 2, 0, 3, 4]
document_keys = [10, 11, 12, 13, 11, 14]
known = {0: [10, 13], 1: [11], 2: [11, 12], 3: [11], 4: [14]}
TEMPERATURE, RATE, DECAY = 0.1, 1e-3, 0.5


def encode(text):
    hidden = model(input_ids=torch.tensor([texts[text]])).last_hidden_state[0]
    return torch.nn.functional.normalize(hidden.mean(0), dim=0)


def loss_of():
    queries = torch.stack([encode(text) for text in query_texts])
    documents = torch.stack([encode(text) for text in document_texts])
    logits = queries @ documents.T / TEMPERATURE
    count = len(weights)
    masked = torch.zeros(count, count, dtype=torch.bool)
    for i in range(count):
        for j in range(count):
            same = query_keys[i] == query_keys[j] or document_keys[i] == document_keys[j]
            masked[i, j] = i != j and (same or document_keys[j] in known[query_keys[i]])
    logits = logits.masked_fill(masked, -torch.inf)
    w = torch.tensor(weights, dtype=torch.float64)
    right = torch.diagonal(logits.log_softmax(1)) + torch.diagonal(logits.log_softmax(0))
    return -(w * right).sum() / (2 * w.sum())


loss = loss_of()
loss.backward()
tensors = {f"begin.{name}": value for name, value in begin.items()}
tensors |= {f"gradient.{name}": parameter.grad.clone() for name, parameter in model.named_parameters()}

optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0)
losses = []
for _ in range(5):
    optimizer.zero_grad()
    loss = loss_of()
    losses.append(loss.item())
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0, error_if_nonfinite=True)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                parameter -= RATE * DECAY * (parameter - begin[name])
    optimizer.step()
tensors |= {f"end.{name}": parameter.detach() for name, parameter in model.named_parameters()}
save_file({name: value.float().contiguous() for name, value in tensors.items()}, HERE / "golden.safetensors")
golden = dict(
    texts=texts, queryTexts=query_texts, documentTexts=document_texts, weights=weights, queryKeys=query_keys,
    documentKeys=document_keys, known=[known[key] for key in sorted(known)], temperature=TEMPERATURE, rate=RATE, decay=DECAY, losses=losses,
    config=dict(hiddenSize=16, layers=2, heads=2, intermediateSize=40, maxPositions=24, vocabSize=60, typeVocabSize=2,
                layerNormEps=config.layer_norm_eps, activation="gelu", positionOffset=0),
)
(HERE / "golden.json").write_text(json.dumps(golden) + "\n")
print(losses)
