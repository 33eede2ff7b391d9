"""Reads and checks knowledge files, gathering every fault with its file and line before anything is refused."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from benzosafe.errors import KnowledgeIssue, nearest


class Reader:
    """Reads files of one folder and gathers their faults."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.issues = folder, list[KnowledgeIssue]()

    def one_each(self, pattern: str, model: type[BaseModel], key: str) -> dict[str, Any]:
        """One item a file, named by a field that must match the file name."""
        found: dict[str, Any] = {}
        for path in sorted(self.folder.glob(pattern)):
            item = self._validate(path, _parse(path, self.issues), TypeAdapter(model).validate_python, ())
            if item is None:
                continue
            name = getattr(item, key)
            if file_stem(name) != path.stem:
                self._say(path, 1, key, f"'{name}' must stand in a file named {file_stem(name)}.yaml")
            found[name] = item
        return found

    def merged(self, pattern: str, model: Any) -> dict[str, Any]:
        """Mappings of several files joined; a name may be defined once."""
        found: dict[str, Any] = {}
        validate = TypeAdapter(model).validate_python
        for path in sorted(self.folder.glob(pattern)):
            for name, raw in (_parse(path, self.issues) or {}).items():
                if name in found:
                    self._say(path, _line(path, (name,)), name, "is defined twice")
                item = self._validate(path, raw, validate, (name,))
                if item is not None:
                    found[name] = item
        return found

    def listed(self, pattern: str, model: type[BaseModel]) -> tuple[Any, ...]:
        """The items of a list file."""
        items = []
        for path in sorted(self.folder.glob(pattern)):
            for place, raw in enumerate(_parse(path, self.issues) or ()):
                items.append(self._validate(path, raw, TypeAdapter(model).validate_python, (place,)))
        return tuple(item for item in items if item is not None)

    def table(self, pattern: str, model: type[BaseModel], lists: tuple[str, ...]) -> tuple[Any, ...]:
        """The rows of CSV files; cells of `lists` are split at the bar."""
        items = []
        for path in sorted(self.folder.glob(pattern)):
            with path.open(encoding="utf-8", newline="") as file:
                for line, row in enumerate(csv.DictReader(file), start=2):
                    raw = {key: _cell(value, key in lists) for key, value in row.items() if key in model.model_fields}
                    try:
                        items.append(model.model_validate(raw))
                    except ValidationError as error:
                        self._say(path, line, str(error.errors()[0]["loc"]), error.errors()[0]["msg"])
        return tuple(items)

    def _validate(self, path: Path, raw: Any, validate: Callable[[Any], Any], at: tuple[Any, ...]) -> Any:
        try:
            return None if raw is None else validate(raw)
        except ValidationError as error:
            for fault in error.errors():
                place = (*at, *(part for part in fault["loc"] if not str(part).startswith("function-")))
                self._say(path, _line(path, place), ".".join(map(str, place)), fault["msg"] + _hint(fault, raw))
            return None

    def _say(self, path: Path, line: int, field_name: str, what: str) -> None:
        self.issues.append(KnowledgeIssue(str(path.relative_to(self.folder)), line, field_name, what))


def file_stem(name: str) -> str:
    """The file name a drug or rule must have: lower case, other characters as underscores."""
    return "_".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def _cell(value: str | None, as_list: bool) -> Any:
    if not as_list:
        return value or ""
    return tuple((part.strip() or None) for part in (value or "").split("|")) if value else ()


def _parse(path: Path, issues: list[KnowledgeIssue]) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(path)
    except (YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        name = f"{path.parent.name}/{path.name}"
        issues.append(KnowledgeIssue(name, line, "file", f"is not readable YAML: {getattr(error, 'problem', error)}"))
        return None


def _line(path: Path, place: tuple[Any, ...]) -> int:
    """The line of a field, found by reading the file again with positions (only after a fault)."""
    from ruamel.yaml import YAML

    node: Any = YAML(typ="rt").load(path)
    line = 1
    for part in place:
        try:
            marks: Any = node.lc
            position = marks.key(part) if isinstance(node, dict) else marks.item(part)
            line, node = position[0] + 1, node[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line


def _hint(fault: Mapping[str, Any], raw: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return nearest(str(fault["loc"][-1]), _known_keys())
    return ""


@lru_cache(maxsize=1)
def _known_keys() -> tuple[str, ...]:
    from benzosafe.knowledge import (
        dosing_model,
        follow_model,
        kinetics_model,
        model,
        rule_model,
        scale_model,
        taper_advice_model,
        taper_model,
        urine_model,
    )

    kinds = (model, rule_model, scale_model, kinetics_model, follow_model, taper_model, taper_advice_model,
             dosing_model, urine_model)  # fmt: skip
    everything = [value for kind in kinds for value in vars(kind).values()]
    models = [value for value in everything if isinstance(value, type) and issubclass(value, BaseModel)]
    return tuple({name for kind in models for name in kind.model_fields})
