-- The queue in the order in which it is worked off, so that a look into it reads what it takes and does not sort all that is due. With
-- the time of taking: a round passes over those that it has had without reading their rows.

DROP INDEX feed_poll_due;
CREATE INDEX feed_poll_due ON feed_poll (next_poll_at, last_polled_at, taken_at) WHERE next_poll_at IS NOT NULL;
