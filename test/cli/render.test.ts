import { expect, test } from "vitest";
import { widthOf } from "../../src/cli/render.ts";

test.each([
  [120, 120],
  [0, 80],
  [undefined, 80],
])("a terminal that says %s columns is drawn on %i", (said, drawn) => {
  expect(widthOf(said)).toBe(drawn);
});
