# The words of a choice made together, in Spanish. Machine-made translation, no person has checked it. Draft.
choice_intro = Ninguna opción es buena para todos. Piense en lo que más le importa.
choice_keep = Puede seguir con la dosis de ahora, y verla otra vez en la próxima visita.
choice_less = Puede tomar menos, paso a paso, a un ritmo que pueda llevar.
choice_other = También puede probar otra ayuda, como la terapia hablada.
choice_no_sudden = Dejarlo de golpe no es una opción segura.
choice_ask = Diga a su médico qué espera y qué teme.
choice_benefit = Qué puede hacer por usted
choice_harm = Qué daño puede hacer
choice_stopping = Qué pasa cuando la gente toma menos o lo deja
choice_none = No tenemos buenos números para alguien como usted. Pregunte a su médico.
choice_line = { $group }: { $count } de { $of } personas { $outcome }.
choice_more = { $group }: { $count } personas más de { $of } { $outcome } que con esto: { $comparator }.
choice_time = Contado durante { $time }.
choice_who = Contado en este grupo: { $population }.
choice_sure_high = Este número es seguro.
choice_sure_moderate = Este número es bastante seguro.
choice_sure_low = Este número no es muy seguro.
choice_sure_very_low = Este número no es nada seguro.
choice_gap_title = Lo que nadie sabe aún
choice_key_with = con esto
choice_key_other = no
time_d = { $count ->
    [one] 1 día
   *[other] { $count } días
}
time_wk = { $count ->
    [one] 1 semana
   *[other] { $count } semanas
}
time_mo = { $count ->
    [one] 1 mes
   *[other] { $count } meses
}
time_a = { $count ->
    [one] 1 año
   *[other] { $count } años
}
time_range = { $low } a { $high }
