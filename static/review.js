// Says every half minute that this page is open, and keeps what is being typed, so that a half-written reason is lost to nobody
// who was faster. Without this script the preview keeps it.
'use strict';
{
  const HEARTBEAT = 30_000;
  const PAUSE = 1_500;
  const part = document.querySelector('[data-visit]');
  const live = document.getElementById('presence-live');
  const fields = ['reason', 'question'].map((id) => document.getElementById(id)).filter((field) => field !== null);
  const kept = new Map(fields.map((field) => [field, field.value]));

  const visit = async () => {
    const body = new URLSearchParams();
    const sent = fields.filter((field) => field.value !== kept.get(field)).map((field) => [field, field.value]);
    for (const [field, value] of sent) body.append(field.name, value);
    try {
      const answer = await fetch(part.dataset.visit, { method: 'POST', body, redirect: 'error' });
      if (!answer.ok) return;
      for (const [field, value] of sent) kept.set(field, value);
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').body;
      if (fresh.textContent.trim() !== live.textContent.trim()) live.replaceChildren(...fresh.childNodes);
    } catch {
      // What was typed is sent again next time.
    }
  };

  let timer;
  const soon = (event) => {
    // What an input method is still composing is not written yet.
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(visit, PAUSE);
  };
  for (const field of fields) {
    field.addEventListener('input', soon);
    field.addEventListener('compositionend', soon);
  }
  setInterval(() => { if (!document.hidden) visit(); }, HEARTBEAT);
}
