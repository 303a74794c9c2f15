-- HTML that is nothing but the plain text beside it is stored as a sign from now on (src/store/plain.rs); what is stored already stays.

DROP VIEW IF EXISTS entries;
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
    CASE e.summary_html
        WHEN char(1) THEN replace(replace(replace(e.text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')
        WHEN char(2) THEN '<p>' || replace(replace(replace(replace(e.text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), char(10), '</p><p>') || '</p>'
        WHEN char(3) THEN '<p>' || replace(replace(replace(replace(e.text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), char(10), '</p>' || char(10) || '<p>') || '</p>'
        ELSE e.summary_html
    END AS summary_html,
    CASE e.content_origin WHEN 'article' THEN (SELECT a.html FROM article a WHERE a.id = e.article_id) ELSE CASE e.content_html
        WHEN char(1) THEN replace(replace(replace(e.text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')
        WHEN char(2) THEN '<p>' || replace(replace(replace(replace(e.text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), char(10), '</p><p>') || '</p>'
        WHEN char(3) THEN '<p>' || replace(replace(replace(replace(e.text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), char(10), '</p>' || char(10) || '<p>') || '</p>'
        ELSE e.content_html
    END END
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
    e.state AS state,
    e.podcast AS podcast,
    e.content_origin = 'article' AND coalesce((SELECT a.partial FROM article a WHERE a.id = e.article_id), 0) AS partial,
    CASE e.content_origin WHEN 'article' THEN (SELECT a.section FROM article a WHERE a.id = e.article_id) END AS section,
    CASE e.content_origin
        WHEN 'article' THEN (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', a.updated) FROM article a WHERE a.id = e.article_id)
    END AS page_updated_at
FROM entry e;
