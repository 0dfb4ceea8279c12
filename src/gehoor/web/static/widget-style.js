/** What the widget needs to look right by itself: the launcher and the frame of the panel. The rest is chat.css. */

export const STYLE = `
:host {
  all: initial !important;
  display: block !important;
  font-family: var(--font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif) !important;
  font-size: max(1rem, 16px) !important;
  line-height: 1.5 !important;
  color: var(--ink, #1d2326) !important;
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.launcher {
  position: fixed;
  inset-block-end: max(20px, env(safe-area-inset-bottom));
  inset-inline-end: 20px;
  z-index: 2147483000;
  display: inline-flex;
  align-items: center;
  gap: 10px;
  min-block-size: 52px;
  max-inline-size: calc(100vw - 40px);
  padding: 12px 22px 12px 18px;
  border: 2px solid transparent;
  border-radius: 26px;
  background: var(--accent, #0b5c66);
  color: var(--on-accent, #fff);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
  box-shadow: 0 2px 6px rgb(20 40 44 / 18%), 0 10px 28px rgb(20 40 44 / 18%);
}
.launcher:hover { background: var(--accent-deep, #084750); }
.launcher:focus-visible { outline: 3px solid var(--focus, #0b5c66); outline-offset: 3px; box-shadow: 0 0 0 3px var(--surface, #fff); }
.launcher .icon { inline-size: 24px; block-size: 24px; flex: none; fill: currentColor; }
.launcher__count {
  padding: 2px 10px;
  border-radius: 12px;
  background: var(--surface, #fff);
  color: var(--accent, #0b5c66);
  font-size: 0.85em;
}
.panel {
  position: fixed;
  inset: auto 20px 20px auto;
  z-index: 2147483000;
  inline-size: 420px;
  max-inline-size: calc(100vw - 40px);
  block-size: min(760px, calc(100vh - 40px));
  max-block-size: none;
  margin: 0;
  padding: 0;
  overflow: hidden;
  border: 1px solid var(--line, #d9d4c9);
  border-radius: 16px;
  background: var(--bg, #faf8f4);
  color: var(--ink, #1d2326);
  box-shadow: 0 4px 12px rgb(20 40 44 / 12%), 0 24px 60px rgb(20 40 44 / 22%);
}
.panel[open] { display: flex; flex-direction: column; }
.panel::backdrop { background: rgb(20 40 44 / 40%); }
.panel__head {
  display: flex;
  align-items: center;
  gap: 8px;
  padding: 12px 12px 12px 20px;
  border-block-end: 1px solid var(--line, #d9d4c9);
  background: var(--surface, #fff);
}
.panel__names { flex: 1 1 auto; min-inline-size: 0; }
.panel__title { margin: 0; font-size: 1.125em; font-weight: 650; line-height: 1.3; }
.panel__title:focus-visible { outline: 3px solid var(--focus, #0b5c66); outline-offset: 2px; border-radius: 4px; }
.panel__org { margin: 0; font-size: 0.875em; color: var(--ink-soft, #4d575c); overflow-wrap: anywhere; }
.panel__tools { display: flex; align-items: center; gap: 2px; flex: none; }
.panel__body { flex: 1 1 auto; min-block-size: 0; overflow: auto; }
.panel__foot { flex: none; background: var(--surface, #fff); border-block-start: 1px solid var(--line, #d9d4c9); }
.menu { position: relative; }
.menu > summary { list-style: none; }
.menu > summary::-webkit-details-marker { display: none; }
.menu__list {
  position: absolute;
  inset-block-start: calc(100% + 6px);
  inset-inline-end: 0;
  z-index: 2;
  inline-size: max-content;
  max-inline-size: min(300px, calc(100vw - 32px));
  padding: 8px;
  border: 1px solid var(--line, #d9d4c9);
  border-radius: 10px;
  background: var(--surface, #fff);
  box-shadow: 0 10px 30px rgb(20 40 44 / 18%);
}
.menu__list .button { inline-size: 100%; justify-content: flex-start; text-align: start; }
.menu__list p { margin: 0; padding: 0 12px; }
.menu__list p:empty { display: none; }
.hidden-text {
  position: absolute !important;
  inline-size: 1px;
  block-size: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.icon { inline-size: 20px; block-size: 20px; flex: none; fill: currentColor; }
@media (max-width: 540px), (max-height: 480px) {
  .panel {
    inset: var(--gehoor-top, 0) 0 auto 0;
    inline-size: 100vw;
    max-inline-size: none;
    block-size: var(--gehoor-height, 100dvh);
    border: 0;
    border-radius: 0;
  }
  .panel__head { padding-inline-start: 16px; }
  .panel--chat .panel__org { display: none; }
  .panel__head { position: relative; }
  .menu { position: static; }
  .menu__list { inset-block-start: 100%; inset-inline-end: 12px; }
}
@media (max-height: 480px) {
  .panel { overflow: auto; }
  .panel[open] { display: block; }
  .panel__body { overflow: visible; }
}
@media (forced-colors: active) {
  .launcher { border-color: ButtonText; }
}
@media print { :host { display: none !important; } }
`;
