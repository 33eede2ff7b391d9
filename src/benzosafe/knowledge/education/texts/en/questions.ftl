# Questions to teach back with, in English, the original.
quiz_title = { $drug }: say it back in your own words
quiz_intro = This is no test of you. It shows if we have explained it well.
quiz_listen = A right answer says:
ask_what_for = What do you take it for?
ask_what_for_child = What does your child take it for?
ask_dose_today = How much do you take today, and when?
ask_mix = What must you not take with it?
ask_missed = What will you do if you miss a dose?
ask_missed_child = What will you do if you forget a dose?
ask_stop = What could happen after a sudden stop?
ask_hard_step = What will you do if a step feels too hard?
ask_driving = When should you not drive?
ask_danger = What are the signs of too much, and what do you do then?
ask_not_to_do = What should you never do to help?
ask_keep = Where do you keep it, and who may take it?
