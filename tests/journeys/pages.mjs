// Every page of the desk, as each reader: both languages, narrow and wide, light and dark, by axe's rules.
import { createRequire } from 'node:module';
import { api, assert, demo, journey, person, token } from './browser.mjs';

const require = createRequire(import.meta.url);
const { AxeBuilder } = require('@axe-core/playwright');

const OPEN = ['/', '/self-check', '/self-check/third_party_mfa_not_recognized', '/stopped?surface=partner_api', '/problems',
  '/problems/not-found', '/help', '/help/glossary', '/api', '/accessibility', '/privacy', '/status', '/settings', '/signed-out',
  '/dev/components', '/nothing-here'];
const PARTNER = ['/', '/support/requests', '/support/requests/new', '/support/requests/new/exchange_online_powershell',
  '/support/requests/TE-2026-000001', '/exceptions', '/exceptions/TE-2026-000001', '/support/requests/TE-2026-999999'];
const WAITING = ['/', '/support/requests', '/support/requests/TE-2026-000002', '/support/requests/TE-2026-000002/withdraw'];
const STAFF = ['/', '/queue', '/review/TE-2026-000002', '/exceptions', '/exceptions/TE-2026-000001',
  '/exceptions/TE-2026-000001/revoke', '/partners', '/partners/import', '/suspensions'];

const VIEWS = [
  { lang: 'en', width: 1280, colorScheme: 'light' },
  { lang: 'ja', width: 360, colorScheme: 'dark' },
  { lang: 'ja', width: 1280, colorScheme: 'light' },
  { lang: 'en', width: 360, colorScheme: 'light' },
];

async function look(page, view, who, paths, found) {
  await page.setViewportSize({ width: view.width, height: 900 });
  await page.emulateMedia({ colorScheme: view.colorScheme });
  await page.context().addCookies([{ name: 'lang', value: view.lang, url: demo.desk }]);
  for (const path of paths) {
    await page.goto(demo.desk + path);
    const name = `${who}${path.replace(/[^a-z0-9]+/gi, '-')}-${view.lang}-${view.width}`;
    const text = await page.locator('body').innerText();
    if (/Unknown localization|\{\s*\$/.test(text)) found.push(`${name}: a text is missing`);
    if (await page.locator('html').getAttribute('lang') !== view.lang) found.push(`${name}: not in ${view.lang}`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) found.push(`${name}: ${over} px wider than the window`);
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
    for (const one of violations) found.push(`${name}: ${one.id} at ${one.nodes.map((node) => node.target).join(', ')}`);
    await page.shot(name);
  }
}

await journey(async () => {
  const found = [];
  const anyone = await person();
  for (const view of VIEWS) await look(anyone, view, 'anyone', OPEN, found);

  const partner = await person();
  await partner.goto(`${demo.desk}/sign-in?return_to=/`);
  await partner.signInAs('tailspin-global-admin');
  await partner.waitForURL(`${demo.desk}/`);
  for (const view of VIEWS) await look(partner, view, 'partner', PARTNER, found);

  const waiting = await person();
  await waiting.goto(`${demo.desk}/sign-in?return_to=/`);
  await waiting.signInAs('wingtip-admin-agent');
  await waiting.waitForURL(`${demo.desk}/`);
  for (const view of VIEWS) await look(waiting, view, 'waiting', WAITING, found);

  const lead = await person();
  await lead.goto(`${demo.desk}/sign-in?step_up=1&return_to=/`);
  await lead.signInAs('lead');
  await lead.enterCode();
  await lead.waitForURL(`${demo.desk}/`);
  for (const view of VIEWS) await look(lead, view, 'lead', STAFF, found);

  // A partner on hold, since an exception of it was revoked.
  const bearer = token('lead', '--mfa');
  const [exception] = (await api('GET', '/api/v1/exceptions', bearer)).json.items;
  await api('POST', `/api/v1/exceptions/${exception.id}/revoke`, bearer, { reason: 'seen from elsewhere' },
    { 'If-Match': `"${exception.version}"` });
  const held = `/partners/${exception.tenant}`;
  for (const view of VIEWS) await look(lead, view, 'lead', [held, `${held}/lift-hold`], found);
  assert.deepEqual(found, []);
});
