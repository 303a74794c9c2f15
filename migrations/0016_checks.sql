-- A list of three or more in a CHECK is a table in memory, made anew for each row that is written: half of what a poll without news
-- took in the store. The same said in words. This is the way that SQLite documents to change a CHECK (lang_altertable.html, 7).

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''active'', ''gone'', ''blocked'', ''failing''))',
    'CHECK (state = ''active'' OR state = ''gone'' OR state = ''blocked'' OR state = ''failing'')')
WHERE type = 'table' AND name = 'feed_poll';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''pending'', ''settled'', ''removed''))',
    'CHECK (state = ''pending'' OR state = ''settled'' OR state = ''removed'')')
WHERE type = 'table' AND name = 'entry';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''queued'', ''won'', ''failed''))',
    'CHECK (state = ''queued'' OR state = ''won'' OR state = ''failed'')')
WHERE type = 'table' AND name = 'article';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (worth IN (''more'', ''same'', ''poor'', ''refused'', ''failed''))',
    'CHECK (worth = ''more'' OR worth = ''same'' OR worth = ''poor'' OR worth = ''refused'' OR worth = ''failed'')')
WHERE type = 'table' AND name = 'scrape';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''wanted'', ''active'', ''denied'', ''ending''))',
    'CHECK (state = ''wanted'' OR state = ''active'' OR state = ''denied'' OR state = ''ending'')')
WHERE type = 'table' AND name = 'websub';
PRAGMA writable_schema = RESET;
