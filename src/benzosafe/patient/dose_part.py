"""One dosage as structured, or as written, in milligrams: the parts that work_out_dose compares and adds up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from benzosafe.patient.directions import Directions, read_directions
from benzosafe.patient.dose_timing import in_one_day, timing_of
from benzosafe.patient.dose_units import Limits, Milligrams, Product, exact, limits, to_mg
from benzosafe.patient.tables import Tri

if TYPE_CHECKING:
    from benzosafe.patient.dose import Dosage

ZERO = Decimal(0)
DAYS_A_WEEK = 7.0  # a patch or an infusion acts on every day


@dataclass(frozen=True)
class Part:
    """One dosage in milligrams; None means that it does not say."""

    single: Limits | None = None
    times: Limits | None = None
    per_day: Limits | None = None
    days_per_week: float | None = None
    prn: Tri = None
    cap: Decimal | None = None
    duration_days: float | None = None
    route: str | None = None
    words: str = ""
    conflicts: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    unread: str = ""
    prn_disputed: bool = False
    often_doubtful: bool = False
    purpose: str = ""

    @property
    def says_nothing(self) -> bool:
        """Whether there is neither an amount nor a frequency in it."""
        return self.single is None and self.times is None and self.per_day is None


def structured(dosage: Dosage, product: Product) -> Part:
    """The structured fields of a dosage [mg, mg/d]."""
    amount = _amount(dosage)
    timing = timing_of(dosage)
    mg = to_mg(amount, dosage.unit, product) if amount else Milligrams()
    cap, cap_problems = _ceiling(dosage, product)
    unbounded = dosage.amount_low is not None and dosage.amount_high is None
    problems = [p for p in (mg.problem, "the dose has no upper limit" if unbounded else "") if p]
    return Part(
        single=mg.single,
        times=timing.times,
        per_day=mg.whole_day or product_of(mg.single, timing.times),
        days_per_week=DAYS_A_WEEK if mg.whole_day and not dosage.days_of_week else timing.days_per_week,
        # Where how often is doubtful, a regular use is no more certain than the interval it rests on.
        prn=None if timing.doubtful and not dosage.as_needed else dosage.as_needed,
        cap=cap,
        duration_days=dosage.bounds_days,
        route=dosage.route,
        words=_words(dosage, amount, timing.times),
        problems=(*problems, *timing.problems, *cap_problems),
        often_doubtful=timing.doubtful,
    )


def product_of(single: Limits | None, times: Limits | None) -> Limits | None:
    """Dose times doses a day."""
    return (single[0] * times[0], single[1] * times[1]) if single and times else None


def plain(amount: Limits) -> str:
    """'2' or '1 to 2'."""
    low, high = (f"{float(value):.6g}" for value in amount)
    return low if low == high else f"{low} to {high}"


def _amount(dosage: Dosage) -> Limits | None:
    if dosage.amount_high is None:
        return None
    low = dosage.amount_low if dosage.amount_low is not None else 0.0
    return exact(min(low, dosage.amount_high)), exact(max(low, dosage.amount_high))


def _words(dosage: Dosage, amount: Limits | None, times: Limits | None) -> str:
    parts = [f"{plain(amount)} {dosage.unit.strip('{}')}".strip()] if amount else []
    parts += ["once a day" if times[0] == times[1] == 1 else f"{plain(times)} times a day"] if times else []
    return ", ".join([*parts, *(["as needed"] if dosage.as_needed else [])])


def _ceiling(dosage: Dosage, product: Product) -> tuple[Decimal | None, list[str]]:
    """The lowest stated ceiling [mg/d] and what could not be used."""
    found: list[Decimal] = []
    problems: list[str] = []
    for most in dosage.max_doses:
        mg = to_mg((exact(most.amount), exact(most.amount)), most.unit, product)
        a_day = in_one_day(mg.single[1], most.per, most.per_unit) if mg.single else None
        if a_day is None:
            problems.append(
                f"the stated maximum was not used: {mg.problem or f'period {most.per_unit!r} is not known'}"
            )
        else:
            found.append(a_day)
    return min(found, default=None), problems


# --- as written ------------------------------------------------------------------------------------------------


def written(text: str, product: Product) -> Part:
    """The directions text [mg, mg/d]; what is not understood leaves everything open and keeps the reason."""
    if not text.strip():
        return Part()
    read = read_directions(text)
    if not read.understood:
        return Part(unread=f"directions {read.reading} in '{text}'")
    mg, problems = _single(read, product)
    cap = to_mg(_both(read.max_per_day), read.max_per_day_unit or "", product) if read.max_per_day else Milligrams()
    by_count = _by_count(read, mg, product)
    return Part(
        single=hull(mg.single, by_count),
        times=limits(read.times_per_day) if read.times_per_day else None,
        per_day=hull(
            _whole_day(read, mg, product), _whole_day(read, Milligrams(by_count), product) if by_count else None
        ),
        days_per_week=DAYS_A_WEEK if mg.whole_day else read.days_per_week,
        prn=read.prn,
        cap=cap.single[1] if cap.single else None,
        duration_days=read.duration_days.high if read.duration_days else None,
        route=read.route,
        words=read.reading,
        purpose=read.purpose,
        problems=tuple(problems),
        conflicts=(_against_strength(read, mg.single, by_count),) if mg.single and by_count else (),
    )


def _both(value: float) -> Limits:
    return exact(value), exact(value)


def _single(read: Directions, product: Product) -> tuple[Milligrams, list[str]]:
    source = read.dose or read.amount_per_day
    if source is None:
        return Milligrams(), []
    mg = to_mg(limits(source), read.dose_unit or "", product)
    if read.dose is None:
        mg = Milligrams(problem=mg.problem)
    return mg, [mg.problem] if mg.problem else []


def _whole_day(read: Directions, mg: Milligrams, product: Product) -> Limits | None:
    """The day's milligrams in the proportion in which one dose became milligrams."""
    if mg.whole_day:
        return (ZERO if read.prn else mg.whole_day[0]), mg.whole_day[1]
    if read.amount_per_day is None:
        return None
    a_day = limits(read.amount_per_day)
    if read.dose is None:
        return to_mg(a_day, read.dose_unit or "", product).single
    if mg.single is None:
        return None
    scale = mg.single[1] / exact(read.dose.high)
    return a_day[0] * scale, a_day[1] * scale


def _by_count(read: Directions, mg: Milligrams, product: Product) -> Limits | None:
    """'1 tablet (0.5 mg)' of a 1 mg tablet: what the tablets come to, where that is not what the text says."""
    if read.also is None or mg.single is None:
        return None
    counted = to_mg(limits(read.also), read.also_unit or "", product).single
    return None if counted == mg.single else counted


def _against_strength(read: Directions, stated: Limits, counted: Limits) -> str:
    also = plain(limits(read.also)) if read.also else ""
    return (
        f"the text says {also} {read.also_unit} is {plain(stated)} mg, "
        f"by the strength of the product it is {plain(counted)} mg{tenfold(counted[1], stated[1])}; both are kept"
    )


def hull(first: Limits | None, second: Limits | None) -> Limits | None:
    """The range that covers both; the other one where one is not known."""
    if first is None or second is None:
        return first or second
    return min(first[0], second[0]), max(first[1], second[1])


def tenfold(first: Decimal, second: Decimal) -> str:
    """A warning when two doses are a factor of ten (or more) apart, the mark of a slipped decimal point."""
    low, high = sorted((first, second))
    return "; that is a factor of ten or more apart" if low > 0 and high / low >= 10 else ""
