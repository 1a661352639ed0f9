/** What lets this page's own style elements through the Content-Security-Policy of its answer. */
export const styleNonce =
  document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? "";

// Where libraries that write style elements look for it.
Object.assign(globalThis, { __webpack_nonce__: styleNonce });
