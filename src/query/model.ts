/** A named query: one statement in a file of its own, with a header that says what it takes and what it gives. */
export interface Query {
  /** `users.profile` for `users/profile.sql`. */
  readonly name: string;
  /** The file as people know it, for errors: `queries/users/profile.sql`. */
  readonly file: string;
  /** The first paragraph of the header. */
  readonly summary: string;
  /** The rest of the header without its declarations, line by line. */
  readonly notes: readonly string[];
  readonly parameters: readonly QueryParameter[];
  readonly columns: readonly ColumnNote[];
  /** Parameters that say together where a page begins: all of them are given, or none. */
  readonly cursors: readonly (readonly string[])[];
  /** The whole text of the file. */
  readonly text: string;
  readonly statement: NumberedStatement;
}

/** `-- param: user_id bigint  the profile's owner` */
export interface QueryParameter {
  readonly name: string;
  /** As written: `bigint`, `timestamp with time zone`, `text[]`. */
  readonly type: string;
  /** What it is when nobody gives it: a text of its type, or null. Undefined where it must be given. */
  readonly fallback: string | null | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly summary: string;
  readonly line: number;
}

/** `-- column: total_plays bigint not null  plays of the public tracks` */
export interface ColumnNote {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly summary: string;
  readonly line: number;
}

/** The statement as the server gets it: `:name` became `($1::bigint)`, numbered as the header declares them. */
export interface NumberedStatement {
  readonly sql: string;
  /** Which part of it stands where in the file. */
  readonly pieces: readonly Piece[];
}

/** A stretch of the sent text and where it comes from. A parameter stands for the whole of its stretch. */
export interface Piece {
  readonly sentStart: number;
  readonly sentEnd: number;
  readonly fileStart: number;
  readonly parameter: string | undefined;
}

/** A column of a query's rows. */
export interface QueryColumn {
  readonly name: string;
  /** As PostgreSQL writes it: `character varying`, `bigint`. */
  readonly type: string;
  readonly typeOid: number;
  readonly nullable: boolean;
  /** What the header says of it. */
  readonly summary: string;
}
