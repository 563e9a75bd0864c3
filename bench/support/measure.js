/** Runs a program and says what it took: time, CPU time with that of its children, memory at its highest. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** Linux counts the CPU time of children that have ended, with theirs, in hundredths of a second. */
const tickMs = 10;

/**
 * Runs `args` to its end. With `watchesMemory` its processes are looked at every few milliseconds, which costs a
 * little time.
 */
export function measure(args, { cwd, env = {}, watchesMemory = false } = {}) {
  const [program, ...rest] = args;
  return new Promise((resolve, reject) => {
    const cpuBefore = childrenCpuMs();
    const startedAt = performance.now();
    const child = spawn(program, rest, {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd ?? "/", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (said = (said + text).slice(-4000)));
    }
    const peaks = new Map();
    const watch = watchesMemory ? setInterval(() => look(child.pid, peaks), 10) : undefined;
    let wallMs;
    child.once("error", reject);
    child.once("exit", () => {
      wallMs = performance.now() - startedAt;
      clearInterval(watch);
    });
    child.once("close", (code) => {
      if (code !== 0) {
        reject(new Error(`${args.join(" ").slice(0, 300)}\nended with ${code}:\n${said}`));
        return;
      }
      const peakMb = peaks.size === 0 ? undefined : Math.max(...peaks.values()) / 1024;
      resolve({ wallMs, cpuMs: childrenCpuMs() - cpuBefore, peakMb, said });
    });
  });
}

/** The CPU time, user and system, of all children that have ended so far; undefined off Linux. */
function childrenCpuMs() {
  try {
    const fields = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[13]) + Number(fields[14])) * tickMs;
  } catch {
    return Number.NaN;
  }
}

/** Notes the memory high-water mark of a process and of its children, in kB. */
function look(pid, peaks) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const peak = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    peaks.set(pid, Math.max(peaks.get(pid) ?? 0, peak));
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    for (const child of children === "" ? [] : children.split(" ")) look(Number(child), peaks);
  } catch {
    // It has just ended.
  }
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
