// The admin page in Chromium, used as an operator does. Arguments: the page's URL, Envoy's URL, a token that may operate, the conf
// directory, and which states of the page are judged: 'all', or each view narrow and dark, and each other step in one width.
// Prints a line for each step; ends with 1 and a message at the first that is not as it should be.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.POLICY_ENGINE_NODE_PACKAGES + '/');
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const [url, envoy, token, conf, states] = process.argv.slice(2);
const all = states === 'all';
const VIEWS = ['overview', 'routes', 'workers', 'exchanges', 'generations', 'overrides', 'findings'];
const WIDE = { width: 1280, height: 860 };
const NARROW = { width: 390, height: 844 };
const NARROWEST = { width: 320, height: 700 };
const OTHER_NAME = 'engine.example';
const HOSTILE = '<img src=x onerror=globalThis.pwned=1>';

const began = Date.now();
const step = (text) => console.log(`${String(Date.now() - began).padStart(6)} ms  ${text}`);

// ---- traffic, by which there is something to see

let i = 0;
const PATHS = ['/both', '/request-only', '/locked', '/limited', '/conditional', '/misconfigured', '/nowhere', '/slow', '/both'];
const SLOW_MS = 300;
const traffic = setInterval(() => {
  const round = Math.floor(i / PATHS.length);
  const headers = { ...(round % 2 ? { 'x-api-key': 'alices-key' } : {}), ...(round % 4 ? {} : { 'x-slow': 'yes' }) };
  fetch(envoy + PATHS[i++ % PATHS.length], { headers }).catch(() => {});
}, 40);
const status = async (path) => (await fetch(envoy + path)).status;

// ---- the browser

const browser = await chromium.launch({
  executablePath: execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--host-resolver-rules=MAP ${OTHER_NAME} 127.0.0.1`],
});
const context = await browser.newContext({ viewport: WIDE, colorScheme: 'light', reducedMotion: 'reduce' });
const wrong = [];
await context.addInitScript(() => {
  globalThis.refusedByPolicy = [];
  addEventListener('securitypolicyviolation', (event) => globalThis.refusedByPolicy.push(`${event.violatedDirective} ${event.blockedURI}`));
});
const page = await context.newPage();
page.on('pageerror', (error) => wrong.push('error: ' + error.stack));
page.on('console', (message) => {
  // Chromium tells of each status that is no success, which the page expects.
  if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource')) {
    wrong.push(`${message.type()}: ${message.text()}`);
  }
});
page.on('request', (request) => {
  if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith('data:')) {
    wrong.push('a request elsewhere: ' + request.url());
  }
});

process.on('uncaughtException', async (error) => {
  console.log(error.stack);
  console.log(await page.locator('body').innerText().catch(String));
  console.log(wrong.join('\n'));
  process.exit(1);
});

async function view(name) {
  await page.evaluate((hash) => (location.hash = hash), name);
  const panel = page.locator('#view-' + name.split(/[/?]/)[0]);
  await panel.waitFor({ state: 'visible' });
  await panel.getByText('Asking…').first().waitFor({ state: 'detached' });
  return panel;
}

/** For what has no locator that could be waited for. */
async function until(what, isSo) {
  for (let tries = 0; tries < 100; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.fail(what);
}

const fact = (name) => page.locator('#status div', { has: page.locator('dt', { hasText: name }) }).locator('dd');

// ---- what it shows

await page.goto(url);
await page.getByRole('heading', { name: 'Sign in' }).waitFor();
await page.getByText(/reading needs a token too, even from this machine/).first().waitFor();
await page.locator('#content').getByLabel('Token').fill(token);
await page.keyboard.press('Enter');
step('the page asks for a token on this machine, too');

await page.getByText('Ready', { exact: true }).first().waitFor();
await fact('Passed/s').getByText(/\d/).waitFor();
// The engine has figures from before the page was opened: its first answer draws lines, with no second one to compare it with.
const hasCalls = async () => {
  const answer = await fetch(new URL('../stats?limit=0&history=true', url), { headers: { authorization: 'Bearer ' + token } });
  return (await answer.json()).history.some((moment, i, all) => i > 0 && moment.calls && all[i - 1].calls);
};
await until('the engine has measured calls twice in a row', hasCalls);
let answers = 0;
let goOn = null;
const heldBack = new Promise((resolve) => (goOn = resolve));
await page.route(/\/stats\?/, async (route) => {
  if (answers++ > 0) {
    await heldBack;
  }
  await route.continue();
});
await page.reload();
const CHARTS = ['Exchanges per second', 'Durations of worker calls', 'Lag of event loops'];
const chartOf = (title) => page.locator('#view-overview .chart', { has: page.locator('figcaption', { hasText: title }) });
for (const title of CHARTS) {
  // A level line has no height, so it does not count as visible.
  await chartOf(title).locator('path[d*=L]').first().waitFor({ state: 'attached', timeout: 10_000 });
  assert.doesNotMatch(await chartOf(title).locator('path').first().getAttribute('d'), /NaN|Infinity/);
}
goOn();
await page.unroute(/\/stats\?/);
// The lines go on with the page's own answers.
const start = await chartOf(CHARTS[1]).locator('path').first().getAttribute('d');
await until('the line goes on', async () => (await chartOf(CHARTS[1]).locator('path').first().getAttribute('d')) !== start);

// Where the engine has none, the first answer stands for all since the start.
await page.route(/\/stats\?/, async (route) => {
  const answer = await route.fetch();
  const stats = await answer.json();
  await route.fulfill({ response: answer, json: { ...stats, history: stats.history?.map(({ at_ms, exchanges }) => ({ at_ms, exchanges })) } });
});
await page.reload();
for (const title of CHARTS) {
  await chartOf(title).locator('path[d^=M]').first().waitFor({ timeout: 10_000 });
}
await page.unroute(/\/stats\?/);
step('the first view shows readiness, rates, and charts that begin before it was opened');

let panel = await view('routes');
await panel.getByLabel('Name contains').fill('r4');
await panel.getByText(/1–50 of \d+ \([\d,]+ in all\)/).waitFor();
await panel.getByLabel('Name contains').fill('');
await panel.getByText(/1–50 of \d{3,};/).waitFor();
await panel.getByLabel('Order').selectOption('files');
await panel.getByRole('button', { name: 'Next' }).click();
await panel.getByText('51–100 of').waitFor();
// What is typed is asked for after a pause, which undoes no turn to another page.
await panel.evaluate((element) => {
  element.querySelector('input[type=search]').dispatchEvent(new Event('input'));
  element.querySelector('[data-action=next]').click();
});
for (let rounds = 0; rounds < 3; rounds++) {
  await page.waitForResponse(/\/stats/);
}
await panel.getByText('51–100 of').waitFor({ timeout: 3000 });
await panel.getByLabel('Order').selectOption('traffic');
await panel.getByRole('row', { name: /\/both/ }).waitFor();
step('routes are filtered, put in order and turned over');

/** Milliseconds in a cell of the only row. */
async function cell(head) {
  const [number, unit] = (await panel.locator(`tbody tr td[data-label="${head}"]`).innerText()).split(' ');
  return Number(number) * { s: 1000, ms: 1, µs: 0.001 }[unit];
}

await panel.getByLabel('Name contains').fill('/slow');
await panel.getByText(/1–1 of 1/).waitFor();
// A quarter of the requests takes that long.
const quantilesOf = async () => ({ p50: await cell('p50'), p99: await cell('p99') });
const areThere = ({ p50, p99 }) => p50 < SLOW_MS / 2 && p99 > SLOW_MS / 1.1;
let quantiles = await quantilesOf();
for (let rounds = 0; rounds < 15 && !areThere(quantiles); rounds++) {
  await page.waitForResponse(/\/stats/);
  quantiles = await quantilesOf();
}
assert.ok(quantiles.p50 < SLOW_MS / 2, `p50 is that of most requests: ${JSON.stringify(quantiles)}`);
assert.ok(quantiles.p99 > SLOW_MS / 1.1 && quantiles.p99 < 8 * SLOW_MS, `p99 is that of the slow ones: ${JSON.stringify(quantiles)}`);
step('the row of a route has the p50 and p99 of its chain');

await panel.getByLabel('Name contains').fill('img src');
const hostile = panel.getByRole('button', { name: HOSTILE });
await hostile.click();
await panel.getByRole('heading', { name: HOSTILE }).waitFor();
await panel.locator('.chain li', { hasText: 'requestId' }).waitFor();
assert.equal(await page.locator('img[src=x]').count(), 0);
assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
await panel.getByLabel('Name contains').fill('');
await panel.getByText(/1–50 of \d{3,};/).waitFor();
step('a route that is named like an element is text');

panel = await view('exchanges');
await panel.getByRole('row', { name: /API_KEY_MISSING/ }).first().waitFor();
await panel.getByRole('row', { name: /RATE_LIMITED/ }).first().waitFor();
await panel.getByRole('row', { name: /UNKNOWN_ROUTE/ }).first().waitFor();
await panel.getByRole('row', { name: /API_KEY_MISSING/ }).first().getByRole('button').click();
await panel.getByText(/decided by apiKeyAuth: API_KEY_MISSING \(authentication_failed\)/).waitFor();
await panel.getByRole('button', { name: 'Close' }).click();
const arrived = panel.locator('tbody time').first();
assert.match(await arrived.textContent(), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
assert.match(await arrived.getAttribute('title'), /20\d\d/);
step('denials are listed with their exact codes, and times in UTC');

// ---- a denial is opened under its row, by keyboard and by click

const where = () =>
  page.evaluate(() => {
    const section = [...document.querySelectorAll('[data-opened]')].find((one) => one.checkVisibility());
    const row = section?.closest('tr')?.previousElementSibling;
    const box = section?.getBoundingClientRect();
    return { focused: document.activeElement === section, id: row?.getAttribute('data-name'), top: box?.top, below: row?.getBoundingClientRect().bottom };
  });

for (const size of all ? [WIDE, NARROW] : [WIDE]) {
  await page.setViewportSize(size);
  panel = await view('exchanges');
  // While the focus is in the list, the list stands still.
  const id = await panel
    .getByRole('row', { name: /API_KEY_MISSING/ })
    .nth(1)
    .getByRole('button')
    .evaluate((one) => {
      one.focus();
      return one.getAttribute('data-name');
    });
  const button = panel.locator(`button[data-name="${id}"]`);
  assert.ok((await button.textContent()).length < 13, 'the id is short');
  assert.equal(await button.locator('span').getAttribute('title'), id);
  await page.keyboard.press('Enter');
  await panel.locator('[data-opened]').getByText(id, { exact: true }).waitFor();
  await panel.getByText(/decided by apiKeyAuth: API_KEY_MISSING/).waitFor();
  const open = await where();
  assert.deepEqual({ focused: open.focused, id: open.id }, { focused: true, id });
  assert.ok(Math.abs(open.top - open.below) < 20, `it lies under its row: ${JSON.stringify(open)}`);
  assert.ok(open.top >= -1 && open.top < size.height, `it is in view: ${JSON.stringify(open)}`);
  // A round later, with new denials, it lies where it was.
  await page.waitForResponse(/\/stats/);
  await page.waitForResponse(/\/stats/);
  const later = await where();
  assert.ok(later.id === id && later.focused && Math.abs(later.top - open.top) < 60, `it has moved: ${JSON.stringify({ open, later })}`);
  await page.keyboard.press('Escape');
  await panel.locator('[data-opened]').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('data-name')), id, 'the focus is back');
  await panel.getByRole('row', { name: /RATE_LIMITED/ }).first().getByText('RATE_LIMITED').first().click();
  await panel.locator('[data-opened]').getByText(/RATE_LIMITED/).first().waitFor();
  assert.equal((await where()).focused, true);
  await page.keyboard.press('Escape');
  await panel.locator('[data-opened]').waitFor({ state: 'detached' });
}
await page.setViewportSize(WIDE);
step('a denial is opened under its row, in view and focused, by keyboard and by click');

panel = await view('routes/%2Fboth');
await panel.locator('.chain li', { hasText: /passed \d+ denied \d+ failed \d+ in \d+ (s|min)/ }).first().waitFor();
assert.equal((await where()).id, '/both');
step('a chain has what each entry decided');

// ---- accessibility

async function judge(name) {
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  const told = found.violations.map((one) => `${name}: ${one.id}: ${one.nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
  assert.deepEqual(told, []);
  return found.passes.length;
}

/** Nothing is wider than the window, and what can be clicked needs no scrolling sideways. */
async function fits(size, state) {
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= size.width, state + ' is wider than the window');
  const outside = await page.evaluate(() =>
    [...document.querySelectorAll('button, select, input, a')]
      .filter((one) => one.checkVisibility() && !one.matches('.skip') && one.getBoundingClientRect().right > innerWidth)
      .map((one) => one.outerHTML.slice(0, 200)),
  );
  assert.deepEqual(size === WIDE ? [] : outside, [], state);
}

await page.evaluate(axe);

// ---- what an entry in shadow mode would have denied

for (const size of all ? [WIDE, NARROW] : [NARROW]) {
  await page.setViewportSize(size);
  panel = await view('exchanges');
  await panel.getByLabel('Would be denied by').focus();
  await page.keyboard.type('apiKeyAuth');
  await page.keyboard.press('Enter');
  await panel.getByRole('region', { name: 'What apiKeyAuth would have denied, the newest first' }).waitFor();
  assert.equal(await panel.getByLabel('Exchanges', { exact: true }).isDisabled(), true, 'the workers keep these denials');
  const row = panel.getByRole('row', { name: /401.*API_KEY_MISSING.*request.*127\.0\.0\.1.*GET \/conditional/ }).first();
  await row.waitFor();
  const id = await row.getByRole('button').evaluate((one) => {
    one.focus();
    return one.getAttribute('data-name');
  });
  await page.keyboard.press('Enter');
  await panel.locator('[data-would-be]', { hasText: /apiKeyAuth, in shadow mode on .+, would have denied the request with 401: API_KEY_MISSING, authentication_failed\./ }).waitFor();
  await panel.locator('[data-opened]').getByText('Asking…').waitFor({ state: 'detached' });
  const open = await where();
  assert.deepEqual({ focused: open.focused, id: open.id }, { focused: true, id });
  assert.ok(Math.abs(open.top - open.below) < 20, `it lies under its row: ${JSON.stringify(open)}`);
  await judge(`what would be denied ${size.width}`);
  await fits(size, `what would be denied ${size.width}`);
  await page.keyboard.press('Escape');
  await panel.locator('[data-opened]').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('data-name')), id, 'the focus is back');
  await panel.getByLabel('Would be denied by').fill('nobody');
  await page.keyboard.press('Enter');
  await page.getByText("'would_deny' must be the name of an entry of the running configuration").waitFor();
  await panel.getByLabel('Would be denied by').fill('');
  await page.keyboard.press('Enter');
  await panel.getByRole('region', { name: 'Exchanges, the newest first' }).waitFor();
  assert.equal(await panel.getByLabel('Exchanges', { exact: true }).isDisabled(), false);
}
panel = await view('routes/%2Fconditional');
await panel.getByRole('button', { name: 'what it would have denied' }).focus();
await page.keyboard.press('Enter');
panel = page.locator('#view-exchanges');
await panel.getByRole('region', { name: 'What apiKeyAuth would have denied, the newest first' }).waitFor();
assert.equal(await panel.getByLabel('Would be denied by').inputValue(), 'apiKeyAuth');
await panel.getByLabel('Would be denied by').fill('');
await page.keyboard.press('Enter');
step('what an entry in shadow mode would have denied is found and opened');

// ---- exchanges are found by what is known of them

for (const size of all ? [WIDE, NARROW] : [NARROW]) {
  await page.setViewportSize(size);
  panel = await view('exchanges');
  const listed = panel.getByRole('region', { name: 'Exchanges, the newest first' });
  /** Rows as texts, once all are as they should be. */
  const rowsLike = (text) =>
    until(`all rows have ${text}`, async () => {
      const rows = await panel.locator('tbody tr.opens').allInnerTexts();
      return rows.length > 0 && rows.every((row) => row.includes(text));
    });
  await panel.getByLabel('Since').focus();
  await page.keyboard.type('15m');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.labels[0].textContent), 'Client');
  await page.keyboard.type('127.0.0.0/8');
  await page.keyboard.press('Tab');
  await page.keyboard.type('/limited');
  await panel.getByLabel('Status').fill('4xx');
  await panel.getByLabel('Code').fill('rate_limited');
  await page.keyboard.press('Enter');
  await rowsLike('RATE_LIMITED');
  const link = page.url();
  assert.equal(new URL(link).hash, '#exchanges?since=15m&client=127.0.0.0%2F8&path=%2Flimited&status=4xx&code=rate_limited');
  await judge(`found exchanges ${size.width}`);
  await fits(size, `found exchanges ${size.width}`);

  // One that is opened has its address, with the filters, and keeps them.
  await panel.locator('tbody tr.opens button').first().focus();
  await page.keyboard.press('Enter');
  await panel.locator('[data-opened]').getByText(/RATE_LIMITED/).first().waitFor();
  assert.match(new URL(page.url()).hash, /^#exchanges\/[^?]+\?since=15m&.*code=rate_limited$/);
  await page.keyboard.press('Escape');
  await panel.locator('[data-opened]').waitFor({ state: 'detached' });
  assert.equal(page.url(), link);

  // Nobody else has called.
  await panel.getByLabel('Client').fill('192.0.2.1');
  await page.keyboard.press('Enter');
  await panel.getByText('None is kept that is like that.').waitFor();
  await page.goBack();
  await rowsLike('RATE_LIMITED');
  assert.equal(await panel.getByLabel('Client').inputValue(), '127.0.0.0/8', 'the form shows what the address says');

  // A wrong value is what the API says of it.
  await panel.getByLabel('Status').fill('4x');
  await page.keyboard.press('Enter');
  await panel.getByText("'status' must be a status such as 401, or a class such as 4xx").waitFor();
  assert.equal(await panel.getByLabel('Status').getAttribute('aria-invalid'), 'true');
  assert.equal(await listed.count(), 0, 'what was found before is not what was asked for');
  await judge(`a wrong filter ${size.width}`);
  await fits(size, `a wrong filter ${size.width}`);
  await panel.getByRole('button', { name: 'Clear' }).focus();
  await page.keyboard.press('Enter');
  await listed.waitFor();
  assert.equal(new URL(page.url()).hash, '#exchanges');
  assert.equal(await panel.getByLabel('Status').getAttribute('aria-invalid'), null);

  // The same of what an entry in shadow mode would have denied.
  await view('exchanges?would_deny=apiKeyAuth&path=/conditional&client=127.0.0.0/8&code=API_KEY_MISSING&since=15m');
  await panel.getByRole('region', { name: 'What apiKeyAuth would have denied, the newest first' }).waitFor();
  await rowsLike('API_KEY_MISSING');
  await panel.getByLabel('Code').fill('NO_SUCH_CODE');
  await page.keyboard.press('Enter');
  await panel.getByText('None is kept that is like that.').waitFor();
}

// ---- an address is text of anybody

const inAddress = encodeURIComponent(HOSTILE);
for (const [hash, said] of [
  [`exchanges?code=${inAddress}`, "'code' must be a code such as TOKEN_EXPIRED"],
  [`exchanges?kept=${inAddress}`, "'kept' must be one of"],
  [`exchanges?${inAddress}=1`, `The address has the unknown filter '${HOSTILE}'`],
  ['exchanges?code=A&code=B', "'code' may only be given once"],
  ['exchanges?limit=100000', "The address has the unknown filter 'limit'"],
  [`exchanges?since=${'9'.repeat(500)}d`, "'since' must be a time"],
  [`exchanges/${inAddress}?path=%25%00`, "'path' must be a path"],
]) {
  panel = await view(hash);
  await panel.getByText(said).first().waitFor();
}
assert.equal(await page.locator('img[src=x]').count(), 0);
assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
await view('exchanges');
await page.setViewportSize(WIDE);
step('exchanges are found by time, client, path, status and code, and a wrong value is told');

let judged = 0;
for (const size of [WIDE, NARROW]) {
  await page.setViewportSize(size);
  for (const colorScheme of ['light', 'dark']) {
    if (!all && (size === WIDE || colorScheme === 'light')) continue;
    await page.emulateMedia({ colorScheme });
    for (const name of VIEWS) {
      await view(name === 'routes' ? 'routes/%2Fboth' : name);
      const state = `${name} ${colorScheme} ${size.width}`;
      assert.ok((await judge(state)) > 10, state);
      judged++;
      await fits(size, state);
    }
  }
}
await page.setViewportSize(NARROWEST);
for (const name of all ? VIEWS : []) {
  await view(name);
  await fits(NARROWEST, `${name} ${NARROWEST.width}`);
}
await page.setViewportSize(NARROW);
panel = await view('exchanges');
assert.equal(await panel.locator('tbody tr').first().evaluate((row) => getComputedStyle(row).display), 'grid');
await panel.getByRole('row', { name: /API_KEY_MISSING/ }).first().getByRole('button').click();
await panel.getByText(/decided by apiKeyAuth/).waitFor();
await judge('an opened denial');
await fits(NARROW, 'an opened denial');
await page.keyboard.press('Escape');
step(`axe-core finds nothing in ${judged} states of the page, and all of it fits`);

await page.setViewportSize(WIDE);
await page.emulateMedia({ colorScheme: 'light' });
await page.getByLabel('Colours').selectOption('dark');
assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(18, 22, 27)');
await page.getByLabel('Colours').selectOption('system');
assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
step('the colours follow the system, or the switch');

// ---- keyboard

await view('overview');
await page.reload();
await page.evaluate(axe);
await page.getByText('Ready', { exact: true }).first().waitFor();
const focused = () => page.evaluate(() => document.activeElement.textContent.trim().slice(0, 40) || document.activeElement.tagName);
await page.keyboard.press('Tab');
assert.equal(await focused(), 'Skip to content');
await page.keyboard.press('Enter');
assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
await page.locator('#tab-overview').focus();
assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none');
const walked = [];
for (let n = 0; n < VIEWS.length; n++) {
  await page.keyboard.press('ArrowRight');
  walked.push(await page.evaluate(() => document.activeElement.id));
  await page.locator(`#${walked.at(-1).replace('tab-', 'view-')}`).waitFor({ state: 'visible' });
}
assert.deepEqual(walked, [...VIEWS.slice(1), VIEWS[0]].map((name) => 'tab-' + name));
await page.keyboard.press('End');
assert.equal(await page.evaluate(() => document.activeElement.id), 'tab-findings');
await page.keyboard.press('Home');
step('tabs are walked by arrow keys, and the focus is seen');

panel = await view('routes');
await panel.getByRole('button', { name: '/both', exact: true }).focus();
await page.keyboard.press('Enter');
await panel.getByRole('heading', { name: '/both' }).waitFor();
// Some rounds later it is still there: what is shown again keeps the focus.
const asked = [page.waitForResponse(/\/stats/), page.waitForResponse(/\/stats/)];
await asked[0];
await page.waitForResponse(/\/stats/);
assert.deepEqual({ ...(await where()), top: 0, below: 0 }, { focused: true, id: '/both', top: 0, below: 0 });
await page.keyboard.press('Escape');
await panel.locator('[data-opened]').waitFor({ state: 'detached' });
assert.equal(await focused(), '/both');
step('the focus outlives new figures, and comes back to its row');

// ---- a parameter is mistyped in a live file, and corrected

const ROUTE_FILE = 'routes/slow.yaml';
const edit = (text) => {
  // As an editor saves it, so that no half of it is ever read.
  writeFileSync(`${conf}/../edited`, text);
  renameSync(`${conf}/../edited`, `${conf}/${ROUTE_FILE}`);
};
const right = readFileSync(`${conf}/${ROUTE_FILE}`, 'utf8');
const mistypedAt = right.split('\n').findIndex((line) => line.includes('delay_ms')) + 1;
const generation = await fact('Generation').innerText();
const findings = await view('findings');
edit(right.replace('delay_ms', 'delay_m'));
const place = new RegExp(`^${ROUTE_FILE.replace('.', '\\.')}:${mistypedAt}:\\d+`);
// Nobody has reloaded the page, or left the view.
await findings.getByText('Rejected', { exact: true }).waitFor();
await findings.getByText(/the change would refuse the requests of \/slow, which stay served as before/).waitFor();
const problem = findings.getByRole('region', { name: 'Problems of the last change' }).getByRole('row').filter({ has: page.getByText(place) });
await problem.getByText(/delay_m\b.*delay_ms/).waitFor();
await judge('a rejected change');
await page.setViewportSize(NARROW);
await fits(NARROW, 'a rejected change');
await page.setViewportSize(WIDE);
assert.equal(await fact('Generation').innerText(), generation, 'the generation stays');
assert.equal((await fetch(envoy + '/slow')).status, 200, 'the route is served as before');
await fact('State').getByText('Ready', { exact: true }).waitFor();
const overview = await view('overview');
const remark = overview.locator('.problems li', { hasText: 'was rejected' });
await remark.getByText(new RegExp(`${ROUTE_FILE.replace('.', '\\.')}:${mistypedAt}:`)).waitFor();
edit(right);
await remark.waitFor({ state: 'detached' });
await view('findings');
await findings.getByText('Rejected', { exact: true }).waitFor({ state: 'detached' });
await findings.getByText('unchanged', { exact: true }).waitFor();
assert.equal(await findings.getByRole('region', { name: 'Problems of the last change' }).count(), 0);
// The name of a file is text, too.
const named = `routes/${HOSTILE}.yaml`;
writeFileSync(`${conf}/../edited`, 'route_policies: [{ route_name: /new, request_flow: { policy_chain: [{ policy: noSuchPolicy }] } }]\n');
renameSync(`${conf}/../edited`, `${conf}/${named}`);
const listed = findings.getByRole('region', { name: 'Routes that are not served' }).getByText(named).first();
await listed.waitFor();
assert.equal(await page.locator('img[src=x]').count(), 0);
assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
unlinkSync(`${conf}/${named}`);
await listed.waitFor({ state: 'detached' });
step('a mistyped parameter of a live file is rejected with its place, and gone once it is corrected');

// ---- changes

assert.equal(await status('/locked'), 401);
panel = await view('overrides');
await panel.getByRole('button', { name: 'Switch something off…' }).click();
const dialog = page.getByRole('dialog');
await dialog.getByLabel('Name', { exact: true }).fill('apiKeyAuth');
await dialog.getByLabel('Reason').fill(HOSTILE);
const CHANGE = /\/overrides\/policy\//;
await page.route(CHANGE, (route) => route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer withdrawn' } }));
await dialog.getByRole('button', { name: 'Switch' }).click();
await dialog.getByText('the token is not valid').waitFor();
await page.unroute(CHANGE);
await dialog.getByLabel('Token').waitFor();
assert.equal(await status('/locked'), 401);
await judge('a refusal in a dialog');
await page.keyboard.press('Escape');
await dialog.waitFor({ state: 'detached' });
step('without a valid token nothing changes, and the page says why and asks for one');

await page.getByRole('button', { name: 'Token set' }).click();
await dialog.getByLabel('Token').fill(token);
await page.keyboard.press('Enter');
await dialog.waitFor({ state: 'detached' });
assert.equal(await page.evaluate((secret) => document.documentElement.outerHTML.includes(secret) || JSON.stringify(localStorage).includes(secret), token), false);

await panel.getByRole('button', { name: 'Switch something off…' }).click();
await dialog.getByLabel('Name', { exact: true }).fill('apiKeyAuth');
await dialog.getByRole('button', { name: 'Switch' }).click();
assert.equal(await dialog.isVisible(), true, 'a reason is needed');
await dialog.getByLabel('Reason').fill(HOSTILE);
await dialog.getByRole('button', { name: 'Switch' }).click();
await dialog.waitFor({ state: 'detached' });
await panel.getByRole('row', { name: /apiKeyAuth/ }).waitFor();
assert.equal(await status('/locked'), 200);
await fact('Overrides').getByText('1').waitFor();
assert.equal(await page.locator('img[src=x]').count(), 0);
await judge('an override');
await panel.getByRole('button', { name: 'Remove… the override of policy apiKeyAuth' }).click();
await dialog.getByLabel('Reason').fill('the key store is back');
await dialog.getByRole('button', { name: 'Remove' }).click();
await panel.getByText('None is in force').waitFor();
assert.equal(await status('/locked'), 401);
step('an override is set and removed, with a reason');

assert.equal((await (await fetch(envoy + '/both')).json()).headers['x-processed'], 'second');
panel = await view('generations');
const rows = page.locator('#view-generations tr[data-key]');
await page.locator('#view-generations tr[data-key="1"]').evaluate((row) => (row.isTheFirst = true));
const rowsBefore = await rows.count();
await panel.getByRole('button', { name: 'Compare with running (generation 1)' }).click();
await panel.getByText(/x-processed: second|X-Processed: second/i).first().waitFor();
await judge('differences');
await panel.getByRole('button', { name: 'Roll back… (generation 1)' }).click();
await dialog.getByText('routes/tests.yaml').waitFor();
await dialog.getByLabel('Reason').fill('the second one was a mistake');
await dialog.getByRole('button', { name: 'Roll back' }).click();
await dialog.waitFor({ state: 'detached' });
await rows.nth(rowsBefore).waitFor();
const isTheFirst = await page.locator('#view-generations tr[data-key="1"]').evaluate((row) => row.isTheFirst);
assert.equal(isTheFirst, true, 'a row stays the same when others come above it');
assert.equal((await (await fetch(envoy + '/both')).json()).headers['x-processed'], 'yes');
step('a generation is compared and rolled back to');

// ---- under another name

const distant = await context.newPage();
await distant.goto(url.replace('127.0.0.1', OTHER_NAME));
await distant.getByRole('heading', { name: 'Sign in' }).waitFor();
await distant.getByText(/reading needs a token/).first().waitFor();
await distant.evaluate(axe);
const violations = await distant.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
assert.deepEqual(violations.violations.map((one) => one.id), []);
const tokenInput = distant.locator('#content').getByLabel('Token');
assert.equal(await tokenInput.evaluate((input) => document.activeElement === input), true);
await tokenInput.fill(token);
await distant.keyboard.press('Enter');
await distant.getByText('Ready', { exact: true }).first().waitFor();
assert.equal(await distant.getByRole('heading', { name: 'Sign in' }).isVisible(), false);
await distant.close();
step('a page that may not even read asks for a token');

// ---- an engine that does not answer, and pages of others

await context.setOffline(true);
await fact('State').getByText('No answer').waitFor();
await context.setOffline(false);
await fact('State').getByText('Ready', { exact: true }).waitFor();
step('an engine that does not answer is told from one that is well');

assert.deepEqual(await page.evaluate(() => globalThis.refusedByPolicy), []);
assert.deepEqual(wrong, []);

const other = await context.newPage();
await other.goto('data:text/html,<iframe src="' + url + '"></iframe>');
await other.locator('iframe').waitFor();
assert.equal(await other.frameLocator('iframe').locator('#tabs').count(), 0);
step('no other page shows it in a frame; its own policy had nothing to refuse');

clearInterval(traffic);
await browser.close();
process.exit(0);
