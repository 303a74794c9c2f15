-- Search takes more letters for the same (store/letters.rs): all released entries are indexed anew, in the background.
INSERT INTO entries_fts (entries_fts) VALUES ('delete-all');
INSERT OR IGNORE INTO fts_todo (entry_id) SELECT id FROM entry WHERE received_at IS NOT NULL;

-- `ORDER BY rank` weighs a title as `feedmux search` does.
INSERT INTO entries_fts (entries_fts, rank) VALUES ('rank', 'bm25(5.0, 1.0)');
