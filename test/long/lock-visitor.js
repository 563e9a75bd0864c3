// Takes the embedded server's lock again and again, and tells when it was not alone inside. Dies in the middle now and
// then when told to.
//   node lock-visitor.js <folder> <visits> <chance of death>
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const [folder, visits, chance] = process.argv.slice(2);
const { acquireLock } = await import("../../dist/dev/lock.js");
const inside = join(folder, "inside");
let intrusions = 0;

for (let visit = 0; visit < Number(visits); visit++) {
  const lock = await acquireLock(folder);
  try {
    mkdirSync(inside); // fails when somebody is inside
  } catch {
    intrusions++;
  }
  if (Math.random() < 0.3) await pause(Math.random() * 3);
  rmdirSync(inside);
  if (Math.random() < Number(chance)) process.kill(process.pid, "SIGKILL");
  await lock[Symbol.asyncDispose]();
}
process.stdout.write(`${intrusions}`);
