"""`benzosafe exchange` writes what the service serves."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from benzosafe.cli.main import app
from benzosafe.errors import UsageError
from benzosafe.fhir.exchange import exchange


def test_every_definition_becomes_a_file(tmp_path, knowledge):
    out = tmp_path / "new" / "folder"
    done = CliRunner().invoke(app, ["exchange", "--out", str(out)])
    assert done.exit_code == 0, done.output
    wanted = {
        f"{kind}-{name}.json": item for kind, items in exchange(knowledge).items() for name, item in items.items()
    }
    assert {path.name for path in out.iterdir()} == set(wanted)
    assert all(json.loads((out / name).read_text(encoding="utf-8")) == item for name, item in wanted.items())
    assert f"{len(knowledge.rules)} PlanDefinition" in done.output and "drafts" in done.output


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    done = CliRunner().invoke(app, ["exchange", "--out", str(tmp_path / "file" / "in")])
    assert isinstance(done.exception, UsageError)
    with pytest.raises(UsageError, match="cannot be made"):
        raise done.exception
