// Validates glTF files with the validator of Khronos; prints the sum of errors and warnings and the first messages.
import fs from "fs";
import validator from "gltf-validator";

const told = { errors: 0, warnings: 0, messages: [] };
for (const file of process.argv.slice(2)) {
  const report = await validator.validateBytes(new Uint8Array(fs.readFileSync(file)));
  told.errors += report.issues.numErrors;
  told.warnings += report.issues.numWarnings;
  told.messages.push(...report.issues.messages.slice(0, 5));
}
console.log(JSON.stringify(told));
