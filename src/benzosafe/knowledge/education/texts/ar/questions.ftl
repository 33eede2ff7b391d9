# Questions to teach back with, in Arabic. Machine-made translation, no person has checked it. Draft.
quiz_title = { $drug }: قل ذلك بكلماتك
quiz_intro = هذا ليس امتحانًا لك. هذا يبين هل شرحنا جيدًا.
quiz_listen = الجواب الصحيح يقول:
ask_what_for = لماذا تأخذه؟
ask_what_for_child = لماذا يأخذه طفلك؟
ask_dose_today = كم الجرعة اليوم، ومتى؟
ask_mix = ماذا يجب ألا تأخذ معه؟
ask_missed = ماذا تفعل إذا نسيت جرعة؟
ask_missed_child = ماذا تفعل إذا نسيت جرعة؟
ask_stop = ماذا قد يحدث بعد تركه فجأة؟
ask_hard_step = ماذا تفعل إذا كانت الخطوة صعبة جدًا؟
ask_driving = متى يجب ألا تقود؟
ask_danger = ما علامات الجرعة الزائدة، وماذا تفعل عندها؟
ask_not_to_do = ماذا يجب ألا تفعل أبدًا عند المساعدة؟
ask_keep = أين تحفظه، ومن يمكنه أن يأخذه؟
