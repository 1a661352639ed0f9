import { type Json, NumberText, parse, pretty } from "./json";

/** A call of `POST /v3/events`. */
export interface Call {
  /** Where the server is, without a slash at the end. */
  server: string;
  key: string;
  /** JSON text of the event. */
  body: string;
}

export const LANGUAGES = ["curl", "Python", "Node", "PHP"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The call as a program that runs as it is, with nothing to install. */
export function written(language: Language, call: Call): string {
  return WRITERS[language](call);
}

const WRITERS: Record<Language, (call: Call) => string> = {
  curl: ({ server, key, body }) =>
    [
      `curl -i ${shellText(`${server}/v3/events`)} \\`,
      `  -H ${shellText(`api-key: ${key}`)} \\`,
      "  -H 'content-type: application/json' \\",
      `  -d ${shellText(body)}`,
    ].join("\n"),

  Python: ({ server, key, body }) =>
    [
      "import json",
      "from urllib.request import Request, urlopen",
      "",
      `event = ${pythonValue(parse(body))}`,
      "",
      "request = Request(",
      `    ${pythonText(`${server}/v3/events`)},`,
      "    data=json.dumps(event).encode(),",
      `    headers={"api-key": ${pythonText(key)}, "content-type": "application/json"},`,
      ")",
      "print(urlopen(request).status)",
    ].join("\n"),

  Node: ({ server, key, body }) =>
    [
      `const answer = await fetch(${JSON.stringify(`${server}/v3/events`)}, {`,
      '  method: "POST",',
      `  headers: { "api-key": ${JSON.stringify(key)}, "content-type": "application/json" },`,
      `  body: ${nodeBody(body)},`,
      "});",
      "console.log(answer.status);",
    ].join("\n"),

  PHP: ({ server, key, body }) =>
    [
      "<?php",
      `$call = curl_init(${phpText(`${server}/v3/events`)});`,
      "curl_setopt_array($call, [",
      `    CURLOPT_HTTPHEADER => [${phpText(`api-key: ${key}`)}, 'content-type: application/json'],`,
      `    CURLOPT_POSTFIELDS => ${phpText(body)},`,
      "    CURLOPT_RETURNTRANSFER => true,",
      "]);",
      "curl_exec($call);",
      "echo curl_getinfo($call, CURLINFO_RESPONSE_CODE), PHP_EOL;",
    ].join("\n"),
};

/** The same with the official client, which takes another server's address as its base URL. */
export function writtenWithSdk(language: "Python" | "Node", call: Call): string {
  const event = parse(call.body);
  const base = `${call.server}/v3`;
  if (language === "Node") {
    return [
      "// npm install @getbrevo/brevo",
      'import { BrevoClient } from "@getbrevo/brevo";',
      "",
      "const brevo = new BrevoClient({",
      `  apiKey: ${JSON.stringify(call.key)},`,
      `  baseUrl: ${JSON.stringify(base)},`,
      "});",
      `await brevo.event.createEvent(${pretty(event)});`,
    ].join("\n");
  }
  const fields = event instanceof Map ? [...event] : [];
  return [
    "# pip install brevo-python",
    "from brevo import Brevo",
    "",
    `brevo = Brevo(api_key=${pythonText(call.key)}, base_url=${pythonText(base)})`,
    "brevo.event.create_event(",
    ...fields.map(([name, value]) => `    ${name}=${pythonValue(value, "    ")},`),
    ")",
  ].join("\n");
}

function shellText(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function phpText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** JSON's escapes mean the same in Python, but for halves of characters, which JSON.parse joins. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}

function pythonValue(value: Json, margin = ""): string {
  const inner = `${margin}    `;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return pythonText(value);
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const items = value.map((item) => `${inner}${pythonValue(item, inner)},`);
    return `[\n${items.join("\n")}\n${margin}]`;
  }
  if (value.size === 0) return "{}";
  const fields = [...value].map(
    ([name, field]) => `${inner}${pythonText(name)}: ${pythonValue(field, inner)},`,
  );
  return `{\n${fields.join("\n")}\n${margin}}`;
}

/** An object where JavaScript keeps every number of it; else the text, to the letter. */
function nodeBody(body: string): string {
  const event = parse(body);
  return isExact(event) ? `JSON.stringify(${pretty(event, "  ", "  ")})` : JSON.stringify(body);
}

function isExact(value: Json): boolean {
  if (value instanceof NumberText) return String(Number(value.text)) === value.text;
  if (value instanceof Map) return [...value.values()].every(isExact);
  return Array.isArray(value) ? value.every(isExact) : true;
}
