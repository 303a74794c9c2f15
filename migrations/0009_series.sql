-- A headline form is looked for at one site, a headline at all of them.
DROP INDEX print_form;
CREATE INDEX print_form ON print (form, host) WHERE form <> 0;
CREATE INDEX print_headline ON print (headline) WHERE form <> 0;

-- Postings of entries before this one are in `posting`, those of others are in memory.
INSERT INTO counter (name, value) VALUES ('spilled', 0);
-- The part of them that was looked through last for what is too old.
INSERT INTO counter (name, value) VALUES ('swept', 0);
