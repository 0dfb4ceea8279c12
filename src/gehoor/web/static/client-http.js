/** Calls of the customer's pages to the server. An answer is always a `Reply`; `call` never throws. */

import { askedToWait } from "./client-watch.js";

/** @typedef {import("./client-outbox.js").Reply} Reply */

const LIMIT_MS = 15_000;

export class Caller {
  #base;
  #auth;
  #language;
  /** Opens the conversation, where no cookie does. */
  token = "";

  /**
   * @param {string} base   origin and path before /api/v1, without a slash at its end
   * @param {"bearer" | "cookie"} auth
   * @param {() => string} language   of the screen now
   */
  constructor(base, auth, language) {
    this.#base = base;
    this.#auth = auth;
    this.#language = language;
  }

  /** @param {string} path */
  url(path) {
    return `${this.#base}/api/v1${path}`;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<Reply>}
   */
  async call(method, path, body) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), LIMIT_MS);
    try {
      const response = await fetch(this.url(path), { ...this.request(method, body), signal: limit.signal });
      // 2xx without JSON is not our server that answers: as good as no answer.
      const answer = response.ok ? await response.json() : await problemOf(response);
      return { status: response.status, body: answer, askedMs: askedToWait(response) };
    } catch {
      return { status: 0, body: null };
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * @param {string} path
   * @param {AbortSignal} [signal]
   */
  get(path, signal) {
    return fetch(this.url(path), { ...this.request("GET"), signal });
  }

  /**
   * @param {string} method
   * @param {unknown} [body]
   * @returns {RequestInit}
   */
  request(method, body) {
    // A refusal is read in the language of this screen, which need not be the browser's.
    /** @type {Record<string, string>} */
    const headers = { "Accept-Language": this.#language() };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.#auth === "bearer" && this.token) headers.Authorization = `Bearer ${this.token}`;
    return {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: this.#auth === "cookie" ? "same-origin" : "omit",
      cache: "no-store",
      redirect: "error",
    };
  }
}

/** What a refusal says, or null. @param {Response} response */
export async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}
