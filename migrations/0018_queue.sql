-- The queues in the order in which they are worked off, so that a look into one reads what it takes and does not sort all that is due.
-- With what is asked of those that stand in it: the time of taking of feeds, because a round passes over those that it has had, the
-- host of pages and whether they are only read again.

DROP INDEX IF EXISTS feed_poll_due;
CREATE INDEX feed_poll_due ON feed_poll (next_poll_at, last_polled_at, taken_at) WHERE next_poll_at IS NOT NULL;
DROP INDEX IF EXISTS article_due;
CREATE INDEX article_due ON article (next_scrape_at, again, host) WHERE next_scrape_at IS NOT NULL;
