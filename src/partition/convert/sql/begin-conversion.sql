INSERT INTO :"conversions" (schema_name, table_name, kind, phase, spec) VALUES ($1, $2, $3, $4, $5::jsonb)
