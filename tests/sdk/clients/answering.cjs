"use strict";

const readline = require("node:readline");

// Some versions print what they could not read; standard output is for answers.
console.log = console.error;

/** Answer the calls on standard input, line by line, as README.md says; `call` makes one. */
exports.answerCalls = async ({ clientWith, operations, call, refusal }) => {
  const clients = new Map();
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const told = JSON.parse(line);
    if (!clients.has(told.key)) clients.set(told.key, clientWith(told.key));
    let outcome;
    try {
      const client = clients.get(told.key);
      const value = told.call === "operations" ? operations() : await call(client, told);
      outcome = { returned: value ?? null };
    } catch (error) {
      outcome = refusal(error);
    }
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  }
};
