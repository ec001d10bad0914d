// Lighthouse on the pages that most people see: performance, accessibility, best practices and search at 95 or above, 150 kB at most.
// Nothing is simulated and nothing but this machine is asked, so the figures are those of the pages. What needs a sign-in is not for
// search engines, and not asked whether they may read it.
import lighthouse, { desktopConfig } from 'lighthouse';
import { readFileSync, writeFileSync } from 'node:fs';
import { launch } from 'chrome-launcher';
import { assert, demo, journey, person } from './browser.mjs';

const LEAST = 0.95;
const HEAVIEST = 150 * 1024;
const OPEN = ['/', '/self-check', '/self-check/third_party_mfa_not_recognized', '/token-check', '/help'];
const MORE = ['/help/issues/exchange_online_powershell', '/help/glossary', '/problems/not-found', '/stopped?surface=partner_api', '/api'];
const SIGNED_IN = ['/', '/support/requests', '/support/requests/new', '/support/requests/TE-2026-000001'];

const STAFF = ['/queue', '/review/TE-2026-000002', '/review/TE-2026-000001/after-check', '/approvals'];

const isLong = process.env.EXCEPTION_DESK_SOAK === '1';

/** The cookies of somebody who is signed in, as a header. */
async function cookiesOf(persona, { code = false } = {}) {
  const page = await person();
  await page.goto(`${demo.desk}/sign-in?${code ? 'step_up=1&' : ''}return_to=/`);
  await page.signInAs(persona);
  if (code) await page.enterCode();
  await page.waitForURL(`${demo.desk}/`);
  const cookies = await page.context().cookies(demo.desk);
  return cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
}

await journey(async () => {
  const cookies = isLong ? await cookiesOf('tailspin-global-admin') : '';
  const staff = isLong ? await cookiesOf('lead', { code: true }) : '';
  const chrome = await launch({
    chromePath: process.env.CHROMIUM,
    chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const found = [];
  /** The figures, of a second run where the first was slow or gave none: a busy machine may do that once. */
  const measure = async (path, extraHeaders, tries = 2) => {
    const skipAudits = extraHeaders ? ['is-crawlable'] : [];
    const options = { port: chrome.port, output: 'json', logLevel: 'error', throttlingMethod: 'provided', extraHeaders, skipAudits };
    const { lhr } = await lighthouse(demo.desk + path, options, desktopConfig);
    const scores = Object.values(lhr.categories).map((category) => [category.id, category.score]);
    const low = scores.filter(([, score]) => score === null || score < LEAST);
    if (low.length > 0 && low.every(([id, score]) => id === 'performance' || score === null) && tries > 1) return measure(path, extraHeaders, tries - 1);
    const weight = lhr.audits['total-byte-weight'].numericValue;
    if (weight > HEAVIEST) found.push(`${path}: ${weight} bytes`);
    for (const [id, score] of low) {
      const why = lhr.categories[id].auditRefs.map((ref) => lhr.audits[ref.id]).filter((audit) => audit.score !== null && audit.score < 1);
      found.push(`${path}: ${id} ${score}: ${why.map((audit) => audit.id).join(', ')}`);
    }
    return `${path} ${scores.map(([id, score]) => `${id} ${Math.round(score * 100)}`).join(' ')} ${Math.round(weight / 1024)} kB`;
  };
  const lines = [];
  try {
    for (const path of isLong ? [...OPEN, ...MORE] : OPEN) lines.push(await measure(path));
    if (isLong) for (const path of SIGNED_IN) lines.push(await measure(path, { Cookie: cookies }));
    if (isLong) for (const path of STAFF) lines.push(await measure(path, { Cookie: staff }));
  } finally {
    await chrome.kill();
  }
  console.log(lines.join('\n'));
  writeFileSync(`${process.env.SHOTS}/figures.txt`, lines.join('\n'));
  assert.deepEqual(found, [], readFileSync(`${process.env.SHOTS}/figures.txt`, 'utf8'));
});
