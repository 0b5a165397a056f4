"""Addresses of X's part of the REST API, below settings.API_PREFIX: one for each action of the console."""

from django.urls import path

from twitter_integration.api.accounts import AccountActions, AccountActs
from twitter_integration.api.building import endpoint_of
from twitter_integration.api.ignored import AccountIgnored, Ignore, MakeTicket, TakeBack
from twitter_integration.api.stream import AccountStream
from twitter_integration.console.table import ACTIONS

urlpatterns = [
    path("accounts/<str:key>/actions/", AccountActions.as_view()),
    path("accounts/<str:key>/acts/", AccountActs.as_view()),
    path("accounts/<str:key>/stream/", AccountStream.as_view()),
    path("accounts/<str:key>/stream/<id:pk>/ticket/", MakeTicket.as_view()),
    path("accounts/<str:key>/ignored/", AccountIgnored.as_view()),
    path("accounts/<str:key>/ignored/add/", Ignore.as_view()),
    path("accounts/<str:key>/ignored/<id:pk>/take-back/", TakeBack.as_view()),
    *(
        path(f"accounts/<str:key>/{'read' if action.reads else 'do'}/{action.name}/", endpoint_of(action).as_view())
        for action in ACTIONS.values()
    ),
]
