# Short messages (SMS) and the words of the text for reading aloud, in English, the original. No message names a medicine.
sms_eve = Tomorrow a new step of your plan starts. Look at it tonight. Too hard? Call your doctor first.
sms_step = New step today. Take the same each day. Do not skip a dose. Too hard? Call your doctor.
sms_mind = Call your doctor before { $date }. The next step needs a yes from your doctor.
sms_last = The last step of your plan starts today. Call your doctor if you feel unwell.
sms_visit = Your next check is due by { $date }. Call to set a day.
sms_visit_now = A check is due now. Call to set a day.
audio_part = Part { $number } of { $count }. { $title }.
audio_end = This is the end.
# The units as they are written in amount_* and dose_total, and as they are read aloud.
unit_mg = mg
unit_mg_aloud = milligrams
unit_ml = mL
unit_ml_aloud = millilitres
