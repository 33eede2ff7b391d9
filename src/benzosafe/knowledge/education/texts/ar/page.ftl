# Headings, doses, dates and other words of the page in Arabic. Machine-made translation, no person has checked it. Draft.

## titles
title_patient = { $drug }: كيف تأخذه بأمان
title_caregiver = { $drug }: كيف يمكنك أن تساعد
title_child_carer = { $drug }: كيف تعطيه لطفلك بأمان
title_card = بطاقة إنقاذ: جرعة زائدة من { $drug }
title_choice = { $drug }: ماذا يمكنني أن أختار؟
for_patient = إلى: { $patient }
made_on = كُتبت في { $date }
released_by = راجعها فريق رعايتك من أجلك: { $by }، { $date }.
not_released = ليست للمريض بعد. الأجزاء المعلَّمة تنتظر الطبيب.
general_only = هذه حقائق لكل من يأخذه. هذه الورقة لا تعرف جرعتك ولا خطتك.
held_back = سيتحدث معك فريق رعايتك عن الباقي.
draft_note = مسودة. لم يراجع طبيب هذه الكلمات بعد. اسأل فريق رعايتك إذا لم يكن شيء واضحًا.
machine_note = ترجمت آلة هذه الورقة. لم يراجعها إنسان. اطلب شخصًا يتكلم لغتك.
no_change_note = هذه الورقة لا تغير جرعتك. طبيبك وحده يستطيع ذلك.
sources_title = المصادر
source_note = لكل جملة مصدر.
picture = صورة
qr_label = هذا الرمز يحمل أهم النقاط كنص.

## headings
topic_help_now = اطلب المساعدة الآن
topic_before = هل يناسبك؟
topic_start = كيف تأخذه
topic_interactions = ماذا لا تخلط معه
topic_driving = القيادة
topic_effects = ماذا قد تلاحظ
topic_missed = إذا نسيت جرعة
topic_long_use = إذا أخذته مدة طويلة
topic_stop = لا تتركه فجأة أبدًا
topic_taper = خطتك لتأخذ أقل
topic_pregnancy = الحمل والطفل
topic_watch = كيف يمكنك أن تساعد
topic_storage = احفظه بأمان
topic_overdose = بطاقة الإنقاذ
topic_visits = ماذا بعد ذلك
topic_contacts = بمن تتصل
topic_choice = ماذا يمكنني أن أختار؟
today_title = اليوم
steps_title = الخطوات التالية
do_not_title = لا تفعل هذا:
law_title = القانون حيث تعيش: { $country }
returns_title = أعد ما لا تستعمله
reports_title = أبلغ عن الآثار السيئة

## doses
from_to = من { $from } إلى { $to }
from_on = من { $from }
until = حتى { $to }
drug_dose = { $drug }:
form_tablet = { $count ->
    [one] قرص
    [two] قرصان
    [few] أقراص
   *[other] قرصًا
}
form_melt = { $count ->
    [one] قرص ذائب
    [two] قرصان ذائبان
    [few] أقراص ذائبة
   *[other] قرصًا ذائبًا
}
form_capsule = { $count ->
    [one] كبسولة
    [two] كبسولتان
    [few] كبسولات
   *[other] كبسولة
}
amount_half = نصف { $form } من { $strength } ملغ
amount_whole = { $count } { $form } من { $strength } ملغ
amount_whole_half = { $count } { $kind ->
    [melt] { $count ->
        [one] قرص ذائب ونصف
        [two] قرصان ذائبان ونصف
        [few] أقراص ذائبة ونصف
       *[other] قرصًا ذائبًا ونصف
    }
    [capsule] { $count ->
        [one] كبسولة ونصف
        [two] كبسولتان ونصف
        [few] كبسولات ونصف
       *[other] كبسولة ونصف
    }
   *[tablet] { $count ->
        [one] قرص ونصف
        [two] قرصان ونصف
        [few] أقراص ونصف
       *[other] قرصًا ونصف
    }
} من { $strength } ملغ
amount_ml = { $ml } مل من السائل الذي فيه { $strength } ملغ في 1 مل
amount_mg = { $mg } ملغ
dose_at = { $part }، { $time }: { $amount }
dose_times = { $amount }، { $times ->
    [one] مرة واحدة في اليوم
    [two] مرتين (2) في اليوم
    [few] { $times } مرات في اليوم
   *[other] { $times } مرة في اليوم
}
dose_needed = { $amount }، فقط عندما تحتاج إليه
dose_needed_most = { $amount }، فقط عندما تحتاج إليه، وليس أكثر من { $times ->
    [one] مرة واحدة في اليوم
    [two] مرتين (2) في اليوم
    [few] { $times } مرات في اليوم
   *[other] { $times } مرة في اليوم
}
dose_total = المجموع { $mg } ملغ في اليوم
dose_none = لا شيء. لا تأخذه.
dose_mg_ask = اسأل الصيدلي كم قرصًا هذا.
dose_ml_ask = اسأل الصيدلي كم مل هذا.
dose_ask = جرعتك ليست على هذه الورقة. انظر إلى العلبة، أو اسأل الصيدلي.
plan_ends = تنتهي الخطة في { $date }.
plan_more = { $count ->
    [one] تأتي بعدها خطوة واحدة. تجدها في تقويمك.
    [two] تأتي بعدها خطوتان (2). تجدهما في تقويمك.
    [few] تأتي بعدها { $count } خطوات. تجدها في تقويمك.
   *[other] تأتي بعدها { $count } خطوة. تجدها في تقويمك.
}
plan_begins = تبدأ خطتك في { $date }. حتى ذلك اليوم خذ مثل الآن.
plan_over = انتهت خطتك في { $date }.
part_night = الليل
part_morning = الصباح
part_midday = الظهر
part_afternoon = بعد الظهر
part_evening = المساء
part_bedtime = وقت النوم

## reasons
reason_panic_disorder = نوبات الهلع
reason_anxiety_disorder = الخوف والقلق
reason_generalised_anxiety_disorder = الخوف والقلق
reason_social_anxiety_disorder = الخوف من وجود الناس
reason_phobia = خوف شديد
reason_insomnia = النوم السيئ
reason_epilepsy = نوبات التشنج
reason_seizure_history = نوبات التشنج
reason_seizure_cluster = نوبات التشنج
reason_status_epilepticus = نوبات التشنج
reason_muscle_spasm = العضلات المشدودة
reason_spasticity = العضلات المشدودة
reason_movement_disorder = حركات لا يمكن التحكم بها
reason_restless_legs = الساقان غير المستريحتين
reason_alcohol_withdrawal = ترك الكحول
reason_procedural_sedation = فحص أو عملية

## contacts
contact_emergency = حياة في خطر
contact_poison = أخذ أكثر من اللازم وما زال مستيقظًا
contact_crisis = التفكير في إنهاء الحياة
contact_health_advice = نصائح صحية
contact_substance_use = المساعدة مع الكحول أو المخدرات
call_it = اتصل بالرقم { $number }
text_it = أرسل رسالة إلى { $number }
text_word = أرسل { $word } إلى { $number }
always_open = ليلًا ونهارًا
where_only = { $where }
not_where = ليس في { $where }
contacts_none = لا نعرف رقمًا حيث تعيش. اسأل فريق رعايتك واكتبه هنا.
contacts_missing = ليس عندنا هنا رقم من أجل: { $topics }. اسأل فريق رعايتك.
by_limit = { $drug }: { $limit } ميكروغرام في لتر من الدم
limits_intro = الحدود في الدم:
report_call = أبلغ عن الآثار السيئة: { $scheme }، اتصل بالرقم { $number }.
report_page = أبلغ عن الآثار السيئة: { $scheme }، { $page }
