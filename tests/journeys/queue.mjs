// The queue as reviewers work it: by keys, kept up to date without a row moving, two people on one request, and a reason that
// survives; and the same without scripts.
import { api, assert, demo, journey, person, token, within } from './browser.mjs';
import { inspect, VIEWS } from './look.mjs';

const HALF = 'キオスク端末の記録を確認したところ、';
const found = [];

async function signedIn(persona, options = {}) {
  const page = await person(options);
  await page.goto(`${demo.desk}/sign-in?step_up=1&return_to=/queue`);
  await page.signInAs(persona);
  await page.enterCode();
  await page.waitForURL(`${demo.desk}/queue`);
  return page;
}

const references = (page) => page.locator('#queue tbody th a').allInnerTexts();
const focused = (page) => page.evaluate(() => document.activeElement.textContent || document.activeElement.id);
/** Makes the page look for news now, as it does when it is looked at again. */
const look = (page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

function file(title) {
  const body = {
    topic: 'mfa_and_secure_application_model', problem_type: 'technical_exception', issue: 'other_technical_issue', language: 'ja', title,
    description: '店舗の共用端末では第 2 要素を表示できないため、サインインできません。', contact: { name: '情報システム部', email: 'it@partner.example', phone: null },
    scope: { subjects: { kind: 'users', object_ids: ['3ceaaf30-8142-48ea-91d9-3080f9b439fc'] }, surfaces: ['dashboard'], starts_at: null, duration_days: 30 },
    answers: { workaround_exists: 'no', affected_service: 'Kiosk' },
  };
  return api('POST', '/api/v1/requests', token('contoso-admin-agent', '--mfa'), body);
}

await journey(async () => {
  const one = await signedIn('reviewer');
  const two = await signedIn('reviewer-2');
  const before = await references(one);
  assert.ok(before.length > 0, 'the demo has requests that wait');

  // Keys: rows, search, list; none while an input method composes or a field is typed in.
  await one.keyboard.press('j');
  assert.equal(await focused(one), before[0]);
  await one.evaluate(() => document.activeElement.blur());
  await one.evaluate(() => document.dispatchEvent(new KeyboardEvent('keydown', { key: '/', isComposing: true, bubbles: true })));
  assert.notEqual(await focused(one), 'q', 'silent while an input method composes');
  await one.evaluate(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', isComposing: true, bubbles: true })));
  assert.notEqual(await focused(one), 'q', 'silent while an input method composes');
  await one.keyboard.press('/');
  assert.equal(await focused(one), 'q');
  await one.keyboard.type('j?n');
  assert.equal(await one.inputValue('#q'), 'j?n');
  await one.fill('#q', '');
  await one.evaluate(() => document.activeElement.blur());
  await one.keyboard.press('?');
  assert.ok(await one.locator('#keys').evaluate((list) => list.open));

  // Somebody files: the page says so, and no row moves.
  const filed = await file('新しい共用端末');
  assert.equal(filed.status, 201, JSON.stringify(filed.json));
  const place = (await one.locator('#queue tbody tr').first().boundingBox()).y;
  await look(one);
  await within(5, 'the news', async () => (await one.locator('#queue-news').innerText()).includes('1 new request'));
  assert.deepEqual(await references(one), before);
  assert.equal((await one.locator('#queue tbody tr').first().boundingBox()).y, place);
  for (const view of VIEWS) {
    await one.setViewportSize({ width: view.width, height: 900 });
    await one.emulateMedia({ colorScheme: view.colorScheme });
    await one.context().addCookies([{ name: 'lang', value: view.lang, url: demo.desk }]);
    await one.goto(`${demo.desk}/queue`);
    await one.locator('#keys').evaluate((list) => { list.open = true; });
    await inspect(one, view, `queue-${view.lang}-${view.width}`, found);
  }
  await one.context().addCookies([{ name: 'lang', value: 'en', url: demo.desk }]);
  await one.setViewportSize({ width: 1280, height: 900 });

  // It is found by its words once they are read; its view is saved.
  await within(15, 'the search', async () => {
    await one.goto(`${demo.desk}/queue?q=${encodeURIComponent('共用端末')}`);
    return (await references(one)).includes(filed.json.reference);
  });
  await one.locator('summary', { hasText: 'Save this view' }).click();
  await one.fill('#view-name', '共用端末');
  await one.click('form[action="/queue/views"] button');
  await one.locator('.views a[aria-current]').waitFor();

  // Two people on one request; one writes, is away too long, and finds the words again.
  const review = `${demo.desk}/review/${filed.json.reference}`;
  await one.goto(review);
  await one.click('.presence form[action$="/claim"] button');
  await one.getByText('You have claimed it until').waitFor();
  await two.goto(review);
  await two.getByText('has claimed it until').waitFor();
  await two.getByText('Also looking at this request').waitFor();
  const kept = one.waitForResponse((answer) => answer.url().endsWith('/visit') && answer.ok());
  await one.fill('#reason', HALF);
  await kept;
  await one.locator('#presence-live', { hasText: 'Also looking' }).waitFor();
  for (const view of VIEWS) {
    await one.setViewportSize({ width: view.width, height: 900 });
    await one.emulateMedia({ colorScheme: view.colorScheme });
    await one.context().addCookies([{ name: 'lang', value: view.lang, url: demo.desk }]);
    await one.goto(review);
    assert.equal(await one.inputValue('#reason'), HALF);
    await inspect(one, view, `presence-${view.lang}-${view.width}`, found);
  }

  // Without scripts: the next request, its claim, its release.
  const plain = await signedIn('lead', { javaScriptEnabled: false });
  await plain.click('#queue-next');
  await plain.waitForURL(/\/review\/TE-/);
  await plain.getByText('You have claimed it until').waitFor();
  await plain.click('.presence form[action$="/release"] button');
  await plain.getByText('Nobody has claimed').waitFor();
  assert.deepEqual(found, []);
});
