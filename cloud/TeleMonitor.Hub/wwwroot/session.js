// Warns before the session ends for want of use, and brings what was being written over the next sign-in. Every page has it.
'use strict';
(() => {
  // A session without use ends at the hub. Whoever types or points is using it; what the page asks for by itself is no use.
  const idleMs = Number(document.body.dataset.idle) * 1000, warnMs = 120000, warning = document.getElementById('idle'), draftKey = 'tm-draft';
  let usedAt = Date.now(), toldAt = Date.now();
  function signIn() {
    // what was being written waits in this tab for the same person
    const fields = [...document.querySelectorAll('#main textarea')].filter(field => field.value !== '').map(field => [field.id, field.value]);
    if (fields.length > 0) sessionStorage.setItem(draftKey, JSON.stringify({ person: document.body.dataset.person, fields }));
    location.href = '/sign-in?said=ended&to=' + encodeURIComponent(location.pathname + location.search);
  }
  function used() {
    usedAt = Date.now();
    if (warning !== null) warning.hidden = true;
    if (usedAt - toldAt > 60000) {
      toldAt = usedAt;
      fetch('/session', { method: 'POST' }).then(answer => { if (answer.status === 401) signIn(); }, () => {});
    }
  }
  document.addEventListener('session-over', signIn);
  for (const kind of ['keydown', 'pointerdown']) document.addEventListener(kind, used, { passive: true });
  setInterval(() => {
    const idle = Date.now() - usedAt;
    if (idle > idleMs) signIn();
    else if (warning !== null) warning.hidden = idle < idleMs - warnMs;
  }, 1000);
  const draft = JSON.parse(sessionStorage.getItem(draftKey) ?? 'null');
  sessionStorage.removeItem(draftKey);
  if (draft !== null && draft.person === document.body.dataset.person) {
    for (const [id, value] of draft.fields) {
      const field = document.getElementById(id);
      if (field !== null && field.value === '') field.value = value;
    }
  }
})();
