import { renderExcerpt } from "../sql/excerpt.ts";
import { locate, offsetOfPosition } from "../sql/position.ts";
import type { Location } from "../sql/position.ts";
import type { Query } from "./model.ts";

/** A place in a query's file. */
export interface QueryPlace extends Location {
  readonly offset: number;
  /** The line with a caret below. */
  readonly excerpt: string;
  /** The parameter that stands there, if one does. */
  readonly parameter: string | undefined;
}

/** Where in the file the server's error position lies: 1-based, in characters of the text that was sent. */
export function placeOf({ text, statement }: Query, position: number): QueryPlace {
  const sent = offsetOfPosition(statement.sql, 0, position);
  const piece = statement.pieces.find(({ sentEnd }) => sent < sentEnd) ?? statement.pieces.at(-1);
  const into = piece === undefined || piece.parameter !== undefined ? 0 : sent - piece.sentStart;
  const offset = (piece?.fileStart ?? 0) + into;
  const place = locate(text, offset);
  return {
    ...place,
    offset,
    excerpt: renderExcerpt(place.lineText, place.column),
    parameter: piece?.parameter,
  };
}
