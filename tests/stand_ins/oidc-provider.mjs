// A certified OpenID provider for one tenant. Whoever comes is taken at their word for who they are; the time is the test's; and an
// ID token can be falsified on its way out, everything around it left genuine.
//
// Told as JSON in the first argument: `host`, `client`, `algorithm` (ES256 or RS256), `now` (milliseconds). Says `{"port"}` once it
// listens. `POST /control` takes `now`, `lie` (see `falsified`) and `rotate`, and answers with how many codes it was asked to exchange.
// Ends with its standard input.
import { createHmac, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import Provider, { interactionPolicy } from 'oidc-provider';

const told = JSON.parse(process.argv[2]);
const { Check, Prompt, base } = interactionPolicy;
const CLAIMS = ['sub', 'acr', 'amr', 'auth_time', 'oid', 'tid', 'roles'];
const people = new Map();
let { now } = told;
let lie = null;
let exchanges = 0;
Date.now = () => now;

/** A signing key: its private half, and both halves as JWK. */
function newKey(algorithm) {
  const kind = algorithm === 'ES256' ? ['ec', { namedCurve: 'P-256' }] : ['rsa', { modulusLength: 2048 }];
  const { privateKey } = generateKeyPairSync(...kind);
  const kid = randomUUID();
  return { privateKey, kid, algorithm, jwk: { ...privateKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' } };
}

function policy() {
  const prompts = base();
  prompts.add(new Prompt({ name: 'select_account', requestable: true }), 0);
  prompts.get('login').checks.add(new Check('acr_wanted', 'another acr is wanted', ({ oidc }) => {
    const wanted = oidc.params.acr_values?.split(' ') ?? [oidc.acr];
    return wanted.includes(oidc.acr) || oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
  }));
  return prompts;
}

function newProvider(issuer, key) {
  const provider = new Provider(issuer, {
    clients: [{ ...told.client, id_token_signed_response_alg: key.algorithm }],
    jwks: { keys: [key.jwk] },
    enabledJWA: { idTokenSigningAlgValues: [key.algorithm] },
    claims: { openid: CLAIMS, profile: ['name'] },
    conformIdTokenClaims: false,
    acrValues: ['mfa'],
    cookies: { keys: ['of the test'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...people.get(sub), sub }) }),
    interactions: { policy: policy(), url: (_, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid profile');
      grant.addOIDCClaims([...CLAIMS, 'name']);
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    if (ctx.path === '/token') exchanges += 1;
    await next();
    if (lie && ctx.path === '/token' && ctx.body?.id_token) ctx.body.id_token = falsified(ctx.body.id_token, key);
  });
  return provider;
}

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (part) => JSON.parse(Buffer.from(part, 'base64url'));

/**
 * The token with `lie.claims` in place of its own (null takes one away), signed as `lie.as` says: by the provider's own key, by a
 * strange key (`strange`) that goes by the same name, not at all (`none`), or by HMAC with the client's secret or the public key.
 * With `lie.token`, that token instead.
 */
function falsified(token, key) {
  if (lie.token) return lie.token;
  const [header, claims] = token.split('.').slice(0, 2).map(decoded);
  for (const [name, value] of Object.entries(lie.claims ?? {})) {
    if (value === null) delete claims[name];
    else claims[name] = value;
  }
  const algorithm = { none: 'none', secret: 'HS256', public: 'HS256' }[lie.as] ?? header.alg;
  const message = `${encoded({ ...header, alg: algorithm, ...(lie.kid && { kid: lie.kid }) })}.${encoded(claims)}`;
  const hmac = (secret) => createHmac('sha256', secret).update(message).digest('base64url');
  const signed = (by) => sign('sha256', Buffer.from(message), { key: by, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  const signature = {
    none: () => '',
    secret: () => hmac(told.client.client_secret),
    public: () => hmac(createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' })),
    strange: () => signed(newKey(key.algorithm).privateKey),
  }[lie.as] ?? (() => signed(key.privateKey));
  return `${message}.${signature()}`;
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function answer(response, value) {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function control(request, response) {
  const wish = JSON.parse(await body(request));
  if ('now' in wish) now = wish.now;
  if ('lie' in wish) lie = wish.lie;
  if (wish.rotate) start();
  answer(response, { exchanges, kid: key.kid });
}

/** Shows what is asked, and takes whoever answers at their word. */
async function interaction(request, response) {
  if (request.method === 'GET') {
    const { prompt, params } = await provider.interactionDetails(request, response);
    return answer(response, { prompt: prompt.name, reasons: prompt.reasons, params });
  }
  const who = new URLSearchParams(await body(request)).get('who');
  const { sub, acr, amr, ...claims } = JSON.parse(who);
  people.set(sub, claims);
  return provider.interactionFinished(request, response, { select_account: {}, login: { accountId: sub, acr, amr } });
}

let key;
let provider;
let handle;
const server = createServer((request, response) => {
  const take = request.url === '/control' ? control : request.url.startsWith('/interaction/') ? interaction : handle;
  Promise.resolve(take(request, response)).catch((error) => {
    response.writeHead(500);
    response.end(error.stack);
  });
});

function start() {
  key = newKey(told.algorithm);
  provider = newProvider(`http://${told.host}:${server.address().port}`, key);
  handle = provider.callback();
}

process.stdin.on('end', () => process.exit(0)).resume();
server.listen(0, '127.0.0.1', () => {
  start();
  console.log(JSON.stringify({ port: server.address().port }));
});
