"""Settings from flags, environment and a TOML file, with where each value came from."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy.engine import make_url

from benzosafe.errors import UsageError, nearest
from benzosafe.service.settings import FhirServer, Issuer, OpenId, Settings, is_loopback

PREFIX = "BENZOSAFE_"
DEFAULT_FILE = Path("benzosafe.toml")
_NOT_SETTINGS = frozenset({"master_key", "openid_secret"})
"""Secrets of their own, which no file and no listing of settings shows."""
_LISTS = ("issuers", "cors_origins", "fhir_servers")


@dataclass(frozen=True)
class Loaded:
    """The settings and the origin of each."""

    settings: Settings
    origins: dict[str, str]


def load_settings(flags: Mapping[str, Any], environment: Mapping[str, str], file: Path | None = None) -> Loaded:
    """Flag before environment before file before default; UsageError names the place of a fault."""
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, "default")
    for found, origin in (_from_file(file), _from_environment(environment), (dict(flags), "flag --{flag}")):
        for key, value in found.items():
            values[key] = value
            origins[key] = origin.format(flag=key.replace("_", "-"), name=PREFIX + key.upper())
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise _in_words(error, origins) from None
    return Loaded(settings, origins)


def refuse_open_door(settings: Settings) -> None:
    """Anything but this machine needs callers that prove who they are, and a public URL for their tokens."""
    if is_loopback(settings.host):
        return
    if not settings.issuers:
        raise UsageError(
            f"{settings.host} can be reached from outside, and no issuer is configured: anyone could call.",
            where="host",
            next_step="Add [[issuers]] to the configuration, or bind to 127.0.0.1.",
        )
    if settings.public_url is None:
        raise UsageError(
            "is needed: tokens must name the exact URL that callers use.",
            where="public_url",
            next_step="Set it to the address of the proxy, such as https://benzosafe.example.org.",
        )


def shown(loaded: Loaded) -> str:
    """Every setting with its value and origin, a line each; passwords are not shown."""
    values = loaded.settings.model_dump(mode="json", exclude_none=True)
    values["database_url"] = make_url(loaded.settings.database_url).render_as_string(hide_password=True)
    width = max(map(len, Settings.model_fields))
    return "\n".join(
        f"{key:<{width}}  {json.dumps(values.get(key), ensure_ascii=False)}  ({origin})"
        for key, origin in loaded.origins.items()
    )


def _from_file(file: Path | None) -> tuple[dict[str, Any], str]:
    path = file or DEFAULT_FILE
    if file is None and not path.is_file():
        return {}, ""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}.", where=str(path), next_step="Check --config.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"is not TOML: {error}.", where=str(path), next_step="Mend that line.") from None
    if "@" in str(values.get("database_url", "")) and _has_password(str(values["database_url"])):
        raise UsageError(
            "database_url holds a password.",
            where=str(path),
            next_step=f"Give it by {PREFIX}DATABASE_URL, or leave it to libpq's PGPASSFILE.",
        )
    return values, str(path)


def _has_password(url: str) -> bool:
    try:
        return make_url(url).password is not None
    except Exception:  # a malformed URL is reported with the other faults
        return False


def _from_environment(environment: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    values: dict[str, Any] = {}
    for name, text in environment.items():
        if not name.startswith(PREFIX):
            continue
        key = name.removeprefix(PREFIX).lower()
        if key in Settings.model_fields:
            values[key] = _listed(name, text) if key in _LISTS else text
        elif key not in _NOT_SETTINGS and (close := nearest(key, Settings.model_fields)):
            raise UsageError(f"is not a setting.{close}", where=name, next_step="Mend or unset it.")
    return values, "environment {name}"


def _listed(name: str, text: str) -> Any:
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return TypeAdapter(list[Any]).validate_json(text)
    except ValidationError:
        raise UsageError("is not a JSON list.", where=name, next_step='Write it like ["https://a.example"].') from None


def _in_words(error: ValidationError, origins: Mapping[str, str]) -> UsageError:
    lines = []
    for fault in error.errors():
        path = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
        key = str(fault["loc"][0]) if fault["loc"] else ""
        message = str(fault["msg"]).removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            inside: dict[str, type[BaseModel]] = {"issuers": Issuer, "fhir_servers": FhirServer, "openid": OpenId}
            valid = inside[key] if len(fault["loc"]) > 1 else Settings
            message = f"no such setting.{nearest(str(fault['loc'][-1]), valid.model_fields)}"
        origin = origins.get(key, "")
        lines.append(f"{path or 'settings'}: {message}" + (f" ({origin})" if origin else ""))
    return UsageError("; ".join(lines), where="configuration", next_step="See docs/reference/configuration.md.")
