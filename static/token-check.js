// Reads a pasted token in this browser, so that only claims are ever sent. The page's policy lets a script call nobody; the
// field for the token has no name, so no form sends it.
'use strict';
{
  const box = document.getElementById('token-box');
  const token = document.getElementById('token');
  const status = document.getElementById('token-status');
  const claims = document.getElementById('claims');
  const kept = box.dataset.kept.split(' ');
  const named = box.dataset.named.split(' ');

  /** The parts of a token, without what a header or a paste brings along. */
  const parts = (text) => text.trim().replace(/^(authorization:\s*)?bearer\s+/i, '').replace(/\s+/g, '').split('.');

  const isToken = (text) => !text.trim().startsWith('{') && parts(text).length >= 3;
  const holdsToken = (text) => /ey[\w-]{6,}\.[\w-]{6,}/.test(text.replace(/\s+/g, ''));

  /** The claims of a signed token; throws when there are none. */
  const read = (text) => {
    const middle = parts(text)[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(middle), (letter) => letter.charCodeAt(0));
    const all = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof all !== 'object' || all === null || Array.isArray(all)) throw new TypeError('no object');
    const entries = Object.entries(all).flatMap(([name, value]) => {
      if (kept.includes(name)) return [[name, value]];
      return named.includes(name) ? [[name, '…']] : [];
    });
    return Object.fromEntries(entries);
  };

  const say = (message) => {
    status.textContent = message;
    status.focus();
  };

  /** Puts the claims of the token in `field` where the form takes them; says what came of it. */
  const take = (field) => {
    try {
      if (parts(field.value).length === 5) throw new RangeError('encrypted');
      const found = JSON.stringify(read(field.value), null, 2);
      token.value = '';
      claims.value = found;
      say(box.dataset.read);
    } catch (problem) {
      say(problem instanceof RangeError ? box.dataset.encrypted : box.dataset.unreadable);
    }
  };

  document.getElementById('token-read').addEventListener('click', () => take(token));
  // A token in the wrong box is read here too, before anything can be sent.
  document.getElementById('claims-form').addEventListener('submit', (event) => {
    document.getElementById('zone').value = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (isToken(claims.value)) {
      event.preventDefault();
      take(claims);
    } else if (holdsToken(claims.value) || holdsToken(document.getElementById('audience').value)) {
      event.preventDefault();
      say(box.dataset.inside);
    }
  });
  // What the browser kept of an earlier visit is nobody's.
  token.value = '';
  box.hidden = false;
}
