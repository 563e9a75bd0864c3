/** A layout: where each table lies and which way each wire takes, in pixels of the picture. */
import type { DiagramReference, DiagramTable } from "./model.ts";

export interface PlacedTable {
  readonly table: DiagramTable;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The box around the tables of one schema. */
export interface PlacedGroup {
  readonly schema: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a wire meets a table: `toward` is the side from which it comes, seen from the table. */
export interface WireEnd extends Point {
  readonly toward: "left" | "right";
  /** Many rows at this end, one, or what is referred to. */
  readonly kind: "many" | "one" | "target";
}

/** All references to one key of one table share a wire. */
export interface Wire {
  /** The id of the table that is referred to. */
  readonly to: string;
  readonly references: readonly DiagramReference[];
  readonly lines: readonly (readonly Point[])[];
  readonly ends: readonly WireEnd[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly groups: readonly PlacedGroup[];
  readonly tables: readonly PlacedTable[];
  readonly wires: readonly Wire[];
}
