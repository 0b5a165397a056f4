"""What the made-up customers say, by language: questions, anger, thanks, reactions, private words. Data only.

`{order}` is an order number, `{flight}` a flight number, `{city}` a place.
"""

CITIES: dict[str, tuple[str, ...]] = {
    "en": ("Oslo", "Lisbon", "Berlin", "Lagos", "Leeds", "Austin"),
    "es": ("Sevilla", "Bogotá", "Rosario", "Lisboa"),
    "pt": ("Lisboa", "Recife", "São Paulo", "Oslo"),
    "de": ("Berlin", "Leipzig", "Graz", "Lissabon"),
    "fr": ("Lyon", "Nantes", "Lisbonne", "Berlin"),
    "ja": ("大阪", "札幌", "リスボン", "ベルリン"),
    "ar": ("عمّان", "الرباط", "لشبونة", "برلين"),
    "hi": ("पुणे", "जयपुर", "लिस्बन", "बर्लिन"),
}

MENTIONS: dict[str, tuple[str, ...]] = {
    "en": (
        "My bag did not arrive with {flight}. Order {order}. Who do I talk to?",
        "Charged twice for order {order} & nobody answers the phone 😡😡",
        "Is {flight} to {city} still on time? The app shows nothing",
        "Thank you to the crew of {flight}, you were wonderful with my dad ❤️",
        "third time this month {flight} is late. THIRD. this is a joke",
        "how do i change the name on a booking? code {order}, typo in my surname",
        "Your check-in page says <error 500> since this morning, is it just me?",
    ),
    "es": (
        "Mi maleta no llegó en el vuelo {flight}. Pedido {order}. ¿Con quién hablo?",
        "Llevo dos horas esperando en {city} y nadie informa de nada 😤",
        "¡Gracias! El cambio de asiento fue rapidísimo 🙌 pedido {order}",
        "¿Puedo llevar la guitarra como equipaje de mano en el {flight}?",
    ),
    "pt": (
        "Cobraram duas vezes o pedido {order} e ninguém responde. Que descaso!",
        "O voo {flight} para {city} ainda sai hoje? O painel não mostra nada",
        "Parabéns à equipa do {flight}, viagem impecável 👏",
        "Como peço a fatura da reserva {order}?",
    ),
    "de": (
        "Koffer aus {flight} ist nicht angekommen, Auftrag {order}. Wer hilft mir weiter?",
        "Seit 40 Minuten in der Warteschleife. Geht's noch?",
        "Kann ich auf {flight} noch einen größeren Koffer dazubuchen? Grüße aus {city}",
        "Super Service heute, danke für die schnelle Umbuchung! 👍",
    ),
    "fr": (
        "Ma valise n'est pas arrivée avec le vol {flight}, commande {order}. Que faire ?",
        "Débité deux fois pour la commande {order}, c'est inadmissible 😠",
        "Merci à l'équipage du {flight}, un accueil en or ✨",
        "Le vol pour {city} est-il maintenu malgré la grève ?",
    ),
    "ja": (
        "{flight}便の荷物が届きません。注文番号は{order}です。どこに連絡すればいいですか？",
        "アプリで座席変更ができないのですが、不具合でしょうか😢",
        "{flight}便の乗務員の皆さん、とても親切でした。ありがとうございます🙏",
    ),
    "ar": (
        "لم تصل حقيبتي على الرحلة {flight}، رقم الطلب {order}. مع من أتواصل؟",
        "تم خصم المبلغ مرتين للطلب {order} ولا أحد يرد 😡",
        "شكراً لطاقم الرحلة {flight}، خدمة رائعة 🌹",
    ),
    "hi": (
        "{flight} में मेरा बैग नहीं आया। ऑर्डर {order}। किससे बात करूँ?",
        "ऑर्डर {order} के लिए दो बार पैसे कट गए, कोई जवाब नहीं दे रहा 😠",
        "{flight} की टीम को धन्यवाद, बहुत अच्छी यात्रा रही 🙏",
    ),
}

LONG: dict[str, tuple[str, ...]] = {
    "en": (
        (
            "Let me tell the whole story, because three different agents have now asked me to start again. I"
            " booked {order} for two, paid for both seats, and at the gate in {city} we were told that only one"
            " of them exists. The desk sent us to another desk, that desk sent us back, and in the end we bought"
            " a third ticket at the counter just to get home on {flight}. I have all three receipts. I would"
            " like the money for the ticket that never was, and an answer in writing please."
        ),
    ),
    "de": (
        (
            "Auf {flight} gab es weder Wasser noch eine Durchsage, und das bei zwei Stunden auf dem Rollfeld in"
            " {city}. Ich habe Verständnis für Wetter, aber nicht für Schweigen. Auftrag {order}, drei Personen,"
            " davon ein Kind von vier Jahren. Bitte nicht den Standardtext schicken, den kenne ich schon"
            " auswendig. Ich möchte wissen, wer entscheidet, wann Wasser verteilt wird, und was Sie beim"
            " nächsten Mal anders machen."
        ),
    ),
    "es": (
        (
            "Reservé {order} para dos personas y pagué los dos asientos. En la puerta de {city} nos dijeron que"
            " solo existía uno. Un mostrador nos mandó a otro, el otro de vuelta al primero, y al final"
            " compramos un tercer billete para volver en el {flight}. Tengo los tres recibos. Quiero que me"
            " devuelvan el dinero del billete que nunca existió y una respuesta por escrito, no otra llamada en"
            " espera."
        ),
    ),
    "pt": (
        (
            "Fiz a reserva {order} para duas pessoas e paguei os dois lugares. Na porta de embarque em {city}"
            " disseram que só havia um. Um balcão mandou-nos para outro, o outro de volta ao primeiro, e no fim"
            " comprámos um terceiro bilhete para voltar no {flight}. Tenho os três recibos. Quero o dinheiro do"
            " bilhete que nunca existiu e uma resposta por escrito, não mais uma hora ao telefone."
        ),
    ),
    "fr": (
        (
            "J'ai réservé {order} pour deux personnes et payé les deux places. À la porte d'embarquement, à"
            " {city}, on nous a dit qu'il n'y en avait qu'une. Un guichet nous a envoyés à un autre, l'autre"
            " nous a renvoyés au premier, et nous avons fini par acheter un troisième billet pour rentrer avec"
            " le {flight}. J'ai les trois reçus. Je demande le remboursement du billet qui n'a jamais existé, et"
            " une réponse par écrit."
        ),
    ),
    "ja": (
        (
            "注文{order}で二人分の座席を予約し、料金も二人分支払いました。ところが{city}の搭乗口で、席は一つしかないと言われました。"
            "窓口を三か所回され、誰も答えを持っておらず、結局その場で三枚目の航空券を買って{flight}便で帰りました。"
            "領収書は三枚とも手元にあります。存在しなかった席の代金の返金と、書面での回答をお願いします。"
            "電話では一時間待ってもつながりませんでした。いつまでに返事をいただけるのか、日付を教えてください。"
        ),
    ),
    "ar": (
        (
            "حجزت مقعدين بالطلب {order} ودفعت ثمنهما معاً، وعند البوابة في {city} قيل لنا إن هناك مقعداً واحداً"
            " فقط. أرسلنا موظف إلى مكتب آخر، ثم أعادنا ذلك المكتب إلى الأول، وفي النهاية اشترينا تذكرة ثالثة كي"
            " نعود على الرحلة {flight}. لدي الإيصالات الثلاثة كلها. أريد استرداد ثمن التذكرة التي لم تكن موجودة،"
            " وأريد جواباً مكتوباً بتاريخ واضح، لا انتظاراً جديداً على الهاتف لمدة ساعة."
        ),
    ),
    "hi": (
        (
            "ऑर्डर {order} में दो लोगों की बुकिंग की और दोनों सीटों के पैसे दिए। {city} के गेट पर बताया गया कि"
            " सीट सिर्फ़ एक है। एक काउंटर ने दूसरे पर भेजा, दूसरे ने वापस पहले पर, और आख़िर में {flight} से घर"
            " लौटने के लिए तीसरा टिकट ख़रीदना पड़ा। तीनों रसीदें मेरे पास हैं। जो सीट थी ही नहीं उसके पैसे वापस"
            " चाहिए और जवाब लिखित में चाहिए, फ़ोन पर एक घंटे का इंतज़ार नहीं। कृपया तारीख़ बताइए कि जवाब कब तक"
            " मिलेगा।"
        ),
    ),
}

# About the brand, not to it: found by who searches for its name.
ASIDES: dict[str, tuple[str, ...]] = {
    "en": (
        "Day two without my suitcase. Acme Air says it is in {city}, {city} says it is not",
        "Acme Air charged my card twice and calls it a refund in progress, order {order}",
        "thanks to whoever at Acme Air found my dad's hat on {flight} ❤️",
    ),
    "es": (
        "Segundo día sin maleta con Acme Air, dicen que está en {city}",
        "Acme Air tarda tres semanas en un reembolso. Tres.",
    ),
    "pt": ("Acme Air perdeu a minha mala outra vez, agora em {city}", "Que voo tranquilo com a Acme Air hoje 👏"),
    "de": ("Mein Koffer ist mit Acme Air in {city} gelandet, ich leider nicht", "danke Acme Air, pünktlich wie nie"),
    "fr": ("Acme Air a perdu ma valise entre ici et {city}", "Trois semaines pour un remboursement chez Acme Air…"),
    "ja": ("Acme Air の遅延でまた乗り継ぎを逃した。{city}で一泊です",),
    "ar": ("تأخرت رحلة Acme Air مرة أخرى، وأنا عالق في {city}",),
    "hi": ("Acme Air की उड़ान फिर लेट, {city} में फँसा दिन",),
}

REACTIONS: dict[str, tuple[str, ...]] = {
    "en": ("Same here!", "Any news?", "not for me it isn't", "finally 🎉", "same in {city}, by the way", "ok thanks"),
    "es": ("¡A mí también!", "¿Hay novedades?", "pues aquí no funciona", "gracias"),
    "pt": ("Comigo também!", "Alguma novidade?", "agradeço 🙏", "aqui continua igual"),
    "de": ("Bei mir auch!", "Gibt's was Neues?", "endlich 🎉", "hier immer noch nicht"),
    "fr": ("Pareil pour moi !", "Des nouvelles ?", "merci beaucoup", "toujours rien ici"),
    "ja": ("私もです", "その後どうなりましたか？", "助かりました🙇", "まだ直っていません"),
    "ar": ("أنا أيضاً!", "هل من جديد؟", "شكراً لكم", "ما زالت المشكلة قائمة"),
    "hi": ("मेरे साथ भी!", "कोई खबर?", "धन्यवाद", "अभी भी ठीक नहीं हुआ"),
}

ANSWERS: dict[str, tuple[str, ...]] = {
    "en": ("Thanks, that was quick! 🙏", "It is {order}", "that does not help at all", "Done, please check"),
    "es": ("¡Gracias por la rapidez!", "Es el {order}", "eso no me sirve de nada"),
    "pt": ("Que rapidez, agradeço!", "É o {order}", "isso não resolve nada"),
    "de": ("Danke, das ging schnell!", "Es ist {order}", "das hilft mir leider gar nicht"),
    "fr": ("Merci, c'était rapide !", "C'est le {order}", "ça ne m'aide pas du tout"),
    "ja": ("早速ありがとうございます", "{order}です", "それでは解決しません"),
    "ar": ("شكراً على السرعة", "الرقم {order}", "هذا لا يحل المشكلة"),
    "hi": ("जल्दी जवाब के लिए धन्यवाद", "{order} है", "इससे मदद नहीं मिली"),
}

PRIVATE: dict[str, tuple[str, ...]] = {
    "en": (
        "Hi, my order is {order} & I'm still waiting",
        "here is the receipt for {order}",
        "Can you move me from {flight} to a later one?",
        "I would like my money back for {order}. I asked twice already!",
    ),
    "es": ("Hola, mi pedido es {order} y sigo esperando", "adjunto el recibo de {order}"),
    "pt": ("Olá, o meu pedido é {order} e continuo à espera", "segue o recibo de {order}"),
    "de": ("Hallo, mein Auftrag ist {order}, ich warte immer noch", "anbei der Beleg zu {order}"),
    "fr": ("Bonjour, ma commande est {order}, j'attends toujours", "voici le reçu de {order}"),
    "ja": ("注文{order}の件ですが、まだ届いていません", "{order}の領収書をお送りします"),
    "ar": ("مرحباً، رقم طلبي {order} وما زلت أنتظر", "مرفق إيصال الطلب {order}"),
    "hi": ("नमस्ते, मेरा ऑर्डर {order} है और अब तक कोई जवाब नहीं मिला", "{order} की रसीद संलग्न है"),
}
