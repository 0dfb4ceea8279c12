/**
 * Calls of the desk to the server. An answer is always a `Reply`; nothing here throws.
 * 401 means that the sign-in has ended: the page goes to the sign-in page and comes back.
 */

/**
 * @typedef {object} Problem
 * @property {string} [title]
 * @property {string} [detail]   a sentence for the reader
 * @property {string} [code]
 * @property {string} [can]      what can be done instead: "park", "reply"
 *
 * @typedef {{ ok: boolean, status: number, body: any, problem: Problem | null, askedMs: number }} Reply
 *   status 0: no answer; askedMs: what the server asked to wait
 */

import { askedToWait } from "./client-watch.js";

const LIMIT_MS = 15_000;
export const BASE = "/api/v1/staff";

export class Api {
  #formToken;
  #leaving = false;

  /** @param {string} formToken */
  constructor(formToken) {
    this.#formToken = formToken;
  }

  /** @param {string} path */
  get(path) {
    return this.#call("GET", path);
  }

  /** @param {string} path @param {unknown} [body] */
  post(path, body = {}) {
    return this.#call("POST", path, body);
  }

  /** @param {string} path @param {unknown} body */
  put(path, body) {
    return this.#call("PUT", path, body);
  }

  /** @param {string} path */
  delete(path) {
    return this.#call("DELETE", path);
  }

  /** @param {string} id @param {string} action @param {unknown} [body] */
  act(id, action, body = {}) {
    return this.post(`/conversations/${encodeURIComponent(id)}/${action}`, body);
  }

  /** The sign-in has ended. */
  signIn() {
    if (this.#leaving) return;
    this.#leaving = true;
    const here = location.pathname + location.search + location.hash;
    location.assign(`/desk/login?return_to=${encodeURIComponent(here)}`);
  }

  /** @param {Record<string, string>} [more] */
  headers(more = {}) {
    return this.#formToken ? { "X-Form-Token": this.#formToken, ...more } : more;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<Reply>}
   */
  async #call(method, path, body) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), LIMIT_MS);
    try {
      const response = await fetch(BASE + path, {
        method,
        headers: this.headers(body === undefined ? {} : { "Content-Type": "application/json" }),
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: limit.signal,
      });
      if (response.status === 401) this.signIn();
      const text = await response.text();
      const answer = text === "" ? null : parsed(text);
      // 2xx with something that is not JSON is not our server that answers: as good as no answer.
      if (response.ok && text !== "" && answer === null) throw new Error("not our server");
      return { ok: response.ok, status: response.status, body: answer, problem: response.ok ? null : (answer ?? {}), askedMs: askedToWait(response) };
    } catch {
      return { ok: false, status: 0, body: null, problem: null, askedMs: 0 };
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Trying again by itself has a use: no answer came, or the server is busy. @param {Reply} reply */
export function passing(reply) {
  return reply.status === 0 || reply.status >= 500 || [408, 425, 429].includes(reply.status);
}

/**
 * The sentence to show where it happened.
 * @param {Reply} reply
 * @param {import("./desk-texts-nl.js").Texts} texts
 */
export function sentence(reply, texts) {
  if (reply.status === 0) return texts.unreachable;
  return reply.problem?.detail || reply.problem?.title || texts.refused;
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
