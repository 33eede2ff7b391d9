# Short messages (SMS) and the words of the text for reading aloud, in Spanish. Machine-made translation, no person has checked it. Draft.
sms_eve = Desde mañana: nuevo paso de su plan. Véalo hoy. Si le cuesta, llame antes al doctor.
sms_step = Hoy empieza un nuevo paso. Tome lo mismo a diario. Si le cuesta, llame al doctor.
sms_mind = Llame al doctor antes del { $date }. El paso que viene necesita su sí.
sms_last = Hoy empieza el paso final de su plan. Llame al doctor si se siente mal.
sms_visit = Le toca una cita antes del { $date }. Llame para fijar la fecha.
sms_visit_now = Ya le toca una cita. Llame para fijar la fecha.
audio_part = Parte { $number } de { $count }. { $title }.
audio_end = Este es el final.
# The units as they are written in amount_* and dose_total, and as they are read aloud.
unit_mg = mg
unit_mg_aloud = miligramos
unit_ml = mL
unit_ml_aloud = mililitros
