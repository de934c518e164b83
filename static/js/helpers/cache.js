/** Remembers a few answers for a while: the least recently used go first. */
export class ShortMemory {
  #rows = new Map();
  #size;
  #life;

  /**
   * @param {number} size how many answers
   * @param {number} life milliseconds each stays fresh
   */
  constructor(size, life) {
    this.#size = size;
    this.#life = life;
  }

  /** The answer, or undefined when unknown or stale. */
  get(key, now = Date.now()) {
    const row = this.#rows.get(key);
    if (!row || now - row.at > this.#life) return undefined;
    this.#rows.delete(key);
    this.#rows.set(key, row);
    return row.value;
  }

  set(key, value, now = Date.now()) {
    this.#rows.delete(key);
    this.#rows.set(key, { value, at: now });
    while (this.#rows.size > this.#size) this.#rows.delete(this.#rows.keys().next().value);
  }

  clear() {
    this.#rows.clear();
  }
}
