# The sentences of leaflets in English, the original. One idea a sentence, what to do first, short words.
# Ids are those of knowledge/education/topics; a translation has the same ids and the same variables.

## help_now
call_now = Call { $emergency } at once if you see one of these signs:
call_now_no_number = Call for an ambulance at once if you see one of these signs:
sign_breath = Very slow, weak or noisy breath.
sign_blue = Blue or grey lips.
sign_wake = A person you cannot wake.
sign_fit = A fit (the body shakes or goes stiff).
sign_fit_long = A fit of 5 minutes or more, or one that is not like the others.
sign_swell = A swollen face or throat.
crisis = If you think of ending your life, do not stay alone. Call a crisis line or { $emergency } now.
crisis_no_number = If you think of ending your life, do not stay alone. Ask someone to get help now.
crisis_carer = If they talk of ending their life, stay with them. Call a crisis line or { $emergency } now.
crisis_carer_no_number = If they talk of ending their life, stay with them. Get help now.

## before
before_intro = Tell your doctor before the first dose if one of these is true:
before_allergy = A drug like this made you ill before.
before_eye = You have narrow-angle glaucoma (an eye disease).
before_breath = You have weak lungs, or your breath stops in your sleep.
before_liver = Your liver or kidneys do not work well.
before_mood = You feel very low, or have thought of ending your life.
before_use = You drink a lot, or use street drugs, now or in the past.
before_baby = You are pregnant, want a baby, or breastfeed.
you_older = From age 65 on, you feel { $drug } more. You can fall or get mixed up.
you_lungs = Take extra care with your lungs and sleep. { $drug } can slow your breath.
you_falls = You have had a fall or a broken bone. { $drug } can make you fall more.
you_liver = Your liver needs care. { $drug } may stay in you longer.
you_mood = Watch your mood. Tell your doctor soon if you feel low.

## start
what_for = You take { $drug } for { $reason }.
what_for_ask = Ask your doctor what { $drug } is for. Write it here.
what_for_child = Your child takes { $drug } for { $reason }.
as_told = Take { $drug } just as your doctor told you.
give_as_told = Give { $drug } just as the doctor told you.
not_more = Do not take more. Do not take it more often.
not_more_child = Do not give more. Do not give it more often.
with_water = Swallow the tablet with some water.
melt = Put the tablet on the tongue with dry hands. Let it melt.
cut_half = Cut the tablet in half with a tablet cutter. Ask your pharmacist for one.
liquid = Measure the drops or syrup with the syringe from the pharmacy. Do not use a spoon.
as_needed = Take it only when you need it. Do not take more than the label says.
rescue = Keep { $rescue } for an emergency, and use it as your doctor showed you.
bedtime = Take { $sleep_drug } right before you go to bed.
bedtime_hours = Take { $sleep_drug } only if you can stay in bed for 7 to 8 hours.
asleep_acts = With { $sleep_drug }, some people walk, eat or drive while they sleep. If this happens, call your doctor before the next dose.
short_use = Most people take { $drug } for a short time only.
plan_the_end = Ask now how you will come off it one day.
show_paper = Show this paper to each doctor, dentist and pharmacist.
same_look = If the tablets look new or odd, ask your pharmacist first.
weight_child = Ask at each visit if the dose still fits your child's weight.

## interactions
opioid_named = You also take { $opioids }. With { $drug }, it can slow or stop your breath.
opioid_naloxone = Ask for naloxone to keep at home. It can save your life if an opioid slows your breath.
sleepy_named = You also take { $sleepy }. With { $drug }, you can get too sleepy.
raisers_named = You also take { $raisers }. It can make { $drug } too strong.
lowerers_named = You also take { $lowerers }. It can make { $drug } too weak.
changers_named = You also take { $changers }. It can change how { $drug } works.
named_keep = Do not stop any of these on your own. Ask your doctor first.
no_alcohol = Do not drink beer, wine or other alcohol with { $drug }. You could stop breathing.
no_alcohol_other = Do not give beer, wine or other alcohol with { $drug }. It could stop their breath.
no_opioids = Do not mix { $drug } with strong pain drugs (opioids) unless your doctor knows. You could stop breathing.
no_opioids_other = Tell the doctor of all strong pain drugs (opioids). With { $drug }, they could stop the breath.
no_sleep_aids = Do not use sleep aids, or cold and allergy tablets that make you sleepy.
no_sleep_aids_child = Do not give sleep aids, or cold and allergy tablets that make your child sleepy.
no_cannabis = Do not use cannabis (weed).
no_herbs = Do not use kava, valerian or other herbs for sleep.
no_grapefruit = Do not eat grapefruit or drink its juice. It can make { $juice_drug } too strong.
no_street = Use tablets from a pharmacy only. Street tablets can hold drugs that kill.
ask_first = Ask your pharmacist before you use any new tablet, herb or drops.

## driving
no_drive_yet = Do not drive until you know how you feel on { $drug }.
no_drive_change = Do not drive in the first days after the dose goes up.
no_drive_sleepy = Do not drive when you feel sleepy, dizzy or slow.
no_drive_alcohol = Never drive after you drink alcohol.
next_morning = You can still be slow the next morning.
not_noticed = You may not notice that you are slow. Ask someone who knows you.
machines = The same goes for bikes, ladders and tools with blades.
carer_drive = Offer to drive when they are sleepy or slow.
law_ask = Ask what the law says on driving with { $drug } where you live.

## effects
effects_intro = You may notice:
effect_sleepy = You feel sleepy or tired.
effect_dizzy = You feel dizzy or weak on your legs.
effect_memory = You forget things, or think more slowly.
effect_mood = Your mood can drop. Some people get angry, restless or wild.
effect_low = Tell your doctor at once if your mood gets worse.
effect_fits_drugs = Drugs for fits make a few people think of ending their life.
get_up_slowly = Get up slowly. Keep a light on at night.
effects_tell = Call your doctor if one of these bothers you. Do not just stop.
child_effects_intro = Call the doctor the same day if your child:
child_wild = Gets wild, angry or very weepy.
child_sleepy = Is much too sleepy, or hard to wake.
child_drool = Drools a lot or chokes on food.
child_worse_fits = Has more fits, or a new kind of fit.
child_low = Is sad, or talks of self-harm.
child_near_water = Stay close to your child near water, stairs and roads.
child_school = Tell the school or day care. Give them this paper.

## missed
missed_soon = If you miss a dose of { $day_drug }, take it when you think of it.
missed_skip = If the next dose is near, leave out the one you missed.
missed_night = If you miss { $sleep_drug } at bedtime, do not take it in the middle of the night.
missed_double = Do not take two doses at once.
missed_days = If you missed a whole day or more, call your doctor first.
missed_soon_child = If you forget a dose, give it when you think of it.
missed_skip_child = If the next dose is near, leave out the one you forgot.
missed_double_child = Do not give two doses at once.
missed_days_child = If your child missed a whole day or more, call the doctor first.

## long_use
used_to = In time, the body gets used to { $drug }.
used_to_soon = This can start in days or weeks, even if you take it just as told.
used_name = The name for this is dependence. It is no one's fault, and it is not addiction.
less_help = In time, it may help you less.
less_help_fits = In time, it may work less well. Call the doctor if fits come back.
want_more = Some people start to want more and more of it. This can lead to addiction, and too much can kill.
want_more_tell = Tell your doctor if you feel this way. You can get help.
still_need = Ask at each visit if you still need it.

## stop
never_sudden = Never stop { $drug } all at once.
never_sudden_why = A sudden stop can cause fits that kill.
go_slow = Your doctor can help you take less, step by step.
ask_any_time = You can ask to take less at any time.
more_in_time = Ask for more a week before it runs out.
ran_out = If it has run out, call your doctor or pharmacist the same day.
wd_intro = If the dose goes down too fast, you may notice:
wd_intro_other = If the dose goes down too fast, you may see:
wd_fear = Fear, panic or a bad mood.
wd_sleep = Bad sleep or bad dreams.
wd_shake = Shakes, sweat or a fast heartbeat.
wd_sore = A sore head or sore, tight muscles.
wd_senses = Light, sound or touch feels too strong.
wd_do = Call your doctor if you feel this way. Do not take extra tablets.
wd_do_other = Call the doctor if you see this. Do not give extra tablets.
wd_long = For some people this lasts weeks or months. For a few it lasts more than a year.
wd_urgent = Call { $emergency } at once for one of these:
wd_urgent_no_number = Call for an ambulance at once for one of these:
wd_fit = A fit.
wd_fit_more = More fits than before, or a fit of 5 minutes or more.
wd_see = To see or hear things that are not there.
wd_mixed_up = To be very mixed up, with or without a fever.
wd_harm = Thoughts of ending one's life.

## taper
plan_goal_stop = The goal of this plan is to come off { $drug } slowly.
plan_goal_less = The goal of this plan is to take less { $drug }, and then stay there.
plan_change = First you change from { $old } to { $new }, a bit at a time. Take both as the plan says.
plan_faster = This plan goes down faster than most. { $by } chose this with care. Call early if it feels hard.
plan_minds = Call your doctor before the step of { $date }. It needs a yes from your doctor.
plan_not_faster = Do not go faster than the plan.
plan_no_skip = Keep the same dose each day of a step. Do not skip a day.
plan_hard = If a step feels too hard, call your doctor. Stay at that dose till you have talked.
plan_hard_other = If a step is too hard, call the doctor. Stay at that dose till you have talked.
plan_slower = It is fine to go slower.
plan_diary = Write down each dose, your sleep and how you feel.

## pregnancy
preg_now = You are pregnant. Call your doctor this week to talk about { $drug }.
preg_tell = Tell your doctor at once if you may be pregnant or want a baby.
preg_no_stop = Do not stop on your own. A sudden stop can harm you and the baby.
preg_late = Near birth, { $drug } can make the baby sleepy, limp or slow to breathe.
preg_birth = Tell the birth team that you take { $drug }.
preg_pill = Clobazam can make birth control pills weak. Ask what else you can use.
feed_ask = Ask your doctor before you breastfeed.
feed_watch = If you breastfeed, get help if the baby is very sleepy or will not feed.

## watch
watch_intro = Call their doctor the same day if you see one of these:
watch_sleepy = They sleep much more, or are hard to wake.
watch_speech = Their speech is hard to follow.
watch_walk = They sway when they walk, or they fall.
watch_mixed_up = They seem lost, or forget a lot.
watch_mood = They are very low, angry or afraid.
watch_out_early = Their tablets run out too soon. Ask in a kind way. There may be a plain reason.
help_never_hide = Do not hide the tablets or take them away. A sudden stop can kill.
help_no_push = Do not push them to go faster. A bad day is not their fault.
help_no_blame = It is not a sign of weakness. The body got used to { $drug }.
help_diary = Help them write down each dose, their sleep and how they feel.
help_home = Clear loose rugs. Keep a light on at night.
help_yourself = Look after yourself too. Ask for help when you need it.

## storage
lock_up = Lock { $drug } away.
away_from_children = Keep it where no child or pet can get it.
own_pack = Keep it in its own pack. Keep it dry and cool.
count_tablets = Count the tablets each week. Tell your pharmacist if some are gone.
never_share = Never share or sell it. It can kill someone else.
share_crime = To sell it or give it away is a crime.
no_spares = Do not keep old tablets. Give back what you do not use.
leftovers_ask = Ask your pharmacist how to give back what you do not use.

## overdose
tell_household = Show the rescue card to the people you live with.
od_signs = Signs of too much:
od_sign_wake = You cannot wake the person.
od_sign_breath = The breath is very slow, weak or noisy, or it has stopped.
od_sign_blue = The lips are blue or grey.
od_sign_floppy = The arms and legs are limp. Speech is hard to follow.
od_call = Call { $emergency } at once.
od_call_no_number = Call for an ambulance at once.
od_say = Say what they took, and when. Tell the truth.
od_side = If they breathe but do not wake, turn them on their side. Tilt the head back.
od_no_breath = If they do not breathe, push hard and fast on the chest. The person on the phone will help you.
od_naloxone = Give naloxone if you have it. An opioid may be in their body too.
od_naloxone_why = Naloxone does not work on { $drug }, but it does no harm. You still need the ambulance.
od_stay = Stay with them till help comes.
od_pack = Give the packs to the crew.
od_not_sleep = Do not let them sleep it off.
od_not_vomit = Do not make them throw up.
od_not_drink = Do not give food, coffee or other drinks.
od_not_cold = Do not put them in a cold bath.
od_no_flumazenil = Never give flumazenil. It can cause fits.
od_crew = For the crew: takes { $drug }. Flumazenil can cause seizures.
od_poison = If they are awake and well but took too much, call { $poison }.

## visits
visit_by = Go to your next check by { $date }.
visit_now = Call now to set a day for your check. It is due.
visit_ask = Ask when the next check is due.
visit_bring = Bring this paper and all packs.
visit_questions = Ask: Does it still help? Could I take less? What else could help?
