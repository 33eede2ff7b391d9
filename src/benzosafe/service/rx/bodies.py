"""What is sent to the routes of prescriptions, and the shape of what they answer."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from benzosafe.identity.passwords import MOST_CHARACTERS
from benzosafe.prescriptions.content import Content, Patient, Prescriber

Name = Annotated[str, Field(min_length=1, max_length=64)]
Words = Annotated[str, Field(max_length=4000)]
Label = Annotated[str, Field(min_length=1, max_length=200)]
RoleName = Literal["patient", "prescriber", "pharmacist", "administrator", "auditor"]


_OUTCOME = {"application/fhir+json": {"schema": {"type": "object"}}}
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": _OUTCOME}
    for status, words in (
        (400, "It cannot be read, or asks for what there is not"), (401, "Nobody is logged in, or factors are wrong"),
        (403, "Not for this account"), (404, "No such thing for this account"),
        (409, "Not now: by the life cycle, the review, the law or the supply"), (422, "A value is of the wrong kind"),
        (429, "Too many tries"), (503, "The database cannot be reached"),
    )
}  # fmt: skip
"""What every route may answer instead: a FHIR OperationOutcome that says what, where and what next."""


class Body(BaseModel):
    """Nothing beside what is named."""

    model_config = ConfigDict(extra="forbid")


class Factors(Body):
    """A password, and one of: a code of six digits, a recovery code, the answer of a passkey."""

    password: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    code: str = Field(default="", max_length=40)
    passkey: dict[str, Any] | None = None


class LogIn(Factors):
    """Who logs in, and with what."""

    name: Name


class NewPassword(Factors):
    """Both factors as they are, and the password to come."""

    new_password: str = Field(min_length=1, max_length=MOST_CHARACTERS)


class NewPasskey(Factors):
    """Both factors, and what the browser gave for the challenge."""

    answer: dict[str, Any]
    label: str = Field(default="", max_length=60)


class Asking(Body):
    """A request for a prescription."""

    patient: Label
    words: Words


class Drafting(Body):
    """A prescription, to a request or by itself."""

    content: Content
    request: str | None = Field(default=None, max_length=64)


class TaperAbout(Body):
    """What a prescription says beside its fills."""

    patient: Patient
    prescriber: Prescriber
    jurisdiction: str = Field(min_length=2, max_length=10)
    written_on: date
    indication: str = Field(default="", max_length=200)
    days_reason: Words = ""
    remote: bool = False
    seen_in_person: bool = False
    monitoring_checked_on: date | None = None
    monitoring_reason: Words = ""


class TaperDrafting(Body):
    """A plan as `benzosafe taper --format json` writes it, made into one prescription with all its fills."""

    plan: dict[str, Any]
    about: TaperAbout
    from_on: date | None = None
    """Where an earlier prescription of the plan ends, as its `rest` said; else from the beginning."""
    request: str | None = Field(default=None, max_length=64)


class Answering(Body):
    """An answer to a finding of the review."""

    rule: Label
    action: Literal["confirm", "reason", "will_monitor"]
    reason: Words
    due_on: date | None = Field(default=None, lt=date(2200, 1, 1))


class ToPharmacy(Body):
    """Which pharmacy."""

    pharmacy: Label


class Transferring(ToPharmacy):
    """To which pharmacy, and why."""

    reason: Words


class Receiving(Body):
    """Whether the paper signed by hand has been seen, where the law of the place needs it."""

    handwritten_seen: bool = False


class Verifying(Body):
    """For each finding that stops or interrupts, why it is handed out all the same."""

    reasons: dict[Label, Words] = Field(default_factory=dict, max_length=200)


class Dispensing(Body):
    """What is handed out: units of each product; and that the medication guide went along."""

    units: dict[Label, Annotated[Decimal, Field(gt=0, max_digits=8)]] = Field(min_length=1, max_length=20)
    guide_given: bool = False
    again: bool = False
    """The same amount of the same fill once more, within ten minutes: no call sent twice."""


class TaskDone(Body):
    """What was found when a promise was kept."""

    note: Words


class Reason(Body):
    """Why."""

    reason: Words


class NewRecord(Body):
    """A patient's record: the short form a person writes, or a FHIR Bundle as text."""

    text: str = Field(max_length=4_000_000)
    reason: Words = ""
    """Why somebody else's patient is taken over."""


class OutsideFills(Body):
    """A monitoring programme's export, as CSV or FHIR, and where it is from."""

    text: str = Field(max_length=4_000_000)
    source: Label


class NewUser(Body):
    """An account to be made."""

    name: Name
    roles: list[RoleName] = Field(min_length=1, max_length=2)
    password: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    shown_as: str = Field(default="", max_length=200)
    profession: str = Field(default="", max_length=60)
    registration: str = Field(default="", max_length=60)
    pharmacy: str = Field(default="", max_length=200)
    patient: str = Field(default="", max_length=200)
    openid_subject: str = Field(default="", max_length=200)


class Session(BaseModel):
    """Who is logged in, and what the page sends along with every change."""

    name: str
    shown_as: str
    roles: list[str]
    csrf: str
    renew: bool


class State(BaseModel):
    """Where a prescription stands now."""

    id: str
    state: str
    needed: list[str] = []
    how: str = ""
    advice: list[str] = []
    rest: str = ""
    """Of a plan: what one prescription cannot hold by the law of the place, and by when the next is needed."""


class Secrets(BaseModel):
    """Shown once: the secret of the code generator, as text and as a link, and the recovery codes."""

    name: str
    totp_secret: str
    totp_link: str
    recovery_codes: list[str]


class Listed(BaseModel):
    """One line of a list of prescriptions."""

    id: str
    patient: str
    state: str
    medicine: str
    pharmacy: str
    fill: int
    changed_at: datetime
