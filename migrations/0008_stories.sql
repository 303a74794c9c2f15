-- Stories from text: what is compared, why entries are one story, and what people said about that.

-- What of an entry's texts is compared with others.
CREATE TABLE print (
    entry_id INTEGER PRIMARY KEY,
    form     INTEGER NOT NULL,              -- hash of its headline without figures; 0: it has none
    headline INTEGER NOT NULL,              -- hash of its headline
    host     INTEGER NOT NULL,              -- hash of its site
    founds   INTEGER NOT NULL,              -- whether it founded a story when it came
    is_echo  INTEGER NOT NULL,              -- whether it only repeated what its site had printed
    text     BLOB NOT NULL
) STRICT;
CREATE INDEX print_form ON print (form) WHERE form <> 0;

-- Which entries have a run of words, as far as memory has no room for it.
CREATE TABLE posting (
    run      INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,
    PRIMARY KEY (run, entry_id)
) STRICT, WITHOUT ROWID;

-- The entry that an entry was folded with; a story's founder has none.
CREATE TABLE fold (
    entry_id INTEGER PRIMARY KEY,
    with_id  INTEGER NOT NULL,
    by_hand  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX fold_with ON fold (with_id);
INSERT INTO fold (entry_id, with_id) SELECT id, story_id FROM entry WHERE story_id <> id;

-- Entries that a person took apart (the smaller number first): they are never folded again.
CREATE TABLE parted (
    one   INTEGER NOT NULL,
    other INTEGER NOT NULL,
    PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX parted_other ON parted (other);

-- What an entry said before it was edited.
CREATE TABLE version (
    entry_id INTEGER NOT NULL,
    n        INTEGER NOT NULL,              -- counts up
    until    INTEGER NOT NULL,
    title    TEXT NOT NULL,
    text     BLOB NOT NULL,                 -- deflated
    PRIMARY KEY (entry_id, n)
) STRICT, WITHOUT ROWID;
