// Every step of the form, empty, full and wrong, by axe's rules.
import { assert, demo, journey, person } from './browser.mjs';
import { look, VIEWS } from './look.mjs';

/** Two drafts, one just begun and one full of what a person may type; every page of both. */
async function someDrafts(page) {
  const begin = async (issue) => {
    await page.goto(`${demo.desk}/support/requests/new`);
    await page.check(`input[name=issue][value=${issue}]`);
    await page.next();
    await page.waitForURL(/\/questions$/);
    return new URL(page.url()).pathname.replace(/\/questions$/, '');
  };
  const empty = await begin('more_time_for_agents');
  const full = await begin('third_party_mfa_not_recognized');
  const later = () => page.click('button[value=later]');
  await page.check('input[name=answers_vendor_asked][value=unsure]');
  await page.fill('[name=title]', '外部の MFA がディレクトリで認識されない件 / Federated MFA is not recognized by the directory');
  await page.fill('textarea[name=description]', 'とても長い説明です。'.repeat(40));
  await later();
  await page.goto(demo.desk + full + '/who');
  const rows = [...Array(12)].map((_, index) => `${crypto.randomUUID()},${index % 2 ? '佐藤 花子' : 'Ada Lovelace'},user${index}@tailspin.example`);
  const csv = ['id,displayName,userPrincipalName', ...rows, rows[0], 'not-an-id,Nobody,x'].join('\n');
  await page.setInputFiles('[name=users_file]', { name: 'users.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.fill('[name=scope_subjects_object_ids]', 'Tanaka');
  await page.click('button[value=add]');
  await page.shot('rows-left-out');
  await page.goto(demo.desk + full + '/scope');
  await page.check('input[name=scope_duration_days][value=other]');
  await later();
  const steps = ['issue', 'questions', 'who', 'scope', 'evidence', 'contact', 'check', 'delete'];
  return ['/support/requests?kept=1', `${empty}/questions`, ...steps.map((step) => `${full}/${step}`),
    ...steps.slice(1, 5).map((step) => `${full}/${step}?from=check`)];
}

await journey(async () => {
  const found = [];
  const partner = await person();
  await partner.goto(`${demo.desk}/sign-in?return_to=/`);
  await partner.signInAs('tailspin-global-admin');
  await partner.waitForURL(`${demo.desk}/`);
  const drafts = await someDrafts(partner);
  for (const view of VIEWS) await look(partner, view, 'draft', drafts, found);
  assert.deepEqual(found, []);
});
