/** Types in their shorter names: `timestamp with time zone` → `timestamptz`, `character varying(20)` → `varchar(20)`. */
export function shortType(type: string): string {
  return type
    .replace(/^(time(?:stamp)?)(\(\d+\))? with time zone/, "$1tz$2")
    .replace(/^(time(?:stamp)?)(\(\d+\))? without time zone/, "$1$2")
    .replace(/^character varying/, "varchar")
    .replace(/^character\b/, "char")
    .replace(/^double precision/, "float8");
}
