-- Hubs that tell what is new (WebSub): what they are asked for, and until when they tell.

CREATE TABLE websub (
    id          INTEGER PRIMARY KEY,
    feed_id     INTEGER NOT NULL REFERENCES feed (id),
    state       TEXT NOT NULL CHECK (state IN ('wanted', 'active', 'denied', 'ending')),
    next_at     INTEGER NOT NULL,           -- next request to the hub; a subscription that was ended is removed then
    attempts    INTEGER NOT NULL DEFAULT 0, -- requests since the hub last answered
    lease_until INTEGER,
    missed      INTEGER NOT NULL DEFAULT 0, -- polls that found what the hub had not told, since it last told anything
    host        TEXT NOT NULL,              -- registrable domain of the hub
    hub         TEXT NOT NULL,
    topic       TEXT NOT NULL,
    base        TEXT NOT NULL,              -- http.public_url that the hub was given
    callback    TEXT NOT NULL UNIQUE,       -- last part of the callback's address: whoever knows it is the hub
    secret      TEXT NOT NULL               -- key of the hub's signatures
) STRICT;
CREATE UNIQUE INDEX websub_feed ON websub (feed_id) WHERE state <> 'ending';
CREATE INDEX websub_due ON websub (next_at);
