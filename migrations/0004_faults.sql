-- What is wrong with a feed's document and is mended at every poll, for its publisher.

ALTER TABLE feed ADD COLUMN faults TEXT NOT NULL DEFAULT '[]'; -- JSON: [{"kind", "detail"}], of the document read last

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
    (SELECT count(*) FROM entry e WHERE e.feed_id = f.id) AS entries,
    f.faults AS faults
FROM feed f JOIN feed_poll p ON p.feed_id = f.id
WHERE f.subscribed;
