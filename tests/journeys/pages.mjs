// Every page of the desk, as each reader: both languages, narrow and wide, light and dark, by axe's rules.
import { api, assert, demo, journey, person, token } from './browser.mjs';
import { inspect, look, VIEWS } from './look.mjs';

const OPEN = ['/', '/self-check', '/self-check/third_party_mfa_not_recognized', '/stopped?surface=partner_api', '/token-check', '/problems',
  '/problems/not-found', '/help', '/help/issues/exchange_online_powershell', '/help/glossary', '/api', '/accessibility', '/privacy', '/status', '/settings', '/signed-out',
  '/dev/components', '/nothing-here'];
const PARTNER = ['/', '/support/requests', '/support/requests/new', '/support/requests/new?issue=service_accounts&answers_uses_delegated_admin=no',
  '/support/requests/TE-2026-000001', '/exceptions', '/exceptions/TE-2026-000001', '/exceptions/TE-2026-000001/end', '/exceptions/TE-2026-000001/not-us', '/exceptions/TE-2026-000001/renew', '/me/coverage',
  '/support/requests/TE-2026-999999'];
const WAITING = ['/', '/support/requests', '/support/requests/TE-2026-000002', '/support/requests/TE-2026-000002/withdraw'];
const STAFF = ['/', '/queue', '/review/TE-2026-000002', '/exceptions', '/exceptions/TE-2026-000001',
  '/exceptions/TE-2026-000001/revoke', '/partners', '/partners/import', '/suspensions', '/policy', '/policy/simulate',
  '/policy/editions/2020-03-01.1'];

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

  // A changed edition, tried: what it loosens, what it would have decided otherwise.
  await lead.goto(`${demo.desk}/policy/editions/2020-03-01.1`);
  const file = await lead.locator('details pre').textContent();
  const changed = file.replace('edition = "2020-03-01"', 'edition = "2099-01-01"').replace('effective_at = 2020', 'effective_at = 2099')
    .replace('max_days = 90', 'max_days = 20').replace('max_users = 50', 'max_users = 40')
    .replace('reason = "plan_the_rollout"', 'reason = "plan_the_rollout"\ndetail.en = "Not yet."\ndetail.ja = "時期尚早です。"')
    .replace('outcome = "deny"\nreason = "alternatives_available"', 'outcome = "review"\nreason = "alternatives_available"');
  for (const view of VIEWS) {
    for (const [text, name] of [[changed, 'tried'], ['policy = 1', 'faulty']]) {
      await lead.setViewportSize({ width: view.width, height: 900 });
      await lead.context().addCookies([{ name: 'lang', value: view.lang, url: demo.desk }]);
      await lead.goto(`${demo.desk}/policy/simulate`);
      await lead.fill('#text', text);
      await lead.locator('main form button').last().click();
      await lead.locator(name === 'tried' ? 'svg.icon, figure, .summary' : '.error-summary').first().waitFor();
      await inspect(lead, view, `lead-policy-${name}-${view.lang}-${view.width}`, found);
    }
  }
  // The same request is asked about, answered, denied and appealed against: the pages of every step.
  const change = async (who, step, body) => {
    const all = await api('GET', '/api/v1/requests', token('lead', '--mfa'));
    const request = all.json.items.find((one) => one.reference === 'TE-2026-000002');
    const done = await api('POST', `/api/v1/requests/${request.id}/${step}`, who, body, { 'If-Match': `"${request.version}"` });
    assert.equal(done.status, 200, JSON.stringify(done.json));
  };
  const [own, review] = ['/support/requests/TE-2026-000002', '/review/TE-2026-000002'];
  const ours = () => token('wingtip-admin-agent');
  await change(token('reviewer', '--mfa'), 'ask', { question: '影響を受ける端末の機種と台数を教えてください。'.repeat(12) });
  for (const view of VIEWS) await look(waiting, view, 'asked', ['/', own, `${own}/reply`], found);
  for (const view of VIEWS) await look(lead, view, 'asked', ['/queue', review], found);
  await change(ours(), 'reply', { text: 'Pneumonoultramicroscopicsilicovolcanoconiosis'.repeat(8) });
  await change(token('reviewer', '--mfa'), 'decision', { outcome: 'deny', reason: 'There is another way.' });
  for (const view of VIEWS) await look(waiting, view, 'denied', [own, `${own}/appeal`], found);
  await change(ours(), 'appeal', { reason: 'その方法は当社では利用できません。' });
  for (const view of VIEWS) await look(waiting, view, 'appealed', [own, '/me/coverage'], found);
  for (const view of VIEWS) await look(lead, view, 'appealed', ['/queue', review], found);
  // A partner on hold, since an exception of it was revoked.
  const bearer = token('lead', '--mfa');
  const [exception] = (await api('GET', '/api/v1/exceptions', bearer)).json.items;
  await api('POST', `/api/v1/exceptions/${exception.id}/revoke`, bearer, { reason: 'seen from elsewhere' },
    { 'If-Match': `"${exception.version}"` });
  const held = `/partners/${exception.tenant}`;
  for (const view of VIEWS) await look(lead, view, 'lead', [held, `${held}/lift-hold`], found);
  assert.deepEqual(found, []);
});
