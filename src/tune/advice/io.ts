import { clamp, counted, docsOn, leave, set } from "./rule.ts";
import type { Rule } from "./rule.ts";

const requests = { hdd: 2, ssd: 200, san: 300, nvme: 1000 } as const;

const effectiveIoConcurrency: Rule = {
  name: "effective_io_concurrency",
  source: `${docsOn("effective_io_concurrency")}; release notes of 13 (taken literally) and 18 (16 by default); pgtune's numbers`,
  advise: (at) => {
    if (at.major >= 18)
      return leave(
        "since 18 it drives asynchronous reads, for which the default of 16 is meant; 200 comes from older servers.",
      );
    const most = Number(at.facts.settings.get("effective_io_concurrency")?.max ?? 0);
    if (most === 0) return leave("this server's system has no posix_fadvise: nothing but 0 is accepted.");
    return set(
      Math.min(most, requests[at.wishes.disk]),
      `reads ahead of bitmap scans, as many as ${at.wishes.disk} serves at once`,
    );
  },
};

const ioMethod: Rule = {
  name: "io_method",
  source: `${docsOn("io_method")}; io_uring is blocked by the default seccomp rules of containers`,
  advise: () =>
    leave("worker is the default and works everywhere; io_uring may keep the server from starting."),
};

const ioWorkers: Rule = {
  name: "io_workers",
  source: `${docsOn("io_workers")}; a quarter of the processors is a rule of thumb`,
  advise: (at) => {
    const wanted = clamp(Math.floor(at.cpus / 4), 3, 32);
    if (at.value("io_method") !== "worker" || wanted <= at.amount("io_workers"))
      return leave(`${at.value("io_workers")} are enough for ${counted(at.cpus, "processor")}.`);
    return set(wanted, `a quarter of the ${counted(at.cpus, "processor")} for asynchronous reads`);
  },
};

export const ioRules: readonly Rule[] = [effectiveIoConcurrency, ioMethod, ioWorkers];
