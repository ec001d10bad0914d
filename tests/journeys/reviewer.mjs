// A reviewer's morning with nothing but the keyboard, in both languages: read, ask, decide, approve second, hear an appeal.
import { api, assert, demo, journey, person, token } from './browser.mjs';
import { tabTo } from './keyboard.mjs';
import { inspect } from './look.mjs';

const [WIDE, NARROW] = [{ width: 1280 }, { width: 360 }];
const found = [];

/** A browser in which the member of staff `persona` has passed a second factor. */
async function staff(persona, lang) {
  const page = await person({ locale: lang === 'ja' ? 'ja-JP' : 'en-GB' });
  await page.goto(`${demo.desk}/sign-in?step_up=1&return_to=/queue`);
  await page.signInAs(persona);
  await page.enterCode();
  await page.waitForURL(`${demo.desk}/queue`);
  await page.context().addCookies([{ name: 'lang', value: lang, url: demo.desk }]);
  return page;
}

/** Presses the way to `what`, and waits until its page is there. */
async function follow(page, what, leads, matches) {
  await tabTo(page, what, matches);
  await page.keyboard.press('Enter');
  await page.waitForURL(leads);
}

/** Types into the field `name`; chooses `value` where it is a choice. */
async function fill(page, name, value) {
  const at = await tabTo(page, name, (it) => it.name === name);
  if (at.type !== 'radio') {
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type(value);
    return;
  }
  for (let moves = 0; moves < 4; moves += 1) {
    const [now, checked] = await page.evaluate(() => [document.activeElement.value, document.activeElement.checked]);
    if (now === value) {
      if (!checked) await page.keyboard.press('Space');
      return;
    }
    await page.keyboard.press('ArrowDown');
  }
  assert.fail(`there is no ${value} in ${name}`);
}

/** Presses the next button of the form that has focus. */
const press = (page, leads) => follow(page, 'the button', leads, (it) => it.main && it.type === 'submit');

/** Looks at the page wide and narrow, by axe's rules. */
async function seen(page, lang, name) {
  for (const { width } of [NARROW, WIDE]) {
    await page.setViewportSize({ width, height: 900 });
    await inspect(page, { lang }, `${name}-${lang}-${width}`, found);
  }
}

/** A request of Tailspin's that only a person decides. */
async function file(scope, language) {
  const body = { topic: 'mfa_and_secure_application_model', problem_type: 'technical_exception', issue: 'other_technical_issue', language,
    title: language === 'ja' ? '店頭端末でMFAの画面が表示されない' : 'The kiosks cannot show the prompt',
    description: language === 'ja' ? '店頭端末のブラウザーではMFAの画面が表示されず、業務が止まっています。' : 'The browser of the kiosks shows no MFA prompt, and work has stopped.',
    contact: { name: 'IT', email: 'it@tailspin.example', phone: null }, scope,
    answers: { workaround_exists: 'no', affected_service: 'Kiosk' } };
  const filed = await api('POST', '/api/v1/requests', token('tailspin-global-admin'), body);
  assert.equal(filed.status, 201, JSON.stringify(filed.json));
  return filed.json;
}

/** The partner takes a step with `request` as it is now. */
async function partner(request, step, body) {
  const bearer = token('tailspin-global-admin');
  const now = await api('GET', `/api/v1/requests/${request.id}`, bearer);
  const done = await api('POST', `/api/v1/requests/${request.id}/${step}`, bearer, body, { 'If-Match': `"${now.json.version}"` });
  assert.equal(done.status, 200, JSON.stringify(done.json));
}

const status = async (request) => (await api('GET', `/api/v1/requests/${request.id}`, token('lead', '--mfa'))).json;

const WORDS = {
  en: { question: 'Which kiosks are they?', deny: 'There is another way.', accept: 'The logs show it.', note: 'Called the vendor.' },
  ja: { question: '端末の機種を教えてください。', deny: '別の方法で解決できます。', accept: '記録で確認しました。', note: 'ベンダーに電話しました。' },
};

/** Asks, reads the reply, denies; a colleague hears the appeal and overturns it. */
async function askDenyAppeal(lang) {
  const words = WORDS[lang];
  const one = { kind: 'users', object_ids: ['3ceaaf30-8142-48ea-91d9-3080f9b439fc'] };
  const request = await file({ subjects: one, surfaces: ['dashboard'], starts_at: null, duration_days: 20 }, lang);
  const [review, own] = [new RegExp(`/review/${request.reference}$`), (it) => it.href.endsWith(`/review/${request.reference}`)];
  const page = await staff('reviewer', lang);
  await page.goto(`${demo.desk}/queue`);
  await follow(page, 'the request', review, own);
  await seen(page, lang, 'review');
  await fill(page, 'text', words.note);
  await press(page, new RegExp(`/review/${request.reference}#notes$`));
  assert.match(await page.locator('main').innerText(), new RegExp(words.note));
  await page.goto(`${demo.desk}/review/${request.reference}`);
  await fill(page, 'question', words.question);
  await press(page, review);
  assert.equal((await status(request)).status, 'waiting_for_partner');
  await partner(request, 'reply', { text: 'A1, A2' });
  await page.goto(`${demo.desk}/queue`);
  await follow(page, 'the request', review, own);
  await fill(page, 'outcome', 'deny');
  await fill(page, 'reason', words.deny);
  await press(page, /\/decide$/);
  await seen(page, lang, 'confirm-denial');
  await press(page, review);
  assert.equal((await status(request)).status, 'denied');
  await partner(request, 'appeal', { reason: 'A3' });
  // Who denied reads it, and finds nothing to decide.
  await page.goto(`${demo.desk}/review/${request.reference}`);
  assert.equal(await page.locator('[name=outcome]').count(), 0);
  const colleague = await staff('reviewer-2', lang);
  await colleague.goto(`${demo.desk}/queue`);
  await follow(colleague, 'the appeal', review, own);
  await seen(colleague, lang, 'appeal');
  await fill(colleague, 'outcome', 'accept');
  await fill(colleague, 'reason', words.accept);
  await press(colleague, /\/decide$/);
  await seen(colleague, lang, 'confirm-acceptance');
  await press(colleague, review);
  const after = await status(request);
  assert.deepEqual([after.status, after.appeal.outcome], ['accepted', 'overturned']);
  await page.context().close();
  await colleague.context().close();
}

/** A broad grant: one disagrees and returns it, then two approve it, one of them a lead. */
async function twoPeople(lang) {
  const words = WORDS[lang];
  const request = await file({ subjects: { kind: 'all' }, surfaces: ['partner_api'], starts_at: null, duration_days: 10 }, lang);
  const [review, own] = [new RegExp(`/review/${request.reference}$`), (it) => it.href.endsWith(`/review/${request.reference}`)];
  const approve = async (page) => {
    await fill(page, 'outcome', 'accept');
    await fill(page, 'reason', words.accept);
    await fill(page, 'scope_subjects_kind', 'all');
    await press(page, /\/decide$/);
    await press(page, review);
  };
  const [reviewer, lead] = [await staff('reviewer', lang), await staff('lead', lang)];
  await reviewer.goto(`${demo.desk}/review/${request.reference}`);
  await approve(reviewer);
  await lead.goto(`${demo.desk}/queue`);
  await follow(lead, 'the second approvals', /\/approvals$/, (it) => it.href === '/approvals');
  await seen(lead, lang, 'approvals');
  await follow(lead, 'the request', review, own);
  await follow(lead, 'the way to disagree', /\/return$/, (it) => it.href.endsWith('/return'));
  await seen(lead, lang, 'return');
  await fill(lead, 'reason', words.deny);
  await press(lead, review);
  assert.match(await lead.locator('main').innerText(), new RegExp(words.deny));
  await reviewer.goto(`${demo.desk}/review/${request.reference}`);
  await approve(reviewer);
  assert.equal((await status(request)).status, 'in_review', 'one person is not two');
  await lead.goto(`${demo.desk}/approvals`);
  await follow(lead, 'the request', review, own);
  await approve(lead);
  assert.equal((await status(request)).status, 'accepted');
  await reviewer.context().close();
  await lead.context().close();
}

/** What the policy granted at once is looked at. */
async function afterCheck(lang) {
  const all = await api('GET', '/api/v1/requests?limit=200', token('lead', '--mfa'));
  const open = all.json.items.filter((one) => one.after_check && !one.after_check.outcome);
  assert.ok(open.length > 0, 'the example data holds automatic grants');
  const [{ reference, id }] = open;
  const page = await staff('reviewer-2', lang);
  await page.goto(`${demo.desk}/review/${reference}`);
  await follow(page, 'the after-check', /\/after-check$/, (it) => it.href.endsWith('/after-check'));
  await seen(page, lang, 'after-check');
  await fill(page, 'outcome', 'confirmed');
  await press(page, new RegExp(`/review/${reference}$`));
  assert.equal((await status({ id })).after_check.outcome, 'confirmed');
  await seen(page, lang, 'after-checked');
  await page.context().close();
}

await journey(async () => {
  for (const lang of ['en', 'ja']) {
    await askDenyAppeal(lang);
    await twoPeople(lang);
  }
  await afterCheck('ja');
  assert.deepEqual(found, []);
});
