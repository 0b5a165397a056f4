"""What customers might write to a resolved ticket, invented: thanks alone, and what only begins with thanks.

THANKS and ASKING were at hand while the words of the starting rule were gathered. The others were written by ear
afterwards, and no word was gathered for them: they tell what the words are worth. TRAPS are made of the words
themselves, or come close.
"""

THANKS = """
Thank you!
thanks so much
Thank you very much for your help
Perfect, thanks
thanks a lot guys
Thanks for getting back to me so quickly
Thank you, you've been very helpful
Many thanks 🙏
thank you ❤️
That worked, thank you so much
All sorted now, thanks
Thanks again!
Much appreciated
Thank you so much for sorting this out
Thanks for the quick response!
Cheers, have a good weekend
you're a star, thank you
Danke!
Vielen Dank für die schnelle Hilfe
Super, vielen Dank!
Danke schön, hat geklappt
Herzlichen Dank und einen schönen Tag noch
Danke euch 😊
Ihr seid die Besten, danke
Vielen lieben Dank für eure Unterstützung
Merci beaucoup !
Parfait, merci
Merci pour votre réponse rapide
Merci à toute l'équipe
Un grand merci, bonne journée
C'est réglé, merci beaucoup 🙏
Merci infiniment
Muchas gracias por la ayuda
¡Gracias!
Perfecto, muchas gracias
Mil gracias, ya está solucionado
Muy amables, gracias 😊
Gracias por su pronta respuesta
Muchísimas gracias a todo el equipo
Muito obrigada!
Obrigado pela ajuda
Perfeito, muito obrigado
Valeu pessoal 👍
Deu certo, obrigada ❤️
Agradeço pela atenção
Grazie mille!
Grazie per l'aiuto
Perfetto, grazie
Vi ringrazio, siete stati gentilissimi
Tutto risolto, grazie 🙏
Grazie di cuore
Heel erg bedankt!
Dank jullie wel voor de snelle reactie
Super bedankt, fijne dag nog
Het werkt weer, bedankt 👍
Hartelijk dank voor uw hulp
ありがとうございました！
助かりました、ありがとうございます
迅速なご対応ありがとうございました
無事解決しました。ありがとうございました
ご丁寧にありがとうございます😊
本当に感謝しています
شكرا جزيلا
شكراً لكم على المساعدة
شكرا لك ❤️
ألف شكر على سرعة الرد
الله يعطيكم العافية، شكرا
تم حل المشكلة، شكرا لكم
@acmehelp_demo Thank you so much
Thanks, that was quick! 🙏
Thank you 🙏🏽🙏🏽
Thanks :)
thx 👍
THANKS!!!
Excellent, thank you for everything
It works now, thank you, have a great day x
Thank you for all your help, you are the best ❤️❤️
I really appreciate it, thanks
Vielen Dank für Eure Hilfe 😊
Perfekt, danke
Danke sehr, alles gut
Danke für die schnelle Antwort!
Nochmals vielen Dank
Merci pour tout
Merci beaucoup pour votre aide, bonne soirée
Encore merci 😊
Gracias por su ayuda, saludos
Excelente, muchísimas gracias
Ya funciona, gracias
Muito obrigado por tudo
Tudo certo, obrigada!
Grazie infinite 🙏
Ora funziona, grazie mille
Nogmaals bedankt
Dank u wel, opgelost
どうもありがとうございます♪
大変助かりました
شكرا جزيلا لكم
"""

ASKING = """
Thanks, still waiting
Thanks, call me
Thanks, cancel it
thanks, flight delayed
Thanks, wrong seat
Thanks, wrong booking
Thanks, it broke
thanks, doesn't help
Cheers, lost again
Love it, cancelled again
Thanks for losing it
Great job losing it
Thanks. When
Thank you, hurry
Thanks 😡
Thanks 🙄
Great, thanks for wasting my day
Thanks for nothing
Thanks but no thanks
No thanks
Thank you, please also change my seat
thanks, same problem today
Thanks, and the refund
Thanks. It's Ana by the way, not Anna
Thanks, I'll wait for your email
Thanks!! Worst airline ever
thank you in advance
Thanks, can you DM me
thanks 👎
Thanks a lot for ruining our honeymoon
Thanks, my ref is QX7K2L
Thanks, next Tuesday works for me
Yes, thanks
Danke, immer noch kaputt
Danke für nichts
Danke, bitte stornieren
Danke, und mein Koffer
Na toll, danke
Vielen Dank, aber wann kommt das Geld
Danke 🙄
Danke, ruft mich an
Danke, ich warte weiter
Merci, toujours rien
Merci pour rien
Merci de me rappeler
Merci, annulez tout
Merci 😡
Merci, encore en retard
Merci bravo la ponctualité
Gracias, sigue igual
Gracias por nada
Gracias, quiero cancelar
Gracias, llámenme
Gracias, otra vez cancelado
Gracias 🙃
Muchas gracias por perder mi maleta
Obrigado, continua igual
Obrigada por nada
Valeu, perdi o voo
Obrigado, me liguem
Obrigada, não funcionou
Obrigado 😤
Grazie, ancora niente
Grazie per niente
Grazie, annullate tutto
Grazie, chiamatemi
Grazie, stesso problema
Grazie 😒
Bedankt, nog steeds niets
Bedankt voor niets
Bedankt, annuleer maar
Bedankt, bel me
Bedankt, weer vertraagd
Bedankt 🙄
ありがとう、まだ届きません
ありがとうございます。キャンセルしてください
ありがとう、でも直っていない
対応ありがとう、また壊れた
ありがとうございます。いつ届きますか
ありがとう💢
شكرا، لم يصل بعد
شكرا على لا شيء
شكرا، أريد إلغاء الحجز
شكرا، نفس المشكلة
شكرا، متى تصل الحقيبة
شكرا 😡
"""

THANKS_BY_EAR = """
Thanks ever so much
Thank you kindly
thank you all so much 💕
Thanks team!
Brilliant, cheers
Thanks for your patience and help
Thank you, problem solved
thank you for the update!
Oh great, thank you!
Thanks for being so helpful
thank you!! have a good one
Appreciate the quick reply
Thank you for everything ✨
thankyou x
thank you so so much
TY!
Ich danke Ihnen
Danke für die Info!
Danke, alles klar
Besten Dank
Vielen Dank, schönes Wochenende!
Danke, ihr seid klasse
1000 Dank
Merci bien
Merci pour l'info
Super, merci beaucoup !
Merci à vous, belle journée 😊
Je vous remercie pour votre aide
Gracias, muy amable
Muchas gracias, feliz día
Gracias por todo 🙏🙏
Genial, gracias
Muchas gracias por responder
Obrigada, bom dia!
Muito obrigado pela atenção
Obrigado, gente
Tudo resolvido, muito obrigada
Grazie, gentilissimi
Grazie a tutti!
Ottimo, grazie mille
Grazie, buona giornata
Dankjewel!
Dank u wel voor de hulp
Bedankt voor de info, fijn weekend
Super, bedankt
ありがとうございます
早速のご返信ありがとうございます
とても助かりました！
شكرا جزيلا لكم جميعا
شكراً على الرد السريع
Amazing, thank you!!
Top, dankjewel!
"""

ASKING_BY_EAR = """
thanks I guess
Thanks, so much for that
Thanks for the help. Not.
Thank you but it's all the same
Thanks, perfect timing to cancel
Excellent. Thank you. Luggage gone
thanks, works now only on wifi
Thanks, all good except the refund
Thanks for letting me down
Thank you for your reply, see attached
thanks, that helped nobody
Thanks, problem solved? no
Thank you, sorted it myself, useless team
thanks everyone who ignored me
Thank you, got it twice
Thanks. Waiting
Thanks lads, 4 hours
Cheers for that
thanks 🤷
Thank you 😭
Thanks, need it by Friday
Thank you. Is that all
thx, invoice
Danke, hat nicht geklappt
Danke, alles gut gemeint aber nein
Danke, funktioniert jetzt wieder nicht
Vielen Dank für die schnelle Absage
Danke für eure Mühe, trotzdem umsonst
Danke 😤
Merci, ça marche toujours pas
Merci beaucoup pour votre retard
Merci, excellent foutage de gueule
Merci, bonne journée gâchée
Merci 🤡
Gracias, ya funciona mal otra vez
Gracias por su respuesta, espero solución
Gracias, todo bien menos la maleta
Muchas gracias por su tiempo perdido
Gracias, resuelvan
Obrigado pela resposta, aguardo
Obrigada, tudo certo menos o reembolso
Valeu mesmo hein
Obrigado, funcionou um dia
Grazie, tutto risolto un corno
Grazie per la risposta, attendo
Grazie, ora funziona a metà
Bedankt, het werkt nog niet
Bedankt voor het antwoord, ik wacht
Dank u, geld terug graag
ありがとう、解決していません
ありがとうございました、二度と使いません
返金ありがとう、まだですけど
شكرا على الرد، أنتظر
شكرا، كل شيء سيء
"""

TRAPS = """
Thanks?
Thanks ？
شكرا؟
Thanks https://a.example/1
Thanks 4711
Thanks A4711
Thanks 2️⃣
Thanks 😂
Thanks 🤡
Thanks 👏👏👏
Thanks ❤️‍🔥
Thanks 💔
Thanks :(
Thanks ;)
Thanks :/
Thanks -.-
Thanks ;-;
"Thanks"
Thanks for the “help”
Thanks — again
Thanks...
Thanks …
Thanks, help
Thanks, help me
Thanks, support
Thanks. Reply
Thanks, your help
Thanks, again
Thanks, now
Thanks for the
Thanks not working now
it works now
🙏🙏
👍
Have a nice day
Danke, Hilfe
Danke, Antwort
Danke, funktioniert nicht
Merci, aide
Merci, ça ne marche pas
Gracias, ayuda
Gracias, no funciona
Obrigado, ajuda
Obrigada, não está funcionando
Grazie, aiuto
Grazie, non funziona
Bedankt, hulp
Bedankt, het werkt niet
ありがとう、ご対応を
ありがとう、助かります
ありがとう、解決しましたか
شكرا، المساعدة
شكرا، لا يعمل الآن
"""


def lines(told: str) -> list[str]:
    return told.strip().splitlines()
