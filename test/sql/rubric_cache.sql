-- Rubrics are kept ready for the length of a query, up to 64 MB: with more of them, those that were not asked for the
-- longest are made ready again, and nothing changes but time.
SET search_path = perfeval, public;
CREATE TABLE kept AS SELECT k, jsonb_build_object('rubric', 1, 'root', jsonb_build_object('rule', 'weighted_mean', 'missing', 'renormalize', 'children',
	(SELECT jsonb_agg(jsonb_build_object('rule', 'given', 'item', i, 'weight', i + k)) FROM generate_series(1, 3000) AS i)))::rubric AS rubric
FROM generate_series(1, 60) AS k;
-- What the kept rubrics take, asked for while the query still runs.
CREATE FUNCTION rubric_bytes() RETURNS bigint LANGUAGE sql VOLATILE
AS $$ SELECT sum(c.total_bytes)::bigint FROM pg_backend_memory_contexts AS c WHERE c.name = 'rubric' $$;
-- What each comes to by itself.
CREATE TABLE alone (k integer, score numeric);
DO $$ BEGIN
	FOR i IN 1 .. 60 LOOP
		EXECUTE 'INSERT INTO alone SELECT k, score(''{"1": 90, "2": 60, "3": 70}'', rubric) FROM kept WHERE k = $1' USING i;
	END LOOP;
END $$;
SELECT count(DISTINCT score), min(score) > 70 AND max(score) < 74 AS plausible FROM alone;
-- The first ones again after the last, and once more.
SELECT q.rows, q.wrong, rubric_bytes() BETWEEN 60 * 1024 * 1024 AND 72 * 1024 * 1024 AS bounded
FROM (SELECT count(*) AS rows, count(*) FILTER (WHERE score('{"1": 90, "2": 60, "3": 70}', x.rubric) <> a.score) AS wrong
      FROM (SELECT r.k, r.rubric FROM generate_series(1, 3) AS turn CROSS JOIN kept AS r ORDER BY turn, r.k) AS x JOIN alone AS a USING (k) OFFSET 0) AS q;
DROP TABLE kept, alone;
DROP FUNCTION rubric_bytes();
