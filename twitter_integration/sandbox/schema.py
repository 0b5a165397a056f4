"""The tables of the sandbox's store, and what later versions added. Only SQL: who reads and writes a table is the
file of its noun."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS app (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, consumer_key TEXT NOT NULL UNIQUE,
  consumer_secret TEXT NOT NULL, bearer_token TEXT NOT NULL, environment TEXT NOT NULL,
  callbacks TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS token (
  token TEXT PRIMARY KEY, secret TEXT NOT NULL, app_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
  dead INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS token_user ON token (user_id);
CREATE TABLE IF NOT EXISTS request_token (
  token TEXT PRIMARY KEY, secret TEXT NOT NULL, app_id INTEGER NOT NULL, callback TEXT NOT NULL,
  user_id INTEGER, verifier TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'new',
  created_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS person (
  id INTEGER PRIMARY KEY, handle TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,
  role TEXT NOT NULL,
  location TEXT NOT NULL, bio TEXT NOT NULL, url TEXT NOT NULL, lang TEXT NOT NULL,
  verified INTEGER NOT NULL,
  protected INTEGER NOT NULL, accepts_dm INTEGER NOT NULL, followers INTEGER NOT NULL,
  following INTEGER NOT NULL,
  posts INTEGER NOT NULL, likes INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS setting (
  user_id INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (user_id, name));
CREATE TABLE IF NOT EXISTS relation (
  kind TEXT NOT NULL, source_id INTEGER NOT NULL, target_id INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (kind, source_id, target_id));
CREATE TABLE IF NOT EXISTS media (
  id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, kind TEXT NOT NULL, category TEXT NOT NULL,
  mime TEXT NOT NULL,
  width INTEGER NOT NULL, height INTEGER NOT NULL, alt TEXT NOT NULL DEFAULT '', content BLOB,
  ready INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS media_segment (
  media_id INTEGER NOT NULL, number INTEGER NOT NULL, piece BLOB NOT NULL, PRIMARY KEY (media_id, number));
CREATE TABLE IF NOT EXISTS post (
  id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL, conversation_id INTEGER NOT NULL, reply_to_id INTEGER,
  reply_to_user_id INTEGER, quoted_id INTEGER, repost_of_id INTEGER, typed TEXT NOT NULL,
  shape TEXT NOT NULL,
  lang TEXT NOT NULL, app_id INTEGER, deleted_ms INTEGER);
CREATE INDEX IF NOT EXISTS post_author ON post (author_id, id);
CREATE INDEX IF NOT EXISTS post_conversation ON post (conversation_id, id);
CREATE INDEX IF NOT EXISTS post_reply ON post (reply_to_id);
CREATE INDEX IF NOT EXISTS post_quoted ON post (quoted_id);
CREATE INDEX IF NOT EXISTS post_repost ON post (repost_of_id);
CREATE TABLE IF NOT EXISTS poll (id INTEGER PRIMARY KEY, options TEXT NOT NULL, minutes INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS vote (
  poll_id INTEGER NOT NULL, user_id INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (poll_id, user_id));
CREATE TABLE IF NOT EXISTS mention (
  user_id INTEGER NOT NULL, post_id INTEGER NOT NULL, PRIMARY KEY (user_id, post_id));
CREATE TABLE IF NOT EXISTS liked (
  user_id INTEGER NOT NULL, post_id INTEGER NOT NULL, id TEXT NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (user_id, post_id));
CREATE INDEX IF NOT EXISTS liked_post ON liked (post_id);
CREATE TABLE IF NOT EXISTS message (
  id INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL, sender_id INTEGER NOT NULL,
  recipient_id INTEGER NOT NULL,
  typed TEXT NOT NULL, shape TEXT NOT NULL, app_id INTEGER, deleted_ms INTEGER);
CREATE TABLE IF NOT EXISTS message_hidden (
  user_id INTEGER NOT NULL, message_id INTEGER NOT NULL, PRIMARY KEY (user_id, message_id));
CREATE INDEX IF NOT EXISTS message_conversation ON message (conversation_id, id);
CREATE TABLE IF NOT EXISTS list (
  id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL,
  private INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS list_owner ON list (owner_id, id);
CREATE TABLE IF NOT EXISTS list_link (
  kind TEXT NOT NULL, list_id INTEGER NOT NULL, user_id INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (kind, list_id, user_id));
CREATE INDEX IF NOT EXISTS list_link_user ON list_link (kind, user_id);
CREATE TABLE IF NOT EXISTS webhook (
  id INTEGER PRIMARY KEY, app_id INTEGER NOT NULL, url TEXT NOT NULL, environment TEXT NOT NULL DEFAULT '',
  valid INTEGER NOT NULL, created_ms INTEGER NOT NULL, checked_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS account_subscription (
  webhook_id INTEGER NOT NULL, user_id INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (webhook_id,
  user_id));
CREATE TABLE IF NOT EXISTS activity_subscription (
  id INTEGER PRIMARY KEY, app_id INTEGER NOT NULL, event_type TEXT NOT NULL, user_id INTEGER,
  direction TEXT NOT NULL,
  keyword TEXT NOT NULL, tag TEXT NOT NULL, webhook_id INTEGER, created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
  id INTEGER PRIMARY KEY, webhook_id INTEGER NOT NULL, account_id INTEGER, dialect TEXT NOT NULL,
  event TEXT NOT NULL,
  body BLOB NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, answer INTEGER,
  error TEXT NOT NULL DEFAULT '', copy INTEGER NOT NULL DEFAULT 0, created_ms INTEGER NOT NULL,
  ended_ms INTEGER);
CREATE INDEX IF NOT EXISTS delivery_state ON delivery (state);
CREATE TABLE IF NOT EXISTS chat (
  id TEXT PRIMARY KEY, sender_id INTEGER NOT NULL, recipient_id INTEGER NOT NULL, at_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS replay_job (
  id INTEGER PRIMARY KEY, webhook_id INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
  state TEXT NOT NULL, created_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS code (
  code TEXT PRIMARY KEY, app_id INTEGER NOT NULL, user_id INTEGER NOT NULL, redirect_uri TEXT NOT NULL,
  scope TEXT NOT NULL, challenge TEXT NOT NULL, method TEXT NOT NULL, expires_ms INTEGER NOT NULL,
  family TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS user_bearer (
  access TEXT PRIMARY KEY, refresh TEXT NOT NULL, family TEXT NOT NULL, app_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL, scope TEXT NOT NULL, expires_ms INTEGER NOT NULL, refreshed INTEGER NOT NULL DEFAULT 0,
  dead INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS user_bearer_refresh ON user_bearer (refresh);
CREATE INDEX IF NOT EXISTS user_bearer_family ON user_bearer (family);
"""

LATER_COLUMNS = (
    ("app", "client_id", "TEXT NOT NULL DEFAULT ''"),
    ("app", "client_secret", "TEXT NOT NULL DEFAULT ''"),
    ("token", "permission", "TEXT NOT NULL DEFAULT 'dm'"),
    ("request_token", "permission", "TEXT NOT NULL DEFAULT 'dm'"),
    ("request_token", "expires_ms", "INTEGER NOT NULL DEFAULT 0"),
    ("person", "picture", "TEXT NOT NULL DEFAULT 'a'"),
    ("person", "banner", "TEXT NOT NULL DEFAULT ''"),
    ("person", "affiliate", "TEXT NOT NULL DEFAULT ''"),
    ("post", "initial_id", "INTEGER"),
    ("post", "edited_ms", "INTEGER"),
    ("post", "hidden_ms", "INTEGER"),
    ("post", "manner", "TEXT NOT NULL DEFAULT '{}'"),
    ("media", "total", "INTEGER NOT NULL DEFAULT 0"),
    ("media", "duration_ms", "INTEGER NOT NULL DEFAULT 0"),
    ("media", "finalized_ms", "INTEGER"),
    ("media", "expires_ms", "INTEGER"),
    ("media", "fault", "TEXT NOT NULL DEFAULT ''"),
    ("message", "extra", "TEXT NOT NULL DEFAULT '{}'"),
    ("delivery", "job_id", "INTEGER"),
)
"""Columns a store made by an earlier version lacks: table, column, declaration. Added when it is opened."""

LATER_INDEXES = """
CREATE INDEX IF NOT EXISTS post_initial ON post (initial_id);
CREATE INDEX IF NOT EXISTS delivery_created ON delivery (webhook_id, created_ms);
"""
