-- Lines of hosts are counted with each page that is read. The index by their age was written for each of them and only read to forget
-- the oldest of a host, which is now done every few pages, by sorting.

DROP INDEX IF EXISTS host_line_seen;
