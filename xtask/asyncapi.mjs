// Parses an AsyncAPI document and each of its messages' schemas: node asyncapi.mjs PARSER_FOLDER FILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, file] = process.argv.slice(2);
const { Parser } = createRequire(join(folder, "package.json"))("@asyncapi/parser");
const { document, diagnostics } = await new Parser().parse(readFileSync(file, "utf8"));
// A newer minor version of the specification is no fault.
const faults = diagnostics.filter((it) => it.code !== "asyncapi-latest-version");
for (const { message, path } of faults) {
  console.error(`${path.join(".")}: ${message}`);
}
process.exit(document !== undefined && faults.length === 0 ? 0 : 1);
