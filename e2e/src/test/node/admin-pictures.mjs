// Pictures of the admin page for the docs, in a wide window and on a phone, of an engine with the traffic of a shop. Arguments: the page's URL, Envoy's URL, and a folder.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(process.env.POLICY_ENGINE_NODE_PACKAGES + '/');
const { chromium } = require('playwright-core');

const [url, envoy, folder] = process.argv.slice(2);
const WIDE = { width: 1280, height: 640 };
const PHONE = { width: 390, height: 844 };
/** Charts show a minute and more. */
const TRAFFIC_MS = 75_000;
const KEYED = { 'x-api-key': 'a-key-of-the-web-shop' };
const ORDER = { method: 'POST', body: JSON.stringify({ id: 4711, items: ['tea'] }), headers: { ...KEYED, 'content-type': 'application/json' } };

/** What comes, and how much of a hundred requests it is. */
const MIX = [
  [34, '/api/catalogue?category=tea', {}],
  [24, '/api/orders', { headers: KEYED }],
  [9, '/api/orders', ORDER],
  [2, '/api/orders', { ...ORDER, body: '{"items": 1}' }],
  [3, '/api/orders', { headers: { 'x-api-key': 'a-key-of-nobody' } }],
  [12, '/api/customers', { headers: KEYED }],
  [1, '/api/customers', {}],
  [8, '/login', {}],
  [3, '/reports', { headers: KEYED }],
  [4, '/webhooks/payments', { headers: KEYED }],
];
const requests = MIX.flatMap(([share, path, options]) => Array(share).fill([path, options]));
let drawn = 7;
const next = () => (drawn = (drawn * 1103515245 + 12345) % 2147483648) / 2147483648;
const traffic = setInterval(() => {
  const [path, options] = requests[Math.floor(next() * requests.length)];
  fetch(envoy + path, options)
    .then((answer) => answer.arrayBuffer())
    .catch(() => {});
}, 25);

const browser = await chromium.launch({
  executablePath: execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
const page = await browser.newPage({ viewport: WIDE, colorScheme: 'light', reducedMotion: 'reduce' });

async function view(name) {
  await page.evaluate((hash) => (location.hash = hash), name);
  const panel = page.locator('#view-' + name.split(/[/?]/)[0]);
  await panel.waitFor({ state: 'visible' });
  await panel.getByText('Asking…').first().waitFor({ state: 'detached' });
  await page.waitForResponse(/\/stats/);
  await page.waitForResponse(/\/stats/);
  return panel;
}

/** Takes a picture of what is in the window; the name says if it is that of a phone. */
async function picture(name, size) {
  await page.setViewportSize(size);
  // What is opened comes into view at the new width.
  await page.evaluate(() => document.activeElement.matches('[data-opened]') && document.activeElement.scrollIntoView({ block: 'nearest' }));
  await page.screenshot({ path: `${folder}/admin-${name}.png` });
}

await page.goto(url);
await page.waitForTimeout(TRAFFIC_MS);
await picture('overview', WIDE);
await picture('overview-phone', PHONE);

await page.setViewportSize(WIDE);
await page.locator('#tab-routes').click();
await page.getByLabel('Name contains').fill('/api');
await view('routes/%2Fapi%2Forders');
await page.getByRole('heading', { name: '/api/orders' }).waitFor();
await page.locator('.chain li', { hasText: /passed \d+/ }).first().waitFor();
await picture('routes', WIDE);
await picture('routes-phone', PHONE);

await page.setViewportSize(WIDE);
const denials = await view('exchanges?since=15m&status=401');
await denials.getByRole('row', { name: /API_KEY_MISSING/ }).first().getByRole('button').click();
await denials.getByText(/decided by apiKeyAuth/).waitFor();
await picture('denials', WIDE);
await picture('denials-phone', PHONE);

await page.setViewportSize(WIDE);
const panel = await view('generations');
await panel.getByRole('button', { name: 'Compare with running (generation 1)' }).click();
await panel.getByText(/requests_per_second: 80/).first().waitFor();
await picture('generations', WIDE);

await page.emulateMedia({ colorScheme: 'dark' });
await view('workers');
await picture('workers-dark', WIDE);
await picture('workers-phone-dark', PHONE);

clearInterval(traffic);
await browser.close();
process.exit(0);
