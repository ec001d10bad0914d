// Every page of the desk, as one of its readers: both languages, narrow and wide, light and dark, by axe's rules.
// The reader is the argument: anyone, partner, lead, auditor, or course for the pages of a request on its way.
import { api, assert, demo, journey, person, token } from './browser.mjs';
import { inspect, look, VIEWS } from './look.mjs';

const OPEN = ['/', '/self-check', '/self-check/third_party_mfa_not_recognized', '/stopped?surface=partner_api', '/token-check', '/problems',
  '/problems/not-found', '/help', '/help/issues/exchange_online_powershell', '/help/glossary', '/api', '/accessibility', '/privacy', '/status', '/settings', '/signed-out', '/not-us/said', '/settings/second-contact/confirmed',
  '/dev/components', '/nothing-here'];
const PARTNER = ['/', '/support/requests', '/support/requests/new', '/support/requests/new?issue=service_accounts&answers_uses_delegated_admin=no',
  '/support/requests/TE-2026-000001', '/exceptions', '/exceptions/TE-2026-000001', '/exceptions/TE-2026-000001/end', '/exceptions/TE-2026-000001/not-us', '/exceptions/TE-2026-000001/renew', '/me/coverage',
  '/support/requests/TE-2026-999999'];
const WAITING = ['/', '/settings', '/settings/second-contact', '/settings/second-contact?done=asked', '/support/requests', '/support/requests/TE-2026-000002', '/support/requests/TE-2026-000002/withdraw'];
const STAFF = ['/', '/queue', '/queue?tab=mine', '/queue?language=fr&q=%E8%AA%8D%E8%A8%BC', '/queue?tab=after_checks', '/approvals', '/review/TE-2026-000002', '/review/TE-2026-000001', '/review/TE-2026-000001/after-check', '/exceptions', '/exceptions/TE-2026-000001',
  '/exceptions/TE-2026-000001/revoke', '/partners', '/partners/import', '/enforcement', '/enforcement/reach/1', '/enforcement/days', '/enforcement/unneeded', '/suspensions', '/held-exceptions', '/admin/mail', '/admin/mail?state=dead', '/admin/webhooks', '/admin/webhooks/new', '/policy', '/policy/simulate',
  '/policy/editions/2020-03-01.1', '/admin/calendars', '/admin/calendars/us', '/settings', '/settings/mail', '/settings/mail?done=asked'];
const REPORTS = ['/reports/answers', '/reports/backlog', '/reports/outcomes?period=three_years', '/reports/appeals', '/reports/exceptions?period=week&zone=Asia%2FTokyo',
  '/reports/answers?from_year=2026&from_month=2&from_day=30&tenant=x'];

const found = [];

/** A browser in which `persona` is signed in, with a second factor where `code` says so. */
async function signedIn(persona, { code = false } = {}) {
  const page = await person();
  await page.goto(`${demo.desk}/sign-in?${code ? 'step_up=1&' : ''}return_to=/`);
  await page.signInAs(persona);
  if (code) await page.enterCode();
  await page.waitForURL(`${demo.desk}/`);
  return page;
}

async function anyone() {
  const page = await person();
  for (const view of VIEWS) await look(page, view, 'anyone', OPEN, found);
}

async function partner() {
  const page = await signedIn('tailspin-global-admin');
  for (const view of VIEWS) await look(page, view, 'partner', PARTNER, found);
  const waiting = await signedIn('wingtip-admin-agent');
  for (const view of VIEWS) await look(waiting, view, 'waiting', WAITING, found);
}

async function lead() {
  const page = await signedIn('lead', { code: true });
  for (const view of VIEWS) await look(page, view, 'lead', [...STAFF, ...REPORTS], found);

  await enforcement(page);

  await page.goto(`${demo.desk}/admin/mail`);
  const mail = await page.locator('main table a').first().getAttribute('href');
  for (const view of VIEWS) await look(page, view, 'mail', [mail], found);

  // A webhook with an event that cannot be delivered: its name leads nowhere.
  const bearer = token('lead', '--mfa');
  const description = '長い名前の社内チケット システム（パートナー サポート部門）'.repeat(2);
  const url = `https://nowhere.example/${'x'.repeat(300)}`;
  const { json: { webhook } } = await api('POST', '/api/v1/webhooks', bearer, { url, description, tenant: null, types: ['request_received', 'exception_granted'] });
  const { json: sent } = await api('POST', `/api/v1/webhooks/${webhook.id}/test`, bearer, {});
  const hook = `/admin/webhooks/${webhook.id}`;
  for (const view of VIEWS) {
    await look(page, view, 'webhook', ['/admin/webhooks', hook, `${hook}?state=dead`, `${hook}/change`, `${hook}/rotate`, `${hook}/delete`, `${hook}/deliveries/${sent.id}`], found);
  }

  // A changed edition, tried: what it loosens, what it would have decided otherwise.
  await page.goto(`${demo.desk}/policy/editions/2020-03-01.1`);
  const file = await page.locator('details pre').textContent();
  const changed = file.replace('edition = "2020-03-01"', 'edition = "2099-01-01"').replace('effective_at = 2020', 'effective_at = 2099')
    .replace('max_days = 90', 'max_days = 20').replace('max_users = 50', 'max_users = 40')
    .replace('reason = "plan_the_rollout"', 'reason = "plan_the_rollout"\ndetail.en = "Not yet."\ndetail.ja = "時期尚早です。"')
    .replace('outcome = "deny"\nreason = "alternatives_available"', 'outcome = "review"\nreason = "alternatives_available"');
  for (const view of VIEWS) {
    for (const [text, name] of [[changed, 'tried'], ['policy = 1', 'faulty']]) {
      await page.setViewportSize({ width: view.width, height: 900 });
      await page.context().addCookies([{ name: 'lang', value: view.lang, url: demo.desk }]);
      await page.goto(`${demo.desk}/policy/simulate`);
      await page.fill('#text', text);
      await page.locator('main form button').last().click();
      await page.locator(name === 'tried' ? 'svg.icon, figure, .summary' : '.error-summary').first().waitFor();
      await inspect(page, view, `lead-policy-${name}-${view.lang}-${view.width}`, found);
    }
  }
}

/** Enforcement points: many, one of them behind, and a client that misses some; one exception that is needed. */
async function enforcement(page) {
  const [bearer, feed] = [token('lead', '--mfa'), token('feed')];
  const { json: { epoch, version } } = await api('GET', '/feed/v1/rules', feed);
  const [exception] = (await api('GET', '/api/v1/exceptions', bearer)).json.items;
  const now = new Date();
  const hits = [0, 1, 5, 30].map((hours) => (
    { exception: exception.id, hour: new Date(now - hours * 3_600_000).toISOString(), suppressed: 40 - hours, would_have_passed: hours }));
  const report = (gate, applied, more) => api('POST', '/feed/v1/reports', feed, { gate, epoch, version: applied, applied_at: now.toISOString(), hits: more });
  const count = Number(process.env.EXCEPTION_DESK_POINTS ?? 60);
  for (let number = 1; number <= count; number += 1) {
    const done = await report(`関東データセンター-第${number}号館-gate-${number}`, number % 25 === 7 ? version - 1 : version, number === 1 ? hits : []);
    assert.equal(done.status, 204, JSON.stringify(done.json));
  }
  const points = (await api('GET', '/api/v1/enforcement/points', bearer)).json.items;
  const { json: { items: [client] } } = await api('GET', '/api/v1/enforcement/clients', bearer);
  const put = `/enforcement/clients/${client.tenant}/${client.client}`;
  await api('PUT', `/api/v1${put}`, bearer, { expected: client.points + 2 }, { 'If-Match': `"${client.version}"` });
  const [used, other] = [points.find((point) => point.gate.endsWith('gate-1')) ?? points[0], points.at(-1)];
  const pages = ['/enforcement', `/enforcement/${used.id}`, `/enforcement/${other.id}/retire`, put, `/enforcement/reach/${version}`, '/enforcement/days', `/exceptions/${exception.reference}`];
  for (const view of VIEWS) await look(page, view, 'enforcement', pages, found);
}

/** A request is asked about, answered, denied and appealed against: the pages of every step. */
async function course() {
  const waiting = await signedIn('wingtip-admin-agent');
  const lead = await signedIn('lead', { code: true });
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
  for (const view of VIEWS) await look(lead, view, 'lead', [held, `${held}/lift-hold`, `${held}/calendar`], found);
  await closedDays();
  for (const view of VIEWS) await look(waiting, view, 'moved', [own], found);
  for (const view of VIEWS) await look(lead, view, 'moved', [review], found);
}

/** A policy admin announces days on which the office is closed: the form, its faults, what moves, what is kept. */
async function closedDays() {
  const page = await signedIn('policy-admin', { code: true });
  const path = `${demo.desk}/admin/calendars/utc`;
  // Every day of the next fortnight: whatever is open then moves.
  const day = (from) => new Date(Date.now() + from * 86400000).toISOString().slice(0, 10).split('-');
  const fill = async (view) => {
    await page.setViewportSize({ width: view.width, height: 900 });
    await page.context().addCookies([{ name: 'lang', value: view.lang, url: demo.desk }]);
    await page.goto(`${path}/announce`);
    await page.check('input[name=kind][value=office_closure]');
    for (const [name, [year, month, date]] of [['day', day(0)], ['until', day(14)]]) {
      await page.fill(`input[name=${name}_year]`, year);
      await page.fill(`input[name=${name}_month]`, month);
      await page.fill(`input[name=${name}_day]`, date);
    }
  };
  for (const view of VIEWS) {
    await look(page, view, 'policy-admin', ['/admin/calendars/utc/announce'], found);
    await fill(view);
    await page.locator('main form button').last().click();
    await page.locator('.error-summary').waitFor();
    await inspect(page, view, `policy-admin-announce-faulty-${view.lang}-${view.width}`, found);
    await fill(view);
    await page.fill('input[name=name_en]', 'The office moves to another building');
    await page.fill('input[name=name_ja]', '事務所移転に伴う臨時休業');
    await page.locator('main form button').last().click();
    await page.locator('table').waitFor();
    await inspect(page, view, `policy-admin-announce-preview-${view.lang}-${view.width}`, found);
  }
  await page.locator('main form button').last().click();
  await page.waitForURL(/moved=/);
  for (const view of VIEWS) await look(page, view, 'announced', ['/admin/calendars', '/admin/calendars/utc?moved=1'], found);
}

/** The audit log: the chain, its events and filters, a sample, the export. */
async function auditor() {
  const page = await signedIn('auditor', { code: true });
  await page.goto(`${demo.desk}/audit?action=request.filed`);
  const event = await page.locator('main table a[href^="/audit/events/"]').first().getAttribute('href');
  await page.goto(`${demo.desk}/audit?action=partner.registered`);
  const written = await page.locator('main table a[href^="/audit/events/"]').first().getAttribute('href');
  const days = 'from_year=2020&from_month=1&from_day=1&until_year=2100&until_month=1&until_day=1';
  const paths = ['/', '/audit', '/audit?subject=TE-2026-999999', '/audit?actor=x&from_year=2026&from_month=2&from_day=30', event,
    written, '/audit/sample', `/audit/sample?seed=7&size=3&deciders=all&${days}`, '/audit/sample?seed=&size=0', '/audit/export',
    '/audit/export/events?from_year=x'];
  for (const view of VIEWS) await look(page, view, 'auditor', paths, found);
}

const READERS = { anyone, partner, lead, auditor, course };

await journey(async () => {
  await READERS[process.argv[2]]();
  assert.deepEqual(found, []);
});
