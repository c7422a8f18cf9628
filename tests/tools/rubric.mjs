// Evaluates an official C2PA asset rubric (YAML) on crJSON files with Adobe's json-formula.
//
//   node rubric.mjs RUBRIC.yml FILE.crjson...
//
// Prints one JSON object per file: {"file", "passed", "failed": [ids], "warned": [ids], "matches": {id: ...}}.
// A statement passes if its expression holds; with failIfMatched or warnIfMatched, if it finds nothing. The rubric's
// `expressions` are helper functions, each called with `$args` and seeing the whole document.

import fs from "node:fs";
import JsonFormula from "@adobe/json-formula";
import YAML from "yaml";

const [rubricPath, ...files] = process.argv.slice(2);
const [head, statements] = YAML.parseAllDocuments(fs.readFileSync(rubricPath, "utf-8")).map((one) => one.toJS());
const globals = { ...head.variables, $expected_spec_version: "2.4.0" };
const NAMES = [...Object.keys(globals), "$args"];

function evaluate(expression, document) {
  const helpers = {};
  for (const [name, body] of Object.entries(head.expressions || {})) {
    helpers[name] = {
      _func: (args) => run(body, document, helpers, args),
      _signature: [{ types: [1], optional: true }, { types: [1], optional: true }, { types: [1], optional: true }],
    };
  }
  return run(expression, document, helpers, []);
}

function run(expression, document, helpers, args) {
  const formula = new JsonFormula(helpers);
  return formula.run(formula.compile(expression.trim(), NAMES), document, "en-US", { ...globals, $args: args });
}

const matched = (value) => (Array.isArray(value) ? value.length > 0 : Boolean(value));

for (const file of files) {
  const document = JSON.parse(fs.readFileSync(file, "utf-8"));
  const report = { file, passed: 0, failed: [], warned: [], matches: {} };
  for (const one of statements) {
    let value;
    try {
      value = evaluate(one.expression, document);
    } catch (error) {
      value = `error: ${error.message}`; // counts as found, and as not held
      report.failed.push(one.id);
      report.matches[one.id] = value;
      continue;
    }
    const inverted = one.failIfMatched || one.warnIfMatched;
    const holds = inverted ? !matched(value) : matched(value);
    if (holds) report.passed += 1;
    else (one.warnIfMatched ? report.warned : report.failed).push(one.id);
    if (!holds) report.matches[one.id] = value;
  }
  console.log(JSON.stringify(report));
}
