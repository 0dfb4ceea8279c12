"""Learns ``src/gehoor/adapters/hearing/meaning.npz`` from the labelled lines in tests/data/signals/learn.

    python scripts/train_signals.py [--check]

For each signal: its own lines, the ordinary questions of the demo organisation (which mean none of the signals, but
for the topics that are about one), and a support vector machine over the kernel of ``meaning``. The limits for maybe
and yes come from lines that were left out, one writer at a time, together with the tables: so many false alarms as the
bars of the issue leave, less a margin. ``--check`` trains nothing and says whether the file belongs to the lines and
this recipe. Takes some minutes on one core; the same lines give the same file on the same machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import yaml

from gehoor.adapters.brains.embedding import SentenceEncoder
from gehoor.adapters.hearing.forms import forms
from gehoor.adapters.hearing.hears import SIGNALS, TableHearing
from gehoor.adapters.hearing.labelled import STUCK, Line, read_labelled
from gehoor.adapters.hearing.language import get_ready
from gehoor.adapters.hearing.meaning import FILE, LONGEST, beginning
from gehoor.adapters.hearing.stuck import OUTPUTS, Judge
from gehoor.adapters.hearing.stuck import features as turn_features
from gehoor.adapters.hearing.wordings import wording
from gehoor.ports.hearing import Earlier

ROOT = Path(__file__).resolve().parents[1]
LEARN = ROOT / "tests" / "data" / "signals" / "learn"
DEMO = ROOT / "src" / "gehoor" / "demo" / "voorbeeldstad" / "knowledge"

SHARPNESS = 3.0
WORDING = 1.0
COST = 5.0
DIRECTIONS = 256
RARE = 4  # a feature of a wording is in so many lines, or it is left out
FOLDS = 5
PRIME_KINDS = 0.5  # ridge of the classifier of kinds

# False alarms that are aimed at, on hard negatives and on ordinary questions: (yes, maybe). The bars are .03 to .05
# and .15 (.12) on the first, .005 and .03 on the second; unseen writers bring more than those that were learned from.
HARD = {"default": (0.028, 0.14), "asks_identity": (0.02, 0.095), "privacy_request": (0.024, 0.1)}
HARD |= {"urgent": (0.036, 0.128), "needs_support": (0.045, 0.14), "complaint": (0.046, 0.14)}
# The ordinary questions are also learned from, as lines that mean nothing; left out they fare worse than they will.
ORDINARY = {"default": (0.0075, 0.05), "urgent": (0.013, 0.042), "wants_human": (0.012, 0.055)}
ORDINARY |= {"needs_support": (0.012, 0.08), "complaint": (0.011, 0.07), "privacy_request": (0.008, 0.04)}

# What the limits are raised by beyond that: a writer who was not learned from brings more false alarms of these.
MARGIN = {"wants_human": 0.08, "urgent": 0.08, "complaint": 0.03, "privacy_request": 0.15}

# Lines of other signals that surely do not mean this one: (signal, is it meant). They weigh less.
_NOT = [(signal, False) for signal in ("urgent", "privacy_request", "formal_objection", "needs_support")]
APART = {
    "wants_human": _NOT,
    "asks_identity": [("wants_human", True), ("wants_human", False), ("urgent", True), ("complaint", True), *_NOT],
    "urgent": [
        *(("wants_human", True), ("wants_human", False), ("asks_identity", True), ("asks_identity", False)),
        *(("privacy_request", True), ("formal_objection", True), ("complaint", False), *_NOT),
    ],
    "needs_support": [("wants_human", False), ("asks_identity", True), ("asks_identity", False), *_NOT],
    "complaint": [("asks_identity", True), ("privacy_request", True), ("urgent", True), ("needs_support", True), *_NOT],
    "formal_objection": [
        ("asks_identity", True),
        ("urgent", True),
        ("needs_support", True),
        ("wants_human", True),
        *_NOT,
    ],
    "privacy_request": [("urgent", True), ("needs_support", True), ("wants_human", True), ("complaint", True), *_NOT],
}
APART_WEIGHT = 0.3
MOST_APART = 2500

# Topics of the demo organisation that are about a signal itself: their questions may well mean it.
_FOR_PEOPLE = {"advocaat-juridisch", "deurwaarder", "pers-media", "politie-justitie"}
"""Topics for people only: who asks about them asks for a person, and may be in need or object."""
ABOUT = {
    "wants_human": _FOR_PEOPLE
    | {"contact-opnemen", "openingstijden", "reparatie-afspraak-verzetten", "klacht-indienen", "huurtoeslag"},
    "asks_identity": {"contact-opnemen"},
    "urgent": {
        *("spoedreparatie", "verwarming-storing", "stroomstoring", "lekkage", "lift-storing", "sleutel-kwijt"),
        *("rookmelder-koolmonoxide", "schade-verzekering", "burenconflict", "overlast-melden", "reparatie-melden"),
        *("verstopping", "scheiding", "geluidsoverlast", "reparatie-status", "ongedierte", "schimmel-vocht"),
    },
    "needs_support": _FOR_PEOPLE
    | {
        *("overlijden-huurder", "huurachterstand", "betalingsregeling", "inloggen-lukt-niet", "wachtwoord-wijzigen"),
        *("woningaanpassing-wmo", "urgentie", "mijn-account", "scheiding", "huurtoeslag", "huur-betalen"),
    },
    "complaint": _FOR_PEOPLE
    | {
        *("klacht-indienen", "geschillencommissie", "reparatie-status", "schimmel-vocht", "reparatie-kosten"),
        *("servicekosten", "servicekosten-afrekening", "overlast-melden", "geluidsoverlast", "huurverhoging"),
        *("reparatie-melden", "verwarming-storing", "lift-storing", "lekkage", "woning-toewijzing", "wachttijd"),
    },
    "formal_objection": _FOR_PEOPLE
    | {"huurverhoging-bezwaar", "huurverhoging", "geschillencommissie", "servicekosten-afrekening"},
    "privacy_request": {"privacy-gegevens", "naam-wijzigen", "contactgegevens-wijzigen", "mijn-account"},
}


CALM = "calm"
"""The heading under which lines stand that mean none of the signals: greetings, answers, small talk."""


CLOSE = "# Close to each article"
"""The remark in the demo's no-article.txt below which stand questions about renting that no article answers."""


def ordinary_questions() -> list[tuple[str, str]]:
    """What customers ask the demo organisation: topic, text. The ways of asking of its articles, by which it finds
    them; its question set, because whole stories of other writers sound more like a signal than ways do; and what no
    article answers."""
    found = []
    for file in sorted(DEMO.glob("*/*.md")):
        head = yaml.safe_load(file.read_text(encoding="utf-8").split("---")[1])
        found += [(head["slug"], way) for way in head.get("ways", ())]
    asked = [json.loads(line) for line in (DEMO / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    found += [(one["topic"], one["text"]) for one in asked if one["topic"] is not None]
    _, _, close = (DEMO / "no-article.txt").read_text(encoding="utf-8").partition(CLOSE)
    found += [("", line) for line in close.splitlines()[1:] if line.strip()]
    return found


class Features:
    """All texts as numbers: embeddings (texts, 512), wordings as sparse rows, and the kernel between them."""

    def __init__(self, texts: list[str]) -> None:
        encoder = SentenceEncoder()
        embeddings = encoder.encode([beginning(text) for text in texts])
        self.embeddings = embeddings
        self.centre = embeddings.mean(axis=0)
        _, _, directions = np.linalg.svd(embeddings - self.centre, full_matrices=False)
        self.project = np.ascontiguousarray(directions[:DIRECTIONS].T.astype(np.float32))
        there = (embeddings - self.centre) @ self.project
        self.steps = (np.abs(there).max(axis=0) / 127).astype(np.float32)
        self.kept = np.clip(np.round(there / self.steps), -127, 127).astype(np.int8)
        self.there = self.kept.astype(np.float32) * self.steps
        words = [wording(forms(text).words[:LONGEST]) for text in texts]
        seen = Counter(one for some in words for one in some)
        self.names = sorted(one for one, count in seen.items() if count >= RARE)
        places = {name: place for place, name in enumerate(self.names)}
        self.rarity = np.array([np.log((1 + len(texts)) / (1 + seen[one])) + 1 for one in self.names], dtype=np.float32)
        self.rows = []
        for some in words:
            known = np.array(sorted(places[one] for one in some if one in places), dtype=np.int64)
            weight = self.rarity[known]
            self.rows.append((known, weight / max(float(np.sqrt(weight @ weight)), 1e-9)))

    def sparse(self, chosen: np.ndarray):
        from scipy.sparse import csr_matrix

        rows = [self.rows[i] for i in chosen]
        ends = np.cumsum([0, *(len(known) for known, _ in rows)])
        return csr_matrix(
            (np.concatenate([w for _, w in rows]), np.concatenate([k for k, _ in rows]), ends),
            shape=(len(rows), len(self.names)),
        )

    def kernel(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        a, b = self.there[one], self.there[other]
        distance = np.einsum("ij,ij->i", a, a)[:, None] + np.einsum("ij,ij->i", b, b)[None, :] - 2 * a @ b.T
        near = np.exp(-SHARPNESS / 2 * distance)
        return near + WORDING * (self.sparse(one) @ self.sparse(other).T).toarray()


def fold_of(text: str) -> int:
    return hashlib.sha256(text.encode()).digest()[0] % FOLDS


def folds_of(lines: list[Line | None], chosen: np.ndarray) -> np.ndarray:
    """Which lines are left out together: those of one writer, because a customer is yet another one. What is not of the
    signal goes with any."""
    writers = sorted({line.writer for line in lines if line is not None})
    number = {writer: place for place, writer in enumerate(writers)}
    return np.array([number[line.writer] if line else i % len(writers) for line, i in zip(lines, chosen, strict=True)])


def trained(kernel: np.ndarray, truth: np.ndarray, care: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """The weight of each line, and the offset. ``care``: how much each line counts."""
    from sklearn.svm import SVC

    machine = SVC(C=COST, kernel="precomputed", cache_size=1000).fit(kernel, truth, sample_weight=care)
    weights = np.zeros(len(truth))
    weights[machine.support_] = machine.dual_coef_[0]
    return weights, float(machine.intercept_[0])


def limits(
    scores: np.ndarray,
    tables: np.ndarray,
    denied: np.ndarray,
    hard: np.ndarray,
    ordinary: np.ndarray,
    aims: tuple[float, float],
    calm: tuple[float, float],
) -> tuple[float, float]:
    """The lowest scores for maybe and for yes at which the false alarms of tables and classifier keep the aims."""
    found = []
    for level, aim, most in ((1, aims[1], calm[1]), (2, aims[0], calm[0])):
        both = np.where(tables >= level, np.inf, np.where(denied & (level == 2), -np.inf, scores))
        found.append(max(_limit(both[hard], aim), _limit(both[ordinary], most)))
    return found[0], max(found)


def _limit(scores: np.ndarray, share: float) -> float:
    order = np.sort(scores)[::-1]
    finite = order[int(share * len(order))] if len(order) else -1.0
    # Where the tables alone raise more than that, the classifier adds what is surest.
    return float(finite) + 1e-6 if np.isfinite(finite) else float(np.quantile(order[np.isfinite(order)], 0.995))


def learn(labelled: list[Line]) -> dict[str, np.ndarray]:
    """What ``meaning.read_meaning`` reads."""
    asked = ordinary_questions() + [(CALM, line.text) for line in labelled if line.signal == CALM]
    dialogues = [line for line in labelled if line.signal == STUCK]
    lines = [line for line in labelled if line.signal not in (STUCK, CALM)]
    texts = [line.text for line in lines] + [text for _, text in asked]
    texts += [turn.text for dialogue in dialogues for turn in dialogue.turns]
    features = Features(texts)
    get_ready()
    tables = TableHearing()
    heard = [tables.listen(text, "nl") for text in texts]
    signals = [one for one in SIGNALS if one != STUCK]
    count = len(texts)
    weights, offsets, bounds = np.zeros((count, 0)), [], []
    for signal in signals:
        mine = [i for i, line in enumerate(lines) if line.signal == signal]
        calm = [len(lines) + i for i, (slug, _) in enumerate(asked) if slug not in ABOUT[signal]]
        apart = [
            i for i, line in enumerate(lines) if (line.signal, line.is_meant) in APART[signal] and line.signal != signal
        ]
        apart = sorted(apart, key=lambda i: hashlib.sha256(texts[i].encode()).digest())[:MOST_APART]
        chosen = np.array(mine + calm + apart)
        truth = np.array([i < len(lines) and lines[i].is_meant and lines[i].signal == signal for i in chosen])
        own = np.array([i < len(lines) and lines[i].signal == signal for i in chosen])
        is_ordinary = np.array([i >= len(lines) for i in chosen])
        care = np.where(own | is_ordinary, 1.0, APART_WEIGHT)
        kernel = features.kernel(chosen, chosen)
        folds = folds_of([lines[i] if i < len(lines) and own[at] else None for at, i in enumerate(chosen)], chosen)
        left_out = np.zeros(len(chosen))
        for fold in range(folds.max() + 1):
            rest, out = folds != fold, folds == fold
            some, offset = trained(kernel[np.ix_(rest, rest)], truth[rest], care[rest])
            left_out[out] = kernel[np.ix_(out, rest)] @ some + offset
        some, offset = trained(kernel, truth, care)
        column = np.zeros((count, 1))
        column[chosen, 0] = some
        weights = np.hstack([weights, column])
        offsets.append(offset)
        by_tables = np.array([int(getattr(heard[i], signal)) for i in chosen])
        denied = np.array([signal in tables.denied(texts[i], heard[i].language) for i in chosen])
        aims = HARD.get(signal, HARD["default"]), ORDINARY.get(signal, ORDINARY["default"])
        lowest = limits(left_out, by_tables, denied, own & ~truth, is_ordinary, *aims)
        bound = lowest[0] + MARGIN.get(signal, 0.0), lowest[1] + MARGIN.get(signal, 0.0)
        bounds.append(bound)
        spoken = np.array([lines[i].language if i < len(lines) else "" for i in chosen])
        tell(signal, left_out, by_tables, denied, truth, own, is_ordinary, bound, spoken)
    kinds, of_kinds = kinds_of(lines, features)
    replies, reply_offsets, judged = replies_of(lines, dialogues, len(asked), features)
    everything = np.hstack([weights, of_kinds, replies]).astype(np.float32)
    bearing = np.flatnonzero(np.abs(everything).max(axis=1) > 1e-6)
    wordings = WORDING * (features.sparse(np.arange(count)).T @ everything)
    return {
        "centre": features.centre,
        "project": features.project.astype(np.float16),
        "steps": features.steps,
        "lines": features.kept[bearing],
        "sharpness": np.float32(SHARPNESS),
        "weights": everything[bearing].astype(np.float16),
        "offsets": np.array([*offsets, *([0.0] * len(kinds)), *reply_offsets], dtype=np.float32),
        "features": np.frombuffer("\n".join(features.names).encode(), dtype=np.uint8),
        "rarity": features.rarity.astype(np.float16),
        "wordings": np.asarray(wordings, dtype=np.float16),
        "signals": np.array(signals),
        "limits": np.array(bounds, dtype=np.float32),
        "kinds": np.array(kinds),
        **judged,
    }


def kinds_of(lines: list[Line], features: Features) -> tuple[list[str], np.ndarray]:
    """Ridge regression of the kind on the lines that mean a signal with kinds."""
    kinds: list[str] = []
    columns = []
    for signal in ("urgent", "needs_support"):
        mine = np.array([i for i, line in enumerate(lines) if line.signal == signal and line.is_meant])
        names = sorted({lines[i].kind for i in mine})
        target = np.array([[lines[i].kind == name for name in names] for i in mine], dtype=np.float64)
        kernel = features.kernel(mine, mine)
        kernel[np.diag_indices_from(kernel)] += PRIME_KINDS
        weights = np.linalg.solve(kernel, target)
        left_out = target - weights / np.diag(np.linalg.inv(kernel))[:, None]
        right = float((left_out.argmax(axis=1) == target.argmax(axis=1)).mean())
        print(f"{signal}: kind right {right:.3f} of {len(mine)}")
        column = np.zeros((len(features.rows), len(names)))
        column[mine] = weights
        columns.append(column)
        kinds += [f"{signal} {name}" for name in names]
    return kinds, np.hstack(columns)


SAYS_SO = {"sarcasm", "nothelp", "politely", "complains", "capitals"}
STUCK_LIMITS = (0.78, 0.46, 0.46)


def replies_of(
    lines: list[Line], dialogues: list[Line], ordinary: int, features: Features
) -> tuple[np.ndarray, list[float], dict[str, np.ndarray]]:
    """What ``stuck`` asks of replies: three machines over the replies' words, and two regressions over the turns."""
    texts: list[tuple[int, str, int, int]] = []  # place, outcome, does it say so (-1: not known), fold
    for place, line in enumerate(lines):
        if line.signal == "unhelped":
            outcome = "-" if line.is_meant else "+" if line.kind in ("content", "sincere") else ">"
            texts.append((place, outcome, int(line.is_meant and line.kind in SAYS_SO), fold_of(line.text)))
    texts += [(len(lines) + i, ">", 0, i % FOLDS) for i in range(0, ordinary, 6)]
    place, turns_at = len(lines) + ordinary, []
    for number, dialogue in enumerate(dialogues):
        turns_at.append(place)
        customers = 0
        for turn in dialogue.turns:
            customers += turn.author == "customer"
            if turn.author == "customer" and turn.outcome:
                first = dialogue.is_meant and dialogue.by == customers == 2
                weak = turn.outcome != "-" or not dialogue.is_meant or customers < dialogue.by
                texts.append((place, turn.outcome, 1 if first else 0 if weak else -1, number % FOLDS))
            place += 1
    rows = np.array([one[0] for one in texts])
    folds = np.array([one[3] for one in texts])
    says = np.array([one[2] for one in texts])
    truths = [np.array([one[1] == "-" for one in texts]), np.array([one[1] == "+" for one in texts]), says == 1]
    known = [says >= -1, says >= -1, says >= 0]
    kernel = features.kernel(rows, rows)
    columns, offsets, left_out = [], [], np.zeros((len(features.rows), len(OUTPUTS)))
    for output, (truth, use) in enumerate(zip(truths, known, strict=True)):
        for fold in range(FOLDS):
            rest, out = np.flatnonzero((folds != fold) & use), np.flatnonzero(folds == fold)
            some, offset = trained(kernel[np.ix_(rest, rest)], truth[rest])
            left_out[rows[out], output] = kernel[np.ix_(out, rest)] @ some + offset
        all_of = np.flatnonzero(use)
        some, offset = trained(kernel[np.ix_(all_of, all_of)], truth[all_of])
        column = np.zeros(len(features.rows))
        column[rows[all_of]] = some
        columns.append(column)
        offsets.append(offset)
    judged = judge_of(dialogues, turns_at, left_out, features.embeddings)
    return np.stack(columns, axis=1), offsets, judged


def judge_of(
    dialogues: list[Line], turns_at: list[int], said: np.ndarray, embeddings: np.ndarray
) -> dict[str, np.ndarray]:
    """The two regressions over turns, and how the dialogues fare when each is left out."""
    rows, unhelped, says, of = [], [], [], []
    for number, (dialogue, start) in enumerate(zip(dialogues, turns_at, strict=True)):
        turns = [Earlier(turn.author, turn.text, turn.topic) for turn in dialogue.turns]
        end = start + len(turns)
        found = turn_features(turns, said[start:end].astype(np.float32), embeddings[start:end])
        customers = [turn for turn in dialogue.turns if turn.author == "customer"][-len(found) :]
        for place, (row, turn) in enumerate(zip(found, customers, strict=True)):
            rows.append(row)
            of.append((number, place + 2))
            unhelped.append(turn.outcome == "-")
            says.append(int(dialogue.is_meant and dialogue.by == 2 and place == 0))
    table, folds = np.array(rows), np.array([one[0] % FOLDS for one in of])
    truth, so = np.array(unhelped), np.array(says)
    weak = np.array(
        [so[i] == 1 or not truth[i] or not dialogues[n].is_meant or k < dialogues[n].by for i, (n, k) in enumerate(of)]
    )
    judges = {}
    for fold in range(FOLDS):
        rest = folds != fold
        judges[fold] = Judge(
            logistic(table[rest], truth[rest]), logistic(table[rest & weak], so[rest & weak] == 1), STUCK_LIMITS
        )
    in_time, disturbed = [], []
    for number, dialogue in enumerate(dialogues):
        mine = [i for i, one in enumerate(of) if one[0] == number]
        heard = [judges[number % FOLDS].stuck(table[mine[: i + 1]]) > 0 for i in range(len(mine))]
        (in_time if dialogue.is_meant else disturbed).append(
            any(heard[: dialogue.by - 1] if dialogue.is_meant else heard)
        )
    print(f"stuck: a person offered in time {np.mean(in_time):.3f}, disturbs {np.mean(disturbed):.3f}")
    return {
        "unhelped": logistic(table, truth),
        "dissatisfied": logistic(table[weak], so[weak] == 1),
        "stuck": np.array(STUCK_LIMITS, dtype=np.float32),
    }


def logistic(rows: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The weights; the last column is the constant."""
    balanced = "balanced" if truth.mean() < 0.2 else None
    spread = rows.std(axis=0) + 1e-6
    spread[-1] = 1.0
    from sklearn.linear_model import LogisticRegression

    machine = LogisticRegression(C=1.0, class_weight=balanced, fit_intercept=False, max_iter=2000).fit(
        rows / spread, truth
    )
    return (machine.coef_[0] / spread).astype(np.float32)


def tell(signal, scores, tables, denied, truth, own, ordinary, bound, spoken) -> None:
    """What tables and classifier together hear of lines that were left out."""
    maybe, yes = bound
    at_least = np.maximum(tables, np.where((scores >= yes) & ~denied, 2, np.where(scores >= maybe, 1, 0)))
    parts = [
        ("all", own),
        ("nl", own & (spoken == "nl")),
        ("other", own & (spoken != "nl")),
        ("apart", ~own & ~ordinary),
    ]
    for name, which in parts:
        some = {"meant": which & truth, "hard": which & ~truth, "ordinary": ordinary}
        shares = [
            f"{(at_least[one] >= level).mean():.3f}" if one.any() else "-" for level in (2, 1) for one in some.values()
        ]
        alone = f"tables {(tables[which & truth] == 2).mean():.3f}" if (which & truth).any() else ""
        print(
            f"{signal:17}{name:6} yes {' / '.join(shares[:3])}   maybe {' / '.join(shares[3:])}   {alone}", flush=True
        )


def stamp(lines: list[Line]) -> str:
    """A digest of all that the file was learned from."""
    said = json.dumps(
        [
            [
                line.signal,
                line.is_meant,
                line.language,
                line.kind,
                line.text,
                [[t.author, t.topic, t.outcome, t.text] for t in line.turns],
            ]
            for line in lines
        ]
    )
    return hashlib.sha256((said + Path(__file__).read_text(encoding="utf-8")).encode()).hexdigest()[:16]


def main() -> int:
    """Learns, or checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--learn", type=Path, default=LEARN)
    parser.add_argument("--out", type=Path, default=FILE)
    chosen = parser.parse_args()
    lines = list(read_labelled(chosen.learn))
    if chosen.check:
        with np.load(chosen.out, allow_pickle=False) as kept:
            return int(str(kept["stamp"]) != stamp(lines))
    found = learn(lines)
    np.savez_compressed(chosen.out, **found, stamp=np.array(stamp(lines)))
    size = chosen.out.stat().st_size / 1e6
    print(f"{len(lines)} lines, {len(found['lines'])} bear, {len(found['rarity'])} features, {size:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
