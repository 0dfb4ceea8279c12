/** What one tab remembers about its conversation. */

/** sessionStorage, or nothing at all where the browser forbids it. Never touched before a conversation exists. */
export class Drawer {
  /** @param {string} prefix */
  constructor(prefix) {
    this.prefix = prefix;
  }

  /** @param {string} name */
  read(name) {
    try {
      const raw = globalThis.sessionStorage.getItem(this.prefix + name);
      return raw === null ? null : JSON.parse(raw);
    } catch {
      return null;
    }
  }

  /**
   * @param {string} name
   * @param {unknown} value   null removes it
   * @returns {boolean}       whether it is kept
   */
  write(name, value) {
    try {
      if (value === null) globalThis.sessionStorage.removeItem(this.prefix + name);
      else globalThis.sessionStorage.setItem(this.prefix + name, JSON.stringify(value));
      return true;
    } catch {
      // Storage is forbidden or full: the conversation works, it only does not survive a reload.
      return value === null;
    }
  }
}
