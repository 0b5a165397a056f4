"""Posts and timelines: what X offers (docs.x.com, "Posts" and "Timelines")."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from twitter_integration.offers.offer import CONTRACT, NOBODY, REMOVED, SUMMONED, Offer, offer

_POST = "/i/status/{post}"
_PERSON = "/{handle}"
_LIST = "/i/lists/{list}"
_WRITE = "/intent/tweet?text={text}"

POSTS: Mapping[str, Offer] = {
    "posts.create": offer(
        gettext_noop("publish a post"), "POST /2/tweets", "POST statuses/update", "posts/create-post", _WRITE
    ),
    "posts.reply": offer(
        gettext_noop("reply to a post"),
        "POST /2/tweets",
        "POST statuses/update",
        "posts/create-post",
        "/intent/tweet?in_reply_to={post}&text={text}",
        as_of=SUMMONED,
    ),
    "posts.reply_unsummoned": offer(
        gettext_noop("reply to a post that neither mentions nor quotes the account"),
        "POST /2/tweets",
        "POST statuses/update",
        "posts/create-post",
        "/intent/tweet?in_reply_to={post}&text={text}",
        tiers=CONTRACT,
        as_of=SUMMONED,
    ),
    "posts.quote": offer(
        gettext_noop("quote a post"),
        "POST /2/tweets",
        "POST statuses/update",
        "posts/create-post",
        "/intent/tweet?url={link}&text={text}",
        tiers=CONTRACT,
        as_of=REMOVED,
    ),
    "posts.poll": offer(gettext_noop("publish a poll"), "POST /2/tweets", "", "posts/create-post", _WRITE),
    "posts.edit": offer(gettext_noop("edit a post"), "POST /2/tweets", "", "posts/create-post", _POST),
    "posts.delete": offer(
        gettext_noop("delete a post"),
        "DELETE /2/tweets/:post",
        "POST statuses/destroy/:post",
        "posts/delete-post",
        _POST,
        unsure=True,
    ),
    "posts.read": offer(
        gettext_noop("read posts"), "GET /2/tweets", "GET statuses/lookup", "posts/get-posts-by-ids", _POST
    ),
    "posts.search": offer(
        gettext_noop("search posts"),
        "GET /2/tweets/search/recent",
        "GET search/tweets",
        "posts/search-recent-posts",
        old_tiers=NOBODY,
    ),
    "posts.quotes": offer(
        gettext_noop("see who quoted a post"),
        "GET /2/tweets/:post/quote_tweets",
        "",
        "posts/get-posts-quoted-posts",
        _POST,
    ),
    "posts.reposters": offer(
        gettext_noop("see who reposted"), "GET /2/tweets/:post/retweeted_by", "", "posts/get-reposts", _POST
    ),
    "reposts.create": offer(
        "repost",
        "POST /2/users/:own/retweets",
        "POST statuses/retweet/:post",
        "posts/retweets/introduction",
        "/intent/retweet?tweet_id={post}",
    ),
    "reposts.delete": offer(
        gettext_noop("undo a repost"),
        "DELETE /2/users/:own/retweets/:post",
        "POST statuses/unretweet/:post",
        "posts/retweets/introduction",
        _POST,
    ),
    "likes.create": offer(
        gettext_noop("like a post"),
        "POST /2/users/:own/likes",
        "POST favorites/create",
        "users/like-post",
        "/intent/like?tweet_id={post}",
        tiers=CONTRACT,
        as_of=REMOVED,
    ),
    "likes.delete": offer(
        gettext_noop("take a like back"),
        "DELETE /2/users/:own/likes/:post",
        "POST favorites/destroy",
        "users/unlike-post",
        _POST,
        tiers=CONTRACT,
        as_of=REMOVED,
    ),
    "replies.hide": offer(gettext_noop("hide replies"), "PUT /2/tweets/:post/hidden", "", "posts/hide-reply", _POST),
}
TIMELINES: Mapping[str, Offer] = {
    "timelines.home": offer(
        gettext_noop("read the home timeline"),
        "GET /2/users/:own/timelines/reverse_chronological",
        "GET statuses/home_timeline",
        "users/get-timeline",
        "/home",
    ),
    "timelines.own": offer(
        gettext_noop("read own posts"),
        "GET /2/users/:own/tweets",
        "GET statuses/user_timeline",
        "users/get-posts",
        _PERSON,
    ),
    "timelines.mentions": offer(
        gettext_noop("read mentions"),
        "GET /2/users/:own/mentions",
        "GET statuses/mentions_timeline",
        "users/get-mentions",
        "/notifications/mentions",
    ),
    "timelines.list": offer(
        gettext_noop("read a list's posts"),
        "GET /2/lists/:list/tweets",
        "GET lists/statuses",
        "lists/get-list-posts",
        _LIST,
    ),
}
