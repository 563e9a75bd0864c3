ALTER TABLE a OWNER TO "Odd ""Owner";
