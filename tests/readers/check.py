"""Reads out.atom and out.rss with feedparser and compares every field with out.json; checks that by its schema.

check.py FOLDER [SCHEMAS]. Says what is wrong or skipped, a line each; fails if anything is wrong.
"""

import json
import os
import sys
import time

folder, schemas = sys.argv[1], (sys.argv[2:] or [""])[0]
wrong = 0


def say(line):
    global wrong
    wrong += line.startswith("wrong")
    print(line)


def read(name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


def equal(where, field, found, expected):
    if found != expected:
        say(f"wrong: {where}: {field} is {found!r} and not {expected!r}")


def moment(parsed):
    return time.strftime("%Y-%m-%dT%H:%M:%S", parsed) if parsed else None


feed = read("out.json")
try:
    import feedparser
except ImportError:
    say("skipped: feedparser is not installed (pip)")
else:
    for form in ("atom", "rss"):
        parsed = feedparser.parse(os.path.join(folder, f"out.{form}"), sanitize_html=False, resolve_relative_uris=False)
        equal(f"feedparser {form}", "bozo", (bool(parsed.bozo), parsed.get("bozo_exception")), (False, None))
        equal(f"feedparser {form}", "number of entries", len(parsed.entries), len(feed["items"]))
        equal(f"feedparser {form}", "title", parsed.feed.get("title"), feed["title"])
        for entry, item in zip(parsed.entries, feed["items"]):
            where = f"feedparser {form}: {item['id']}"
            body = entry.content[0].value if entry.get("content") else entry.get("summary", "")
            equal(where, "id", entry.get("id"), item["id"])
            equal(where, "link", entry.get("link"), item["url"])
            if "title" in item:
                equal(where, "title", entry.get("title"), item["title"])
            if item.get("content_html"):
                equal(where, "text", body.strip(), item["content_html"].strip())
            equal(where, "authors", [one.get("name") for one in entry.get("authors", [])], [one["name"] for one in item["authors"]])
            equal(where, "tags", [tag.term for tag in entry.get("tags", [])], item.get("tags", []))
            equal(where, "published", moment(entry.get("published_parsed")), item["date_published"][:19])
            if form == "atom":
                equal(where, "updated", moment(entry.get("updated_parsed")), item["date_modified"][:19])
            enclosures = [(one.href, int(one.length), one.type) for one in entry.get("enclosures", [])]
            attached = [(one["url"], one.get("size_in_bytes", 0), one["mime_type"]) for one in item.get("attachments", [])]
            equal(where, "enclosures", enclosures, attached if form == "atom" else attached[:1])
        say(f"read: feedparser {form}, {len(parsed.entries)} entries")

schema = os.path.join(schemas, "jsonfeed-1.1.schema.json")
try:
    import jsonschema
except ImportError:
    say("skipped: jsonschema is not installed (pip)")
else:
    if schemas and os.path.exists(schema):
        with open(schema, encoding="utf-8") as file:
            rules = json.load(file)
        checker = jsonschema.validators.validator_for(rules)(rules)
        for error in checker.iter_errors(feed):
            say(f"wrong: JSON Feed: {list(error.absolute_path)}: {error.message[:200]}")
        say("read: jsonschema")
    else:
        say("skipped: no JSON Schema, FEEDMUX_SCHEMAS does not name their folder")

sys.exit(wrong > 0)
