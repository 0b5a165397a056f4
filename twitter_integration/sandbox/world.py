"""Everything a running sandbox consists of, in one place, and telling webhooks what happened in it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from twitter_integration.sandbox import account_activity, deliveries, quirks, subscriptions, x_activity
from twitter_integration.sandbox.activity import Activity
from twitter_integration.sandbox.batching import Batcher, Key
from twitter_integration.sandbox.calls import Calls
from twitter_integration.sandbox.deliveries import Delivery
from twitter_integration.sandbox.delivery import Dispatcher, Job
from twitter_integration.sandbox.faults import Faults
from twitter_integration.sandbox.ids import Snowflakes
from twitter_integration.sandbox.limits import Limits
from twitter_integration.sandbox.oauth import Verifier
from twitter_integration.sandbox.post_names import rename_posts
from twitter_integration.sandbox.site import Site
from twitter_integration.sandbox.store import Store
from twitter_integration.sandbox.switches import Switches
from twitter_integration.sandbox.webhooks import Terms
from twitter_integration.sandbox.wire import encode

Json = dict[str, Any]
ECHO_DELAY = 0.3
"""Seconds by which an echo comes after the answer when the switch says `after`."""


class Script(Protocol):
    """A longer course of events under way, such as a bad day."""

    @property
    def is_running(self) -> bool: ...

    def progress(self) -> Json: ...


@dataclass(slots=True)
class World:
    store: Store
    ids: Snowflakes
    switches: Switches
    site: Site
    dispatcher: Dispatcher
    verifier: Verifier
    batcher: Batcher
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    calls: Calls = field(default_factory=Calls)
    writing: threading.RLock = field(default_factory=threading.RLock)
    """Held while something happens and is queued, so that webhooks hear of things in the order they happened."""
    closing: threading.Event = field(default_factory=threading.Event)
    """Set when the sandbox ends: errands look at it and give up."""
    script: Script | None = None
    errands: list[threading.Thread] = field(default_factory=list)


def build(store: Store, *, base_url: str, switches: Switches) -> World:
    newest = (
        "SELECT max(id) FROM (SELECT max(id) AS id FROM post UNION ALL SELECT max(id) FROM message"
        " UNION ALL SELECT max(id) FROM webhook UNION ALL SELECT max(id) FROM media"
        " UNION ALL SELECT max(id) FROM activity_subscription UNION ALL SELECT max(id) FROM list)"
    )
    dispatcher = Dispatcher(store, switches)

    def send(key: Key, document: Json) -> None:
        dispatcher.submit([_record(store, switches, key=key, document=document)])

    return World(
        store=store,
        ids=Snowflakes(after=store.number(newest)),
        switches=switches,
        site=Site(store=store, base_url=base_url),
        dispatcher=dispatcher,
        verifier=Verifier(store),
        batcher=Batcher(send),
    )


def send_on_errand(world: World, work: Callable[[], None], *, name: str) -> None:
    """Do something in a thread of its own, which the end of the sandbox waits for."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    world.errands = [item for item in world.errands if item.is_alive()] + [thread]
    thread.start()


def close(world: World) -> None:
    """End all errands; what is gathered or queued stays in the store as waiting."""
    world.closing.set()
    world.batcher.flush()
    for thread in world.errands:
        thread.join(timeout=5)
    world.dispatcher.stop()
    world.store.close()


def challenge_terms(world: World, *, longest: float | None = None) -> Terms:
    """`longest`: seconds the dialect at hand allows, where that is less than the switch."""
    timeout = world.switches.crc_timeout
    return Terms(timeout=min(timeout, longest or timeout), reachable=not world.switches.webhook_down)


def settle(world: World, *, timeout: float) -> bool:
    """Wait until every delivery is done with; False when the time is up first."""
    world.batcher.flush()
    return world.dispatcher.settle(timeout=timeout)


def tell(world: World, activity: Activity, *, by_api: int | None = None, late: float = 0.0) -> list[Job]:
    """Queue a delivery for every subscription concerned, `late` seconds from now.

    `by_api`: the user whose API call caused it; the echo switch then decides when that user's webhook hears
    of it. Returns the jobs a caller may wait for.
    """
    echo = world.switches.echo if by_api is not None else "before"
    gather = world.switches.batches > 1 and by_api is None and not late
    made = [*_account_activity(world, activity, gather=gather), *_x_activity(world, activity)]
    if echo == "never":
        made = [delivery for delivery in made if delivery.account_id != by_api]
    return world.dispatcher.submit(made, delay=late + (ECHO_DELAY if echo == "after" else 0))


def finish_echo(world: World, jobs: list[Job]) -> None:
    """Hold an API call's answer until its echo has been tried, when the switch says `before`."""
    if world.switches.echo == "before":
        world.dispatcher.wait(jobs, timeout=world.switches.delivery_timeout + 1)


def _account_activity(world: World, activity: Activity, *, gather: bool) -> list[Delivery]:
    """One delivery per subscribed user; none yet of those that wait for others of their kind."""
    made: list[Delivery] = []
    both = world.switches.tell_targets
    for webhook_id, user_id in subscriptions.listening_accounts(world.store):
        if not account_activity.concerns(world.site, activity, user_id, tell_targets=both):
            continue
        key = (webhook_id, user_id, account_activity.event_name(activity))
        document = account_activity.render(world.site, activity, user_id)
        if gather and "for_user_id" in document:
            world.batcher.add(key, document, most=world.switches.batches)
        else:
            made.append(_record(world.store, world.switches, key=key, document=document))
    return made


def _record(store: Store, switches: Switches, *, key: Key, document: Json) -> Delivery:
    webhook_id, user_id, event = key
    return deliveries.add(
        store,
        webhook_id=webhook_id,
        account_id=user_id,
        dialect="account_activity",
        event=event,
        body=encode(quirks.account_activity(document, switches)),
    )


def _x_activity(world: World, activity: Activity) -> list[Delivery]:
    made: list[Delivery] = []
    for event_type, user_id, direction in x_activity.firings(world.site, activity):
        for row in subscriptions.listening_activity(world.store, event_type):
            if row.user_id != user_id or (row.direction and direction and row.direction != direction):
                continue
            document = x_activity.render(world.site, activity, row)
            if world.switches.post_names:
                document = rename_posts(document)
            assert row.webhook_id is not None
            made.append(
                deliveries.add(
                    world.store,
                    webhook_id=row.webhook_id,
                    account_id=user_id,
                    dialect="x_activity",
                    event=event_type,
                    body=encode(quirks.x_activity(document, world.switches)),
                )
            )
    return made
