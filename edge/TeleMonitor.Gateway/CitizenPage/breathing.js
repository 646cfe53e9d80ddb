// Counts down 60 seconds and takes a tap for each breath. Without it the page asks for a clock with a hand for seconds.
'use strict';
(() => {
  const whole = 60000;
  const find = id => document.getElementById(id);
  const [box, left, tap, taps, form, number, clock] = ['by-tap', 'left', 'tap', 'taps', 'number-form', 'number', 'by-clock'].map(find);
  const words = document.body.dataset.left;
  const began = performance.now();
  let counted = 0;
  [box.hidden, form.hidden, clock.hidden] = [false, true, true];
  tap.addEventListener('click', () => {
    counted += 1;
    taps.textContent = counted;
  });
  const show = () => {
    const rest = whole - (performance.now() - began);
    if (rest > 0) {
      left.textContent = words.replace('{0}', Math.ceil(rest / 1000));
      return;
    }
    clearInterval(turning);
    [box.hidden, form.hidden] = [true, false];
    document.querySelector('.countdown').hidden = true;
    document.querySelector('h1').textContent = document.body.dataset.over;
    number.value = counted > 0 ? counted : '';
    number.focus();
  };
  const turning = setInterval(show, 250);
  show();
  tap.focus();
})();
