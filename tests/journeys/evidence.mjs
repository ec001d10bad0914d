// Files with a request: some are taken, each other one is named, and one has a virus.
import { createRequire } from 'node:module';
import { assert, demo, journey, person } from './browser.mjs';

const require = createRequire(import.meta.url);
const { AxeBuilder } = require('@axe-core/playwright');

const REQUEST = '/support/requests/TE-2026-000002';
const PDF = '%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n';
// In two parts, so that no scanner finds it in this file.
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join('');
const file = (name, content, mimeType = 'image/png') => ({ name, mimeType, buffer: Buffer.from(content) });

async function add(page, how, language) {
  await page.goto(`${demo.desk}${REQUEST}/evidence`);
  assert.equal(await page.locator('html').getAttribute('lang'), language);
  await page.setInputFiles('#file', [
    file(`回答 ${how}.pdf`, PDF + how.length + PDF),
    file(`${how}.log`, Buffer.alloc(10 * 1024 * 1024 + 1, 'a')),
    file(`${how}.png`, `<svg xmlns="http://www.w3.org/2000/svg"><title>${how}</title></svg>`),
    file(`eicar ${how}.txt`, `${EICAR}${' '.repeat(how.length)}`),
  ]);
  await page.shot(`${how}-chosen`);
  await page.locator('main form button').last().click();
  await page.waitForSelector('.error-summary');
  const errors = await page.locator('.error-summary').innerText();
  assert.match(errors, new RegExp(`${how}\\.png.*SVG`));
  assert.match(errors, new RegExp(`${how}\\.log.*10 MB`));
  const main = await page.locator('main').innerText();
  assert.ok(main.includes(`回答 ${how}.pdf`), 'the good one is kept');
  assert.match(main, new RegExp(`(found in “|「)eicar ${how}\\.txt`));
  await page.shot(`${how}-answered`);
}

async function look(page, language) {
  await page.goto(`${demo.desk}${REQUEST}/evidence`);
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(over <= 0, `${over} px wider than the window at ${width}`);
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
    assert.deepEqual(violations.map((one) => `${one.id} at ${one.nodes.map((node) => node.target).join(', ')}`), []);
    await page.shot(`${language}-${width}`);
  }
}

await journey(async () => {
  const scripted = await person();
  await scripted.goto(`${demo.desk}/sign-in?return_to=${REQUEST}/evidence`);
  await scripted.signInAs('wingtip-admin-agent');
  await scripted.waitForURL((url) => url.href.startsWith(demo.desk));
  await add(scripted, 'scripted', 'en');
  await look(scripted, 'en');

  const plain = await person({ javaScriptEnabled: false, locale: 'ja-JP' });
  await plain.goto(`${demo.desk}/sign-in?return_to=${REQUEST}/evidence`);
  await plain.signInAs('wingtip-admin-agent');
  await plain.waitForURL((url) => url.href.startsWith(demo.desk));
  await add(plain, 'plain', 'ja');

  // Wingtip's provider says that MFA was passed, so its own file can be downloaded again, byte for byte.
  await scripted.goto(`${demo.desk}${REQUEST}`);
  const [download] = await Promise.all([scripted.waitForEvent('download'), scripted.click('a:has-text("回答 scripted.pdf")')]);
  assert.equal(download.suggestedFilename(), '回答 scripted.pdf');

  // A reviewer reads it beside the request.
  const reviewer = await person({ locale: 'ja-JP' });
  await reviewer.goto(`${demo.desk}/sign-in?step_up=1&return_to=/review/TE-2026-000002`);
  await reviewer.signInAs('reviewer');
  await reviewer.enterCode();
  await reviewer.waitForURL(`${demo.desk}/review/TE-2026-000002`);
  assert.match(await reviewer.locator('main').innerText(), /回答 plain\.pdf/);
  await reviewer.shot('the-reviewer-sees-them');
  const [read] = await Promise.all([reviewer.waitForEvent('download'), reviewer.click('a:has-text("回答 plain.pdf")')]);
  assert.equal(read.suggestedFilename(), '回答 plain.pdf');
});
