// What both journeys share: a browser, the demo's addresses, assertions and screenshots.
import { chromium } from 'playwright-core';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';

export { assert };
export const demo = JSON.parse(readFileSync(process.env.DEMO, 'utf8'));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
/** Pixels of a picture: the browser cannot draw a page of any length at once. */
const TALLEST = 8000;
let shots = 0;

/** Somebody's own browser: nobody else's cookies. */
export async function person(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.shot = async (name) => {
    shots += 1;
    const path = `${process.env.SHOTS}/${String(shots).padStart(2, '0')}-${name}.png`;
    const { width, height } = await page.evaluate(() => ({ width: window.innerWidth, height: document.documentElement.scrollHeight }));
    await page.screenshot({ path, fullPage: true, timeout: 60_000, clip: { x: 0, y: 0, width, height: Math.min(height, TALLEST) } });
  };
  /** On the provider's page: sign in as this persona, with whatever the tenant asks for but a code. */
  page.signInAs = async (persona) => {
    await page.waitForURL((url) => url.href.startsWith(demo.idp));
    await page.click(`button[name=persona][value=${persona}]`);
    const federated = page.locator('form[action$="/federated"] button').first();
    if (page.url().startsWith(demo.idp) && await federated.count()) await federated.click();
  };
  /** On the provider's page: enter the code that it shows as a help for development. */
  page.enterCode = async () => {
    const details = page.locator('details:has(#current-code)');
    if (await details.count()) await details.evaluate((element) => { element.open = true; });
    await page.fill('#code', (await page.locator('#current-code').innerText()).replace(/\D/g, ''));
    await page.locator('form[action$="/code"] button').first().click();
  };
  /** On a step of the form: save and go on. */
  page.next = () => page.click('main form button[value=continue]');
  /** The status of `url` in this browser; 302 when it led elsewhere. */
  page.status = async (url) => {
    const probe = await context.newPage();
    const answer = await probe.goto(url);
    const status = probe.url() === url ? answer.status() : 302;
    await probe.close();
    return status;
  };
  return page;
}

/** A bearer token, as `demo token` prints it. */
export function token(persona, ...flags) {
  const args = ['demo', 'token', '--persona', persona, '--data-dir', process.env.DEMO_DATA_DIR, ...flags];
  return execFileSync(process.env.DEMO_BINARY, args, { encoding: 'utf8' }).trim();
}

/** What curl says: status line, headers, body. */
export function curl(url, ...args) {
  return execFileSync('curl', ['-sSi', ...args, url], { encoding: 'utf8' });
}

/** Calls the API with a token; returns status and JSON. */
export async function api(method, path, bearer, body, headers = {}) {
  // The name resolves to loopback everywhere but in some C libraries.
  const url = new URL(path, demo.desk);
  const answer = execFileSync('curl', ['-sS', '-X', method, '-w', '\n%{http_code}', '-H', `Authorization: Bearer ${bearer}`,
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...(body === undefined ? [] : ['-H', 'Content-Type: application/json', '-d', JSON.stringify(body)]), url.href], { encoding: 'utf8' });
  const cut = answer.lastIndexOf('\n');
  return { status: Number(answer.slice(cut + 1)), json: answer.slice(0, cut) ? JSON.parse(answer.slice(0, cut)) : null };
}

/** Waits until `holds` does, for `seconds` at most; returns how long it took. */
export async function within(seconds, what, holds) {
  const begun = Date.now();
  for (;;) {
    if (await holds()) return (Date.now() - begun) / 1000;
    assert.ok(Date.now() - begun < seconds * 1000, `${what} took more than ${seconds} s`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

/** Walks; whatever goes wrong ends in a screenshot of every open page and a failure. */
export async function journey(walk) {
  try {
    await walk();
  } catch (error) {
    for (const context of browser.contexts()) {
      for (const page of context.pages()) {
        console.error(`on ${page.url()}`);
        shots += 1;
        await page.screenshot({ path: `${process.env.SHOTS}/${String(shots).padStart(2, '0')}-failed.png`, fullPage: true });
      }
    }
    console.error(error);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
