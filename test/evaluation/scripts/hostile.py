"""Damaged messages to the Python side: refused as such, or another value, in little time and memory."""
import random
import resource

import polars


from checks import check

from julia_kaggle_bridge import codec  # after the path that checks.py sets

SEED = 22
frame = polars.DataFrame(
    {
        "i": [1, None, 3],
        "s": ["a", None, "größe"],
        "c": polars.Series(["x", "y", "x"], dtype=polars.Categorical),
        "l": [["a"], [], None],
        "r": [{"a": 1}, None, {"a": 2}],
        "b": [b"a", b"", None],
        "t": polars.Series([[1, 2]] * 3, dtype=polars.Array(polars.Int8, 2)),
    }
)


def damaged():
    chance = random.Random(SEED)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    whole = codec.Encoder().encode([frame, {"a": 1.5}, "text"])
    assert codec.Decoder().decode(whole)[0].equals(frame)
    refused = 0
    for turn in range(4000):
        message = bytearray(whole)
        if turn % 2:
            del message[chance.randrange(len(message)) :]
        else:
            for _ in range(chance.randint(1, 3)):
                message[chance.randrange(len(message))] = chance.choice((0, 1, 127, 255, chance.randrange(256)))
        try:
            codec.Decoder().decode(message)
        except codec.FormatError:
            refused += 1
    assert refused > 2000, refused
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert grown < 200, f"{grown} MB more"


check("damaged messages are refused", damaged)
