import { describe, expect, it } from "vitest";

import { type Call, LANGUAGES, written, writtenWithSdk } from "./calls";

const call: Call = {
  server: "http://127.0.0.1:8080",
  key: "ff_key",
  body: JSON.stringify({ event_name: "a", identifiers: { ext_id: "it's \\ \"x\"" }, ok: true }),
};

describe("written", () => {
  it("names server and key in every language", () => {
    for (const language of LANGUAGES) {
      expect(written(language, call)).toContain("http://127.0.0.1:8080/v3/events");
      expect(written(language, call)).toContain("ff_key");
    }
  });

  it("lets no text break out of the shell's quotes", () => {
    expect(written("curl", call)).toContain(`it'\\''s`);
  });

  it("escapes quotes and backslashes for PHP", () => {
    expect(written("PHP", call)).toContain("it\\'s");
    expect(written("PHP", { ...call, body: '"\\\\"' })).toContain(`'"\\\\\\\\"'`);
  });

  it("writes Python's own words and whole numbers", () => {
    const body = '{"a":[null,true,12345678901234567890,{}],"b":[]}';
    const text = written("Python", { ...call, body });
    expect(text).toContain("        None,\n        True,\n        12345678901234567890,\n        {},");
  });

  it("sends Node the text to the letter where JavaScript would round", () => {
    expect(written("Node", { ...call, body: '{"a":1.5}' })).toContain("JSON.stringify({");
    expect(written("Node", { ...call, body: '{"a":1.0}' })).toContain('body: "{\\"a\\":1.0}"');
  });
});

describe("writtenWithSdk", () => {
  it("gives the client the base URL with its version", () => {
    expect(writtenWithSdk("Python", call)).toContain('base_url="http://127.0.0.1:8080/v3"');
    expect(writtenWithSdk("Node", call)).toContain('baseUrl: "http://127.0.0.1:8080/v3"');
  });
});
