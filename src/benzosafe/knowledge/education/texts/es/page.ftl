# Headings, doses, dates and other words of the page in Spanish. Machine-made translation, no person has checked it. Draft.

## titles
title_patient = { $drug }: cómo tomarlo con seguridad
title_caregiver = { $drug }: cómo puede ayudar usted
title_child_carer = { $drug }: cómo darlo a su hijo con seguridad
title_card = Hoja de rescate: demasiado { $drug }
title_choice = { $drug }: ¿qué puedo elegir?
for_patient = Para: { $patient }
made_on = Hecho el { $date }
released_by = Su equipo médico lo ha revisado para usted: { $by }, { $date }.
not_released = Aún no es para el paciente. Las partes marcadas esperan al médico.
general_only = Esto vale para todos los que lo toman. Esta hoja no conoce su dosis ni su plan.
held_back = Su equipo médico hablará con usted de lo demás.
draft_note = Borrador. Ningún médico ha revisado aún estas palabras. Pregunte a su equipo médico si algo no está claro.
machine_note = Una máquina tradujo esta hoja. Ninguna persona la ha revisado. Pida hablar con alguien que hable su idioma.
no_change_note = Esta hoja no cambia su dosis. Solo su médico puede hacerlo.
sources_title = Fuentes
source_note = Cada frase tiene una fuente.
picture = Dibujo
qr_label = Este código guarda lo más importante como texto.

## headings
topic_help_now = Busque ayuda ya
topic_before = ¿Es bueno para usted?
topic_start = Cómo tomarlo
topic_interactions = Qué no debe mezclar
topic_driving = Conducir
topic_effects = Qué puede notar
topic_missed = Si olvida una dosis
topic_long_use = Si lo toma por mucho tiempo
topic_stop = Nunca lo deje de golpe
topic_taper = Su plan para tomar menos
topic_pregnancy = Tener un bebé
topic_watch = Cómo puede ayudar usted
topic_storage = Guárdelo bien
topic_overdose = Hoja de rescate
topic_visits = Qué viene después
topic_contacts = A quién llamar
topic_choice = ¿Qué puedo elegir?
today_title = Hoy
steps_title = Próximos pasos
do_not_title = No haga esto:
law_title = La ley donde vive: { $country }
returns_title = Devuelva lo que no usa
reports_title = Avise de los malos efectos

## doses
from_to = De { $from } a { $to }
from_on = Desde { $from }
until = Hasta { $to }
drug_dose = { $drug }:
form_tablet = { $count ->
    [one] tableta
   *[other] tabletas
}
form_melt = { $count ->
    [one] tableta que se deshace
   *[other] tabletas que se deshacen
}
form_capsule = { $count ->
    [one] cápsula
   *[other] cápsulas
}
amount_half = la mitad de una { $form } de { $strength } mg
amount_whole = { $count } { $form } de { $strength } mg
amount_whole_half = { $count } { $kind ->
    [melt] { $count ->
        [one] tableta y media que se deshacen
       *[other] tabletas y media que se deshacen
    }
    [capsule] { $count ->
        [one] cápsula y media
       *[other] cápsulas y media
    }
   *[tablet] { $count ->
        [one] tableta y media
       *[other] tabletas y media
    }
} de { $strength } mg
amount_ml = { $ml } mL del líquido con { $strength } mg en 1 mL
amount_mg = { $mg } mg
dose_at = { $part }, { $time }: { $amount }
dose_times = { $amount }, { $times ->
    [one] una vez al día
    [2] 2 veces al día
   *[other] { $times } veces al día
}
dose_needed = { $amount }, solo cuando lo necesite
dose_needed_most = { $amount }, solo cuando lo necesite, y no más de { $times ->
    [one] una vez al día
   *[other] { $times } veces al día
}
dose_total = En total { $mg } mg al día
dose_none = Nada. No lo toma.
dose_mg_ask = Pregunte en la farmacia cuántas tabletas son.
dose_ml_ask = Pregunte en la farmacia cuántos mL son.
dose_ask = Su dosis no está en esta hoja. Mire la etiqueta, o pregunte en la farmacia.
plan_ends = El plan termina el { $date }.
plan_more = { $count ->
    [one] Después viene un paso más. Está en su calendario.
   *[other] Después vienen { $count } pasos más. Están en su calendario.
}
plan_begins = Su plan empieza el { $date }. Hasta entonces, tome lo mismo que ahora.
plan_over = Su plan terminó el { $date }.
part_night = Noche
part_morning = Mañana
part_midday = Mediodía
part_afternoon = Tarde
part_evening = Al anochecer
part_bedtime = Al acostarse

## reasons
reason_panic_disorder = ataques de pánico
reason_anxiety_disorder = miedo y preocupación
reason_generalised_anxiety_disorder = miedo y preocupación
reason_social_anxiety_disorder = miedo a estar con gente
reason_phobia = mucho miedo
reason_insomnia = mal sueño
reason_epilepsy = ataques (convulsiones)
reason_seizure_history = ataques (convulsiones)
reason_seizure_cluster = ataques (convulsiones)
reason_status_epilepticus = ataques (convulsiones)
reason_muscle_spasm = músculos tensos
reason_spasticity = músculos tensos
reason_movement_disorder = movimientos que no puede controlar
reason_restless_legs = piernas inquietas
reason_alcohol_withdrawal = dejar el alcohol
reason_procedural_sedation = una prueba o una operación

## contacts
contact_emergency = Una vida en peligro
contact_poison = Tomó demasiado, aún despierto
contact_crisis = Pensar en quitarse la vida
contact_health_advice = Consejos de salud
contact_substance_use = Ayuda con el alcohol o las drogas
call_it = Llame al { $number }
text_it = Mande un mensaje al { $number }
text_word = Mande { $word } al { $number }
always_open = De día y de noche
where_only = { $where }
not_where = No en { $where }
contacts_none = No sabemos ningún número para donde vive. Pregunte a su equipo médico y escríbalo aquí.
contacts_missing = Aquí no tenemos número para esto: { $topics }. Pregunte a su equipo médico.
by_limit = { $drug }: { $limit } microgramos en un litro de sangre
limits_intro = Límites en la sangre:
report_call = Avise de los malos efectos: { $scheme }, llame al { $number }.
report_page = Avise de los malos efectos: { $scheme }, { $page }
