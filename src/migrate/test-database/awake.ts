/**
 * The connections that stay open do not keep the process alive, so that a test run ends by itself; work that somebody
 * waits for does, as long as it lasts.
 */
let holders = 0;
let timer: NodeJS.Timeout | undefined;

/** Keeps the process alive until it is disposed of. */
export function stayAwake(): Disposable {
  holders++;
  timer ??= setInterval(() => {}, 60_000);
  return {
    [Symbol.dispose]: () => {
      holders--;
      if (holders > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}
