-- The engine's schema. Everybody may use the functions: they read no tables
-- and hold no secrets.
GRANT USAGE ON SCHEMA @extschema@ TO PUBLIC;
COMMENT ON SCHEMA @extschema@ IS
	'perfeval: exact performance-assessment functions (绩效考核引擎)';
