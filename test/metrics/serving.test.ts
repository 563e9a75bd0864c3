/** How it behaves: shared scrapes, deadlines, servers that are down, locks, bounds, the end. */
import { randomBytes } from "node:crypto";
import { describe, inject } from "vitest";
import { expect, onServer, test } from "../support/database.ts";
import { startProxy } from "../support/proxy.ts";
import type { Proxy } from "../support/proxy.ts";
import { startExporter } from "./support/exporter.ts";
import { parsePage, valueOf } from "./support/page.ts";
import type { ParsedFamily } from "./support/page.ts";

async function proxyTo(url: string, options: Partial<Parameters<typeof startProxy>[0]> = {}): Promise<Proxy> {
  const { hostname, port } = new URL(url);
  return startProxy({ host: hostname, port: Number(port), ...options });
}

function success(families: ReadonlyMap<string, ParsedFamily>): Record<string, number> {
  const samples = families.get("pg_scrape_collector_success")?.samples ?? [];
  return Object.fromEntries(samples.map(({ labels, value }) => [labels["collector"] ?? "", value]));
}

describe("asking", () => {
  test("many at once get one scrape, over one connection, which stays for the next", async ({ database }) => {
    await using proxy = await proxyTo(database.url);
    await using exporter = await startExporter(proxy.through(database.url));
    const pages = await Promise.all(Array.from({ length: 8 }, () => exporter.page()));
    expect(new Set(pages).size).toBe(1);
    expect(valueOf(parsePage(pages[0] ?? ""), "pg_exporter_scrapes_total")).toBe(1);
    expect(valueOf(parsePage(await exporter.page()), "pg_exporter_scrapes_total")).toBe(2);
    expect(proxy.connections).toBe(1);
  });

  test("between two scrapes its session is in nobody's way", { timeout: 60_000 }, async ({ database }) => {
    const name = `veza_wanted_${randomBytes(4).toString("hex")}`;
    await onServer(async (admin) => {
      await admin.unsafe(`CREATE DATABASE ${name}`);
      const url = new URL(database.url);
      url.pathname = `/${name}`;
      await using exporter = await startExporter(url.href);
      const sessions = async (): Promise<number> => {
        const rows = await admin`SELECT FROM pg_stat_activity WHERE datname = ${name}`;
        return rows.length;
      };
      const up = async (): Promise<number | undefined> => valueOf(parsePage(await exporter.page()), "pg_up");
      expect(await up()).toBe(1);
      expect(await sessions()).toBe(1);
      await admin.unsafe(`CREATE DATABASE ${name}_copy TEMPLATE ${name}`);
      expect(await up()).toBe(1);
      await admin.unsafe(`ALTER DATABASE ${name} RENAME TO ${name}_old`);
      expect(await up()).toBe(0);
      await admin.unsafe(`ALTER DATABASE ${name}_old RENAME TO ${name}`);
      expect(await up()).toBe(1);
      expect(await sessions()).toBe(1);
      await admin.unsafe(`DROP DATABASE ${name}`);
      await admin.unsafe(`DROP DATABASE ${name}_copy`);
    });
  });

  test("the other paths, and what is not there", async ({ database }) => {
    await using exporter = await startExporter(database.url, ["--target", database.url]);
    const [url = ""] = exporter.urls;
    const status = async (path: string, init: RequestInit = {}): Promise<number> =>
      (await fetch(url + path, init)).status;
    expect(await exporter.page("/healthz")).toBe("ok\n");
    expect(await exporter.page("/")).toContain('href="/metrics"');
    expect(await status("/nothing")).toBe(404);
    expect(await status("//metrics")).toBe(404);
    expect(await status("/metrics", { method: "POST" })).toBe(405);
    expect(await status("/probe")).toBe(400);
    const { host } = new URL(database.url);
    const known = `/probe?target=${encodeURIComponent(`${host}/${database.name}`)}`;
    expect(valueOf(parsePage(await exporter.page(known)), "pg_up")).toBe(1);
    expect(
      valueOf(parsePage(await exporter.page(`/probe?target=${encodeURIComponent(database.url)}`)), "pg_up"),
    ).toBe(1);
    // Whoever may ask us may not make us connect anywhere, with our password or without.
    expect(await status("/probe?target=127.0.0.1:1/postgres")).toBe(403);
    expect(await exporter.page("/")).not.toContain("password");
  });
});

describe("a server in trouble", () => {
  test("down: 200 with pg_up 0, at once; and it comes back by itself", async ({ database }) => {
    await using proxy = await proxyTo(database.url);
    await using exporter = await startExporter(proxy.through(database.url));
    expect(valueOf(parsePage(await exporter.page()), "pg_up")).toBe(1);
    proxy.refuse(true);
    proxy.cutAll();
    const response = await fetch(`${exporter.urls[0] ?? ""}/metrics`);
    expect(response.status).toBe(200);
    const down = parsePage(await response.text());
    expect(valueOf(down, "pg_up")).toBe(0);
    expect(valueOf(down, "pg_exporter_last_scrape_error")).toBe(1);
    expect(exporter.said()).toMatch(/127\.0\.0\.1:\d+\/\w+: /);
    proxy.refuse(false);
    expect(valueOf(parsePage(await exporter.page()), "pg_up")).toBe(1);
    expect(exporter.said()).toContain("well again");
  });

  test("it starts while the server is down, and its session may be ended under it", async ({ database }) => {
    await using proxy = await proxyTo(database.url);
    proxy.refuse(true);
    await using exporter = await startExporter(proxy.through(database.url));
    expect(valueOf(parsePage(await exporter.page()), "pg_up")).toBe(0);
    proxy.refuse(false);
    expect(valueOf(parsePage(await exporter.page()), "pg_up")).toBe(1);
    await database.sql`
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    const again = parsePage(await exporter.page());
    expect(valueOf(again, "pg_up")).toBe(1);
    expect(valueOf(again, "pg_exporter_last_scrape_error")).toBe(0);
  });

  test("past the deadline the query is cancelled on the server, and what there is is given", async ({
    database,
  }) => {
    let cancels = 0;
    let isHolding = true;
    await using proxy = await proxyTo(database.url, {
      onMessage: ({ from, type, body }) => {
        if (type === "cancel") cancels++;
        return isHolding && from === "client" && body.includes("pg_ls_waldir") ? "hold" : "pass";
      },
    });
    await using exporter = await startExporter(proxy.through(database.url), ["--deadline", "700ms"]);
    const startedAt = performance.now();
    const late = parsePage(await exporter.page());
    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(cancels).toBeGreaterThan(0);
    expect(valueOf(late, "pg_exporter_last_scrape_error")).toBe(1);
    expect(valueOf(late, "pg_stat_database_numbackends", { datname: database.name })).toBeGreaterThan(0);
    isHolding = false;
    expect(valueOf(parsePage(await exporter.page()), "pg_up")).toBe(1);
  });

  test("Prometheus' own timeout makes the deadline shorter", async ({ database }) => {
    await using proxy = await proxyTo(database.url, {
      onMessage: ({ from, body }) => (from === "client" && body.includes("pg_ls_waldir") ? "hold" : "pass"),
    });
    await using exporter = await startExporter(proxy.through(database.url));
    const startedAt = performance.now();
    await exporter.page("/metrics", { "x-prometheus-scrape-timeout-seconds": "0.5" });
    expect(performance.now() - startedAt).toBeLessThan(4000);
  });

  test("a locked table costs its sizes, and nothing else", async ({ database }) => {
    await database.sql`CREATE TABLE held (id int PRIMARY KEY)`;
    await database.sql`CREATE TABLE free (id int PRIMARY KEY)`;
    await using exporter = await startExporter(database.url);
    const lock = await database.sql.reserve();
    try {
      await lock`BEGIN`;
      await lock`LOCK TABLE held IN ACCESS EXCLUSIVE MODE`;
      const families = parsePage(await exporter.page());
      const of = (relname: string): Record<string, string> => ({
        datname: database.name,
        schemaname: "public",
        relname,
      });
      expect(valueOf(families, "pg_stat_user_tables_seq_scan", of("held"))).toBe(0);
      expect(valueOf(families, "pg_stat_user_tables_table_size_bytes", of("held"))).toBeUndefined();
      expect(valueOf(families, "pg_stat_user_tables_index_size_bytes", of("free"))).toBeGreaterThan(0);
      expect(valueOf(families, "pg_exporter_last_scrape_error")).toBe(0);
    } finally {
      await lock`ROLLBACK`;
      lock.release();
    }
  });

  test("a collector that may not fails for itself", async ({ database }) => {
    const role = `plain_${randomBytes(4).toString("hex")}`;
    await onServer(async (admin) => {
      await admin.unsafe(`CREATE ROLE ${role} LOGIN PASSWORD 'plain'`);
    });
    try {
      const url = new URL(database.url);
      url.username = role;
      url.password = "plain";
      await using exporter = await startExporter(url.href);
      const families = parsePage(await exporter.page());
      const { wal, ...others } = success(families);
      expect(wal).toBe(0);
      expect(Object.values(others).filter((value) => value !== 1)).toEqual([]);
      expect(valueOf(families, "pg_up")).toBe(1);
      expect(valueOf(families, "pg_exporter_last_scrape_error")).toBe(1);
      expect(exporter.said()).toMatch(/collector wal: .*privilege/);
      await exporter.stop();
    } finally {
      await onServer(async (admin) => {
        await admin.unsafe(`DROP ROLE ${role}`);
      });
    }
  });
});

describe("bounds", () => {
  test("tables beyond the number are one series, whose counters never fall", async ({ database }) => {
    for (const name of ["big", "one", "two", "three"]) {
      await database.sql.unsafe(
        `CREATE TABLE ${name} AS SELECT generate_series(1, ${name === "big" ? 5000 : 10}) AS id`,
      );
      await database.sql.unsafe(`ANALYZE ${name}`);
    }
    await using exporter = await startExporter(database.url, ["--max-tables", "1"]);
    const read = async (): Promise<{
      big: number | undefined;
      other: number | undefined;
      names: string[];
    }> => {
      const families = parsePage(await exporter.page());
      const of = (schemaname: string, relname: string): number | undefined =>
        valueOf(families, "pg_stat_user_tables_n_tup_ins", { schemaname, relname });
      const names = (families.get("pg_statio_user_tables_heap_blocks_hit")?.samples ?? []).map(
        ({ labels }) => labels["relname"] ?? "",
      );
      return { big: of("public", "big"), other: of("", "other"), names };
    };
    // Sessions tell what they have counted a moment later, at their next statement; since 15 when they are asked to.
    if (inject("server").major >= 15) await database.sql`SELECT pg_stat_force_next_flush()`;
    const other = async (): Promise<number | undefined> => {
      await database.sql`SELECT 1`;
      return (await read()).other;
    };
    await expect.poll(other, { timeout: 20_000 }).toBe(30);
    const before = await read();
    expect(before.names.toSorted()).toEqual(["big", "other"]);
    expect(before.big).toBe(5000);
    await database.sql`DROP TABLE two`;
    expect((await read()).other).toBe(30);
  });

  test("every database's tables, over no more than two connections at a time", async ({
    database,
    migratedDatabase,
  }) => {
    await database.sql`CREATE TABLE here (id int)`;
    let most = 0;
    const open = new Set<number>();
    await using proxy = await proxyTo(database.url, {
      onMessage: ({ from, type, connection, body }) => {
        if (from === "client" && type === "startup") open.add(connection);
        if (from === "client" && type === "X") open.delete(connection);
        // Other tests drop their databases meanwhile: who is let in nowhere says no goodbye.
        if (from === "server" && type === "E" && body.includes("FATAL")) open.delete(connection);
        most = Math.max(most, open.size);
        return "pass";
      },
    });
    await using exporter = await startExporter(proxy.through(database.url), [
      "--all-databases",
      "--deadline",
      "30s",
    ]);
    const families = parsePage(await exporter.page());
    const databases = new Set(
      (families.get("pg_stat_user_tables_seq_scan")?.samples ?? []).map(({ labels }) => labels["datname"]),
    );
    expect(databases).toContain(database.name);
    expect(databases).toContain(migratedDatabase.name);
    expect(most).toBe(2);
  });
});

describe("older names", () => {
  test("--compat has what dashboards of before ask for, on every version", async ({ database }) => {
    await database.sql`CHECKPOINT`;
    await using exporter = await startExporter(database.url, ["--compat"]);
    const families = parsePage(await exporter.page());
    for (const name of [
      "checkpoints_timed",
      "checkpoints_req",
      "buffers_checkpoint",
      "buffers_backend",
      "buffers_alloc",
    ]) {
      expect(families.get(`pg_stat_bgwriter_${name}`)?.type).toBe("counter");
      expect(valueOf(families, `pg_stat_bgwriter_${name}`)).toBe(
        valueOf(families, `pg_stat_bgwriter_${name}_total`),
      );
    }
    expect(valueOf(families, "pg_stat_bgwriter_checkpoints_req")).toBeGreaterThan(0);
    expect(valueOf(families, "pg_replication_lag")).toBe(0);
    expect(families.has("pg_stat_checkpointer_num_requested_total")).toBe(inject("server").major >= 17);
    expect(valueOf(families, "pg_txid_current")).toBeGreaterThan(700);
  });
});

describe("the end", () => {
  test("SIGTERM answers what is under way, takes nothing new, and ends with 0", async ({ database }) => {
    let held = (): void => {};
    const holding = new Promise<void>((resolve) => (held = resolve));
    await using proxy = await proxyTo(database.url, {
      onMessage: ({ from, body }) => {
        if (from !== "client" || !body.includes("pg_ls_waldir")) return "pass";
        held();
        return "hold";
      },
    });
    const exporter = await startExporter(proxy.through(database.url), ["--deadline", "1s"]);
    const asked = fetch(`${exporter.urls[0] ?? ""}/metrics`);
    await holding;
    const stopping = exporter.stop();
    const response = await asked;
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("pg_stat_database_xact_commit");
    expect((await stopping).code).toBe(0);
    await expect(fetch(`${exporter.urls[0] ?? ""}/healthz`)).rejects.toThrow();
  });
});
