// Journey B: stopped, asked, granted, used, revoked, stopped again.
import { api, assert, curl, demo, journey, person, token, within } from './browser.mjs';

const ISSUE = 'third_party_mfa_not_recognized';

await journey(async () => {
  const { execFileSync } = await import('node:child_process');
  const personas = JSON.parse(execFileSync(process.env.DEMO_BINARY, ['demo', 'personas'], { encoding: 'utf8' }));
  const oid = (key) => personas.find((one) => one.persona === key).object_id;

  // The example data grants Tailspin something already; this journey starts from nothing.
  const lead = token('lead', '--mfa');
  const given = await api('GET', '/api/v1/exceptions', lead);
  for (const exception of given.json.items) {
    const done = await api('POST', `/api/v1/exceptions/${exception.id}/revoke`, lead, { reason: 'a fresh start' },
      { 'If-Match': `"${exception.version}"` });
    assert.equal(done.status, 200, JSON.stringify(done.json));
  }
  // A revocation puts the partner on hold; a lead lifts it.
  for (const tenant of new Set(given.json.items.map((exception) => exception.tenant))) {
    const partner = await api('GET', `/api/v1/partners/${tenant}`, lead);
    const lifted = await api('POST', `/api/v1/partners/${tenant}/lift-hold`, lead, { reason: 'a fresh start' },
      { 'If-Match': `"${partner.json.version}"` });
    assert.equal(lifted.status, 200, JSON.stringify(lifted.json));
  }

  // Stopped, and led to the desk.
  const colleague = await person({ locale: 'ja-JP' });
  await colleague.goto(`${demo.portal}/admin`);
  await colleague.signInAs('tailspin-admin-agent');
  await colleague.waitForURL(/\.mfa-gate\/stopped/);
  await colleague.shot('tailspin-is-stopped');
  const stopped = colleague.url();
  await colleague.locator('main a', { hasText: '技術的な理由で確認できない' }).click();
  await colleague.waitForURL((url) => url.href.startsWith(`${demo.desk}/stopped`));
  await colleague.shot('the-page-leads-to-the-desk');

  // A Sales Agent is refused, with the reason.
  const sales = await person({ locale: 'ja-JP' });
  await sales.goto(`${demo.desk}/support/requests/new`);
  await sales.signInAs('tailspin-sales-agent');
  await sales.waitForURL(/support\/requests\/new/);
  assert.match(await sales.locator('main').innerText(), /グローバル管理者|全体管理者|Global Admin/);
  await sales.shot('a-sales-agent-is-told-who-may-ask');

  // The Global Admin, without MFA, files issue 7 in Japanese for two colleagues.
  const admin = await person({ locale: 'ja-JP' });
  await admin.goto(`${demo.desk}/support/requests/new`);
  await admin.signInAs('tailspin-global-admin');
  await admin.waitForURL(/support\/requests\/new/);
  await admin.shot('the-issues');
  await admin.check(`input[name=issue][value=${ISSUE}]`);
  await admin.next();
  await admin.waitForURL(/\/questions$/);
  for (const [name, value] of [['mfa_enforced_for_users', 'yes'], ['vendor_asked', 'yes'], ['claim_can_be_sent', 'no'],
    ['integration', 'identity_federation']]) {
    await admin.check(`input[name=answers_${name}][value=${value}]`);
  }
  await admin.fill('[name=answers_solution]', 'Tailspin サインオン基盤');
  await admin.fill('[name=answers_vendor]', 'Litware');
  await admin.fill('[name=answers_vendor_reference]', 'LW-2026-48107');
  await admin.fill('[name=title]', '外部の MFA がディレクトリで認識されない件');
  await admin.fill('textarea[name=description]', 'ID プロバイダーで MFA を実施しておりますが、ディレクトリに伝わりません。');
  await admin.next();
  await admin.waitForURL(/\/who$/);
  await admin.fill('[name=scope_subjects_object_ids]', `${oid('tailspin-admin-agent')}\n${oid('tailspin-helpdesk-agent')}\n`);
  await admin.next();
  await admin.waitForURL(/\/scope$/);
  await admin.check('input[name=scope_surfaces][value=delegated_admin_portal]');
  await admin.check('input[name=scope_surfaces][value=delegated_admin_api]');
  await admin.check('input[name=scope_duration_days][value="30"]');
  await admin.next();
  await admin.waitForURL(/\/evidence$/);
  await admin.next();
  await admin.waitForURL(/\/contact$/);
  await admin.next();
  assert.match(await admin.title(), /^エラー/, 'the e-mail address is missing');
  await admin.shot('an-error-is-told-and-nothing-is-lost');
  await admin.fill('[name=contact_email]', 'it@tailspin.example');
  await admin.next();
  await admin.waitForURL(/\/check$/);
  assert.match(await admin.locator('main').innerText(), /直ちに承認されます/);
  await admin.shot('the-check-says-what-will-happen');
  await admin.locator('main form button').last().click();
  await admin.waitForURL(/support\/requests\/TE-2026-\d+$/);
  assert.match(await admin.locator('main').innerText(), /承認/);
  await admin.shot('the-desk-accepts');
  const reference = admin.url().split('/').pop();

  // Within two seconds exactly those users pass, on exactly those surfaces.
  const passes = async (page, path) => (await page.status(`${demo.portal}${path}`)) === 200;
  const took = await within(2, 'letting through', () => passes(colleague, '/admin'));
  console.log(`let through after ${took.toFixed(1)} s`);
  await colleague.goto(`${demo.portal}/admin`);
  assert.match(await colleague.locator('#decision').innerText(), /mfa_suppressed/);
  await colleague.shot('the-colleague-is-let-through');
  assert.equal(await colleague.status(`${demo.portal}/customers`), 302, 'another surface stays closed');
  const call = (persona, path) => Number(curl(`${demo.portal}${path}`, '-H', `Authorization: Bearer ${token(persona, '--no-mfa')}`).split(' ')[1]);
  const customers = JSON.parse(curl(`${demo.portal}/v1/customers`, '-H', `Authorization: Bearer ${token('contoso-admin-agent')}`)
    .split('\r\n\r\n').pop());
  const delegated = `/delegated/v1/${customers.items[0].id}/users`;
  assert.equal(call('tailspin-helpdesk-agent', delegated), 200);
  assert.equal(call('tailspin-helpdesk-agent', '/v1/customers'), 401, 'another surface stays closed');
  assert.equal(call('tailspin-sales-agent', delegated), 401, 'another user stays stopped');
  assert.equal(call('tailspin-global-admin', delegated), 401, 'the filer is not covered');
  assert.equal(call('fabrikam-admin-agent', delegated), 401, 'another tenant stays stopped');

  // A lead without MFA is stepped up, then revokes.
  const leading = await person();
  await leading.goto(`${demo.desk}/queue`);
  await leading.signInAs('lead');
  await leading.waitForURL((url) => url.href.startsWith(demo.desk));
  await leading.shot('a-lead-is-asked-to-step-up');
  await leading.locator('main a[href*="step_up=1"]').first().click();
  await leading.waitForURL((url) => url.href.startsWith(demo.idp));
  await leading.enterCode();
  await leading.waitForURL(`${demo.desk}/queue`);
  await leading.shot('the-queue');
  await leading.goto(`${demo.desk}/exceptions/${reference}/revoke`);
  await leading.fill('textarea[name=reason]', 'Sign-ins from an unknown country.');
  await leading.shot('revoking');
  await leading.locator('main form button').last().click();
  await leading.waitForURL(new RegExp(`/exceptions/${reference}$`));
  const closed = await within(2, 'stopping again', async () => !(await passes(colleague, '/admin')));
  console.log(`stopped again after ${closed.toFixed(1)} s`);
  await leading.shot('revoked');
  await colleague.goto(`${demo.portal}/admin`);
  await colleague.waitForURL(/\.mfa-gate\/stopped/);
  assert.equal(new URL(colleague.url()).pathname, new URL(stopped).pathname);
  await colleague.shot('stopped-again');

  // A partner in a reviewer's clothes gets 403.
  assert.equal((await api('GET', '/api/v1/queue', token('tailspin-global-admin', '--mfa'))).status, 403);
});
