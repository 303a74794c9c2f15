-- What a day brought, UTC: the polls of a feed are kept for a day or so only. `day` counts from 1970-01-01.
CREATE TABLE day (
    day INTEGER PRIMARY KEY,
    polls INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    folded INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE VIEW days AS
SELECT date(day * 86400, 'unixepoch') AS day, polls, unchanged, failed, new AS new_entries, folded, bytes FROM day;
