"""Makes english.tsv: words and their stems by Python's snowballstemmer 3.1.1.

    python make.py VOCAB_TOKENIZER_JSON

The words are the whole words of BERT's uncased vocabulary (Apache-2.0; every fourth, and every one that ends in a suffix
of the algorithm), Snowball's exceptions, and made-up words: consonants, vowels and suffixes in all orders.
"""
import itertools
import json
import random
import sys
from importlib.metadata import version
from pathlib import Path

import snowballstemmer

assert version('snowballstemmer') == '3.1.1'
stem = snowballstemmer.stemmer('english').stemWord

vocabulary = json.load(open(sys.argv[1], encoding='utf-8'))['model']['vocab']
words = sorted(w for w in vocabulary if w.isascii() and w.isalnum() and not w.startswith('##'))
suffixes = ("'s s' ss us sses ied ies ed eed ing edly eedly ingly y anci enci ogi li bli abli alli fulli lessli ousli entli"
            " aliti biliti iviti tional ational alism ation ization izer ator iveness fulness ousness ogist icate ative alize"
            " iciti ical ful ness ic ance ence able ible ate ive ize al ism ion er ous ant ent ment ement e ll").split()
chosen = set(words[::4])
chosen |= {w for w in words if w.endswith(tuple(s for s in suffixes if len(s) > 3))}
chosen |= set("skis skies sky dying lying tying idly gently ugly early only singly news howe atlas cosmos bias andes inning "
              "outing canning herring earring evening proceed exceed succeed pasted organic emergency universal".split())
draw = random.Random(1)
beginnings = 'a yb by ba bay tray inter organ past commun gener emerg hopp fizz egg add 3d x9 luxuri'.split()
chosen |= {a + b + c for a, b, c in draw.sample(list(itertools.product(beginnings, suffixes, suffixes)), 2500)}
chosen |= {a + b for a, b in itertools.product(beginnings, suffixes)}

lines = [f'{word}\t{stem(word)}\n' for word in sorted(chosen)]
Path(__file__).with_name('english.tsv').write_text(''.join(lines), encoding='utf-8')
print(len(lines), 'words')
