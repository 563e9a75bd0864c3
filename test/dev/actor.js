// A process of its own that does one thing with an embedded server, from the built tool: for tests that need several
// processes, another user, or a process to kill. VEZA_ACTOR_DIST names another place where the tool is installed. Prints the result as JSON, the progress on stderr.
//   node actor.js ensure|running|stop|reset '{"stateDir": "…"}'
const [action, options] = process.argv.slice(2);
const dist = process.env.VEZA_ACTOR_DIST ?? new URL("../../dist/", import.meta.url).href;
const { ensureServer, resetServer, runningServer, stopServer } = await import(
  new URL("dev/server.js", dist).href
);
const actions = { ensure: ensureServer, reset: resetServer, running: runningServer, stop: stopServer };

const report = (line) => process.stderr.write(`${line}\n`);

try {
  const result = await actions[action]({ ...JSON.parse(options), report });
  process.stdout.write(JSON.stringify(result ?? null));
} catch (error) {
  process.stdout.write(
    JSON.stringify({ code: error.code ?? "bug", message: String(error.stack), detail: error.detail }),
  );
  process.exitCode = 1;
}
