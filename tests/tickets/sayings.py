"""What customers of an airline might write, invented, by the class it belongs to. "" is none of them."""

SAYINGS = {
    "risk": """
My lawyer will write to you
I am suing you over this
See you in court!
You will hear from my attorney
Our solicitor is drafting a letter
I was assaulted by another passenger on your flight
A passenger died on our flight and nobody told us anything
There is a bomb on board of AC12, I heard it!
My daughter had an allergic reaction to your meal
Smoke in the cabin, we are on the runway
I'm a reporter with the Morning Post, who can I talk to?
My account was hacked and somebody booked with it
Your site is a scam
My card details were stolen from your website
I slipped on your stairs and was injured
This is fraud and I reported it to the police
Got food poisoning from the sandwich on board
Ich verklage euch
Mein Anwalt meldet sich bei Ihnen
Ich werde Anzeige erstatten
Mein Koffer wurde gestohlen
Meine Mutter wurde beim Einsteigen verletzt
Das ist Betrug!
Rauch in der Kabine, was ist da los?
Je vais vous attaquer en justice
Je vais porter plainte contre vous
On m'a volé mon sac dans votre salon
Mon avocat va vous contacter
Ma fille a été blessée pendant le vol
Votre site est une arnaque
Los voy a demandar
Mi abogado se pondrá en contacto
Voy a poner una denuncia
Me robaron la maleta en su mostrador
Es una estafa
Vou entrar na justiça contra vocês
Meu advogado vai falar com vocês
Caí num golpe no site de vocês
Vou no Procon hoje mesmo
Vi faccio causa
Il mio avvocato vi scriverà
Mi hanno rubato il bagaglio
È una truffa
Mijn advocaat neemt contact op
Ik ga aangifte doen
Mijn tas is gestolen
Er is brand aan boord!
弁護士に相談します
訴えますよ
機内で怪我をしました
荷物を盗まれました
警察に通報しました
سأتصل بالشرطة، أنا في طريقي إلى الشرطة
محامي سيتواصل معكم
هذا احتيال
تمت سرقة حقيبتي
""",
    "cancel": """
I want to cancel my membership today
Please close my account
I'm switching to Globex, bye
Ich möchte meinen Vertrag kündigen
Ich will mein Konto löschen
Je souhaite résilier mon contrat
Fermer mon compte svp
Quiero darme de baja
Quero cancelar minha assinatura
Vorrei chiudere il mio account
Ik wil mijn abonnement opzeggen
退会したいです
解約の方法を教えて
أريد إلغاء اشتراكي
""",
    "purchase": """
I'd like to book 3 seats to Rome
How much is a ticket to Oslo
How much does an extra bag cost
Where can I buy a gift card?
Was kostet ein Flug nach Wien?
Ich würde gern zwei Plätze buchen
Combien coûte un bagage en plus ?
Je voudrais réserver deux billets
¿Cuánto cuesta una maleta extra?
Quiero reservar tres asientos
Quanto custa a passagem para Natal?
Vorrei prenotare due posti
Wat kost een stoel bij het raam?
東京行きはいくらですか
座席を予約したいのですが
كم سعر التذكرة إلى دبي
""",
    "service": """
My bag is lost
My flight was cancelled and nobody tells us why
We have been waiting for two hours
The page is blank when I check in
Will I get compensation?
The app crashes at login
Thanks for nothing. Three hours on hold
no thanks to you we missed our connection
Thank you for losing my bags AGAIN
Thanks, but I still need help with my refund
My noise-cancelling headphones went missing on board
Mein Flug wurde storniert
Mein Koffer ist nicht angekommen
Die App funktioniert nicht
Danke, aber wo bleibt mein Koffer?
Ma valise est perdue
Notre vol a été annulé
Le site ne marche pas
Où est mon bagage ?
Han perdido mi equipaje
Mi vuelo fue cancelado
La página no funciona
Meu voo foi cancelado
Minha mala não chegou
Il volo è stato cancellato
La mia valigia non è arrivata
Servizio non disponibile da ieri
Mijn koffer is kwijt
Onze vlucht is geannuleerd
荷物が届いていません
便がキャンセルになりました
ログインできません
أين حقيبتي
تم إلغاء رحلتي، ألغيت رحلتي
تأخرت الطائرة ثلاث ساعات
""",
    "low": """
Thanks!
Thank you so much for your help
@acmehelp_demo thanks Anna, great flight 🙏
Great job, team!
Cheers guys
👍👍
Danke!
Vielen Dank für die schnelle Antwort
Merci beaucoup pour votre aide
Bravo à toute l'équipe
¡Muchas gracias!
Gracias por su ayuda
Muito obrigada pela ajuda!
Grazie mille
Grazie per l'aiuto
Bedankt voor de snelle reactie
ありがとうございます
ご対応ありがとうございました
شكرا جزيلا
شكرا على المساعدة
""",
    "": """
J'adore voler avec vous
Les avions volent plus haut ici ?
それだけが心配です
遅い便でも構わないわけがないと思う
受付けが混んでいました
盛り付けがきれいでした
La demanda de vuelos es alta este verano
A demanda por voos cresceu
Die Anzeige am Gate war schön bunt
Eure Werbeanzeige ist lustig
Ese golpe de viento al aterrizar, qué emoción
Ma police d'assurance couvre-t-elle ce vol ?
The scampi on board was delicious
Watched a movie about the police on the flight
Un toast à l'avocat dans le menu, miam
Comment reporter mon vol à demain ?
Der Preis betrug früher die Hälfte
Pirates des Caraïbes dans le menu des films, top
Can you change the name on my ticket? Thanks
Could you send me the invoice, thanks
Könnt ihr mir die Rechnung schicken? Danke!
Merci de me rappeler
Merci d'avance
Obrigado por nada
Danke für nichts
Thanks for nothing
Gracias por nada
Grazie di niente
Do your noise-cancelling headphones fit children?
How much longer do we have to sit here
We saw you at the fair
Ik heb een stoel bij het raam gekozen
Ci vediamo a Roma
明日の便に乗ります
سأسافر معكم غدا
My phone died so I cannot show the pass, what now
Your new lounge is the bomb
Two years behind the schedule of your rivals
Há dois anos atrás voei com vocês
Ich steige in Wien um, wo muss ich hin?
成田で乗り換えです
Das kann mir gestohlen bleiben
Your cabin crew is on fire today
Bath bombs in the shop, really
""",
}


def sayings() -> list[tuple[str, str]]:
    """Each with its class."""
    return [(text, name) for name, lines in SAYINGS.items() for text in lines.strip().splitlines()]
