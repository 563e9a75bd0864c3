import { renderConf } from "../../../tune/formats/configuration.ts";
import { renderDocker, renderKubernetes } from "../../../tune/formats/containers.ts";
import { renderAzure, renderCloudSql, renderRds } from "../../../tune/formats/providers.ts";
import { renderSql } from "../../../tune/formats/sql.ts";
import { findRefusals } from "../../../tune/validate.ts";
import { hint } from "../../../ui/view.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { advise, adviceData, tuneFlags, wishWords } from "../../tune.ts";
import type { AdviceData } from "../../tune.ts";
import { adviceBlocks } from "../../tune-view.ts";

interface Data extends AdviceData {
  readonly next: string;
}

export const command = defineCommand({
  description:
    "Reads the machine that the server runs on (through the server: its control group, then /proc), what the server has been through, and says which settings should change and why. Changes nothing.",
  flags: tuneFlags,
  examples: [
    { command: "veza-db tune", summary: "what should change, for a web application" },
    { command: "veza-db tune --profile oltp --disk nvme", summary: "for short transactions on a fast disk" },
    {
      command: "veza-db tune --ram 16GB --cpu 4 -o rds",
      summary: "for a managed server, as commands of its provider",
    },
  ],
  exits: [3, 4],
  forms: {
    conf: ({ settings }: Data) => renderConf(settings),
    sql: ({ settings }: Data) => renderSql(settings),
    rds: ({ settings, major }: Data) => renderRds(settings, major),
    cloudsql: ({ settings }: Data) => renderCloudSql(settings),
    azure: ({ settings }: Data) => renderAzure(settings),
    docker: (data: Data) => renderDocker(containerOf(data)),
    k8s: (data: Data) => renderKubernetes(containerOf(data)),
  },
  async run(context) {
    await using db = await context.connect({ via: "direct" });
    const advised = await advise(context, db);
    const { facts, plan } = advised;
    // Whatever is copied from here goes past the checks of apply. It may be for another machine: the one that --ram tells.
    const refusals = findRefusals({ ...facts, seenRam: null }, plan);
    for (const refusal of refusals) context.warn(refusal);
    if (plan.excess !== null && !refusals.includes(plan.excess)) context.warn(plan.excess);
    const data = adviceData(advised, db);
    const words = wishWords(context);
    const next = !data.mayAlterSystem
      ? again(context, "tune", "-o", data.platform === "self" ? "conf" : data.platform, ...words)
      : again(context, "tune", ...(data.settings.length === 0 ? ["check"] : ["apply", ...words]));
    return { data: { ...data, next } };
  },
  view: (data) => [...adviceBlocks(data), hint(data.next)],
});

function containerOf({ settings, budget, machine, major }: Data): Parameters<typeof renderDocker>[0] {
  return { plan: { changes: settings, budget }, major, ramBytes: machine.ramBytes, cpus: machine.cpus };
}
