"""Random ids for texts of given lengths, in batches of like length."""

import json

import numpy

BATCH = 64


def padded_batches(path, vocab_size):
    """Of each scenario in the file its batches: int64 ids and mask, [texts, tokens of the longest]."""
    with open(path, encoding="utf8") as file:
        scenarios = json.load(file)
    random = numpy.random.default_rng(1)
    made = {}
    for name, lengths in scenarios.items():
        ordered = sorted(lengths)
        made[name] = []
        for first in range(0, len(ordered), BATCH):
            tokens = numpy.array(ordered[first : first + BATCH])
            mask = (numpy.arange(tokens.max()) < tokens[:, None]).astype(numpy.int64)
            made[name].append((random.integers(0, vocab_size, mask.shape) * mask, mask))
    return made
