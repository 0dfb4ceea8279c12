"""The document of a policy: what a supervisor edits and the house ledger keeps. Accounts are no part of it.

An organisation's file may hold accounts for a demonstration, with passwords; those never go into the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import yaml

from gehoor.adapters.policy_file.fields import parse
from gehoor.core.errors import PolicyFault

_ACCOUNTS: Final = "demo_staff"
_KEY: Final = re.compile(r"""["']?([A-Za-z_][\w-]*)["']?\s*:""")
_VERSION: Final = re.compile(r"^policy_version:.*$", re.MULTILINE)


def without_accounts(text: str) -> str:
    """The file as it is written, without the accounts and the comment just above them. Where they cannot be cut out,
    the rest is written anew.

    Raises:
        PolicyFault: the text cannot be read.
    """
    found = parse(text)
    kept = "".join(_kept(text.splitlines(keepends=True))).rstrip() + "\n"
    if not isinstance(found, dict):
        return kept
    rest = {key: value for key, value in found.items() if key != _ACCOUNTS}
    try:
        same = parse(kept) == rest
    except PolicyFault:
        same = False
    return kept if same else yaml.safe_dump(rest, allow_unicode=True, sort_keys=False)


def _kept(lines: list[str]) -> Iterator[str]:
    comments: list[str] = []
    within = False
    for one in lines:
        key = _KEY.match(one)
        within = key[1] == _ACCOUNTS if key else within
        if one.startswith("#"):
            comments.append(one)
            continue
        if not within:
            yield from comments
            yield one
        comments = []
    yield from comments


def with_version(text: str, version: int) -> str:
    """The document with the version that it has in the ledger."""
    line = f"policy_version: {version}"
    return _VERSION.sub(line, text, count=1) if _VERSION.search(text) else f"{line}\n{text}"
