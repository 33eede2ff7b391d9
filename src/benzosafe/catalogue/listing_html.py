"""The statements of a page: title, headings, rows of tables and definition lists, and the running text."""

from __future__ import annotations

from html.parser import HTMLParser

from benzosafe.catalogue.listing import Statement, of_lines, part_of

_TITLES = ("title", "h1")
_BREAKING = {*_TITLES, "p", "div", "li", "br", "tr", "td", "th", "h2", "h3", "h4", "h5", "h6", "section", "dt", "dd",
             "article", "header", "footer", "ul", "ol", "table", "button", "option", "label"}  # fmt: skip
_ALONE = ("br", "meta", "link", "img", "input", "hr")
_READ_ATTRIBUTES = {"meta": ("content",), "img": ("alt", "title"), "input": ("value", "placeholder"), "a": ("title",)}
_NAMED_META = ("description", "keywords", "og:title", "og:description", "twitter:title", "twitter:description")


def of_html(text: str) -> list[Statement]:
    """The statements of a page, in its order."""
    page = _Page()
    page.feed(text)
    page.close()
    return page.found


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Statement] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self._cells: list[str] = []
        self._term = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKING:
            self._flush()
        if tag not in _ALONE:
            self._open.append(tag)
        given = dict(attrs)
        if tag == "meta" and str(given.get("name") or given.get("property") or "").lower() not in _NAMED_META:
            return
        for name in _READ_ATTRIBUTES.get(tag, ()):
            if given.get(name):
                self.found.append(Statement("text", str(given[name]), f"{tag} {name}"))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKING:
            self._flush(tag)
        if tag == "tr":
            self._row()
        if tag in self._open:
            while self._open and self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._open):
            self._words.append(data)

    def _flush(self, tag: str = "") -> None:
        # Without a blank between: 'with<b>out</b>' is one word to a reader.
        text = " ".join("".join(self._words).split())
        self._words = []
        if tag in ("td", "th"):
            self._cells.append(text)
        elif tag == "dt":
            self._term = text
        elif tag == "dd" and self._term:
            self.found.append(Statement(part_of(self._term), text, f"term '{self._term}'"))
        elif text and set(_TITLES) & set(self._open):
            self.found.append(Statement("title", text, "h1" if "h1" in self._open else "title"))
        elif text:
            self.found += list(of_lines(text, titled=False))

    def _row(self) -> None:
        cells, self._cells = [cell for cell in self._cells if cell], []
        if len(cells) == 2:
            self.found.append(Statement(part_of(cells[0]), cells[1], f"table row '{cells[0]}'"))
        else:
            self.found += [Statement("text", cell, "table") for cell in cells]

    def close(self) -> None:
        super().close()
        self._flush()
        self._row()
