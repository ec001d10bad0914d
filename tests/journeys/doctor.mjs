// The sign-in doctor: a pasted token is read in the browser, and no part of it is ever sent.
import { assert, demo, journey, person, token } from './browser.mjs';

/** Every request that the page makes from now on: address, headers and body. */
function record(page) {
  const sent = [];
  page.context().on('request', (request) => {
    sent.push([request.url(), JSON.stringify(request.headers()), request.postData() ?? ''].join('\n'));
  });
  return sent;
}

const secret = token('fabrikam-admin-agent', '--no-mfa');
const [header, payload, signature] = secret.split('.');
const name = JSON.parse(Buffer.from(payload, 'base64url').toString()).preferred_username;

/** What was sent holds no part of the token: neither as it was, nor without its dots, nor in percent codes. */
function assertNothingLeaked(sent) {
  for (const request of sent) {
    for (const part of [header, payload, signature, signature.slice(0, 20), name]) {
      assert.ok(!decodeURIComponent(request.replace(/\+/g, ' ').replace(/%(?![0-9a-f]{2})/gi, '%25')).includes(part), `${part} was sent:\n${request}`);
    }
  }
}

await journey(async () => {
  const page = await person({ locale: 'ja-JP', timezoneId: 'Asia/Tokyo' });
  const sent = record(page);
  await page.goto(`${demo.desk}/token-check`);
  await page.fill('#token', `Bearer ${secret.slice(0, 40)}\n${secret.slice(40)}`);
  await page.click('#token-read');
  assert.equal(await page.inputValue('#token'), '', 'the token is gone from the page');
  const claims = JSON.parse(await page.inputValue('#claims'));
  assert.deepEqual(claims.amr, ['pwd']);
  assert.equal(claims.preferred_username, '…', 'of a name, only that it is there');
  await page.shot('claims-read-in-the-browser');
  await page.click('#claims-form button');
  await page.waitForSelector('.outcome');
  const said = await page.locator('main').textContent();
  assert.match(said, /トークンで MFA を確認できません/);
  assert.match(said, /日本時間/, 'times are in the zone of the browser');
  await page.shot('what-the-doctor-says');
  assert.ok(sent.some((request) => request.startsWith(`${demo.desk}/token-check`) && request.includes('claims=')));
  assertNothingLeaked(sent);

  // A token in the box for claims is caught before it is sent, also inside of JSON.
  await page.fill('#claims', secret);
  await page.click('#claims-form button');
  assert.deepEqual(JSON.parse(await page.inputValue('#claims')).amr, ['pwd'], 'it is read in place');
  const before = sent.length;
  await page.fill('#claims', JSON.stringify({ id_token: secret }));
  await page.click('#claims-form button');
  assert.match(await page.innerText('#token-status'), /まだ送信されていません/);
  assert.equal(sent.length, before, 'nothing was sent');
  for (const [text, message] of [['abc', /読み取れません/], ['a.b.c.d.e', /暗号化/]]) {
    await page.fill('#token', text);
    await page.click('#token-read');
    assert.match(await page.innerText('#token-status'), message);
  }
  assertNothingLeaked(sent);
  // The page's policy lets a script call nobody, whatever it wants to; only the file for search engines can be read.
  const policy = (await page.goto(`${demo.desk}/token-check`)).headers()['content-security-policy'];
  assert.match(policy, /default-src 'none'/);
  assert.deepEqual(policy.match(/connect-src [^;]*/g), [`connect-src ${demo.desk}/robots.txt`]);
  const called = await page.evaluate((url) => window.fetch(url).then(() => true, () => false), demo.desk);
  assert.equal(called, false, 'the browser refuses a call of a script');

  // Without script the field for a token is not there, and the claims are read all the same.
  const plain = await person({ javaScriptEnabled: false });
  await plain.goto(`${demo.desk}/token-check`);
  assert.equal(await plain.locator('#token').isVisible(), false);
  await plain.fill('#claims', JSON.stringify({ idtyp: 'app', roles: ['Feed.Read'] }));
  await plain.click('#claims-form button');
  assert.match(await plain.locator('main').innerText(), /Something other than MFA/);
  await plain.fill('#claims', secret);
  await plain.click('#claims-form button');
  assert.match(await plain.locator('main').innerText(), /looks like a token/);
  assert.equal(await plain.inputValue('#claims'), '', 'the server does not repeat it');
});
