import { describe, expect, test } from "vitest";
import {
  labelsOf,
  mergeFamilies,
  metricName,
  renderExposition,
  single,
} from "../../src/kernel/exposition.ts";
import type { Family } from "../../src/kernel/exposition.ts";
import { parsePage, valueOf } from "./support/page.ts";

describe("the text format", () => {
  test("labels and helps are escaped, and read back as they were", () => {
    const odd = 'a"b\\c\nd\\ne ü}{,=';
    const family: Family = {
      name: "x",
      type: "gauge",
      help: "two\nlines \\ here",
      labels: [labelsOf({ a: odd, b: "" })],
      values: [1],
    };
    const page = renderExposition([family]);
    expect(page).toContain("# HELP x two\\nlines \\\\ here\n# TYPE x gauge\n");
    expect(parsePage(page).get("x")?.samples[0]?.labels).toEqual({ a: odd, b: "" });
  });

  test.each([
    [0, "0"],
    [1.5e300, "1.5e+300"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "+Inf"],
    [Number.NEGATIVE_INFINITY, "-Inf"],
    ["9223372036854775807", "9223372036854775807"],
    ["Infinity", "+Inf"],
  ])("%s is written %s", (value, text) => {
    expect(renderExposition([single("x", "counter", "h", value)])).toBe(
      `# HELP x h\n# TYPE x counter\nx ${text}\n`,
    );
  });

  test("families of one name stand together, and a series is there once", () => {
    const of = (db: string, value: number): Family => ({
      ...single("x", "gauge", "h", value),
      labels: [labelsOf({ db })],
    });
    const page = renderExposition([of("a", 1), single("y", "gauge", "h", 5), of("b", 2), of("a", 3)]);
    const families = parsePage(page);
    expect([...families.keys()]).toEqual(["x", "y"]);
    expect(valueOf(families, "x", { db: "a" })).toBe(1);
    expect(families.get("x")?.samples).toHaveLength(2);
  });

  test("a family with a series twice in itself loses the second, and one without series is left out", () => {
    const labels = [labelsOf({ a: "1" }), labelsOf({ a: "1" })];
    const twice: Family = { name: "x", type: "gauge", help: "h", labels, values: [1, 2] };
    expect(mergeFamilies([twice, { ...twice, name: "empty", labels: [], values: [] }])).toMatchObject([
      { name: "x", values: [1] },
    ]);
  });

  test("any text can be made a name", () => {
    expect(metricName("pg_settings_my-ext.some thing")).toBe("pg_settings_my_ext_some_thing");
    expect(metricName("9lives")).toBe("_9lives");
  });

  test("the reader of these tests refuses what Prometheus refuses, and more", () => {
    expect(() => parsePage("# HELP x h\n# TYPE x gauge\nx 1")).toThrow("newline");
    expect(() => parsePage("# HELP x h\n# TYPE x gauge\nx 1\nx 1\n")).toThrow("twice");
    expect(() => parsePage('# HELP x h\n# TYPE x gauge\nx{a="b\\q"} 1\n')).toThrow("labels");
    expect(() =>
      parsePage("# HELP x h\n# TYPE x gauge\nx 1\n# HELP y h\n# TYPE y gauge\ny 1\nx 2\n"),
    ).toThrow("not a series");
  });
});
