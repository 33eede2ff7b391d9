"""What a leaflet may say: topics with statements, languages, checklists it must meet, questions to teach back.

The sentences themselves are in education/texts, one folder a language, under the ids used here.
"""

from __future__ import annotations

from typing import Literal

from pydantic import AliasChoices, Field, model_validator

from benzosafe.knowledge.model import Confidence, Evidence, Name, Strict

Audience = Literal["patient", "caregiver", "child_carer"]
StatementKind = Literal["do", "dont", "know", "ask", "intro", "sign"]
# What a clinician releases piece by piece. What is general needs no release.
Part = Literal["general", "medicines", "mixing", "body", "plan", "visits"]

EVERYBODY: tuple[Audience, ...] = ("patient", "caregiver", "child_carer")


class Statement(Strict):
    """One thing said to one kind of reader, when it holds, what it belongs to, and where it stands.

    `when`: a condition on facts; where that is not known it is said, unless `if_unknown` says leave_out. A `sign` is a
    line under the last `intro`.
    """

    kind: StatementKind
    for_: tuple[Audience, ...] = Field(default=EVERYBODY, validation_alias=AliasChoices("for", "for_"), min_length=1)
    when: str = ""
    if_unknown: Literal["say", "leave_out"] = "say"
    part: Part = "general"
    urgent: bool = False
    picture: str = ""
    evidence: tuple[Evidence, ...] = Field(min_length=1)

    @property
    def confidence(self) -> Confidence:
        """The weakest of what it stands on."""
        order: tuple[Confidence, ...] = ("recalled", "derived", "verified")
        return min((item.confidence for item in self.evidence), key=order.index)


class LeafletTopic(Strict):
    """A part of a leaflet under one heading, with its place and its statements in their order."""

    name: Name
    order: int = Field(ge=1)
    statements: dict[Name, Statement] = Field(min_length=1)

    @model_validator(mode="after")
    def _signs_have_an_intro(self) -> LeafletTopic:
        for audience in EVERYBODY:
            listed = [(name, s.kind) for name, s in self.statements.items() if audience in s.for_]
            for place, (name, kind) in enumerate(listed):
                if kind == "sign" and (place == 0 or listed[place - 1][1] not in ("intro", "sign")):
                    raise ValueError(f"'{name}' is a sign without an intro before it, for {audience}")
        return self


class LeafletLanguage(Strict):
    """A language leaflets are written in; `checked_by` is empty until a person has read the translation."""

    name: str
    direction: Literal["ltr", "rtl"]
    made_by: Literal["original", "machine", "translator"]
    status: Literal["complete", "draft"]
    checked_by: str = ""


class ChecklistItem(Strict):
    """A topic that an authority wants in such a paper, and the statements that meet it."""

    title: str
    required_by: str
    met_by: tuple[Name, ...] = Field(min_length=1)
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Question(Strict):
    """A question to teach back with, and the statements whose sense the answer must have.

    `must`: a wrong answer means that it is taught again before the person goes home.
    """

    for_: tuple[Audience, ...] = Field(default=EVERYBODY, validation_alias=AliasChoices("for", "for_"), min_length=1)
    when: str = ""
    if_unknown: Literal["say", "leave_out"] = "say"
    must: bool = False
    listen_for: tuple[Name, ...] = ()
    listen_for_doses: bool = False
    evidence: tuple[Evidence, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_an_answer(self) -> Question:
        if not self.listen_for and not self.listen_for_doses:
            raise ValueError("needs 'listen_for' or 'listen_for_doses': what a right answer says")
        return self
