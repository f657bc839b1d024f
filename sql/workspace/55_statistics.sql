-- The planner's statistics. Autovacuum brings them up to date in its own time;
-- after a first load the standings cannot wait for it, as plans for tables that
-- seem empty take minutes on tables that are not.
--
-- Some are left alone. The tail is nearly empty after each fold, and plans for an
-- empty tail are the worst for a full one. Subjects and indicators that are few
-- now may be many before the session's cached plans are made anew: without
-- statistics the planner takes small tables for larger ones, and their index.

CREATE OR REPLACE FUNCTION @workspace@.analyze_changed() RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	changed record;
	n integer := 0;
BEGIN
	FOR changed IN
		SELECT s.schemaname, s.relname
		FROM pg_stat_all_tables AS s JOIN pg_class AS c ON c.oid = s.relid
		WHERE c.relnamespace = '@workspace:literal@'::regnamespace AND c.relkind = 'r' AND pg_has_role(c.relowner, 'USAGE')
			AND c.relname <> 'reading_tail'
			AND pg_relation_size(c.oid) > CASE WHEN c.relname IN ('subject', 'indicator') THEN 81920 ELSE 0 END
			AND (c.reltuples < 0 OR s.n_mod_since_analyze > 1000 + 0.2 * c.reltuples)
		ORDER BY c.oid
	LOOP
		EXECUTE format('ANALYZE %I.%I', changed.schemaname, changed.relname);
		n := n + 1;
	END LOOP;
	RETURN n;
END
$$;
COMMENT ON FUNCTION @workspace@.analyze_changed() IS
	'analyzes tables that never were, or that changed much since; sealing, load, fold and rebuild end with it; gives how many (更新统计信息)';
