"""The first start: one app with random keys, the brand, its customers, and the brand's opening posts."""

import random

from twitter_integration.sandbox import apps, users
from twitter_integration.sandbox.acts import Draft, publish
from twitter_integration.sandbox.people import BRAND, CLOSED_INBOX, CUSTOMERS, OPENING_POSTS, PROTECTED, SECOND_BRAND
from twitter_integration.sandbox.store import Store
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

APP_ID = 27000001
OPENED_HOURS_AGO = 5
"""Older than anything the made-up customers answer to it (traffic.MORNING_HOURS)."""
Person = tuple[int, str, str, str, str, str]


def seed(world: World) -> None:
    """Populate an empty store; one in use only gets what an earlier version did not know."""
    store = world.store
    with store.transaction():  # two processes may meet at a new store: the second finds it populated
        if store.number("SELECT count(*) FROM app"):
            apps.complete(store)
            _add_second_brand(store)
            return
        apps.create_app(store, app_id=APP_ID, name="Kapture Demo")
        brand = add_person(store, BRAND, role="brand")
        _add_second_brand(store)
        for person in CUSTOMERS:
            add_person(store, person, role="customer")
        for user in users.everybody(store):
            apps.grant(store, app_id=APP_ID, user_id=user.id)
        with world.ids.as_if(earlier_ms=OPENED_HOURS_AGO * 3_600_000):
            for text in OPENING_POSTS:
                publish(world, brand, Draft(text=text))


def _add_second_brand(store: Store) -> None:
    """Another account that may let the same app in; nobody subscribes it by itself."""
    if users.find(store, SECOND_BRAND[0]) is None:
        second = add_person(store, SECOND_BRAND, role="brand")
        apps.grant(store, app_id=APP_ID, user_id=second.id)


def add_person(store: Store, person: Person, *, role: str) -> User:
    user_id, handle, name, lang, location, bio = person
    chance = random.Random(user_id)  # noqa: S311 - plausible figures, the same on every machine
    brand = role == "brand"
    store.add(
        "person",
        id=user_id,
        handle=handle,
        name=name,
        role=role,
        location=location,
        bio=bio,
        url="https://acme.example" if brand else "",
        lang=lang,
        verified=int(brand),
        protected=int(handle in PROTECTED),
        accepts_dm=int(handle not in CLOSED_INBOX),
        followers=5400 if brand else chance.randrange(5, 4000),
        following=12 if brand else chance.randrange(20, 900),
        posts=9100 if brand else chance.randrange(10, 9000),
        likes=61 if brand else chance.randrange(5, 5000),
    )
    return users.get(store, user_id)
