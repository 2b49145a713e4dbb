// What every current browser has and Debian's Node 18 has not: loaded before the tests (test_scripts.py).
globalThis.CustomEvent ??= class CustomEvent extends Event {
  constructor(type, options) {
    super(type, options);
    this.detail = options?.detail ?? null;
  }
};
Array.prototype.toSorted ??= function toSorted(compare) {
  return [...this].sort(compare);
};
