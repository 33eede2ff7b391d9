"""Which English and Spanish words and phrases directions may contain: kind, value, spellings.

The kinds are explained in directions_words.py. A word that is not here is never guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

WORD = re.compile(r"\d+\.\d+|\.\d+|\d+|#[cu][\d_]+#|[a-z]+|[^\sa-z\d]")

# One line: kind, its value (for a unit: name, what it counts, factor), then the spellings.
VOCABULARY = """
N 1: one, un, una, uno
N 2: two, dos
N 3: three, tres
N 4: four, cuatro
N 5: five, cinco
N 6: six, seis
N 7: seven, siete
N 8: eight, ocho
N 9: nine, nueve
N 10: ten, diez
N 11: eleven
N 12: twelve, doce
N 14: fourteen, catorce
N 15: fifteen, quince
N 20: twenty, veinte
N 30: thirty, treinta
N 0.5: half, medio, media, mitad
N 0.25: quarter, quarters, cuarto
U mg mass: mg, mgs, milligram, milligrams, milligramme, milligrammes, miligramo, miligramos
U mcg mass: mcg, ug, microgram, micrograms, microgramme, microgrammes, microgramo, microgramos
U g mass: g, gm, gram, grams, gramo, gramos
U ml volume: ml, mls, cc, millilitre, millilitres, milliliter, milliliters, mililitro, mililitros
U ml volume 5: tsp, tsps, teaspoon, teaspoons, teaspoonful, teaspoonfuls, cucharadita, cucharaditas
U tablespoon volume: tbsp, tablespoon, tablespoons, tablespoonful, cucharada, cucharadas
U tablet count: tablet, tablets, tab, tabs, tableta, tabletas, comprimido, comprimidos, comp, comps, cp, caplet
U tablet count: caplets, pill, pills, pastilla, pastillas, pildora, pildoras
U capsule count: capsule, capsules, cap, caps, capsula, capsulas, softgel, softgels
U patch count: patch, patches, parche, parches
U puff count: puff, puffs, inhalation, inhalations, inhalacion, inhalaciones
U spray count: spray, sprays, pulverizacion, pulverizaciones
U drop count: drop, drops, gtt, gtts, gota, gotas
U suppository count: suppository, suppositories, supositorio, supositorios
U film count: film, films, strip, strips
U lozenge count: lozenge, lozenges
U ampoule count: ampoule, ampoules, ampule, ampules, amp, amps, ampolla, ampollas
U sachet count: sachet, sachets, packet, packets, sobre, sobres
U spoonful count: spoon, spoons, spoonful, spoonfuls
U unit count: unit, units, iu, unidad, unidades
U glass count: glass, glasses, cup, cups, vaso, vasos
U dose count: dose, doses, dosis, tomas
S morning: morning, mornings, in the morning, in the mornings, in am, in the am, am, qam, mane, om, at breakfast
S morning: with breakfast, before breakfast, after breakfast, breakfast, on waking, upon waking, on rising
S morning: upon awakening, por la manana, por las mananas, en la manana, en las mananas, manana, mananas
S morning: con el desayuno, desayuno, en el desayuno, al levantarse, en ayunas, in morning
S noon: noon, midday, at noon, at midday, lunch, lunchtime, at lunch, at lunchtime, with lunch, before lunch
S noon: after lunch, al mediodia, a mediodia, mediodia, con el almuerzo, almuerzo, en el almuerzo
S afternoon: afternoon, in the afternoon, in afternoon, por la tarde, por las tardes, en la tarde, tarde, tardes
S evening: evening, evenings, in the evening, in the evenings, pm, in pm, in the pm, qpm, at teatime, teatime
S evening: with dinner, at dinner, dinner, with supper, at supper, supper, before dinner, after dinner
S evening: with evening meal, with the evening meal, con la cena, cena, en la cena, in evening
S night: night, nights, at night, at nights, at night time, night time, nighttime, at nighttime, nightly, nocte
S night: qhs, hs, qn, at bedtime, bedtime, at bed time, bed time, before bed, before bedtime, before sleep
S night: before sleeping, at hs, in the night, on going to bed, on retiring, at the hour of sleep
S night: when going to bed, por la noche, por las noches, en la noche, en las noches, noche, noches
S night: al acostarse, antes de acostarse, antes de dormir, al dormir, a la hora de dormir, at midnight
S night: midnight
S meals: with meals, after meals, before meals, meals, with each meal, after each meal, before each meal
S meals: with every meal, con las comidas, con cada comida, despues de las comidas, antes de las comidas
S meals: despues de cada comida, antes de cada comida, ac, pc
n 1: once
n 2: twice
n 3: thrice
T: time, times, vez, veces, occasions
X: x
a: a, an
o: or, to, through, thru, o, hasta un
E: every, each, cada, q, c/, todos los, todas las
P: per, al, in, in a, in any, within, in each, en, a el
b: por
D: day, days, d, dia, dias
W: week, weeks, wk, wks, semana, semanas, a la semana, wkly
M: month, months, mo, mes, meses, mth, mths
Y: year, years, ano, anos
h: h, hr, hrs, hour, hours, hora, horas
m: min, mins, minute, minutes, minuto, minutos
H: hourly, hrly
F 1: daily, qd, od, qday, everyday, per diem, a diario, diario, diaria, diarias, diarios, diariamente, sid
F 2: bid, bd, b/d, bds, b i d
F 3: tid, tds, td, t/d/s, t i d
F 4: qid, qds, q i d
K 3.5: every other day, alternate days, every alternate day, on alternate days, qod, eod, every second day
K 3.5: every 2nd day, dias alternos, en dias alternos, dia por medio, un dia si y otro no, un dia si un dia no
K 3.5: qad
K 1: weekly, once weekly, qwk, qweek, semanal, semanalmente, una vez por semana
K 3: tiw
K 0.5: every other week, fortnightly, every fortnight, every second week, alternate weeks, quincenal
K 5: weekdays, on weekdays, on week days
K 2: weekends, on weekends, at weekends, at the weekend
j 3.5: every other, alternate, on alternate
A: as needed, as required, if needed, if required, when needed, when required, when necessary, if necessary, prn
A: as necessary, may take, can take, as needed only, sos, si es necesario, si lo necesita, segun necesidad
A: segun sea necesario, cuando lo necesite, cuando sea necesario, en caso necesario, si precisa, a demanda
A: por razon necesaria, on demand, en caso de necesidad, si hace falta
q: en caso de, si hay, if there is
C: max, maximum, max of, maximum of, not to exceed, no more than, not more than, do not exceed
C: do not take more than, dont exceed, must not exceed, nte, limit, limit of, limit to, max dose, maximum dose
C: max dose of, maximo, maxima, maximo de, dosis maxima, dosis maxima de, no exceder, no exceder de
C: no tomar mas de, no mas de, sin exceder, at most, to a maximum of, up to a maximum of, up to a max of
C: up to max of, up to max, to max, to a max of, hasta un maximo de
C day: max daily dose, maximum daily dose, mdd, max daily dose of, maximum daily dose of, daily max
C day: daily maximum, max daily amount, maximum daily amount, dosis maxima diaria, maximo diario, max/day
C day: max per day
u: up to, hasta
r: for, during, durante, para, for the next, for a total of, for up to
t: total daily dose, total daily dose of, daily total, total daily, daily dose, daily dose of
t: dosis total diaria, dosis diaria, dosis diaria total, total dose per day, tdd, daily total of, total
t: total of, in total
v: in divided doses, divided doses, divided, divided in, divided into, dividido en, dividida en, dividido
v: dividida, en dosis divididas, split into, equally divided doses, equal doses, dosis divididas
O: stat, single dose, as a single dose, as a one time dose, one time only, one time dose, for 1 dose
O: for one dose, x 1 dose, once only, dosis unica, unica dosis, por unica vez, only once
B: before procedure, before the procedure, prior to procedure, prior to the procedure, before mri, prior to mri
B: before the mri, before surgery, prior to surgery, before dental appointment, before appointment
B: before dental procedure, prior to dental procedure, before flight, before flying, prior to flight
B: before the flight, pre procedure, antes del procedimiento, antes de la cirugia, before scan, before imaging
e: may repeat, can repeat, repeat, may be repeated, puede repetir, may repeat dose, may repeat the dose
!: then, luego, despues, reduce, reducing, decrease, decreasing, increase, increasing, taper, tapering, titrate
!: except, not, no, stop, hold, skip, until, unless, additional, extra, another, double, if, when, alternating
!: before, after, or less, or more, at least, least, more, less, than, first, last, next, but
!: instead
&: and, y, e, et, &, +, plus, mas, and also
R oral: by mouth, po, orally, oral, oral route, via oral, por via oral, vo, por boca, per os, per oral, mouth
R sublingual: under the tongue, under tongue, sublingual, sublingually, sl, sublingualmente, debajo de la lengua
R injection: iv, intravenous, intravenously, intravenosa, ivp, iv push
R intramuscular: im, intramuscular, intramuscularly
R injection: sc, subcut, subcutaneous, sq, subcutaneously
R rectal: rectally, per rectum, pr, rectal, via rectal, into the rectum
R nasal: nasal, nasally, intranasally, intranasal, in nostril, into nostril, in each nostril, into 1 nostril
R nasal: in one nostril, into one nostril, in 1 nostril
R transdermal: transdermal, transdermally, to the skin, to skin, onto the skin, on the skin, on skin, onto skin
R transdermal: en la piel
R topical: topically, topical, to affected area, to the affected area
R inhaled: inhaled, by inhalation, inhalado
R buccal: buccal, buccally, between gum and cheek
R oral: via g tube, per g tube, via peg, per tube
L 2: second
L 3: third, 3rd
L 4: fourth, 4th
L 5: fifth, 5th
L 6: sixth, 6th
L 7: seventh, 7th
L 10: tenth, 10th
f: take, takes, taking, to be taken, give, given, use, swallow, chew, dissolve, place, apply, insert, administer
f: inhale, inject, the, of, only, please, tomar, tome, tomese, toma, dar, administrar, aplicar, usar, ingerir
f: de, del, la, el, los, las, with food, with or without food, with milk, with water, with a glass of water
f: with plenty of water, with food or milk, food, as directed, as instructed, as prescribed, on an empty stomach
f: on empty stomach, con alimentos, con comida, con agua, segun indicacion, segun indicaciones
f: con un vaso de agua, may cause drowsiness, avoid alcohol, do not drive, do not crush or chew, do not crush
f: whole, swallow whole, entero, entera, do not stop suddenly, do not stop taking suddenly, regularly
f: around the clock, scheduled, at the same time, until finished, until gone, until all taken, at, on
f: orally disintegrating, extended release, er, xr, sr, immediate release, ir, odt, course, sig, rx
f: may take with food, may be taken with food, may take with or without food, can be taken with food
p: anxiety, ansiedad, panic, panic attacks, panic attack, panico, pain, dolor, insomnia, insomnio, sleep, dormir
p: sueno, agitation, agitacion, seizure, seizures, convulsiones, crisis, spasm, spasms, muscle spasm
p: muscle spasms, espasmos, nausea, vomiting, vertigo, cough, tos, restlessness, tremor, breakthrough, severe
p: acute, chronic, moderate, mild, nerves, nervios, stress, itching, allergies, fever, fiebre, headache
p: migraine, withdrawal, epilepsy, epilepsia, wheeze, wheezing, shortness of breath, chest pain, back pain
w 0: monday, mondays, mon, lunes
w 1: tuesday, tuesdays, tue, tues, martes
w 2: wednesday, wednesdays, wed, miercoles
w 3: thursday, thursdays, thu, thur, thurs, jueves
w 4: friday, fridays, fri, viernes
w 5: saturday, saturdays, sat, sabado, sabados
w 6: sunday, sundays, sun, domingo, domingos
"""

# Slips of the pen that can only mean one word.
MISSPELT = """
tabletts tablets, tabelts tablets, talbet tablet, tabelt tablet, tablests tablets, dialy daily, daliy daily
diaily daily, twcie twice, tiwce twice, dya day, nghit night, nigth night, mornign morning, eveyr every
evry every, bedtme bedtime, beditme bedtime, capsul capsule, capsuls capsules, houres hours
"""

NUMERIC = "NFKLnjw"  # kinds whose value is a number


@dataclass(frozen=True)
class Unit:
    """A unit of a dose: its plain name, what it counts (mass, volume, count), and the factor to that name."""

    name: str
    counts: str
    factor: Decimal = Decimal(1)


Entry = tuple[str, object]


def _value(kind: str, words: list[str]) -> object:
    if kind == "U":
        return Unit(words[0], words[1], Decimal(words[2]) if len(words) > 2 else Decimal(1))
    if not words:
        return None
    return Decimal(words[0]) if kind in NUMERIC else words[0]


def _phrases() -> dict[tuple[str, ...], Entry]:
    found: dict[tuple[str, ...], Entry] = {}
    for line in VOCABULARY.strip().splitlines():
        head, _, spellings = line.partition(": ")
        kind, *words = head.split()
        for spelling in spellings.split(", "):
            found.setdefault(tuple(WORD.findall(spelling)), (kind, _value(kind, words)))
    return found


PHRASES: dict[tuple[str, ...], Entry] = _phrases()
TYPOS: dict[str, str] = {
    wrong: right for pair in ",".join(MISSPELT.strip().splitlines()).split(",") for wrong, right in [pair.split()]
}
