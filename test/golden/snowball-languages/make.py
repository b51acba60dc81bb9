"""Makes LANGUAGE.tsv: words and their stems by Python's snowballstemmer 3.1.1, for every language but English (../snowball).

    python make.py

The words are made up of what the stemmer itself looks for: letters of its alphabet, and beginnings and endings of its tables. Of 3,000 a
language, those are kept that take a step through its code that none before took, and the first 100.
"""
import ast
import random
import sys
import unicodedata
from importlib.metadata import version
from pathlib import Path

import snowballstemmer

assert version('snowballstemmer') == '3.1.1'
left_out = {'english', 'porter', 'dutch_porter'}


def fold(text: str) -> str:
    """As foldCharacters of @attune/text."""
    return unicodedata.normalize('NFKC', text).lower().replace('i\u0307', 'i').replace('ς', 'σ').replace('ß', 'ss')


def parts_of(module: Path) -> tuple[list[str], list[str], list[str]]:
    """Letters, what tables hold, and what the code compares with."""
    tree = ast.parse(module.read_text('utf-8'))
    [stemmer] = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.endswith('Stemmer')]
    rows = {call.args[0].value for call in ast.walk(stemmer) if isinstance(call, ast.Call) and getattr(call.func, 'id', '') == 'Among'}
    texts = {node.value for member in stemmer.body if isinstance(member, ast.FunctionDef) for node in ast.walk(member)
             if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    sets = {node.value for member in stemmer.body if isinstance(member, ast.Assign) and not member.targets[0].id.startswith('as_')
            for node in ast.walk(member.value) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    folded = [sorted({fold(text) for text in each} - {''}) for each in (sets, rows, texts)]
    return sorted({letter for text in folded[0] + folded[1] for letter in text}), folded[1], folded[2]


def steps(stem, word: str) -> set[tuple]:
    """Pairs of lines that run after each other."""
    taken = set()

    def trace(frame, event, _):
        if not frame.f_code.co_filename.endswith('_stemmer.py'):
            return None
        before = frame.f_lineno

        def line(frame, event, _):
            nonlocal before
            taken.add((before, frame.f_lineno))
            before = frame.f_lineno
            return line

        return line

    sys.settrace(trace)
    stem(word)
    sys.settrace(None)
    return taken


for name in snowballstemmer.algorithms():
    if name in left_out:
        continue
    letters, rows, texts = parts_of(Path(snowballstemmer.__file__).with_name(f'{name}_stemmer.py'))
    stem = snowballstemmer.stemmer(name).stemWord
    draw = random.Random(name)
    some_letters = lambda most: ''.join(draw.choices(letters, k=draw.randint(0, most)))
    candidates = [fold(some_letters(4) + row) for row in rows] + [fold(row + some_letters(5)) for row in rows]
    while len(candidates) < 3000:
        beginning = some_letters(5) if draw.random() < 0.7 else draw.choice(rows) + some_letters(3)
        endings = [draw.choice(texts if texts and draw.random() < 0.1 else rows) for _ in range(draw.randint(0, 3))]
        candidates.append(fold(beginning + ''.join(endings)))
    draw.shuffle(candidates)

    chosen, taken = [], set()
    for word in dict.fromkeys(candidates):
        new = steps(stem, word) - taken
        if new or len(chosen) < 100:
            chosen.append(word)
            taken |= new
    lines = [f'{word}\t{stem(word)}\n' for word in sorted(chosen) if word == fold(word)]
    Path(__file__).with_name(f'{name}.tsv').write_text(''.join(lines), encoding='utf-8')
    print(name, len(lines))
