-- Hooks: who asks to be told of what, and what waits to be delivered. Written with the change that it tells of.

CREATE TABLE hook (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- what is under way for one that was removed must not meet another
    key           TEXT NOT NULL UNIQUE,              -- its name, else a hash of where it delivers
    target        BLOB NOT NULL,                     -- hash of where it delivers; another one forgives a 410
    kinds         TEXT NOT NULL,                     -- JSON: what is written to the outbox for it
    salt          TEXT NOT NULL,                     -- begins the ids of its events, so that no two stores give the same
    last_n        INTEGER NOT NULL DEFAULT 0,        -- of its last event
    delivered     INTEGER NOT NULL DEFAULT 0,
    delivered_at  INTEGER,
    dropped       INTEGER NOT NULL DEFAULT 0,        -- lost, since too many waited or one for too long
    failures      INTEGER NOT NULL DEFAULT 0,        -- in a row
    failing_since INTEGER,
    error         TEXT,                              -- of the last of them
    next_try_at   INTEGER NOT NULL DEFAULT 0,
    ended_at      INTEGER                            -- its receiver said 410
) STRICT;

CREATE TABLE outbox (
    hook_id   INTEGER NOT NULL REFERENCES hook (id),
    n         INTEGER NOT NULL,  -- never given twice
    at        INTEGER NOT NULL,  -- when it happened
    kind      TEXT NOT NULL,     -- released (a story is new, or grew: seen at delivery), or the event
    subject   INTEGER NOT NULL,  -- entry.id, or of feed.* and extraction.* notice.id; it may be gone at delivery
    PRIMARY KEY (hook_id, n)
) STRICT, WITHOUT ROWID;
