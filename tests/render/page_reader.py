"""A page of HTML as somebody reads it, which also fails when its tags are not closed in order."""

from __future__ import annotations

import re
import zlib
from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "hr", "input"}


class Reader(HTMLParser):
    """The words of a page without its style and pictures, its tags with their attributes, headings and captions."""

    def __init__(self, page):
        super().__init__()
        self.open, self.words, self.attributes, self.headings, self.captions = [], [], [], [], []
        self.feed(page)
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.attributes.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, text):
        if not {"style", "svg", "title"} & set(self.open):
            self.words.append(text)
        innermost = self.open[-1] if self.open else ""
        if re.fullmatch(r"h[1-6]", innermost):
            self.headings.append(int(innermost[1]))
        if innermost == "caption":
            self.captions.append(text)

    @property
    def text(self):
        return " ".join("".join(self.words).split())


def inside_pdf(pdf):
    """What the compressed streams of a PDF hold."""
    return b"".join(zlib.decompress(stream) for stream in re.findall(rb"stream\n(x\xda.*?)\nendstream", pdf, re.S))
