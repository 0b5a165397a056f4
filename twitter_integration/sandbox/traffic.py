"""A trickle of made-up customer activity, at the rate the switches ask for; customers react to answers."""

import heapq
import itertools
import logging
import random
import threading
import time
from collections.abc import Callable
from functools import partial

from twitter_integration.sandbox import acts, mailing, messages, phrases, posts, relations, rules, users
from twitter_integration.sandbox.acts import Draft
from twitter_integration.sandbox.ids import LARGEST, first_at, now_ms
from twitter_integration.sandbox.media import add as add_media
from twitter_integration.sandbox.messages import Message
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.subscriptions import listening_accounts
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

log = logging.getLogger("sandbox.traffic")
BUSY = 10
REACT_CHANCE = 0.6
REACT_AFTER = (4.0, 25.0)
"""Seconds a customer takes to react to an answer."""
MORNING = 28
"""Acts that a brand finds when it first connects: the hours before, so that its desk is not empty."""
MORNING_HOURS = 1.5
WEIGHTS = {
    "mention": 34,
    "dm": 16,
    "reply": 16,
    "like": 12,
    "repost": 6,
    "quote": 5,
    "follow": 5,
    "long": 3,
    "aside": 6,
    "delete": 3,
}


class Traffic:
    """One thread that sleeps most of the time; silent while the rate is zero."""

    def __init__(self, world: World, *, chance: random.Random | None = None) -> None:
        self._world = world
        self._chance = chance or random.Random()  # noqa: S311 - made-up people, not secrets
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="traffic", daemon=True)
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._seen_post = self._seen_message = 0
        self._settled = False

    def start(self) -> None:
        self._seen_post = self._world.store.number("SELECT max(id) FROM post")
        self._seen_message = self._world.store.number("SELECT max(id) FROM message")
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        waited = 0.0
        pause = self._pause()
        while not self._stopped.wait(min(0.25, pause)):
            switches = self._world.switches
            if switches.traffic_per_minute <= 0:
                waited, pause = 0.0, 0.25
                continue
            waited += min(0.25, pause)
            try:
                self._have_a_morning()
                self._react()
                if waited >= pause:
                    self.step()
                    waited, pause = 0.0, self._pause()
            except Exception:
                log.exception("made-up traffic stumbled")

    def _have_a_morning(self) -> None:
        """Once in the life of a store, when the first webhook listens: what customers did in the hours before."""
        world = self._world
        if self._settled or not listening_accounts(world.store):
            return
        self._settled = True
        if world.store.recall("morning"):
            return
        world.store.remember("morning", "past")
        for number in range(MORNING):
            earlier = int(MORNING_HOURS * 3_600_000 * (1 - number / MORNING))
            with world.writing, world.ids.as_if(earlier_ms=earlier):
                self.step()

    def _pause(self) -> float:
        """Seconds to the next event: irregular, as people are, at the wanted rate on average."""
        switches = self._world.switches
        rate = switches.traffic_per_minute * (BUSY if switches.busy else 1)
        return self._chance.expovariate(rate / 60) if rate > 0 else 0.25

    def step(self) -> None:
        """Let one customer do one thing."""
        seen = [user for user in users.everybody(self._world.store, role="customer") if not user.protected]
        customer = self._chance.choice(seen)
        action = self._chance.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))[0]
        getattr(self, f"_do_{action}")(customer, users.everybody(self._world.store, role="brand")[0])

    def _say(self, book: dict[str, tuple[str, ...]], customer: User) -> str:
        return self._fill(self._chance.choice(book[customer.lang]), lang=customer.lang)

    def _fill(self, phrase: str, *, lang: str) -> str:
        order = f"{self._chance.randrange(1000, 99999)}"
        flight = f"AC{self._chance.randrange(100, 999)}"
        return phrase.format(order=order, flight=flight, city=self._chance.choice(phrases.CITIES[lang]))

    def _pictures(self, customer: User, *, category: str = "tweet_image", most: int = 1) -> list[int]:
        if self._chance.random() > 0.2:
            return []
        number = self._chance.randint(1, most)
        world = self._world
        return [add_media(world.store, world.ids, owner_id=customer.id, category=category).id for _ in range(number)]

    def _do_mention(self, customer: User, brand: User) -> None:
        said = self._say(phrases.MENTIONS, customer)
        text = f"@{brand.handle} {said}" if self._chance.random() < 0.7 else f"{said} @{brand.handle}"
        acts.publish(self._world, customer, Draft(text=text, media=self._pictures(customer, most=4)))

    def _do_long(self, customer: User, brand: User) -> None:
        text = f"@{brand.handle} {self._say(phrases.LONG, customer)}"
        acts.publish(self._world, customer, Draft(text=text))

    def _do_aside(self, customer: User, brand: User) -> None:
        """Of the brand, without addressing it: no webhook hears of it."""
        acts.publish(self._world, customer, Draft(text=self._say(phrases.ASIDES, customer)))

    def _do_dm(self, customer: User, brand: User) -> None:
        if not users.may_message(self._world.store, sender=customer, recipient=brand):
            return
        text = self._say(phrases.PRIVATE, customer)
        pictures = self._pictures(customer, category="dm_image")
        mailing.message(self._world, customer, brand, text=text, media=pictures)

    def _do_reply(self, customer: User, brand: User) -> None:
        """To a post of the brand, at times to another customer's in the same thread."""
        where = "repost_of_id IS NULL AND conversation_id IN (SELECT conversation_id FROM post WHERE author_id = ?)"
        target = self._recent(where, brand.id)
        if target is None or target.author_id == customer.id or not self._may_answer(customer, target):
            self._do_mention(customer, brand)
            return
        acts.publish(self._world, customer, Draft(text=self._say(phrases.REACTIONS, customer), reply_to=target))

    def _may_answer(self, customer: User, post: Post) -> bool:
        """As the author lets them: not after a block, not where answers are for some only."""
        return rules.is_visible(self._world, customer, post) and rules.may_reply(self._world, customer, post)

    def _do_quote(self, customer: User, brand: User) -> None:
        target = self._recent("author_id = ? AND repost_of_id IS NULL", brand.id)
        if target and rules.is_visible(self._world, customer, target):
            acts.publish(self._world, customer, Draft(text=self._say(phrases.REACTIONS, customer), quoted=target))

    def _do_repost(self, customer: User, brand: User) -> None:
        target = self._recent("author_id = ? AND repost_of_id IS NULL", brand.id)
        if target:
            acts.repost(self._world, customer, target)

    def _do_like(self, customer: User, brand: User) -> None:
        target = self._recent("author_id = ? AND repost_of_id IS NULL", brand.id)
        if target:
            acts.like(self._world, customer, target)

    def _do_follow(self, customer: User, brand: User) -> None:
        if users.related(self._world.store, "follow", source_id=customer.id, target_id=brand.id):
            relations.end(self._world, "follow", source=customer, target=brand)
        else:
            relations.follow(self._world, customer, brand)

    def _do_delete(self, customer: User, brand: User) -> None:
        target = self._recent("author_id = ?", customer.id)
        if target:
            acts.delete(self._world, target)

    def _recent(self, where: str, user_id: int) -> Post | None:
        """For who acts in the past, only what was there by then."""
        behind = self._world.ids.behind_ms
        until = first_at(now_ms() - behind) if behind else LARGEST
        found = posts.select(self._world.store, f"({where}) AND id <= ?", (user_id, until), limit=12)
        return self._chance.choice(found) if found else None

    def _react(self) -> None:
        """Plan reactions to what the brand has just answered, and carry out those that are due."""
        for brand in users.everybody(self._world.store, role="brand"):
            self._notice(brand)
        while self._due and self._due[0][0] <= time.monotonic():
            heapq.heappop(self._due)[2]()

    def _notice(self, brand: User) -> None:
        store, customers = self._world.store, {user.id: user for user in users.everybody(self._world.store)}
        where = "author_id = ? AND id > ? AND reply_to_user_id IS NOT NULL"
        answers = posts.select(store, where, (brand.id, self._seen_post), limit=50, newest_first=False)
        sent = [item for item in messages.visible_to(store, brand.id, limit=50) if item.id > self._seen_message]
        for post in answers:
            self._seen_post = post.id
            customer = customers.get(post.reply_to_user_id or 0)
            if customer and customer.role == "customer":
                self._plan(partial(self._answer_post, customer, post))
        for message in reversed(sent):
            self._seen_message = message.id
            if message.sender_id == brand.id:
                customer = customers[message.recipient_id]
                self._plan(partial(self._answer_message, customer, message))

    def _plan(self, reaction: Callable[[], None]) -> None:
        if self._world.switches.customers_answer and self._chance.random() < REACT_CHANCE:
            when = time.monotonic() + self._chance.uniform(*REACT_AFTER)
            heapq.heappush(self._due, (when, next(self._count), reaction))

    def _answer_post(self, customer: User, post: Post) -> None:
        if posts.find(self._world.store, post.id) and self._may_answer(customer, post):
            acts.publish(self._world, customer, Draft(text=self._say(phrases.ANSWERS, customer), reply_to=post))

    def _answer_message(self, customer: User, message: Message) -> None:
        brand = users.get(self._world.store, message.sender_id)
        if not users.may_message(self._world.store, sender=customer, recipient=brand):
            return
        mailing.read_all(self._world, customer, brand)
        mailing.type_to(self._world, customer, brand)
        mailing.message(self._world, customer, brand, text=self._say(phrases.ANSWERS, customer))
