# The words of a choice made together, in Arabic. Machine-made translation, no person has checked it. Draft.
choice_intro = لا يوجد خيار مناسب للجميع. فكر فيما يهمك أكثر.
choice_keep = يمكنك أن تبقى على الجرعة كما هي الآن، وتنظر فيها من جديد في الزيارة القادمة.
choice_less = يمكنك أن تأخذ أقل، خطوة بعد خطوة، بسرعة تتحملها.
choice_other = يمكنك أن تجرب مساعدة أخرى أيضًا، مثل العلاج بالكلام.
choice_no_sudden = تركه فجأة ليس خيارًا آمنًا.
choice_ask = قل لطبيبك ماذا تأمل وماذا تخاف.
choice_benefit = ماذا قد يفعل من أجلك
choice_harm = أي ضرر قد يسببه
choice_stopping = ماذا يحدث عندما يأخذ الناس أقل أو يتركونه
choice_none = ليس عندنا أرقام جيدة لشخص مثلك. اسأل طبيبك.
choice_line = { $group }: { $count } من { $of } شخص { $outcome }.
choice_more = { $group }: يزيد عدد الذين { $outcome } بمقدار { $count } من { $of } شخص مقارنة بما يلي: { $comparator }.
choice_time = المدة: { $time }.
choice_who = المجموعة: { $population }.
choice_sure_high = نحن متأكدون من هذا العدد.
choice_sure_moderate = نحن متأكدون إلى حد كبير من هذا العدد.
choice_sure_low = لسنا متأكدين كثيرًا من هذا العدد.
choice_sure_very_low = لسنا متأكدين أبدًا من هذا العدد.
choice_gap_title = ما لا يعرفه أحد بعد
choice_key_with = معه
choice_key_other = لا
time_d = { $count ->
    [one] يوم واحد (1)
    [two] يومان (2)
    [few] { $count } أيام
   *[other] { $count } يومًا
}
time_wk = { $count ->
    [one] أسبوع واحد (1)
    [two] أسبوعان (2)
    [few] { $count } أسابيع
   *[other] { $count } أسبوعًا
}
time_mo = { $count ->
    [one] شهر واحد (1)
    [two] شهران (2)
    [few] { $count } أشهر
   *[other] { $count } شهرًا
}
time_a = { $count ->
    [one] سنة واحدة (1)
    [two] سنتان (2)
    [few] { $count } سنوات
   *[other] { $count } سنة
}
time_range = { $low } إلى { $high }
