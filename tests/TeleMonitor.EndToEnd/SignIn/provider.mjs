// A real OpenID provider on loopback, for the tests: node provider.mjs MODULES PORT SECRET BACK PEOPLE
// A new key at each start: started again on the same port it has rotated its keys. PEOPLE is JSON, claims by subject.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [modules, port, secret, back, people] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${modules}/oidc-provider/lib/index.js`));
const known = JSON.parse(people), kid = randomBytes(8).toString('hex');
const key = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: 'telemonitor', client_secret: secret, redirect_uris: [back], grant_types: ['authorization_code'], response_types: ['code'] }],
  jwks: { keys: [key] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  pkce: { required: () => true },
  conformIdTokenClaims: false, // what the scope asks for stands in the id_token
  claims: { openid: ['sub'], profile: ['preferred_username', 'initials', 'groups'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, sub) => (sub in known ? { accountId: sub, claims: () => ({ sub, ...known[sub] }) } : undefined),
  async loadExistingGrant(ctx) { // nobody is asked whether their employer may know their name
    const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});

const page = '<!doctype html><html lang="en"><title>Workplace</title><form method="post"><label>Who <input name="login" autofocus></label><button>Sign in</button></form>';
const answer = provider.callback();
createServer(async (request, response) => {
  if (!request.url.startsWith('/interaction/')) {
    answer(request, response);
  } else if (request.method === 'POST') {
    let body = '';
    for await (const chunk of request) body = (body + chunk).slice(0, 4096);
    await provider.interactionFinished(request, response, { login: { accountId: new URLSearchParams(body).get('login') } }, { mergeWithLastSubmission: false });
  } else {
    response.setHeader('content-type', 'text/html').end(page);
  }
}).listen(Number(port), '127.0.0.1', () => console.log(`ready ${kid}`));
