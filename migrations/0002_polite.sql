-- Feeds that move, publishers with hours of their own, hosts that want to be asked more slowly.

ALTER TABLE feed ADD COLUMN moved_to TEXT;      -- polled there; NULL: at `url`
ALTER TABLE feed ADD COLUMN merged_into INTEGER REFERENCES feed (id); -- that feed is polled at the same address: this one rests
ALTER TABLE feed ADD COLUMN period_ms INTEGER;  -- sy:updatePeriod / sy:updateFrequency
ALTER TABLE feed ADD COLUMN skip_hours INTEGER NOT NULL DEFAULT 0; -- bit 0: 0:00 to 0:59 GMT
ALTER TABLE feed ADD COLUMN skip_days INTEGER NOT NULL DEFAULT 0;  -- bit 0: Monday
CREATE INDEX feed_moved ON feed (moved_to) WHERE moved_to IS NOT NULL;
CREATE INDEX feed_merged ON feed (merged_into) WHERE merged_into IS NOT NULL;

ALTER TABLE feed_poll ADD COLUMN moving_to TEXT;                       -- permanent redirect, not believed yet
ALTER TABLE feed_poll ADD COLUMN moving_polls INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_poll ADD COLUMN moving_onto INTEGER;                  -- the feed that is there already and keeps the entries
ALTER TABLE feed_poll ADD COLUMN last_full_at INTEGER;                 -- asked without validators, or a body came
UPDATE feed_poll SET last_full_at = last_polled_at;
CREATE INDEX feed_poll_moving ON feed_poll (moving_to) WHERE moving_to IS NOT NULL;

-- Only hosts that said 429, 503 or the like: what they want outlives a restart.
CREATE TABLE host (
    host       TEXT PRIMARY KEY,                -- registrable domain, as in feed_poll and article
    hold_until INTEGER NOT NULL,                -- nothing is asked of it before
    spacing_ms INTEGER                          -- learned pause between requests
) STRICT, WITHOUT ROWID;

DROP VIEW feeds;
CREATE VIEW feeds AS
SELECT
    f.id AS id,
    coalesce(f.moved_to, f.url) AS url,
    coalesce(f.title, f.own_title, f.url) AS title,
    f.site_url AS site_url,
    f.tags AS tags,
    CASE WHEN p.state = 'gone' THEN 'gone' WHEN f.paused OR f.merged_into IS NOT NULL THEN 'paused' ELSE p.state END AS state,
    p.last_status AS last_status,
    p.last_error AS last_error,
    p.failures AS failures,
    strftime('%Y-%m-%dT%H:%M:%fZ', p.last_polled_at / 1000.0, 'unixepoch') AS last_polled_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', p.next_poll_at / 1000.0, 'unixepoch') AS next_poll_at,
    p.reason AS next_poll_reason,
    p.interval_ms / 1000 AS interval_s,
    p.etag AS etag,
    p.last_modified AS last_modified,
    (SELECT count(*) FROM entry e WHERE e.feed_id = f.id) AS entries
FROM feed f JOIN feed_poll p ON p.feed_id = f.id
WHERE f.subscribed;

DROP VIEW entries;
CREATE VIEW entries AS
SELECT
    e.id AS id,
    e.feed_id AS feed_id,
    (SELECT coalesce(f.moved_to, f.url) FROM feed f WHERE f.id = e.feed_id) AS feed_url,
    (SELECT coalesce(f.title, f.own_title, f.url) FROM feed f WHERE f.id = e.feed_id) AS feed_title,
    e.guid AS guid,
    e.url AS url,
    coalesce(e.believed_url, e.canonical_url) AS canonical_url,
    e.title AS title,
    CASE WHEN e.authors = '[]' AND e.content_origin = 'article'
        THEN coalesce((SELECT a.authors FROM article a WHERE a.id = e.article_id), '[]') ELSE e.authors
    END AS authors,
    e.tags AS tags,
    CASE e.content_origin
        WHEN 'article' THEN coalesce((SELECT a.lang FROM article a WHERE a.id = e.article_id), e.lang)
        ELSE e.lang
    END AS lang,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.published_at / 1000.0, 'unixepoch') AS published_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.updated_at / 1000.0, 'unixepoch') AS updated_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.first_seen_at / 1000.0, 'unixepoch') AS first_seen_at,
    e.summary_html AS summary_html,
    CASE e.content_origin WHEN 'article' THEN (SELECT a.html FROM article a WHERE a.id = e.article_id) ELSE e.content_html END
        AS content_html,
    CASE e.content_origin WHEN 'article' THEN (SELECT a.text FROM article a WHERE a.id = e.article_id) ELSE e.text END
        AS content_text,
    e.content_origin AS content_origin,
    CASE e.content_origin
        WHEN 'article' THEN coalesce((SELECT a.image FROM article a WHERE a.id = e.article_id), e.image_url)
        ELSE e.image_url
    END AS image_url,
    e.enclosures AS enclosures,
    e.story_id AS story_id,
    (SELECT s.lead_entry_id = e.id FROM story s WHERE s.id = e.story_id) AS is_lead,
    e.state AS state
FROM entry e;
