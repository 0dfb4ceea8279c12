"""Pages of a website to blocks of text: what a visitor reads of the page itself, without menus and what is hidden."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gehoor.adapters.articles.intake.blocks import Block, CannotRead, Document, Kind, one_line
from gehoor.adapters.articles.intake.decoding import decoded

MOST_BYTES: Final = 5_000_000
"""Of one page: a hundred times a long one."""
_MOST_NODES: Final = 400_000
_MOST_LETTERS_OF_A_HEADING: Final = 200

# What is not the page's own text. A form's labels are no sentences.
_LEFT_OUT: Final = frozenset(
    {
        *(
            "script",
            "style",
            "noscript",
            "template",
            "nav",
            "header",
            "footer",
            "aside",
            "form",
            "iframe",
            "svg",
            "math",
        ),
        *("button", "dialog", "object", "embed", "video", "audio", "canvas", "select", "textarea", "input", "head"),
        *("-comment", "map", "menu"),
    }
)
_HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "summary": 3, "dt": 4}
_ITEMS: Final = frozenset({"li"})
_BLOCKS: Final = frozenset(
    {
        *(
            "address",
            "article",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
            "div",
            "dl",
            "fieldset",
            "hr",
        ),
        *("figcaption", "figure", "html", "legend", "main", "ol", "p", "pre", "section", "table", "tbody", "tfoot"),
        *("thead", "tr", "ul"),
    }
)
_CHROME: Final = re.compile(
    r"(?:^|[-_ ])(?:cookie|cookies|cookiebar|consent|breadcrumb|breadcrumbs|kruimelpad|menu|navbar|navigation|sidebar|"
    r"skiplink|skip-link|social|share|delen|pagination|related|gerelateerd|search|zoeken|login|modal|popup)(?:$|[-_ ])",
    re.IGNORECASE,
)
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])|"
    r"(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_SAVED_FROM: Final = re.compile(r"<!--\s*saved from url=\(\d{4}\)(https?://[^\s>]{1,500})", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"^([a-z]{2})(?:[-_]|$)", re.IGNORECASE)
_SITE: Final = re.compile(r"\s+[|–—·»]\s+.*$|\s+-\s+[^-]*$")
_MAIN: Final = ("main", "[role=main]", "article")

HIDDEN = "the page holds text that no visitor sees; it was left out"


def read_html(raw: bytes, declared: str = "", address: str = "") -> Document:
    """One page. ``address`` is where it came from, when something beside the page says so. Raises CannotRead."""
    if len(raw) > MOST_BYTES:
        raise CannotRead(f"it is larger than {MOST_BYTES} bytes")
    text, notes = decoded(raw, declared)
    return page(text, address, notes)


def page(text: str, address: str = "", notes: tuple[str, ...] = ()) -> Document:
    """The document that a page is. Raises CannotRead when there is nothing to read."""
    saved = _SAVED_FROM.search(text[:4096])
    tree = LexborHTMLParser(text)
    address = address or (saved[1] if saved else "") or _canonical(tree)
    walk = _Walk(address)
    root = _root(tree)
    if root is None:
        raise CannotRead("it is no page")
    walk.over(root)
    if walk.hidden:
        notes = (*notes, HIDDEN)
    title = walk.title or next((b.text for b in walk.blocks if b.kind is Kind.HEADING and b.level == 1), "")
    if not walk.blocks:
        raise CannotRead("there is no text on the page")
    return Document(
        title=title or _title(tree),
        blocks=tuple(walk.blocks),
        language=_language(tree),
        address=address,
        notes=notes,
    )


def _root(tree: LexborHTMLParser) -> LexborNode | None:
    for name in _MAIN:
        found = tree.css(name)
        if len(found) == 1 and len(found[0].text(deep=True).strip()) > 0:
            return found[0]
    return tree.body or tree.root


def _canonical(tree: LexborHTMLParser) -> str:
    for selector, attribute in (("link[rel=canonical]", "href"), ("meta[property='og:url']", "content")):
        node = tree.css_first(selector)
        found = (node.attributes.get(attribute) or "").strip() if node else ""
        if found.startswith(("https://", "http://")) and not re.search(r"\s", found) and len(found) <= 500:
            return found
    return ""


def _language(tree: LexborHTMLParser) -> str:
    node = tree.css_first("html")
    found = _LANGUAGE.match((node.attributes.get("lang") or "") if node else "")
    return found[1].lower() if found else ""


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("title")
    whole = one_line(node.text(deep=True)) if node else ""
    return _SITE.sub("", whole) or whole


class _Walk:
    """Goes over the nodes in the order of the page, without recursion: a page may be nested a million deep."""

    def __init__(self, address: str) -> None:
        self.blocks: list[Block] = []
        self.title = ""
        self.hidden = False
        self._address = address
        self._words: list[str] = []
        self._kinds: list[str] = []  # the open elements that make a block of their text
        self._links: list[tuple[str, int]] = []
        self._cells: list[str] | None = None
        self._heads: list[str] = []
        self._head_row = False

    def over(self, root: LexborNode) -> None:
        """Every node below ``root``. Raises CannotRead when there are too many."""
        node, count = root.child, 0
        while node is not None:
            count += 1
            if count > _MOST_NODES:
                raise CannotRead(f"the page has more than {_MOST_NODES} parts")
            below = node.child if self._enter(node) else None
            if below is not None:
                node = below
                continue
            # Nothing below: the next one beside it, or beside what it stands in.
            while node is not None:
                self._leave(node)
                if node.next is not None:
                    node = node.next
                    break
                node = node.parent
                if node is None or node.mem_id == root.mem_id:
                    node = None
        self._flush()

    def _enter(self, node: LexborNode) -> bool:
        """Whether to go below it."""
        if node.is_text_node:
            self._words.append(node.text_content or "")
            return False
        tag = node.tag or ""
        if tag in _LEFT_OUT or not node.is_element_node:
            return False
        if self._left_out(node):
            return False
        if tag == "br":
            self._words.append(" ")
        elif tag == "img":
            return False
        elif tag == "a":
            self._links.append((node.attributes.get("href") or "", len(self._words)))
        elif tag == "tr":
            self._flush()
            self._cells, self._head_row = [], True
        elif tag in ("td", "th"):
            self._flush_cell()
            self._head_row = self._head_row and tag == "th"
        elif tag in _HEADINGS or tag in _ITEMS or tag == "x-title":
            self._flush()
            self._kinds.append(tag)
        elif tag in _BLOCKS:
            self._flush()
            if tag == "table":
                self._heads = []
        return True

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "a" and self._links:
            self._close_link(*self._links.pop())
        elif tag in ("td", "th"):
            self._flush_cell()
        elif tag == "tr":
            self._close_row()
        elif tag in _HEADINGS or tag in _ITEMS or tag == "x-title":
            self._flush()
            if self._kinds and self._kinds[-1] == tag:
                self._kinds.pop()
        elif tag in _BLOCKS:
            self._flush()

    def _left_out(self, node: LexborNode) -> bool:
        has = node.attributes
        if "hidden" in has or _HIDDEN.search(has.get("style") or ""):
            self.hidden = self.hidden or bool(node.text(deep=True).strip())
            return True
        if has.get("aria-hidden") == "true" or has.get("role") in ("navigation", "search", "banner", "contentinfo"):
            return True
        return node.tag not in ("html", "body", "main", "article") and any(
            _CHROME.search(has.get(name) or "") for name in ("class", "id")
        )

    def _close_link(self, target: str, start: int) -> None:
        label = one_line("".join(self._words[start:]))
        address = self._absolute(target)
        if label and address and label.rstrip("/") not in (address.rstrip("/"), address.removeprefix("mailto:")):
            self._words[start:] = [f"[{label.translate(_NO_BRACKETS)}]({address})"]

    def _absolute(self, target: str) -> str:
        """The address of a link in a form that articles have, or "" when it leads nowhere outside the page."""
        try:
            whole = urljoin(self._address, target.strip()) if self._address else target.strip()
            parts = urlsplit(whole)
        except ValueError:
            return ""
        if re.search(r"[\s()<>]", whole) or len(whole) > 500:
            return ""
        if parts.scheme in ("http", "https") and parts.netloc:
            return whole.replace("http://", "https://", 1)
        return whole if parts.scheme in ("mailto", "tel") else ""

    def _flush_cell(self) -> None:
        if self._cells is None:
            self._flush()
            return
        text = self._taken()
        if text:
            self._cells.append(text)

    def _close_row(self) -> None:
        self._flush_cell()
        cells, self._cells = self._cells or [], None
        if not cells:
            return
        if self._head_row and len(cells) > 1:
            self._heads = cells
            return
        if len(cells) == len(self._heads) > 2:
            cells = [cells[0], *(f"{head}: {cell}" for head, cell in zip(self._heads[1:], cells[1:], strict=True))]
        self.blocks.append(Block(Kind.ITEM, ": ".join(cells) if len(cells) == 2 else "; ".join(cells)))

    def _flush(self) -> None:
        if self._cells is not None:  # a paragraph in a cell ends with a space, not with a block
            self._words.append(" ")
            return
        text = self._taken()
        if not text:
            return
        within = self._kinds[-1] if self._kinds else ""
        if within == "x-title":
            self.title = text
        elif within in _HEADINGS and len(text) <= _MOST_LETTERS_OF_A_HEADING:
            self.blocks.append(Block(Kind.HEADING, _LABEL.sub(r"\1", text), _HEADINGS[within]))
        elif within in _ITEMS:
            self.blocks.append(Block(Kind.ITEM, text))
        else:
            self.blocks.append(Block(Kind.PARAGRAPH, text))

    def _taken(self) -> str:
        text = one_line("".join(self._words))
        self._words.clear()
        self._links = [(target, 0) for target, _ in self._links]
        return text


_NO_BRACKETS: Final = str.maketrans("[]", "()")
_LABEL: Final = re.compile(r"\[([^\]]+)\]\([^)\s]+\)")
