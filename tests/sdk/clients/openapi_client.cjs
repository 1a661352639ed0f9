// Calls @getbrevo/brevo 2 or 3 as it is told.
//
// usage: node openapi_client.cjs PACKAGE BASE_URL, then one call a line on standard input, as
// README.md says.

"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { answerCalls } = require("./answering.cjs");

const [, , packageName, baseUrl] = process.argv;
const brevo = require(packageName);
const { ObjectSerializer } = require(`${packageName}/dist/model/models`);
const API_KEY = 0;
const CLASSES = ["EventsApi", "ContactsApi", "AccountApi", "ProcessApi"];
const SIGNATURES = {};

for (const name of CLASSES) {
  const file = `${name[0].toLowerCase()}${name.slice(1)}.d.ts`;
  const folder = path.join(path.dirname(require.resolve(packageName)), "api");
  const declared = fs.readFileSync(path.join(folder, file), "utf8");
  for (const [, operation, list] of declared.matchAll(/^    (\w+)\((.*?)options\?: \{/gm)) {
    const parameters = [...list.matchAll(/(\w+)\??: ([^,]+),/g)];
    SIGNATURES[operation] = {
      name,
      parameters: parameters.map(([, parameter, type]) => ({ parameter, type })),
    };
  }
}

/** The fields of a model, as Brevo names them; none where the type is no model. */
function fieldsOf(type) {
  return (brevo[type]?.getAttributeTypeMap?.() ?? []).map(({ baseName }) => baseName);
}

function operations() {
  const offered = Object.entries(SIGNATURES).map(([operation, { parameters }]) => [
    operation,
    parameters.flatMap(({ parameter, type }) => [parameter, ...fieldsOf(type)]),
  ]);
  return Object.fromEntries(offered);
}

async function call(client, told) {
  const signature = SIGNATURES[told.call];
  if (signature === undefined) throw new Error(`this client has no ${told.call}`);
  const given = signature.parameters.map(({ parameter, type }) => {
    if (fieldsOf(type).length === 0) return told.with[parameter];
    return told.plain ? told.with : ObjectSerializer.deserialize(told.with, type);
  });
  const { body } = await client[signature.name][told.call](...given);
  return asDocumented(body);
}

/** What the client's types made of the answer, with Brevo's names again. */
function asDocumented(value) {
  if (Array.isArray(value)) return value.map(asDocumented);
  const attributes = value?.constructor?.getAttributeTypeMap?.();
  if (attributes === undefined) return value;
  return Object.fromEntries(
    attributes.map(({ name, baseName }) => [baseName, asDocumented(value[name])]),
  );
}

answerCalls({
  clientWith: (key) =>
    Object.fromEntries(
      CLASSES.map((name) => {
        const part = new brevo[name](baseUrl);
        part.setApiKey(API_KEY, key);
        return [name, part];
      }),
    ),
  operations,
  call,
  refusal: (error) => ({
    raised: error.name,
    status: error.statusCode ?? error.response?.status ?? null,
    body: error.body ?? error.response?.data ?? String(error),
  }),
});
