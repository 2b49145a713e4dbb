/** Keys of a page: single letters, only while nobody types and no other key is held. */

/** Call the function of a key while `signal` lives: keysOf({j: next, k: previous}, signal). */
export function keysOf(actions, signal) {
  const pressed = (event) => {
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    action();
  };
  document.addEventListener("keydown", pressed, { signal });
}

function isTyping(target) {
  return target.closest("input:not([type=checkbox], [type=range]), textarea, select, [contenteditable]") !== null;
}
