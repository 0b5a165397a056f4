"""Addresses of the agents' pages. Names are without a prefix: there is one desk."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from tickets.views import by_hand, changes, drafting, files, lists, live, outbox, people, ticket, writing

urlpatterns = [
    path("", lists.home, name="home"),
    path("parts/", lists.home_parts, name="home_parts"),
    path("sign-in/", people.sign_in, name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("theme/", people.set_theme, name="theme"),
    path("live/", live.live, name="live"),
    path("tickets/", lists.ticket_list, name="tickets"),
    path("tickets/rows/", lists.ticket_rows, name="ticket_rows"),
    path("tickets/<int:number>/", ticket.ticket_page, name="ticket"),
    path("tickets/<int:number>/parts/", ticket.ticket_parts, name="ticket_parts"),
    path("tickets/<int:number>/take/", changes.take, name="take"),
    path("tickets/<int:number>/assign/", changes.assign, name="assign"),
    path("tickets/<int:number>/status/", changes.status, name="status"),
    path("tickets/<int:number>/priority/", changes.priority, name="priority"),
    path("tickets/<int:number>/move/", changes.move, name="move"),
    path("tickets/<int:number>/file/", changes.file, name="file"),
    path("tickets/<int:number>/tag/", changes.tag, name="tag"),
    path("tickets/<int:number>/untag/", changes.untag, name="untag"),
    path("tickets/<int:number>/write/", writing.write, name="write"),
    path("tickets/<int:number>/draft/", drafting.save_draft, name="save_draft"),
    path("tickets/<int:number>/by-hand/", by_hand.go, name="by_hand"),
    path("tickets/<int:number>/by-hand/not/", by_hand.come_back, name="by_hand_not"),
    path("messages/<int:pk>/by-hand/", by_hand.go_with, name="by_hand_with"),
    path("tickets/<int:number>/measure/", writing.measure, name="measure"),
    path("media/<int:pk>/fetch-again/", files.fetch_again, name="fetch_again"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/parts/", outbox.outbox_parts, name="outbox_parts"),
    path("outbox/try-all-again/", outbox.retry_all, name="outbox_retry_all"),
    path("outbox/<int:pk>/try-again/", outbox.try_again, name="outbox_try_again"),
    path("outbox/<int:pk>/take-back/", outbox.take_back, name="outbox_take_back"),
    path("outbox/accounts/<int:pk>/resume/", outbox.resume, name="outbox_resume"),
    path("files/<int:pk>/", files.stored_file, name="stored_file"),
    path("messages/<int:pk>/undo/", writing.undo, name="undo"),
    path("messages/<int:pk>/send-at/", writing.send_at, name="send_at"),
    path("messages/<int:pk>/try-again/", writing.try_again, name="try_again"),
]
