"""Learns the demo's articles and keeps what was learned beside them, so that no machine has to learn them again.

Run it after a change of the articles, the question set, or the code that learns (tests/adapters/test_trained.py says
so): ``.venv/bin/python scripts/train_demo.py``. Some three minutes of one core; what no longer fits is removed.
"""

from __future__ import annotations

from gehoor.adapters.articles.markdown import read_articles
from gehoor.adapters.brains.embedding import Encoder, NoEncoder, SentenceEncoder
from gehoor.adapters.brains.index import file_name, version_of
from gehoor.adapters.brains.lines import lines_of
from gehoor.adapters.brains.retrieval import TRAINED
from gehoor.adapters.brains.training import build_index
from gehoor.cli.filters import DEMO_KNOWLEDGE


def main() -> None:
    """Trains what is missing, with the language model and without it."""
    library, faults = read_articles(DEMO_KNOWLEDGE)
    for fault in faults:
        print(fault.sentence)
    lines, folder = lines_of(library), DEMO_KNOWLEDGE / TRAINED
    encoders: tuple[Encoder, ...] = (NoEncoder(), SentenceEncoder())
    for encoder in encoders:
        index = build_index(lines, encoder, folder)
        print(f"{encoder.version or 'words'}: {len(index.topics)} topics, {len(lines.texts)} lines, {index.version}")
    kept = {file_name(version_of(lines, encoder)) for encoder in encoders}
    for file in folder.glob("*.npz"):
        if file.name not in kept:
            file.unlink()


if __name__ == "__main__":
    main()
