// The form step by step: every issue in both languages, with scripts and without, by keyboard alone, and over a session that is lost.
import { api, assert, demo, journey, person, token } from './browser.mjs';
import { tabTo } from './keyboard.mjs';

const ME = 'tailspin-global-admin';
// What is answered to reach the outcome that the policy has for an honest partner.
const ISSUES = {
  more_time_for_agents: [{}, 'denied'],
  accounts_without_delegated_admin: [{ uses_delegated_admin: 'no' }, 'denied'],
  service_accounts: [{ uses_delegated_admin: 'yes' }, 'in_review'],
  authenticator_app_not_possible: [{}, 'denied'],
  legacy_authentication: [{}, 'denied'],
  exchange_online_powershell: [{ needs_existing_module: 'yes', other_services_prompt: 'yes', can_complete_mfa_when_prompted: 'no',
    affected_services: 'Customer portal' }, 'accepted'],
  third_party_mfa_not_recognized: [{ mfa_enforced_for_users: 'yes', vendor_asked: 'yes', claim_can_be_sent: 'no',
    integration: 'custom_controls', solution: 'Proseware Verify', vendor: 'Proseware', vendor_reference: 'PW-1' }, 'accepted'],
  other_technical_issue: [{ workaround_exists: 'no', affected_service: 'Kiosk' }, 'in_review'],
};
const WORDS = {
  en: { title: 'Our users are stopped', description: 'The prompt does not appear on these devices, so the users cannot go on.' },
  ja: { title: '業務が止まっています', description: '先週から対象者の作業が進まず、困っております。よろしくお願いいたします。' },
};
// Where a description is read for what the request is about, it says so.
const OWN_WORDS = {
  en: {
    exchange_online_powershell: 'We use the existing Exchange Online PowerShell module with delegated admin, and it cannot do MFA.',
    third_party_mfa_not_recognized: 'Our users do MFA at the identity provider, but the directory does not see it.',
  },
  ja: {
    exchange_online_powershell: '代理管理で既存の Exchange Online PowerShell モジュールを使用しておりますが、MFA に対応していません。',
    third_party_mfa_not_recognized: 'ID プロバイダーで MFA を実施しておりますが、ディレクトリに伝わりません。',
  },
};
const READS = {
  denied: { en: /Not accepted/, ja: /不承認/ },
  accepted: { en: /Accepted/, ja: /承認/ },
  in_review: { en: /A person will decide/, ja: /担当者が審査します/ },
};

/** Somebody signed in, in this language. */
async function signedIn(lang, options = {}) {
  const page = await person({ locale: lang === 'ja' ? 'ja-JP' : 'en-GB', ...options });
  await page.goto(`${demo.desk}/sign-in?return_to=/support/requests/new`);
  await page.signInAs(ME);
  await page.waitForURL(/support\/requests\/new/);
  return page;
}

/** Answers a step by mouse, as `answers` says by field name. */
async function answer(page, answers) {
  for (const [name, value] of Object.entries(answers)) {
    const field = page.locator(`main [name=${name}]`).first();
    const kind = await field.evaluate((element) => element.type);
    if (kind === 'radio' || kind === 'checkbox') await page.check(`main [name=${name}][value="${value}"]`);
    else await field.fill(value);
  }
}

/** What is answered on each step. */
function steps(issue, lang) {
  const [answers, outcome] = ISSUES[issue];
  const own = Object.fromEntries(Object.entries(answers).map(([name, value]) => [`answers_${name}`, value]));
  return {
    questions: { ...own, ...WORDS[lang], description: OWN_WORDS[lang]?.[issue] ?? WORDS[lang].description },
    // Whoever is granted something at once is somebody new each time: a year's days are not used up, nobody names themselves.
    who: outcome === 'accepted' ? { scope_subjects_object_ids: crypto.randomUUID() } : { add_me: 'yes' },
    scope: { scope_surfaces: 'delegated_admin_portal', scope_duration_days: '30' },
    evidence: {},
    contact: { contact_email: 'it@tailspin.example' },
  };
}

/** Goes on; what is told there first is read and gone on from. */
async function goOn(page, step, next, press) {
  await press();
  await page.waitForLoadState();
  if (page.url().endsWith(`/${step}`)) await press();
  await page.waitForURL((url) => url.pathname.endsWith(`/${next}`));
}

const NEXT = { questions: 'who', who: 'scope', scope: 'evidence', evidence: 'contact', contact: 'check' };

async function file(page, issue, lang) {
  await page.goto(`${demo.desk}/support/requests/new`);
  await page.check(`[name=issue][value=${issue}]`);
  await page.next();
  await page.waitForURL(/\/questions$/);
  for (const [step, answers] of Object.entries(steps(issue, lang))) {
    await answer(page, answers);
    await goOn(page, step, NEXT[step], () => page.next());
  }
  await page.click('main form button');
  await page.waitForURL(/TE-\d+-\d+$/);
  const [, outcome] = ISSUES[issue];
  assert.match(await page.locator('.outcome h2').innerText(), READS[outcome][lang], `${issue} in ${lang}`);
  return page.url();
}

/** An open request keeps the next one for the same issue from being filed. */
async function withdraw(page, url) {
  await page.goto(`${url}/withdraw`);
  if (await page.locator('main form button').count()) await page.click('main form button');
}

/** Answers and goes on with nothing but Tab, arrows, Space, Enter and letters. */
async function byKeyboard(page, answers) {
  for (const [name, value] of Object.entries(answers)) {
    const at = await tabTo(page, name, (it) => it.name === name);
    if (at.type === 'radio') {
      for (let moves = 0; moves < 8; moves += 1) {
        const now = await page.evaluate(() => [document.activeElement.value, document.activeElement.checked]);
        if (now[0] === value) {
          if (!now[1]) await page.keyboard.press('Space');
          break;
        }
        await page.keyboard.press('ArrowDown');
      }
    } else if (at.type === 'checkbox') {
      for (let moves = 0; moves < 8; moves += 1) {
        if (await page.evaluate((wanted) => document.activeElement.value === wanted, value)) break;
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Space');
    } else {
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(value);
    }
  }
  await tabTo(page, 'the button', (it) => it.type === 'submit' && it.value === 'continue');
  await page.keyboard.press('Enter');
}

await journey(async () => {
  for (const lang of ['en', 'ja']) {
    for (const javaScriptEnabled of [true, false]) {
      const page = await signedIn(lang, { javaScriptEnabled });
      for (const issue of Object.keys(ISSUES)) {
        const url = await file(page, issue, lang);
        await withdraw(page, url);
      }
      await page.context().close();
    }
  }

  // By the keyboard alone.
  for (const [lang, issue] of [['en', 'exchange_online_powershell'], ['ja', 'third_party_mfa_not_recognized']]) {
    const page = await signedIn(lang);
    await page.goto(`${demo.desk}/support/requests/new`);
    await byKeyboard(page, { issue });
    await page.waitForURL(/\/questions$/);
    for (const [step, answers] of Object.entries(steps(issue, lang))) {
      await byKeyboard(page, answers);
      await page.waitForURL((url) => url.pathname.endsWith(`/${NEXT[step]}`));
    }
    await page.shot(`check-by-keyboard-${lang}`);
    await tabTo(page, 'the last button', (it) => it.type === 'submit' && it.main);
    await page.keyboard.press('Enter');
    await page.waitForURL(/TE-\d+-\d+$/);
    assert.match(await page.locator('.outcome h2').innerText(), READS.accepted[lang]);
    await page.context().close();
  }

  // The session is lost in the middle of a step; what was typed is there after signing in again.
  const page = await signedIn('ja');
  await page.goto(`${demo.desk}/support/requests/new`);
  await page.check('[name=issue][value=other_technical_issue]');
  await page.next();
  await page.waitForURL(/\/questions$/);
  await answer(page, steps('other_technical_issue', 'ja').questions);
  await page.context().clearCookies({ name: 'desk-session' });
  await page.next();
  await page.waitForLoadState();
  assert.match(await page.locator('main').innerText(), /入力された内容は保管しています/);
  await page.shot('the-session-has-ended');
  await page.click('main .actions a.button');
  await page.signInAs(ME);
  await page.waitForURL(/\/questions$/);
  assert.equal(await page.inputValue('textarea[name=description]'), WORDS.ja.description);
  assert.ok(!page.url().includes(encodeURIComponent(WORDS.ja.title)));
  await page.shot('what-was-typed-is-there');
  for (const [step, answers] of Object.entries(steps('other_technical_issue', 'ja'))) {
    await answer(page, answers);
    await goOn(page, step, NEXT[step], () => page.next());
  }
  await page.click('main form button');
  await page.waitForURL(/TE-\d+-\d+$/);
  const listed = await api('GET', '/api/v1/requests', token(ME));
  assert.equal(listed.json.items.filter((item) => item.status === 'draft').length, 0, 'no draft is left behind');
});
