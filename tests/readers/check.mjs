// Reads out.atom, out.rss and out.json with feed parsers from npm and compares every field with out.json as it stands.
// check.mjs FOLDER INSTALLED. Says what is wrong or skipped, a line each; fails if anything is wrong.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [folder, installed] = process.argv.slice(2);
const found = createRequire(join(installed, 'package.json'));
const text = (format) => readFileSync(join(folder, `out.${format}`), 'utf8');
const feed = JSON.parse(text('json'));

let wrong = 0;
const say = (line) => {
  wrong += line.startsWith('wrong') ? 1 : 0;
  console.log(line);
};
const equal = (where, field, got, expected) => {
  if (JSON.stringify(got) !== JSON.stringify(expected)) {
    say(`wrong: ${where}: ${field} is ${JSON.stringify(got)} and not ${JSON.stringify(expected)}`);
  }
};
const library = async (name) => {
  try {
    return await import(pathToFileURL(found.resolve(name)));
  } catch {
    say(`skipped: ${name} is not installed (npm)`);
    return null;
  }
};
const second = (date) => (date ? new Date(date).toISOString().slice(0, 19) : null);
const attached = (item) => (item.attachments ?? []).map((one) => one.url);
// Each reader's items by the fields it has; a field that it does not know is left out.
const compare = (name, items) => {
  equal(name, 'number of items', items.length, feed.items.length);
  items.forEach((got, at) => {
    const item = feed.items[at];
    if (!item) return;
    const expected = {
      id: item.id,
      title: item.title,
      url: item.url,
      text: item.content_html?.trim(),
      authors: item.authors.map((one) => one.name),
      tags: item.tags ?? [],
      published: second(item.date_published),
      media: attached(item),
      enclosure: attached(item)[0],
    };
    for (const [field, value] of Object.entries(got)) {
      // what has no title here is called by its text in Atom, and what has no text says who was silent
      if (expected[field] === undefined && ['title', 'text'].includes(field)) continue;
      equal(`${name}: ${item.id}`, field, value ?? undefined, expected[field]);
    }
  });
  say(`read: ${name}, ${items.length} items`);
};

const feedsmith = await library('feedsmith');
if (feedsmith) {
  const atom = feedsmith.parseFeed(text('atom')).feed;
  const word = (value) => (typeof value === 'object' ? value?.value : value);
  compare('feedsmith atom', atom.entries.map((one) => ({
    id: one.id,
    title: word(one.title),
    url: one.links.find((link) => link.rel === 'alternate')?.href,
    text: (word(one.content) ?? word(one.summary))?.trim(),
    authors: (one.authors ?? []).map((author) => author.name),
    tags: (one.categories ?? []).map((tag) => tag.term),
    published: second(one.published),
    media: one.links.filter((link) => link.rel === 'enclosure').map((link) => link.href),
  })));
  const rss = feedsmith.parseFeed(text('rss')).feed;
  compare('feedsmith rss', rss.items.map((one) => ({
    id: one.guid?.value,
    title: word(one.title),
    url: one.link,
    text: (one.content?.encoded ?? one.description)?.trim(),
    authors: one.dc?.creators ?? [],
    tags: (one.categories ?? []).map((tag) => tag.name),
    published: second(one.pubDate),
    enclosure: one.enclosures?.[0]?.url,
  })));
  // not parseFeed: that takes JSON in which a text names `<rss>` for RSS
  const json = feedsmith.parseJsonFeed(text('json'));
  compare('feedsmith json', json.items.map((one) => ({
    id: one.id,
    title: one.title,
    url: one.url,
    text: one.content_html?.trim(),
    authors: (one.authors ?? []).map((author) => author.name),
    tags: one.tags ?? [],
    published: second(one.date_published),
    media: (one.attachments ?? []).map((file) => file.url),
  })));
}

const rowan = await library('@rowanmanning/feed-parser');
if (rowan) {
  for (const format of ['atom', 'rss']) {
    const read = (await rowan.parseFeed(text(format))).toJSON();
    compare(`@rowanmanning/feed-parser ${format}`, read.items.map((one) => ({
      id: one.id,
      title: one.title,
      url: one.url,
      // a name that is an address is one to it
      authors: one.authors.map((author) => author.name ?? author.url),
      published: second(one.published),
    })));
  }
}

const simple = await library('rss-parser');
if (simple) {
  for (const format of ['atom', 'rss']) {
    const read = await new simple.default().parseString(text(format));
    compare(`rss-parser ${format}`, read.items.map((one) => ({
      id: one.id ?? one.guid,
      title: one.title,
      url: one.link,
      published: second(one.isoDate),
      ...(format === 'rss' ? { text: (one['content:encoded'] ?? one.content)?.trim(), enclosure: one.enclosure?.url } : {}),
    })));
  }
}

process.exit(wrong > 0 ? 1 : 0);
