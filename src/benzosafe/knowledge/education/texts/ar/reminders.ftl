# Short messages (SMS) and the words of the text for reading aloud, in Arabic. Machine-made translation, no person has checked it. Draft.
sms_eve = غدًا تبدأ خطوة جديدة من خطتك. انظر إليها الليلة. صعب؟ اتصل بطبيبك أولًا.
sms_step = خطوة جديدة اليوم. خذ الجرعة نفسها كل يوم. صعب؟ اتصل بطبيبك.
sms_mind = اتصل بطبيبك قبل { $date }. الخطوة التالية تحتاج إلى موافقته.
sms_last = اليوم تبدأ آخر خطوة من خطتك. اتصل بطبيبك إذا ساء حالك.
sms_visit = موعد فحصك القادم قبل { $date }. اتصل لتحديد يوم.
sms_visit_now = حان موعد الفحص. اتصل لتحديد يوم.
audio_part = الجزء { $number } من { $count }. { $title }.
audio_end = هذه هي النهاية.
# The units as they are written in amount_* and dose_total, and as they are read aloud.
unit_mg = ملغ
unit_mg_aloud = مليغرام
unit_ml = مل
unit_ml_aloud = مليلتر
