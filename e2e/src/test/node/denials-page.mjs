// The codes that the admin page shows of exchanges, in Chromium. Arguments: the page's URL, and ids of requests that the recorder keeps.
// Prints a line for each: the id, and the code in its row, or '-' if there is no such row.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(process.env.POLICY_ENGINE_NODE_PACKAGES + '/');
const { chromium } = require('playwright-core');

const [url, ...ids] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' });
await page.goto(url + '#exchanges');
const panel = page.locator('#view-exchanges');
await panel.getByLabel('Exchanges', { exact: true }).selectOption({ label: 'All' });
for (const id of ids) {
  const row = panel.locator(`tbody tr[data-name="${id}"]`);
  await row.waitFor({ timeout: 15_000 }).catch(() => {});
  console.log(`${id} ${(await row.count()) === 0 ? '-' : await row.locator('td[data-label="Code"]').innerText()}`);
}
await browser.close();
