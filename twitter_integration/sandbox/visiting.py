"""Who is logged in on this X in a browser, and the frame of every page that X itself has. Which pages: places.py,
intents.py."""

from urllib.parse import urlencode

from werkzeug.wrappers import Response

from twitter_integration.sandbox import control, pages, users
from twitter_integration.sandbox.api.endpoint import Call, Endpoint
from twitter_integration.sandbox.users import User

COOKIE = "sandbox_user"
DONE = {
    "post": "It is posted.",
    "reply": "Your reply is posted.",
    "quote": "It is posted.",
    "dm": "Your message is sent.",
    "like": "You like it.",
    "unlike": "Your like is taken back.",
    "repost": "You reposted it.",
    "unrepost": "Your repost is undone.",
    "hide": "The reply is hidden.",
    "unhide": "The reply is shown again.",
    "delete": "The post is deleted.",
    "follow": "You follow them, or have asked to.",
    "unfollow": "You no longer follow them.",
    "mute": "They are muted.",
    "unmute": "They are no longer muted.",
    "block": "They are blocked.",
    "unblock": "They are no longer blocked.",
    "report": "They are reported.",
    "dm_block": "They can write you no more messages.",
    "dm_unblock": "They can write you messages again.",
    "read": "Everything they wrote is marked as read.",
    "typing": "They see that you are typing.",
    "forget": "The message is deleted for you.",
    "profile": "The profile is changed.",
    "setting": "The setting is changed.",
    "list": "The list is made.",
    "list_change": "The list is changed.",
    "list_delete": "The list is deleted.",
    "list_add": "They are in the list.",
    "list_remove": "They are no longer in the list.",
    "list_follow": "You follow the list.",
    "list_unfollow": "You no longer follow the list.",
    "list_pin": "The list is pinned.",
    "list_unpin": "The list is no longer pinned.",
}
"""What is said afterwards, by the command that was done."""


def visitor(call: Call) -> User:
    """The account named, else who is logged in in this browser, else the brand: its desk leads people here."""
    named = (call.parameter("as"), call.request.cookies.get(COOKIE, ""))
    found = (users.find(call.world.store, name) for name in named if name)
    return next((user for user in found if user), users.everybody(call.world.store, role="brand")[0])


def as_somebody(answer: Response, user: User) -> Response:
    """Remember in the browser who is logged in."""
    answer.set_cookie(COOKIE, user.handle, httponly=True, samesite="Lax")
    return answer


def show(call: Call, template: str, *, status: int = 200, **values: object) -> Response:
    """A page of X's, as the visitor sees it."""
    me = visitor(call)
    everybody = users.everybody(call.world.store)
    frame = {
        "me": me,
        "here": call.request.path,
        "kept": [(name, value) for name, value in call.request.args.items() if name not in ("as", "done")],
        "brands": [user for user in everybody if user.role == "brand"],
        "customers": [user for user in everybody if user.role == "customer"],
        "done": DONE.get(call.request.args.get("done", ""), ""),
        "site": call.world.site,
    }
    answer = pages.render(template, **{"status": status, **frame, **values})  # type: ignore[arg-type]  # status is a number
    return as_somebody(answer, me) if call.parameter("as") else answer


def refuse(call: Call, words: str, *, status: int) -> Response:
    return show(call, "nothing.html", status=status, error=words)


def lead(path: str, *, done: str, me: User) -> Response:
    """To a page of this X, which then says what was done. Never to another host."""
    path = path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/home"
    joined = "&" if "?" in path else "?"
    return as_somebody(Response(status=303, headers={"Location": path + joined + urlencode({"done": done})}), me)


def act(call: Call) -> Response:
    """A button of a page: one command of the control API as the visitor, and back to `next`."""
    form = {key: value for key, value in call.request.form.items() if key not in ("as", "next")}
    me = visitor(call)
    try:
        control.perform(call.world, {**form, "user": me.handle})
    except control.ControlError as error:
        return refuse(call, str(error), status=400)
    return lead(call.parameter("next"), done=form.get("action", ""), me=me)


ENDPOINTS = [Endpoint(method="POST", rule="/sandbox/as", handler=act, auth="local")]
