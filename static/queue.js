// Keeps the queue up to date without moving a row, and listens to single keys. Without this script a reload does the first, and
// links and buttons do the second.
'use strict';
{
  const PERIOD = 15_000;
  const list = document.getElementById('queue');
  const news = document.getElementById('queue-news');
  const tabs = document.getElementById('queue-tabs');

  const rowsOf = (root) => [...root.querySelectorAll('tbody tr')];
  const keyOf = (row) => row.querySelector('a')?.getAttribute('href');

  /** Says how many requests came in above the last row that is shown; shows none of them. */
  const announce = (count) => {
    if (count === Number(news.dataset.count ?? 0)) return;
    news.dataset.count = count;
    news.replaceChildren();
    if (count === 0) return;
    const link = document.createElement('a');
    link.href = location.href;
    link.textContent = (count === 1 ? news.dataset.one : news.dataset.many).replace('{n}', count);
    news.append(link);
  };

  /** A row that is not of this tab any more says so, and stays where it is. */
  const leave = (row) => {
    if (row.classList.contains('gone')) return;
    row.classList.add('gone');
    const word = document.createElement('span');
    word.className = 'meta';
    word.textContent = ` ${news.dataset.gone}`;
    row.querySelector('th').append(word);
  };

  /** Takes from the `fresh` page what changes no row's place. */
  const take = (fresh) => {
    const now = rowsOf(list);
    const then = rowsOf(fresh.getElementById('queue') ?? fresh);
    const here = new Set(now.map(keyOf));
    const there = new Map(then.map((row) => [keyOf(row), row]));
    const lastKept = now.findLastIndex((row) => there.has(keyOf(row)));
    const untouched = !list.matches(':hover, :focus-within');
    now.forEach((row, place) => {
      const other = there.get(keyOf(row));
      if (other && untouched && row.innerHTML !== other.innerHTML) row.replaceChildren(...other.cloneNode(true).childNodes);
      if (!other && place < lastKept) leave(row);
    });
    // What follows the last row that both have only moved up, unless the list had room left.
    const full = list.querySelector('a[rel="next"]') !== null;
    const end = then.findLastIndex((row) => here.has(keyOf(row)));
    announce(then.filter((row, place) => !here.has(keyOf(row)) && (place < end || !full)).length);
    const counts = fresh.querySelectorAll('#queue-tabs .count');
    tabs.querySelectorAll('.count').forEach((count, place) => {
      if (counts[place]) count.textContent = counts[place].textContent;
    });
  };

  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' }, redirect: 'error' });
      if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    } catch {
      // The next look may find the desk again.
    }
  };
  setInterval(look, PERIOD);
  document.addEventListener('visibilitychange', look);

  // Keys -------------------------------------------------------------------------------------------------------------
  const step = (by) => {
    const links = rowsOf(list).map((row) => row.querySelector('a'));
    const place = links.indexOf(document.activeElement);
    const next = place < 0 ? (by > 0 ? 0 : links.length - 1) : place + by;
    links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
  };
  const showKeys = () => {
    const keys = document.getElementById('keys');
    keys.open = true;
    keys.querySelector('summary').focus();
  };
  const actions = {
    j: () => step(1),
    k: () => step(-1),
    n: () => document.getElementById('queue-next')?.click(),
    r: () => location.reload(),
    '/': () => document.getElementById('q').focus(),
    '?': showKeys,
  };
  const typed = (target) => target.closest('input, select, textarea, [contenteditable]') !== null;

  document.addEventListener('keydown', (event) => {
    // An input method that composes has the keys for itself (229 is what older browsers say of it).
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!('shortcuts' in list.dataset) || typed(event.target)) return;
    const tab = /^[1-9]$/.test(event.key) && tabs.querySelectorAll('a')[event.key - 1];
    const action = tab ? () => tab.click() : Object.hasOwn(actions, event.key) && actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
