"""``gehoor knowledge``: articles in from files, and what is wrong with the articles that are there."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from gehoor.core.errors import Invalid

if TYPE_CHECKING:
    from gehoor.adapters.articles.intake.importing import Report

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
_HELP = "articles: import them from files, check them"
_IMPORT = """\
Reads Markdown, HTML (also a saved website), Word (.docx), PDF and tables (.csv with a question and an answer) and
writes each article as a draft: DIR/drafts/<language>/<slug>.md. Nothing of it is answered from until a person approves
it.
What could not be read is named with its place, and the rest is imported; the exit status is then 1."""
_IMPORT_EXAMPLE = 'gehoor knowledge import site/ beleid.docx vragen.csv --into my-articles --owner "Team Verhuur"'


def add_knowledge(commands: Commands) -> None:
    """Adds ``gehoor knowledge`` with its actions to the command tree."""
    group = commands.add_parser(
        "knowledge",
        help=_HELP,
        description=_HELP,
        epilog=f"example: {_IMPORT_EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = group.add_subparsers(title="actions", metavar="<action>", dest="action", required=True)
    _add_import(actions)


def _add_import(actions: Commands) -> None:
    bring = actions.add_parser(
        "import",
        help="files of others become drafts",
        description=_IMPORT,
        epilog=f"example: {_IMPORT_EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    bring.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="a file, or a folder with all below it")
    bring.add_argument("--into", type=Path, required=True, metavar="DIR", help="folder with the articles")
    bring.add_argument("--owner", default="", help="owner of what names none")
    bring.add_argument("--language", default="", help="language of what does not say its own (told by the words)")
    bring.add_argument("--over", action="store_true", help="write over drafts that are there")
    bring.add_argument("--json", action="store_true", help="what was done as JSON")
    bring.set_defaults(run=_import)


def _today() -> datetime:
    return datetime.now(ZoneInfo("Europe/Amsterdam"))


def _import(chosen: argparse.Namespace) -> int:
    """``gehoor knowledge import``. Returns 1 when something could not be read."""
    from gehoor.adapters.articles.intake.importing import NOBODY, Wanted, import_files

    if chosen.language and not (len(chosen.language) == 2 and chosen.language.isascii() and chosen.language.islower()):
        raise Invalid("A language has two letters, such as nl.", field="--language")
    wanted = Wanted(_today().date(), chosen.owner.strip() or NOBODY, chosen.language, chosen.over)
    report = import_files(chosen.paths, chosen.into, wanted, _told)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(json.dumps(_as_json(report, chosen.into), ensure_ascii=False, indent=2) if chosen.json else _said(report))
    return 1 if report.unread else 0


def _told(done: int, every: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {every:,} files", end="", file=sys.stderr, flush=True)


def _said(report: Report) -> str:
    lines = []
    for one in report.articles:
        place = f", {one.place}" if one.place else ""
        if one.written:
            lines.append(f"{one.article.language}/{one.article.slug}: from {one.file}{place}")
            lines += [f"  look: {note}" for note in one.notes]
    for gone in report.unread:
        lines.append(f"not read: {gone.file}{', ' if gone.place else ''}{gone.place}: {gone.why}")
    written = sum(one.written for one in report.articles)
    looked = sum(one.written and bool(one.notes) for one in report.articles)
    lines.append(
        f"{written} drafts written, {looked} of them with something to look at; "
        f"{len(report.articles) - written} sources did not change; {len(report.unread)} could not be read."
    )
    return "\n".join(lines)


def _as_json(report: Report, into: Path) -> dict[str, object]:
    return {
        "articles": [
            {
                "file": one.file,
                "place": one.place,
                "slug": one.article.slug,
                "language": one.article.language,
                "draft": one.path.relative_to(into).as_posix(),
                "written": one.written,
                "notes": list(one.notes),
            }
            for one in report.articles
        ],
        "unread": [{"file": one.file, "place": one.place, "why": one.why} for one in report.unread],
    }
