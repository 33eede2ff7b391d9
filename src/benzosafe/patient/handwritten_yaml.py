"""YAML as plain items that know their line; whatever could hide something from the writer is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from benzosafe.errors import InputRefused, nearest

MOST_CHARACTERS = 2_000_000
DEEPEST = 12
PLAIN_TAGS = "tag:yaml.org,2002:"
MERGE_TAG = "tag:yaml.org,2002:merge"
NOTHING = ("", "~", "null", "Null", "NULL")
NONE_WORDS = ("none", "nil", "no", "nkda", "no known", "ninguno", "ninguna")


@dataclass(frozen=True)
class Place:
    """Where something stands: file and line."""

    file: str
    line: int

    def refuse(self, what: str, next_step: str = "") -> NoReturn:
        """Refuses the whole file, naming this line."""
        raise InputRefused(what, where=f"{self.file}:{self.line}", next_step=next_step)


@dataclass(frozen=True)
class Item:
    """A word, a list or a mapping with its place; `text` is None for lists and mappings."""

    place: Place
    text: str | None = None
    items: tuple[Item, ...] | None = None
    fields: dict[str, Item] | None = field(default=None, hash=False)
    key_line: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether the value was left out ('until: ')."""
        return self.text is not None and self.text in NOTHING

    @property
    def is_none(self) -> bool:
        """Whether it says that there is none: an empty list or the word 'none'."""
        said = self.text is not None and self.text.strip().lower() in NONE_WORDS
        return said or self.items == () or (self.items is not None and len(self.items) == 1 and self.items[0].is_none)

    def listed(self) -> tuple[Item, ...]:
        """The entries of a list; a single entry counts as a list of one, 'none' as an empty one."""
        if self.is_none or self.is_nothing:
            return ()
        return self.items if self.items is not None else (self,)

    def word(self, key: str) -> str:
        """The value as text; a list or mapping is refused."""
        if self.text is None:
            self.place.refuse(f"'{key}' must be one value, not a list or a mapping.")
        return self.text.strip()

    def mapping(self, key: str, allowed: Iterable[str]) -> dict[str, Item]:
        """The fields of a mapping, without those left empty; an unknown key is refused with the nearest one."""
        if self.fields is None:
            self.place.refuse(f"'{key}' must be a mapping such as {{{next(iter(allowed))}: ...}}.")
        names = list(allowed)
        for name, value in self.fields.items():
            if name not in names:
                Place(value.place.file, value.key_line).refuse(
                    f"unknown key '{name}' in {key}.{nearest(name, names)}", f"Known keys: {', '.join(names)}."
                )
        return {name: value for name, value in self.fields.items() if not value.is_nothing}


def read_yaml(text: str, name: str) -> Item:
    """The file as items; broken YAML, tabs, repeated keys, anchors and aliases are refused with their line."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if len(text) > MOST_CHARACTERS:
        raise InputRefused(
            "is larger than 2 MB, too large for one patient written by hand.",
            where=name,
            next_step="Give one patient only, or a FHIR Bundle as JSON.",
        )
    _refuse_tabs_and_controls(text, name)
    try:
        _refuse_aliases(YAML(typ="safe", pure=True).parse(text), name)
        root = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        _broken(error, name)
    except (RecursionError, ValueError, UnicodeError) as error:
        raise InputRefused(f"is not YAML that can be read: {type(error).__name__}.", where=name) from None
    if root is None:
        raise InputRefused("says nothing.", where=name, next_step="Start with 'patient:' and 'medicines:'.")
    return _item(root, name)


def _refuse_tabs_and_controls(text: str, name: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent:
            Place(name, number).refuse("a tab at the start of the line.", "YAML is indented with spaces.")
        bad = next((c for c in line if ord(c) < 32 and c not in "\t\r"), None)
        if bad is not None:
            Place(name, number).refuse(f"a control character (code {ord(bad)}); this is not a text file.")


def _refuse_aliases(events: Iterator[Any], name: str) -> None:
    """Anchors and aliases can make a small file expand without end, and nobody needs them here."""
    documents = depth = 0
    for event in events:
        kind = type(event).__name__
        line = event.start_mark.line + 1 if event.start_mark else 1
        documents += kind == "DocumentStartEvent"
        depth += kind in ("MappingStartEvent", "SequenceStartEvent")
        depth -= kind in ("MappingEndEvent", "SequenceEndEvent")
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            Place(name, line).refuse("anchors (&) and aliases (*) are not accepted.", "Write the value out.")
        if depth > DEEPEST:
            Place(name, line).refuse(f"is nested deeper than {DEEPEST} levels.", "No patient needs that.")
        if documents > 1:
            Place(name, line).refuse("a second document starts here.", "Give one patient a file.")


def _broken(error: Any, name: str) -> NoReturn:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = Place(name, mark.line + 1 if mark else 1)
    problem = str(getattr(error, "problem", None) or "cannot be read")
    if "could not find expected ':'" in problem or "mapping values are not allowed" in problem:
        problem += " (a text that contains ': ' needs quotation marks)"
    raise InputRefused(
        f"is not valid YAML: {problem}.",
        where=f"{place.file}:{place.line}",
        next_step="Mend that line; see examples/patients.",
    ) from None


def _item(node: Any, name: str) -> Item:
    place = Place(name, node.start_mark.line + 1)
    if not str(node.tag).startswith(PLAIN_TAGS) or "python" in str(node.tag):
        place.refuse("tags (!) are not accepted.", "Write the plain value.")
    kind = type(node).__name__
    if kind == "ScalarNode":
        return Item(place, text=str(node.value))
    if kind == "SequenceNode":
        return Item(place, items=tuple(_item(child, name) for child in node.value))
    found: dict[str, Item] = {}
    for key, value in node.value:
        if type(key).__name__ != "ScalarNode" or key.tag == MERGE_TAG:
            Place(name, key.start_mark.line + 1).refuse("a key must be one plain word.")
        if str(key.value) in found:
            Place(name, key.start_mark.line + 1).refuse(f"the key '{key.value}' is given twice.", "Keep one of them.")
        found[str(key.value)] = replace(_item(value, name), key_line=key.start_mark.line + 1)
    return Item(place, fields=found)
