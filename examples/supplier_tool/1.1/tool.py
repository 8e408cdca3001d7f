"""Street reports to the right queue, by words: a whole supplier's tool for Minga, on the standard library alone.

It reads one JSON object a line and answers each with one line, until its input ends:

    {"minga": 1, "ask": "card", "settings": ""}         ->  the keys of card.toml
    {"case": {"id": "17", "title": "Broken lamp"}}      ->  {"case": "17", "proposal": "lighting", ...}

Words stand in words.toml. Where none is found it takes the queue ``otherwise``, or abstains if there is no such queue.
"""

import json
import re
import sys
import tomllib
import unicodedata
from pathlib import Path

HERE = Path(__file__).parent
CARD = tomllib.loads((HERE / "card.toml").read_text(encoding="utf-8"))
RULES = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))


def plain(text):
    """Small letters without accents, so that "Árbol" and "arbol" are one word."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def found_words(case):
    """(queue, word, field) for each known word that begins a word of the title or text."""
    for field in ("title", "text"):
        text = plain(str(case.get(field, "")))
        for queue, words in RULES["queues"].items():
            for word in words:
                if re.search(rf"\b{re.escape(plain(word))}", text):
                    yield queue, word, field


def advise(case):
    """The queue with the most words found; its share of all words found is the probability."""
    found = list(found_words(case))
    if not found and "otherwise" in RULES:
        return {"case": case["id"], "proposal": RULES["otherwise"], "probability": 0.5}
    if not found:
        return {"case": case["id"], "abstained_because": "No word of this report is known to the tool."}
    queues = [queue for queue, _, _ in found]
    best = max(sorted(set(queues)), key=queues.count)
    reasons = [
        {
            "code": "word",
            "sentence": f'The {field} holds the word "{word}", which speaks for {queue}.',
            "evidence": [{"path": f"/{field}", "value": case[field], "read_as": word}],
        }
        for queue, word, field in found
        if queue == best
    ]
    return {"case": case["id"], "proposal": best, "probability": queues.count(best) / len(found), "reasons": reasons}


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(CARD if asked.get("ask") == "card" else advise(asked["case"])), flush=True)
