// Calls @getbrevo/brevo 4, 5 or 6 as it is told.
//
// usage: node fern_client.cjs PACKAGE BASE_URL, then one call a line on standard input, as README.md
// says.

"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { answerCalls } = require("./answering.cjs");

const [, , packageName, baseUrl] = process.argv;
const { BrevoClient } = require(packageName);
const RESOURCES = path.join(path.dirname(require.resolve(packageName)), "api", "resources");
const PARTS = { event: {}, contacts: {}, account: {}, process: {}, customObjects: {} };

for (const part of Object.keys(PARTS)) {
  const declared = fs.readFileSync(path.join(RESOURCES, part, "client", "Client.d.ts"), "utf8");
  for (const [, operation, request] of declared.matchAll(/^    (\w+)\((?:request\??: ([^,)]+))?/gm)) {
    if (operation !== "constructor") PARTS[part][operation] = fieldsOf(part, request);
  }
}

/** The fields that the types declare for the request. */
function fieldsOf(part, request) {
  const name = (request ?? "").replace("Brevo.", "");
  const file = path.join(RESOURCES, part, "client", "requests", `${name}.d.ts`);
  if (!fs.existsSync(file)) return [];
  const [own] = fs.readFileSync(file, "utf8").split("\n}");
  return [...own.matchAll(/^    (\w+)\??:/gm)].map(([, field]) => field);
}

function call(client, told) {
  const [part] = Object.entries(PARTS).find(([, operations]) => told.call in operations) ?? [];
  if (part === undefined) throw new Error(`this client has no ${told.call}`);
  let request = told.with;
  const declared = PARTS[part][told.call];
  if (declared.includes("body")) {
    const entries = Object.entries(request);
    const inPath = entries.filter(([name]) => declared.includes(name));
    const inBody = entries.filter(([name]) => !declared.includes(name));
    request = { ...Object.fromEntries(inPath), body: Object.fromEntries(inBody) };
  } else if (told.call === "createBatchEvents" && !declared.includes("events")) {
    request = request.events;
  }
  const options = { maxRetries: told.retries };
  const method = client[part][told.call].bind(client[part]);
  return Object.keys(told.with).length > 0 || declared.length > 0
    ? method(request, options)
    : method(options);
}

answerCalls({
  clientWith: (key) => new BrevoClient({ apiKey: key, baseUrl }),
  operations: () => Object.assign({}, ...Object.values(PARTS)),
  call,
  refusal: (error) => ({
    raised: error.constructor.name,
    status: error.statusCode ?? null,
    body: error.body ?? String(error),
  }),
});
