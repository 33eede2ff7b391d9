# Questions to teach back with, in Spanish. Machine-made translation, no person has checked it. Draft.
quiz_title = { $drug }: dígalo con sus palabras
quiz_intro = Esto no es un examen para usted. Muestra si lo hemos explicado bien.
quiz_listen = Una buena respuesta dice:
ask_what_for = ¿Para qué lo toma?
ask_what_for_child = ¿Para qué lo toma su hijo?
ask_dose_today = ¿Cuánto se toma hoy, y cuándo?
ask_mix = ¿Qué no debe tomar junto con esto?
ask_missed = ¿Qué hará si olvida una dosis?
ask_missed_child = ¿Qué hará si olvida una dosis?
ask_stop = ¿Qué puede pasar si se deja de golpe?
ask_hard_step = ¿Qué hará si un paso le cuesta demasiado?
ask_driving = ¿Cuándo no debe conducir?
ask_danger = ¿Cuáles son las señales de haber tomado demasiado, y qué se hace entonces?
ask_not_to_do = ¿Qué no debe hacer nunca para ayudar?
ask_keep = ¿Dónde lo guarda, y quién puede tomarlo?
