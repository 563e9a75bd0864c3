/** Files for servers in containers. */
import type { Change, Plan } from "../model.ts";
import { confValue } from "./configuration.ts";

export interface Container {
  readonly plan: Pick<Plan, "changes" | "budget">;
  readonly major: number;
  readonly ramBytes: number;
  readonly cpus: number;
}

/** Parallel queries share memory there, and a container has 64 MB of it unless told otherwise. */
function sharedMemoryMb({ ramBytes }: Container): number {
  return Math.max(256, Math.floor(ramBytes / 16 / 1024 ** 2));
}

/** A service of a compose file. */
export function renderDocker(container: Container): string {
  const { major, ramBytes, cpus, plan } = container;
  const words = [
    "postgres",
    ...plan.changes.flatMap(({ name, recommendedText }) => ["-c", `${name}=${recommendedText}`]),
  ];
  return [
    "# To be laid over the service of your own compose file, which has its image, volumes and password.",
    "services:",
    "  postgres:",
    `    image: postgres:${major}`,
    `    mem_limit: ${Math.floor(ramBytes / 1024 ** 2)}m`,
    `    cpus: ${cpus}`,
    `    shm_size: ${sharedMemoryMb(container)}m`,
    "    command:",
    ...words.map((word) => `      - ${JSON.stringify(word)}`),
    "",
  ].join("\n");
}

/** Where the ConfigMap is mounted. */
const mountPath = "/etc/veza-tuning";

/** A ConfigMap to mount and include, and what the pod has to have. */
export function renderKubernetes(container: Container): string {
  const { ramBytes, cpus, plan } = container;
  const lines = plan.changes.map(
    ({ name, recommendedText }: Change) => `    ${name} = ${confValue(recommendedText)}`,
  );
  return [
    `# 1. The server's postgresql.conf needs the line: include '${mountPath}/tuning.conf'`,
    "# 2. The pod needs, of its own container and volumes (parallel queries share memory in /dev/shm):",
    `#      resources: { limits: { memory: ${Math.floor(ramBytes / 1024 ** 2)}Mi, cpu: "${cpus}" } }`,
    "#      volumeMounts:",
    `#        - { name: tuning, mountPath: ${mountPath} }`,
    "#        - { name: shm, mountPath: /dev/shm }",
    "#      volumes:",
    "#        - { name: tuning, configMap: { name: postgres-tuning } }",
    `#        - { name: shm, emptyDir: { medium: Memory, sizeLimit: ${sharedMemoryMb(container)}Mi } }`,
    "apiVersion: v1",
    "kind: ConfigMap",
    "metadata:",
    "  name: postgres-tuning",
    "data:",
    ...(lines.length === 0 ? ['  tuning.conf: ""'] : ["  tuning.conf: |", ...lines]),
    "",
  ].join("\n");
}
