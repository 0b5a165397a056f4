"""What else happens on a bad day, beside the customers' usual doings: one person, one act, drawn by chance.

Brands act here in X's own app, so none of it comes from an app of ours.
"""

import random
from collections.abc import Callable

from twitter_integration.sandbox import (
    acts,
    chats,
    edits,
    mailing,
    messages,
    phrases,
    polls,
    posts,
    profiles,
    relations,
    users,
)
from twitter_integration.sandbox.acts import Ballot, Draft
from twitter_integration.sandbox.apps import all_apps
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.public_commands import LATE
from twitter_integration.sandbox.traffic import Traffic
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

WEIGHTS = {
    "usual": 60,
    "native_reply": 10,
    "native_message": 7,
    "native_post": 2,
    "native_delete": 2,
    "native_edit": 2,
    "native_relation": 2,
    "native_like": 1,
    "native_block": 1,
    "poll": 1,
    "edit": 3,
    "vanish": 2,
    "signals": 4,
    "button": 1,
    "link": 1,
    "chat": 2,
    "profile": 2,
    "both_brands": 2,
}
NATIVE = ("We are on it, {order}.", "Thank you for telling us!", "Please see {city} desk, reference {order}.")


class HardHours:
    """The same seed on the same store makes the same acts in the same order; ids and times differ."""

    def __init__(self, world: World, *, seed: int) -> None:
        self._world = world
        self._chance = random.Random(seed)  # noqa: S311 - made-up people, not secrets
        self._crowd = Traffic(world, chance=self._chance)
        self._brands = users.everybody(world.store, role="brand")
        self._acts: dict[str, Callable[[User, User], None]] = {
            name: getattr(self, f"_do_{name}") for name in WEIGHTS if name != "usual"
        }

    def step(self) -> str:
        """Let somebody do something; returns what."""
        name = self._chance.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))[0]
        if name == "usual":
            self._crowd.step()
            return name
        customers = [user for user in users.everybody(self._world.store, role="customer") if not user.protected]
        self._acts[name](self._chance.choice(customers), self._brands[0])
        return name

    def revoke_second(self) -> None:
        """The second brand removes the app."""
        for brand in self._brands[1:2]:
            for app in all_apps(self._world.store):
                acts.revoke(self._world, brand, app)

    def _words(self) -> str:
        order = self._chance.randrange(1000, 99999)
        return self._chance.choice(NATIVE).format(order=order, city=self._chance.choice(phrases.CITIES["en"]))

    def _recent(self, where: str, *values: int) -> Post | None:
        found = posts.select(self._world.store, f"repost_of_id IS NULL AND {where}", values, limit=12)
        return self._chance.choice(found) if found else None

    def _do_native_reply(self, customer: User, brand: User) -> None:
        target = self._recent(
            "author_id != ? AND id IN (SELECT post_id FROM mention WHERE user_id = ?)", brand.id, brand.id
        )
        acts.publish(self._world, brand, Draft(text=self._words(), reply_to=target))

    def _do_native_message(self, customer: User, brand: User) -> None:
        recent = messages.visible_to(self._world.store, brand.id, limit=12)
        others = sorted({item.sender_id for item in recent if item.sender_id != brand.id} or {customer.id})
        other = users.get(self._world.store, self._chance.choice(others))
        mailing.message(self._world, brand, other, text=self._words())

    def _do_native_post(self, customer: User, brand: User) -> None:
        acts.publish(self._world, brand, Draft(text=self._words()))

    def _do_native_delete(self, customer: User, brand: User) -> None:
        target = self._recent("author_id = ?", brand.id)
        if target:
            acts.delete(self._world, target)

    def _do_native_edit(self, customer: User, brand: User) -> None:
        self._edit(brand)

    def _do_edit(self, customer: User, brand: User) -> None:
        mentioning = "author_id != ? AND id IN (SELECT post_id FROM mention WHERE user_id = ?)"
        target = self._recent(mentioning, brand.id, brand.id)
        if target:
            self._edit(users.get(self._world.store, target.author_id), target)

    def _edit(self, author: User, target: Post | None = None) -> None:
        target = target or self._recent("author_id = ?", author.id)
        if target is None:
            return
        try:
            edits.check(self._world, author, target)
        except edits.EditError:
            return
        edits.edit(self._world, author, target, text=f"{target.typed} (corrected)")

    def _do_vanish(self, customer: User, brand: User) -> None:
        author = self._chance.choice((customer, brand))
        draft = Draft(text=f"@{brand.handle} never mind" if author is customer else "Too early, sorry", late=LATE)
        made, _ = acts.publish(self._world, author, draft)
        acts.delete(self._world, made)

    def _do_signals(self, customer: User, brand: User) -> None:
        mailing.type_to(self._world, customer, brand)
        mailing.read_all(self._world, customer, brand)

    def _do_button(self, customer: User, brand: User) -> None:
        response = {"type": "options", "metadata": f"refund:{self._chance.randrange(1000)}"}
        mailing.message(self._world, customer, brand, text="Refund to card", extra={"quick_reply_response": response})

    def _do_link(self, customer: User, brand: User) -> None:
        target = self._recent("author_id = ?", brand.id)
        extra = {"initiated_via": {"tweet_id": str(target.id)}} if target else {}
        mailing.message(self._world, customer, brand, text=self._words(), extra=extra)

    def _do_chat(self, customer: User, brand: User) -> None:
        pair = (customer, brand) if self._chance.random() < 0.7 else (brand, customer)
        chats.send(self._world, *pair)

    def _do_profile(self, customer: User, brand: User) -> None:
        who = self._chance.choice((customer, customer, brand))
        part = self._chance.choice(("bio", "geo", "profile_picture"))
        profiles.change(self._world, who, part=part, value=f"new-{self._chance.randrange(10_000)}")

    def _do_native_relation(self, customer: User, brand: User) -> None:
        kind = self._chance.choice(("follow", "mute", "unfollow", "unmute"))
        change = relations.end if kind.startswith("un") else relations.begin
        change(self._world, kind.removeprefix("un"), source=brand, target=customer)

    def _do_native_like(self, customer: User, brand: User) -> None:
        target = self._recent("author_id = ?", customer.id)
        if target:
            acts.like(self._world, brand, target)

    def _do_native_block(self, customer: User, brand: User) -> None:
        """For a moment only, so that nobody is silent for the rest of the day."""
        relations.begin(self._world, "block", source=brand, target=customer)
        relations.end(self._world, "block", source=brand, target=customer)

    def _do_poll(self, customer: User, brand: User) -> None:
        """The brand asks, and a customer answers below it."""
        ballot = Ballot(options=["Window", "Aisle"], minutes=60)
        asked, _ = acts.publish(self._world, brand, Draft(text=f"Your seat? {self._words()}", ballot=ballot))
        opened = polls.find(self._world.store, asked.manner.poll_id)
        assert opened is not None
        polls.vote(self._world.store, opened, user_id=customer.id, position=self._chance.choice((1, 2)))
        acts.publish(self._world, customer, Draft(text="Window, always", reply_to=asked))

    def _do_both_brands(self, customer: User, brand: User) -> None:
        names = " ".join(f"@{item.handle}" for item in self._brands)
        acts.publish(self._world, customer, Draft(text=f"{names} {self._words()}"))
