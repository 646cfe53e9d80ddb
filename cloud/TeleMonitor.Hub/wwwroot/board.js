// Brings news into the open worklist. The page is complete without it: this only asks for the same page again
// (htmx swaps #board) when the hub says that something changed, and says so when it cannot hear the hub.
'use strict';
(() => {
  const aliveMs = 10000, lostMs = 3 * aliveMs, refreshMs = 30000;
  const live = document.getElementById('live'), liveAt = document.getElementById('live-at');
  const status = live.querySelector('[role=status]'), lost = document.getElementById('lost');
  const board = () => document.getElementById('board');
  const clock = time => time.toLocaleTimeString('da-DK', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: board().dataset.zone }).replace('.', ':');
  let source, heardAt = Date.now(), lostSince = null, joinedBefore = false;

  const over = () => document.dispatchEvent(new Event('session-over')); // session.js keeps what was written and goes to the sign-in
  const say = text => { if (status.textContent !== text) status.textContent = text; };
  const refresh = () => htmx.trigger('#news', 'board-changed');

  function heard() {
    heardAt = Date.now();
    live.classList.remove('live-not');
    say(status.dataset.on);
    liveAt.textContent = ' · ' + clock(new Date());
    if (lostSince !== null) {
      lostSince = null;
      lost.hidden = true;
      document.body.classList.remove('stale');
      refresh();
    }
  }

  function silent() {
    if (lostSince !== null) return;
    lostSince = new Date(heardAt);
    lost.querySelector('span').textContent = lost.dataset.text.replace('{since}', clock(lostSince)).replace('{from}', board().dataset.at);
    lost.hidden = false;
    document.body.classList.add('stale');
    live.classList.add('live-not');
    say(status.dataset.joining);
  }

  function join() {
    source = new EventSource(board().dataset.events);
    source.addEventListener('joined', event => {
      const missed = joinedBefore || event.data !== board().dataset.version;
      joinedBefore = true;
      heard();
      if (missed) refresh();
    });
    source.addEventListener('changed', () => { heard(); refresh(); });
    source.addEventListener('alive', heard);
    source.addEventListener('error', () => {
      silent();
      // a refused stream (the hub restarts behind it, or the session is over) is not retried by the browser
      if (source.readyState === EventSource.CLOSED) {
        fetch('/session').then(answer => { if (answer.status === 401) over(); }, () => {});
        setTimeout(join, 3000);
      }
    });
  }

  // What a person is writing, and where they are, outlives the swap.
  let kept = null;
  document.addEventListener('htmx:beforeSwap', () => {
    const active = document.activeElement;
    kept = {
      fields: [...board().querySelectorAll('textarea')].map(field => [field.id, field.value]),
      focus: active && board().contains(active) ? active.id : '',
      selection: active && 'selectionStart' in active ? [active.selectionStart, active.selectionEnd] : null,
    };
  });
  document.addEventListener('htmx:afterSwap', () => {
    if (kept === null) return;
    for (const [id, value] of kept.fields) {
      const field = document.getElementById(id);
      if (field !== null && value !== '') field.value = value;
    }
    const focus = kept.focus === '' ? null : document.getElementById(kept.focus);
    if (focus !== null) {
      focus.focus({ preventScroll: true });
      if (kept.selection !== null && focus.setSelectionRange) focus.setSelectionRange(...kept.selection);
    }
    kept = null;
    document.title = board().dataset.title;
    const count = document.getElementById('red-free');
    if (count !== null) {
      count.textContent = board().dataset.red;
      count.setAttribute('aria-label', board().dataset.redLabel);
      count.hidden = board().dataset.red === '0';
    }
  });
  document.addEventListener('htmx:sendError', silent);
  document.addEventListener('htmx:responseError', event => { if (event.detail.xhr.status === 401) over(); });

  setInterval(() => { if (Date.now() - heardAt > lostMs) silent(); }, 2000);
  // ages and countdowns are made by the hub
  setInterval(() => { if (lostSince === null && !document.hidden) refresh(); }, refreshMs);
  if (new URLSearchParams(location.search).has('done')) {
    const address = new URL(location.href);
    address.searchParams.delete('done');
    history.replaceState(null, '', address);
    setTimeout(() => document.getElementById('done')?.remove(), 8000);
  }
  say(status.dataset.joining);
  join();
})();
