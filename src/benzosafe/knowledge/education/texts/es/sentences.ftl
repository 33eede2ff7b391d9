# The sentences of leaflets in Spanish. Machine-made translation, no person has checked it. Draft.
# Ids and variables are those of the English original.

## help_now
call_now = Llame ya al { $emergency } si ve una de estas señales:
call_now_no_number = Pida ya una ambulancia si ve una de estas señales:
sign_breath = Respira muy despacio, muy poco o con ruido.
sign_blue = Tiene los labios azules o grises.
sign_wake = Nadie puede despertar a la persona.
sign_fit = Tiene un ataque (el cuerpo se sacude o se pone rígido).
sign_fit_long = Tiene un ataque de 5 minutos o más, o distinto de los otros.
sign_swell = Se le hincha la cara o la garganta.
crisis = Si piensa en quitarse la vida, no se quede a solas. Llame ya a una línea de crisis o al { $emergency }.
crisis_no_number = Si piensa en quitarse la vida, no se quede a solas. Pida a alguien que busque ayuda ya.
crisis_carer = Si la persona habla de quitarse la vida, quédese con ella. Llame ya a una línea de crisis o al { $emergency }.
crisis_carer_no_number = Si la persona habla de quitarse la vida, quédese con ella. Busque ayuda ya.

## before
before_intro = Diga a su médico antes de la primera dosis si algo de esto es cierto:
before_allergy = Ya le sentó mal una medicina como esta.
before_eye = Tiene glaucoma de ángulo cerrado (un mal del ojo).
before_breath = Tiene los pulmones débiles, o deja de respirar al dormir.
before_liver = Su hígado o sus riñones no funcionan bien.
before_mood = Se siente muy triste, o ha pensado en quitarse la vida.
before_use = Bebe mucho alcohol o usa drogas de la calle, ahora o antes.
before_baby = Espera un bebé, quiere tener uno o da el pecho.
you_older = Desde los 65 años, { $drug } se nota más. Usted puede caerse o confundirse.
you_lungs = Cuide mucho sus pulmones y su sueño. Con { $drug } puede respirar más despacio.
you_falls = Usted se ha caído o se ha roto un hueso. Con { $drug } puede caerse más.
you_liver = Su hígado necesita cuidado. El efecto de { $drug } puede durar más en usted.
you_mood = Esté atento a su ánimo. Diga pronto a su médico si se siente triste.

## start
what_for = Usted toma { $drug } para esto: { $reason }.
what_for_ask = Pregunte a su médico para qué es { $drug }. Escríbalo aquí.
what_for_child = Su hijo toma { $drug } para esto: { $reason }.
as_told = Tome { $drug } tal como le dijo su médico.
give_as_told = Dé { $drug } tal como le dijo el médico.
not_more = No tome más. No lo tome más veces.
not_more_child = No dé más. No lo dé más veces.
with_water = Trague la tableta con un poco de agua.
melt = Ponga la tableta en la lengua con las manos secas. Deje que se deshaga.
cut_half = Corte la tableta por la mitad con un cortador. Pida uno en la farmacia.
liquid = Mida las gotas o el jarabe con la jeringa de la farmacia. No use una cuchara.
as_needed = Tómelo solo cuando lo necesite. No tome más de lo que dice la etiqueta.
rescue = Guarde { $rescue } para una emergencia, y úselo como le mostró su médico.
bedtime = Tome { $sleep_drug } justo antes de ir a la cama.
bedtime_hours = Tome { $sleep_drug } solo si puede quedarse en la cama de 7 a 8 horas.
asleep_acts = Con { $sleep_drug }, algunas personas andan, comen o conducen dormidas. Si le pasa, llame a su médico antes de la próxima dosis.
short_use = La mayoría toma { $drug } solo por poco tiempo.
plan_the_end = Pregunte ya cómo lo dejará un día, poco a poco.
show_paper = Muestre esta hoja a cada médico, dentista y farmacéutico.
same_look = Si las tabletas se ven nuevas o raras, pregunte primero en la farmacia.
weight_child = Pregunte en cada visita si la dosis aún es buena para el peso de su hijo.

## interactions
opioid_named = Usted también toma { $opioids }. Junto con { $drug }, puede frenar o parar su respiración.
opioid_naloxone = Pida naloxona para tener en casa. Puede salvarle la vida si un opioide frena su respiración.
sleepy_named = Usted también toma { $sleepy }. Junto con { $drug }, puede darle demasiado sueño.
raisers_named = Usted también toma { $raisers }. Eso puede hacer que { $drug } sea demasiado fuerte.
lowerers_named = Usted también toma { $lowerers }. Eso puede hacer que { $drug } sea demasiado débil.
changers_named = Usted también toma { $changers }. Eso puede cambiar el efecto de { $drug }.
named_keep = No deje ninguno de estos por su cuenta. Pregunte primero a su médico.
no_alcohol = No beba cerveza, vino ni otro alcohol con { $drug }. Podría dejar de respirar.
no_alcohol_other = No dé cerveza, vino ni otro alcohol con { $drug }. Podría parar su respiración.
no_opioids = No mezcle { $drug } con medicinas fuertes para el dolor (opioides) si su médico no lo sabe. Podría dejar de respirar.
no_opioids_other = Diga al médico todas las medicinas fuertes para el dolor (opioides). Con { $drug }, podrían parar la respiración.
no_sleep_aids = No use medicinas para dormir, ni para el resfriado o la alergia que den sueño.
no_sleep_aids_child = No dé medicinas para dormir, ni para el resfriado o la alergia que den sueño.
no_cannabis = No use cannabis (marihuana).
no_herbs = No use kava, valeriana ni otras hierbas para dormir.
no_grapefruit = No coma toronja (pomelo) ni beba su jugo. Puede hacer que { $juice_drug } sea demasiado fuerte.
no_street = Use solo tabletas de la farmacia. Las de la calle pueden tener drogas que matan.
ask_first = Pregunte en la farmacia antes de usar otra tableta, hierba o gotas.

## driving
no_drive_yet = No conduzca hasta saber cómo se siente con { $drug }.
no_drive_change = No conduzca en los primeros días después de subir la dosis.
no_drive_sleepy = No conduzca si siente sueño, mareo o lentitud.
no_drive_alcohol = Nunca conduzca después de beber alcohol.
next_morning = A la mañana siguiente aún puede estar lento.
not_noticed = Tal vez no note que está lento. Pregunte a alguien que le conozca.
machines = Vale lo mismo para bicicletas, escaleras de mano y herramientas con filo.
carer_drive = Ofrézcase a conducir si la persona tiene sueño o está lenta.
law_ask = Pregunte qué dice la ley de donde vive sobre conducir con { $drug }.

## effects
effects_intro = Usted puede notar esto:
effect_sleepy = Siente sueño o cansancio.
effect_dizzy = Siente mareo o las piernas flojas.
effect_memory = Olvida cosas o piensa más despacio.
effect_mood = Puede bajarle el ánimo. Algunas personas se ponen furiosas, inquietas o alteradas.
effect_low = Avise ya a su médico si su ánimo empeora.
effect_fits_drugs = Las medicinas para los ataques hacen que unas pocas personas piensen en quitarse la vida.
get_up_slowly = Levántese despacio. Deje una luz encendida de noche.
effects_tell = Llame a su médico si algo de esto le molesta. No lo deje de golpe.
child_effects_intro = Llame al médico el mismo día si su hijo:
child_wild = Se pone furioso, alterado o llora mucho.
child_sleepy = Tiene demasiado sueño, o cuesta despertarlo.
child_drool = Babea mucho o se atraganta con la comida.
child_worse_fits = Tiene más ataques, o ataques de otro tipo.
child_low = Está triste, o habla de hacerse daño.
child_near_water = Quédese cerca de su hijo junto al agua, las escaleras y las calles.
child_school = Avise en la escuela o la guardería. Deles esta hoja.

## missed
missed_soon = Si olvida una dosis de { $day_drug }, tómela cuando se acuerde.
missed_skip = Si ya falta poco para la próxima dosis, no tome la que olvidó.
missed_night = Si olvidó { $sleep_drug } al acostarse, no lo tome en mitad de la noche.
missed_double = No tome dos dosis a la vez.
missed_days = Si pasó un día entero o más sin tomarlo, llame primero a su médico.
missed_soon_child = Si olvida una dosis, dela cuando se acuerde.
missed_skip_child = Si ya falta poco para la próxima dosis, no dé la que olvidó.
missed_double_child = No dé dos dosis a la vez.
missed_days_child = Si su hijo pasó un día entero o más sin tomarlo, llame primero al médico.

## long_use
used_to = Con el tiempo, el cuerpo se acostumbra a { $drug }.
used_to_soon = Esto puede empezar en días o semanas, aunque lo tome tal como le dijeron.
used_name = El nombre de esto es dependencia. No es culpa de nadie, y no es adicción.
less_help = Con el tiempo, puede ayudarle menos.
less_help_fits = Con el tiempo, puede servir menos. Llame al médico si vuelven los ataques.
want_more = Algunas personas empiezan a querer más y más. Esto puede llevar a la adicción, y demasiado puede matar.
want_more_tell = Diga a su médico si se siente así. Hay ayuda para usted.
still_need = Pregunte en cada visita si aún lo necesita.

## stop
never_sudden = Nunca deje { $drug } de golpe.
never_sudden_why = Dejarlo de golpe puede causar ataques que matan.
go_slow = Su médico puede ayudarle a tomar menos, paso a paso.
ask_any_time = Usted puede pedir tomar menos en cualquier momento.
more_in_time = Pida más una semana antes de que se acabe.
ran_out = Si ya se acabó, llame a su médico o a la farmacia el mismo día.
wd_intro = Si la dosis baja demasiado rápido, usted puede notar esto:
wd_intro_other = Si la dosis baja demasiado rápido, usted puede ver esto:
wd_fear = Miedo, pánico o mal humor.
wd_sleep = Mal sueño o pesadillas.
wd_shake = Temblor, sudor o el corazón muy rápido.
wd_sore = Dolor de cabeza, o músculos tensos y con dolor.
wd_senses = La luz, el ruido o el tacto molestan mucho.
wd_do = Llame a su médico si se siente así. No tome tabletas de más.
wd_do_other = Llame al médico si ve esto. No dé tabletas de más.
wd_long = En algunas personas dura semanas o meses. En unas pocas dura más de un año.
wd_urgent = Llame ya al { $emergency } si pasa algo de esto:
wd_urgent_no_number = Pida ya una ambulancia si pasa algo de esto:
wd_fit = Un ataque.
wd_fit_more = Más ataques que antes, o un ataque de 5 minutos o más.
wd_see = Ver u oír cosas que no están ahí.
wd_mixed_up = Estar muy confuso, con o sin fiebre.
wd_harm = Pensar en quitarse la vida.

## taper
plan_goal_stop = La meta de este plan es dejar { $drug } poco a poco.
plan_goal_less = La meta de este plan es tomar menos { $drug }, y luego seguir así.
plan_change = Primero cambia de { $old } a { $new }, poco a poco. Tome los dos como dice el plan.
plan_faster = Este plan baja más rápido que otros. { $by } lo eligió con cuidado. Llame pronto si le cuesta.
plan_minds = Llame a su médico antes del paso del { $date }. Ese paso necesita el sí de su médico.
plan_not_faster = No vaya más rápido que el plan.
plan_no_skip = Tome la misma dosis cada día de un paso. No se salte ningún día.
plan_hard = Si un paso le cuesta demasiado, llame a su médico. Siga con esa dosis hasta que hablen.
plan_hard_other = Si un paso cuesta demasiado, llame al médico. Que siga con esa dosis hasta que hablen.
plan_slower = Está bien ir más despacio.
plan_diary = Anote cada dosis, cómo duerme y cómo se siente.

## pregnancy
preg_now = Usted espera un bebé. Llame a su médico esta semana para hablar de { $drug }.
preg_tell = Diga ya a su médico si cree que espera un bebé o quiere tener uno.
preg_no_stop = No lo deje por su cuenta. Dejarlo de golpe puede dañar a usted y al bebé.
preg_late = Cerca del parto, { $drug } puede hacer que el bebé tenga sueño, esté flojo o respire despacio.
preg_birth = Diga al equipo del parto que toma { $drug }.
preg_pill = Clobazam puede hacer que la píldora para no tener hijos sirva menos. Pregunte qué más puede usar.
feed_ask = Pregunte a su médico antes de dar el pecho.
feed_watch = Si da el pecho, busque ayuda si el bebé tiene mucho sueño o no quiere comer.

## watch
watch_intro = Llame a su médico el mismo día si ve algo de esto:
watch_sleepy = Duerme mucho más, o cuesta despertarle.
watch_speech = Cuesta entender lo que dice.
watch_walk = Se tambalea al andar, o se cae.
watch_mixed_up = Parece estar confuso, u olvida mucho.
watch_mood = Está muy triste, con enojo o con miedo.
watch_out_early = Las tabletas se acaban antes de tiempo. Pregunte con cariño. Puede haber una razón sencilla.
help_never_hide = No esconda ni quite las tabletas. Dejarlas de golpe puede matar.
help_no_push = No le pida ir más rápido. Un mal día no es su culpa.
help_no_blame = No es una debilidad. El cuerpo se acostumbró a { $drug }.
help_diary = Ayúdele a anotar cada dosis, cómo duerme y cómo se siente.
help_home = Quite las alfombras sueltas. Deje una luz encendida de noche.
help_yourself = Cuídese usted también. Pida ayuda cuando la necesite.

## storage
lock_up = Guarde { $drug } bajo llave.
away_from_children = Póngalo donde ningún niño ni animal lo alcance.
own_pack = Déjelo en su caja. Guárdelo seco y fresco.
count_tablets = Cuente las tabletas cada semana. Avise en la farmacia si faltan.
never_share = Nunca lo comparta ni lo venda. Puede matar a otra persona.
share_crime = Venderlo o regalarlo es un delito.
no_spares = No guarde tabletas viejas. Devuelva lo que no usa.
leftovers_ask = Pregunte en la farmacia cómo devolver lo que no usa.

## overdose
tell_household = Muestre la hoja de rescate a quienes viven con usted.
od_signs = Señales de haber tomado demasiado:
od_sign_wake = Nadie puede despertar a la persona.
od_sign_breath = Respira muy despacio, muy poco o con ruido, o no respira.
od_sign_blue = Tiene los labios azules o grises.
od_sign_floppy = Tiene los brazos y las piernas flojos. Cuesta entender lo que dice.
od_call = Llame ya al { $emergency }.
od_call_no_number = Pida ya una ambulancia.
od_say = Diga qué tomó y cuándo. Diga la verdad.
od_side = Si respira pero no despierta, póngala de lado. Incline su cabeza hacia atrás.
od_no_breath = Si no respira, empuje fuerte y rápido en el pecho. La persona del teléfono le ayuda.
od_naloxone = Dé naloxona si la tiene. También puede haber un opioide en su cuerpo.
od_naloxone_why = La naloxona no actúa contra { $drug }, pero no hace daño. Aun así necesita la ambulancia.
od_stay = Quédese con la persona hasta que llegue la ayuda.
od_pack = Dé las cajas a los de la ambulancia.
od_not_sleep = No deje que duerma hasta que se le pase.
od_not_vomit = No le haga vomitar.
od_not_drink = No le dé comida, café ni otras bebidas.
od_not_cold = No le meta en un baño frío.
od_no_flumazenil = Nunca dé flumazenilo. Puede causar ataques.
od_crew = Para la ambulancia: toma { $drug }. El flumazenilo puede causar convulsiones.
od_poison = Si está despierta y bien, pero tomó demasiado, llame al { $poison }.

## visits
visit_by = Vaya a su próxima cita antes de esta fecha: { $date }.
visit_now = Llame ya para fijar un día para su cita. Ya toca.
visit_ask = Pregunte cuándo toca la próxima cita.
visit_bring = Traiga esta hoja y todas las cajas.
visit_questions = Pregunte: ¿Aún me ayuda? ¿Podría tomar menos? ¿Qué más podría ayudarme?
