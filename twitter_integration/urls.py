"""X's own addresses: connecting an account, and the buttons of its partner configuration."""

from django.urls import path

from twitter_integration.views import (
    buttons,
    callbacks,
    connect,
    console,
    costs,
    crossing,
    ignored,
    measuring,
    start,
    stream,
)

urlpatterns = [
    path("accounts/", console.accounts, name="consoles"),
    path("accounts/<str:key>/", console.console, name="console"),
    path("accounts/<str:key>/do/<slug:name>/", console.act, name="console_act"),
    path("accounts/<str:key>/do/<slug:name>/measure/", measuring.measure, name="console_measure"),
    path("accounts/<str:key>/collections/<str:collection>.<slug:form>", console.export, name="console_export"),
    path("accounts/<str:key>/stream/", stream.stream, name="x_stream"),
    path("accounts/<str:key>/stream/parts/", stream.stream_parts, name="x_stream_parts"),
    path("accounts/<str:key>/stream/<int:pk>/ticket/", stream.make, name="x_stream_ticket"),
    path("accounts/<str:key>/ignored/", ignored.ignored, name="x_ignored"),
    path("accounts/<str:key>/ignored/<int:pk>/take-back/", ignored.take_back, name="x_ignored_take_back"),
    path("accounts/<str:key>/<slug:tab>/", console.console, name="console"),
    path("costs/", costs.costs, name="costs"),
    path("start/", start.start, name="x_start"),
    path("start/parts/", start.parts, name="x_start_parts"),
    path("start/keys/", start.keys, name="x_start_keys"),
    path("start/connect/", start.connect, name="x_start_connect"),
    path("start/<slug:name>/", start.act, name="x_start_act"),
    path("x/apps/<int:pk>/connect/", connect.connect_new, name="x_connect_new"),
    path("x/accounts/<int:pk>/connect/", connect.connect_again, name="x_connect"),
    path("x/callback/", callbacks.oauth1, name="x_callback"),
    path("x/callback/oauth2/", callbacks.oauth2, name="x_callback_oauth2"),
    path("x/connect/confirm/", connect.confirm, name="x_confirm"),
    path("x/accounts/<int:pk>/crossing/", crossing.compare, name="x_crossing"),
    path("x/accounts/<int:pk>/crossing/drop/", crossing.drop, name="x_crossing_drop"),
    path("x/accounts/<int:pk>/do/<slug:act>/", buttons.on_account, name="x_account_do"),
    path("x/apps/<int:pk>/do/<slug:act>/", buttons.on_app, name="x_app_do"),
]
