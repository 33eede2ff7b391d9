"""From the places of our messages to FHIRPath expressions, and from options of the command line to parameters."""

from __future__ import annotations

import re

_ENTRY = re.compile(r"^((?:entry\[\d+\]\.?)+)(.*)$", re.DOTALL)
_REFERENCE = re.compile(r"^[A-Z][A-Za-z]+/\S+(?: \(\d+\))?(?:#\d+)?(?: component\[\d+\])? ?")
_PATH = re.compile(r"^[A-Za-z_][\w.\[\]]*$")
_OPTION = re.compile(r"--([a-z][a-z-]*)")
_OPTION_AND_VALUE = re.compile(r"--([a-z][a-z-]*)( (?:'[^']*'|[\d.]*\d))?")
_HELP = re.compile(r"See: benzosafe (\w+) --help")
_PARAMETER_OF = {
    "to": "target", "from-products": "fromProducts", "max-tablets": "maxTablets",
    "fill-days": "fillDays", "as-regular": "asRegular", "half-occupancy": "halfOccupancy",
}  # fmt: skip
# Setting a limit aside needs a named clinician at the command line; nothing sent over a network does it.
_ONLY_THERE = frozenset({"override", "equivalence", "assess", "format", "out", "paper", "large-print", "compare"})


def expression_of(where: str, bundle: str = "Bundle") -> str:
    """'entry[3] MedicationRequest/a dosageInstruction[0]' as 'Bundle.entry[3].resource.dosageInstruction[0]'.

    A place of another kind, such as the name of a medicine, is given as it is.
    """
    match = _ENTRY.match(where)
    if not match:
        return where
    way = ".".join(f"{step}.resource" for step in match[1].strip(". ").split("."))
    path = _REFERENCE.sub("", match[2].strip()).strip()
    return f"{bundle}.{way}.{path}" if _PATH.match(path) else f"{bundle}.{way}"


def parameter_place(name: str) -> str:
    """Where a parameter of a request stands."""
    return f"Parameters.parameter.where(name='{name}')"


def place_of_option(where: str, bundle: str = "Bundle") -> str:
    """The place of an error: '--pace' is the parameter 'pace'; anything else as `expression_of`."""
    match = _OPTION.match(where)
    if not match:
        return expression_of(where, bundle)
    return parameter_place(_PARAMETER_OF.get(match[1], match[1]))


def for_callers(text: str) -> str:
    """Words of a message that name options of the command line, with the parameters that stand for them."""
    text = _HELP.sub(r"See the OperationDefinition benzosafe-\1.", text)
    return _OPTION_AND_VALUE.sub(_said, text)


def _said(match: re.Match[str]) -> str:
    name, value = match[1], match[2] or ""
    if name in _ONLY_THERE:
        return f"{match[0]} (only at the command line)"
    parameter = f"parameter '{_PARAMETER_OF.get(name, name)}'"
    return f"{parameter} ={value}" if value else parameter
