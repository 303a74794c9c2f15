-- What is wrong with feeds, for the feed that tells of it (/feeds/status.atom).

CREATE TABLE notice (
    id         INTEGER PRIMARY KEY,
    feed_id    INTEGER NOT NULL REFERENCES feed (id),
    kind       TEXT NOT NULL,               -- failing, blocked, gone, silent, pages-broken, moved, rekeyed
    own        INTEGER NOT NULL,            -- told in an item of its own; 0: in one with others of its day
    hidden     INTEGER NOT NULL DEFAULT 0,  -- ended without a word: paused, no longer subscribed to, or worse came
    begun_at   INTEGER NOT NULL,            -- since when it is so
    told_at    INTEGER NOT NULL,            -- when it was first told
    changed_at INTEGER NOT NULL,            -- last time it began or ended
    ended_at   INTEGER,                     -- NULL: it is so; what merely happened ends when it is told
    public_id  TEXT NOT NULL UNIQUE,        -- what outputs call it, for ever
    detail     TEXT NOT NULL                -- what happened, one line
) STRICT;
CREATE INDEX notice_feed ON notice (feed_id, kind);
CREATE INDEX notice_open ON notice (feed_id) WHERE ended_at IS NULL;
CREATE INDEX notice_told ON notice (told_at);

ALTER TABLE feed_poll ADD COLUMN failing_since INTEGER;                -- first of the failures in a row
ALTER TABLE feed_poll ADD COLUMN gaps TEXT NOT NULL DEFAULT '[]';      -- JSON: seconds between the last times that something was new
UPDATE feed_poll SET failing_since = last_polled_at WHERE failures > 0;
