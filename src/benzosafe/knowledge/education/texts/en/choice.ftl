# The words of a choice made together, in English, the original. The numbers are in education/figures.yaml.
choice_intro = No choice is right for all. Think about what matters most to you.
choice_keep = You can keep the dose as it is for now, and look at it again at the next visit.
choice_less = You can take less, step by step, at a pace that you can bear.
choice_other = You can try other help, such as talk therapy, as well.
choice_no_sudden = To stop all at once is not a safe choice.
choice_ask = Tell your doctor what you hope for and what you fear.
choice_benefit = What it may do for you
choice_harm = What harm it may do
choice_stopping = What happens when people take less or stop
choice_none = We have no good numbers for someone like you. Ask your doctor.
choice_line = { $group }: { $count } of { $of } people { $outcome }.
choice_more = { $group }: { $count } more of { $of } people { $outcome } than with { $comparator }.
choice_time = Counted over { $time }.
choice_who = Counted in { $population }.
choice_sure_high = We are sure of this number.
choice_sure_moderate = We are fairly sure of this number.
choice_sure_low = We are not very sure of this number.
choice_sure_very_low = We are not sure of this number at all.
choice_gap_title = What no one knows yet
choice_key_with = with it
choice_key_other = not
time_d = { $count ->
    [one] 1 day
   *[other] { $count } days
}
time_wk = { $count ->
    [one] 1 week
   *[other] { $count } weeks
}
time_mo = { $count ->
    [one] 1 month
   *[other] { $count } months
}
time_a = { $count ->
    [one] 1 year
   *[other] { $count } years
}
time_range = { $low } to { $high }
