// Opens the pages of a running feedmux in headless Chromium as a person would. Usage: node page.mjs http://127.0.0.1:PORT INSTALLED [FOLDER]
// INSTALLED: the folder with node_modules. FOLDER: where pictures of the pages are put. Ends with 0 when all is well, 1 with a line for each thing that is not, 77 when there is no browser.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [base, installed, folder] = process.argv.slice(2);
const found = createRequire(join(installed, 'package.json'));
const load = async (name) => (await import(pathToFileURL(found.resolve(name)))).default;
let chromium, puppeteer;
try {
  chromium = await load('@sparticuz/chromium');
  puppeteer = await load('puppeteer-core');
} catch (error) {
  console.log(`no browser: ${error.message}`);
  process.exit(77);
}
const browser = await puppeteer.launch({
  args: [...chromium.args, '--no-sandbox'],
  executablePath: await chromium.executablePath(),
  headless: 'shell',
}).catch((error) => {
  console.log(`no browser: ${error.message}`);
  process.exit(77);
});
const wrong = [];
const check = (holds, what) => { if (!holds) wrong.push(what); };

async function open(path, { dark = false, width = 1200 } = {}) {
  const page = await browser.newPage();
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
  page.on('console', (message) => wrong.push(`${path}: console: ${message.text()}`));
  page.on('pageerror', (error) => wrong.push(`${path}: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) wrong.push(`${path}: leaves the origin: ${request.url()}`);
  });
  page.on('response', (response) => { if (response.status() >= 400) wrong.push(`${path}: ${response.status()} ${response.url()}`); });
  await page.goto(base + path, { waitUntil: 'networkidle0' });
  return page;
}

// Contrast of all text with what is behind it, WCAG 2: at least 4.5 to 1.
const contrast = () => {
  const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const over = ([r, g, b, a = 1], below) => [r, g, b].map((c, i) => c * a + below[i] * (1 - a));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const behind = (node) => {
    const below = node.parentElement ? behind(node.parentElement) : dark ? [18, 18, 18] : [255, 255, 255];
    return over(parse(getComputedStyle(node).backgroundColor), below);
  };
  const weak = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.getClientRects().length) continue;
    const back = behind(node);
    const [one, other] = [light(over(parse(getComputedStyle(node).color), back)), light(back)].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) weak.push(`${node.tagName} "${walker.currentNode.data.trim().slice(0, 30)}" ${ratio.toFixed(2)}`);
  }
  return [...new Set(weak)].slice(0, 5);
};

const first = await open('/');
const link = async (part) => first.$$eval('a', (all, part) => all.map((a) => a.getAttribute('href')).find((href) => href.includes(part)), part);
const story = '/' + (await link('stories/'));
await first.goto(base + story);
const entry = '/entries/' + (await first.$$eval('a', (all) => all.map((a) => a.getAttribute('href')).find((href) => href.includes('entries/')))).split('/').pop();
await first.close();

for (const path of ['/', story, entry, '/search?q=the', '/feeds/all.atom']) {
  for (const [name, options] of [['light', {}], ['dark', { dark: true }], ['phone', { width: 360 }]]) {
    const page = await open(path, options);
    const weak = await page.evaluate(contrast);
    check(weak.length === 0, `${path} ${name}: contrast: ${weak.join('; ')}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(wide <= 0, `${path} ${name}: ${wide} pixels too wide`);
    check(await page.$('main h1'), `${path} ${name}: no headline`);
    const unnamed = await page.$$eval('input:not([type=hidden]), button', (all) => all.filter((one) => !one.labels?.length && !one.textContent.trim()).length);
    check(unnamed === 0, `${path} ${name}: ${unnamed} fields without a name`);
    if (folder) await page.screenshot({ path: `${folder}/${path.replace(/\W+/g, '-')}${name}.png`, fullPage: name === 'phone' });
    await page.close();
  }
}

// The keyboard: the first stop leads to the content, and stops are seen.
const keys = await open('/');
await keys.keyboard.press('Tab');
check(await keys.evaluate(() => document.activeElement.getAttribute('href') === '#main'), 'the first stop of the keyboard is not the way to the content');
check(await keys.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== 'none'), 'a focus is not seen');
// The search, as typed.
const word = (await keys.$eval('main ol a', (a) => a.textContent)).match(/\p{L}{5,}/u)?.[0] ?? 'the';
await keys.type('header input[type=search]', word);
await Promise.all([keys.waitForNavigation(), keys.keyboard.press('Enter')]);
check(keys.url().includes('/search?'), `a search leads to ${keys.url()}`);
check((await keys.$$('main mark')).length > 0, `a search for "${word}" marks nothing`);
await keys.close();

await browser.close();
for (const line of wrong) console.log(line);
process.exit(wrong.length ? 1 : 0);
