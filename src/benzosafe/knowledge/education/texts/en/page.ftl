# Headings, doses, dates and other words of the page in English, the original.

## titles
title_patient = { $drug }: how to take it safely
title_caregiver = { $drug }: how you can help
title_child_carer = { $drug }: how to give it to your child safely
title_card = Rescue card: too much { $drug }
title_choice = { $drug }: what could I choose?
for_patient = For: { $patient }
made_on = Made on { $date }
released_by = Your care team has checked this for you: { $by }, { $date }.
not_released = Not for the patient yet. The marked parts wait for the clinician.
general_only = These are facts for all who take it. This paper does not know your own dose or plan.
held_back = Your care team will talk with you about the rest.
draft_note = Draft. No doctor has checked these words yet. Ask your care team if a part is not clear.
machine_note = A machine translated this paper. No person has checked it. Ask for someone who speaks your language.
no_change_note = This paper does not change your dose. Only your doctor can.
sources_title = Sources
source_note = Each sentence has a source.
picture = Picture
qr_label = This code holds the main points as text.

## headings
topic_help_now = Get help now
topic_before = Is it right for you?
topic_start = How to take it
topic_interactions = What not to mix
topic_driving = Driving
topic_effects = What you may notice
topic_missed = If you miss a dose
topic_long_use = If you take it for long
topic_stop = Never stop all at once
topic_taper = Your plan to take less
topic_pregnancy = Having a baby
topic_watch = How you can help
topic_storage = Keep it safe
topic_overdose = Rescue card
topic_visits = What comes next
topic_contacts = Who to call
topic_choice = What could I choose?
today_title = Today
steps_title = Next steps
do_not_title = Do not:
law_title = The law where you live: { $country }
returns_title = Give back what you do not use
reports_title = Tell of side effects

## doses
from_to = { $from } to { $to }
from_on = From { $from }
until = Until { $to }
drug_dose = { $drug }:
form_tablet = { $count ->
    [one] tablet
   *[other] tablets
}
form_melt = { $count ->
    [one] melt tablet
   *[other] melt tablets
}
form_capsule = { $count ->
    [one] capsule
   *[other] capsules
}
amount_half = half of a { $strength } mg { $form }
amount_whole = { $count } { $form } of { $strength } mg
amount_whole_half = { $count } and a half { $kind ->
    [melt] melt tablets
    [capsule] capsules
   *[tablet] tablets
} of { $strength } mg
amount_ml = { $ml } mL of the liquid with { $strength } mg in 1 mL
amount_mg = { $mg } mg
dose_at = { $part }, { $time }: { $amount }
dose_times = { $amount }, { $times ->
    [one] once a day
    [2] 2 times a day
   *[other] { $times } times a day
}
dose_needed = { $amount }, only when you need it
dose_needed_most = { $amount }, only when you need it, and no more than { $times ->
    [one] once a day
   *[other] { $times } times a day
}
dose_total = In all { $mg } mg a day
dose_none = None. You do not take it.
dose_mg_ask = Ask your pharmacist how many tablets that is.
dose_ml_ask = Ask your pharmacist how many mL that is.
dose_ask = Your dose is not on this paper. Look at the label, or ask your pharmacist.
plan_ends = The plan ends on { $date }.
plan_more = { $count ->
    [one] One more step comes after these. It is in your calendar.
   *[other] { $count } more steps come after these. They are in your calendar.
}
plan_begins = Your plan starts on { $date }. Till then, take the same as now.
plan_over = Your plan ended on { $date }.
part_night = Night
part_morning = Morning
part_midday = Midday
part_afternoon = Afternoon
part_evening = Evening
part_bedtime = Bedtime

## reasons
reason_panic_disorder = panic attacks
reason_anxiety_disorder = fear and worry
reason_generalised_anxiety_disorder = fear and worry
reason_social_anxiety_disorder = fear of being with people
reason_phobia = strong fear
reason_insomnia = poor sleep
reason_epilepsy = fits
reason_seizure_history = fits
reason_seizure_cluster = fits
reason_status_epilepticus = fits
reason_muscle_spasm = tight muscles
reason_spasticity = tight muscles
reason_movement_disorder = moves you cannot control
reason_restless_legs = restless legs
reason_alcohol_withdrawal = coming off alcohol
reason_procedural_sedation = a medical test or operation

## contacts
contact_emergency = A life in danger
contact_poison = Too much taken, still awake
contact_crisis = Thoughts of ending your life
contact_health_advice = Advice on health
contact_substance_use = Help with alcohol or drugs
call_it = Call { $number }
text_it = Text { $number }
text_word = Text { $word } to { $number }
always_open = Day and night
where_only = { $where }
not_where = Not in { $where }
contacts_none = We know no number for where you live. Ask your care team and write it here.
contacts_missing = We have no number here for: { $topics }. Ask your care team.
by_limit = { $drug }: { $limit } micrograms in a litre of blood
limits_intro = Limits in blood:
report_call = Tell of bad effects: { $scheme }, call { $number }.
report_page = Tell of bad effects: { $scheme }, { $page }
