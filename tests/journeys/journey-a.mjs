// Journey A: whoever can pass MFA passes it.
import { assert, curl, demo, journey, person, token } from './browser.mjs';

await journey(async () => {
  const contoso = await person();
  await contoso.goto(`${demo.portal}/customers`);
  await contoso.signInAs('contoso-admin-agent');
  await contoso.waitForURL(`${demo.portal}/customers`);
  assert.match(await contoso.locator('#decision').innerText(), /mfa_verified/);
  await contoso.shot('contoso-opens-the-page-at-once');

  const wingtip = await person();
  await wingtip.goto(`${demo.portal}/admin`);
  await wingtip.signInAs('wingtip-admin-agent');
  await wingtip.waitForURL(`${demo.portal}/admin`);
  assert.match(await wingtip.locator('#decision').innerText(), /mfa_verified/);
  await wingtip.shot('wingtip-passes-by-its-provider');

  const fabrikam = await person();
  await fabrikam.goto(`${demo.portal}/admin`);
  await fabrikam.signInAs('fabrikam-admin-agent');
  await fabrikam.waitForURL(/\.mfa-gate\/stopped/);
  await fabrikam.shot('fabrikam-is-stopped');
  await fabrikam.locator('main a', { hasText: 'Verify now' }).click();
  await fabrikam.waitForURL((url) => url.href.startsWith(demo.idp));
  assert.ok(await fabrikam.locator('img, svg').count() > 0, 'a QR code is shown');
  assert.ok((await fabrikam.locator('#secret').innerText()).length >= 16, 'the secret is shown as text too');
  await fabrikam.shot('fabrikam-registers');
  await fabrikam.enterCode();
  await fabrikam.waitForURL(`${demo.portal}/admin`);
  assert.match(await fabrikam.locator('#decision').innerText(), /mfa_verified/);
  await fabrikam.shot('fabrikam-lands-where-it-wanted');

  const bearer = (...flags) => ['-H', `Authorization: Bearer ${token('fabrikam-admin-agent', ...flags)}`];
  const refused = curl(`${demo.portal}/v1/customers`, ...bearer('--no-mfa'));
  assert.match(refused, /^HTTP\/1\.1 401 Unauthorized - MFA required\r\n/);
  assert.match(refused, /^www-authenticate: Bearer error="invalid_token"\r$/im);
  assert.match(refused, /^content-type: application\/problem\+json\r$/im);
  const allowed = curl(`${demo.portal}/v1/customers`, ...bearer('--mfa'), '-H', 'ValidateMfa: true');
  assert.match(allowed, /^HTTP\/1\.1 200 /);
  assert.match(allowed, /^isMfaCompliant: true\r$/im);
});
