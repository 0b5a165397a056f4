"""What the page's forms do: act as somebody, set switches and faults, begin a bad day."""

from werkzeug.wrappers import Response

from twitter_integration.sandbox import bad_day, control
from twitter_integration.sandbox.api.endpoint import Call, Endpoint
from twitter_integration.sandbox.apps import set_dead
from twitter_integration.sandbox.bad_day import BadDayError, Plan
from twitter_integration.sandbox.pages import (
    FLAGS,
    ODDITIES,
    PATHS,
    PRESETS,
    VALUES,
    back,
    chosen_brand,
    show,
    to_where_it_was,
)
from twitter_integration.sandbox.switches import SwitchError


def do(call: Call) -> Response:
    """A form of the page: what the control API's `act` does, as the person chosen."""
    form = {key: value for key, value in call.request.form.items() if value}
    who, brand = form.pop("as", ""), form.pop("brand", "")
    try:
        made = control.perform(call.world, {**form, "user": who})
    except control.ControlError as error:
        return show(call, error=str(error), status=400)
    public = "author_id" in made
    return back(who, brand=brand, anchor=f"post-{made['id']}" if public else "")


def set_switches(call: Call) -> Response:
    """All switches of the page at once: an unticked box is not sent, so absence means off."""
    form = call.request.form
    try:
        for name in VALUES:
            if name in form:
                call.world.switches.set(name, form[name])
        for name in (*FLAGS, *ODDITIES):
            call.world.switches.set(name, name in form)
    except SwitchError as error:
        return show(call, error=str(error), status=400)
    call.world.dispatcher.wake()
    return to_where_it_was(call, anchor="switches")


def begin_day(call: Call) -> Response:
    """A bad day at its usual size, with the seed given."""
    seed = call.parameter("seed")
    try:
        bad_day.begin(call.world, Plan(seed=int(seed) if seed.isdigit() else 1))
    except BadDayError as error:
        return show(call, error=str(error), status=400)
    return to_where_it_was(call, anchor="bad-day")


def set_fault(call: Call) -> Response:
    form = call.request.form
    preset = form.get("preset", "")
    if preset == "clear":
        call.world.faults.clear()
    elif preset in ("dead_token", "live_token"):
        set_dead(call.world.store, user_id=chosen_brand(call).id, dead=preset == "dead_token")
    elif preset in PRESETS and form.get("path", "*") in PATHS:
        count = form.get("count", "1")
        fault = dict(PRESETS[preset][1])
        kind = str(fault.pop("kind"))
        repeat = min(int(count), 1000) if count.isdigit() else 1
        call.world.faults.plan(kind, path=form.get("path", "*"), method="POST", count=repeat, **fault)
    return to_where_it_was(call, anchor="faults")


ENDPOINTS = [
    Endpoint(method="POST", rule="/sandbox/do", handler=do, auth="local"),
    Endpoint(method="POST", rule="/sandbox/switches", handler=set_switches, auth="local"),
    Endpoint(method="POST", rule="/sandbox/bad-day", handler=begin_day, auth="local"),
    Endpoint(method="POST", rule="/sandbox/faults", handler=set_fault, auth="local"),
]
