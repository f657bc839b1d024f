-- Ratings by the thousand: from a staging table of texts, as events are loaded.
-- Which indicator is meant, a row says by criterion and rater_role, or by its name.

-- What no rule is about is looked at here; the rules are rating_obstacle's.
CREATE OR REPLACE FUNCTION @workspace@.stage_ratings(staging regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET datestyle = ISO
SET extra_float_digits = 1
SET synchronize_seqscans = off
SET jit = off
SET client_min_messages = warning
AS $$
DECLARE
	there text[];
	query text;
BEGIN
	SELECT * INTO there, query
	FROM @workspace@.staging_query(staging, '{row_no,line,subject,item,indicator,criterion,rater_role,rater,value,period,note}');
	IF NOT '{subject,rater,value,period}' <@ there OR '{item,indicator}' <@ there OR '{row_no,line}' <@ there
		OR ('{item,indicator}' && there) = ('{criterion,rater_role}' && there) OR ('criterion' = ANY (there)) <> ('rater_role' = ANY (there))
	THEN
		RAISE EXCEPTION 'staging table % lacks columns, or has two for one thing', staging
			USING ERRCODE = 'undefined_column',
				HINT = 'It needs subject, rater, value, period, and either criterion and rater_role or one of item or indicator; it may have note and one of row_no or line.';
	END IF;
	DROP TABLE IF EXISTS pg_temp.perfeval_rating, pg_temp.perfeval_mistake;
	EXECUTE 'CREATE TEMP TABLE perfeval_rating AS
		SELECT t.place, t.no, t.subject, t.about, t.criterion AS criterion_said, t.rater_role AS role_said, t.rater, t.value, t.period, t.note, t.row_data,
			s.subject_id, r.subject_id AS rater_id, p.period_id, i.item, i.criterion, i.rater_role,
			CASE WHEN t.value ~ ''^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$'' AND length(t.value) <= 200 THEN t.value::numeric END AS number
		FROM (SELECT q.*, coalesce(q.indicator, q.item) AS about FROM (' || query || ') AS q OFFSET 0) AS t
			LEFT JOIN @workspace:literal@.subject AS s ON s.code = t.subject
			LEFT JOIN @workspace:literal@.subject AS r ON r.code = t.rater
			LEFT JOIN @workspace:literal@.period AS p ON p.code = t.period
			LEFT JOIN @workspace:literal@.indicator_alias AS a ON a.alias = t.about AND a.meanings = 1
			LEFT JOIN @workspace:literal@.indicator AS n ON t.about IS NULL AND n.fact = ''rating'' AND n.criterion = t.criterion AND n.rater_role = t.rater_role
			LEFT JOIN @workspace:literal@.indicator AS i ON i.fact = ''rating'' AND i.item = coalesce(a.item, n.item)';
	ANALYZE pg_temp.perfeval_rating;
	CREATE TEMP TABLE perfeval_mistake AS
	SELECT row_number() OVER (ORDER BY e.no, e.place, m.n) AS mistake_no, e.place, e.no AS row_no, m.column_name,
		CASE m.column_name WHEN 'subject' THEN e.subject WHEN 'indicator' THEN e.about
			WHEN 'criterion' THEN coalesce(e.criterion_said, '') || ' by ' || coalesce(e.role_said, '')
			WHEN 'rater' THEN e.rater WHEN 'period' THEN e.period ELSE e.value END AS value,
		m.reason, to_jsonb(e.row_data) AS row_data
	FROM (
		SELECT e.place, v.n, v.column_name, v.reason
		FROM pg_temp.perfeval_rating AS e CROSS JOIN LATERAL (VALUES
			(1, e.subject_id IS NULL, 'subject', 'is no code of a subject'),
			(2, e.about IS NOT NULL AND e.item IS NULL, 'indicator', 'is no code, number or name of one indicator that is the mean of ratings'),
			(3, e.about IS NULL AND e.item IS NULL, 'criterion', 'is of no indicator'),
			(4, e.rater_id IS NULL, 'rater', 'is no code of a subject'),
			(5, e.period_id IS NULL, 'period', 'is no code of a period'),
			(6, e.number IS NULL, 'value', CASE WHEN e.value IS NULL THEN 'there is none' ELSE 'is not a number' END)
		) AS v (n, holds, column_name, reason)
		WHERE v.holds
		UNION ALL
		SELECT e.place, 10 + o.rule, o.column_name, o.obstacle
		FROM pg_temp.perfeval_rating AS e
			CROSS JOIN LATERAL @workspace@.rating_obstacle(e.subject_id, e.rater_id, e.item, e.period_id, e.number) AS o
		WHERE o.column_name <> 'value' OR e.number IS NOT NULL
		UNION ALL
		SELECT unnest(x.places), 100, 'rater', 'has this subject, indicator and period in rows ' || x.twins
		FROM (SELECT array_agg(e.place) AS places, string_agg(e.no::text, ', ' ORDER BY e.no) AS twins
		      FROM pg_temp.perfeval_rating AS e
		      WHERE e.subject_id IS NOT NULL AND e.rater_id IS NOT NULL AND e.item IS NOT NULL AND e.period_id IS NOT NULL
		      GROUP BY e.subject_id, e.rater_id, e.item, e.period_id HAVING count(*) > 1) AS x
	) AS m JOIN pg_temp.perfeval_rating AS e ON e.place = m.place;
	ANALYZE pg_temp.perfeval_mistake;
END
$$;
COMMENT ON FUNCTION @workspace@.stage_ratings(regclass) IS 'support function of load_ratings (暂存打分)';

CREATE OR REPLACE FUNCTION @workspace@.check_ratings(staging regclass, OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM @workspace@.stage_ratings(staging);
	RETURN QUERY SELECT * FROM @workspace@.list_mistakes();
	DROP TABLE pg_temp.perfeval_rating, pg_temp.perfeval_mistake;
END
$$;
COMMENT ON FUNCTION @workspace@.check_ratings(regclass) IS 'every mistake that load_ratings would find (打分装载前检查)';

CREATE OR REPLACE PROCEDURE @workspace@.load_ratings(staging regclass, on_error text DEFAULT 'refuse')
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	rejecting constant boolean := @workspace@.rejects_mistakes(on_error);
	load bigint;
	given bigint;
	said text;
BEGIN
	PERFORM @workspace@.stage_ratings(staging);
	load := @workspace@.open_load('ratings', staging, rejecting, (
		SELECT count(*) FROM pg_temp.perfeval_rating AS e WHERE e.place NOT IN (SELECT m.place FROM pg_temp.perfeval_mistake AS m)));
	-- The same mark again says nothing new.
	INSERT INTO @workspace@.rating (subject_id, period_id, criterion, rater_role, rater_id, value, note)
	SELECT e.subject_id, e.period_id, e.criterion, e.rater_role, e.rater_id, e.number, e.note
	FROM pg_temp.perfeval_rating AS e
		LEFT JOIN @workspace@.counted_rating AS c ON c.subject_id = e.subject_id AND c.period_id = e.period_id
			AND c.criterion = e.criterion AND c.rater_role = e.rater_role AND c.rater_id = e.rater_id
	WHERE e.place NOT IN (SELECT m.place FROM pg_temp.perfeval_mistake AS m)
		AND (c.rating_id IS NULL OR c.value <> e.number OR c.note IS DISTINCT FROM e.note)
	ORDER BY e.no;
	GET DIAGNOSTICS given = ROW_COUNT;
	said := @workspace@.close_load(load, 'ratings entered', given);
	DROP TABLE pg_temp.perfeval_rating;
	RAISE NOTICE '%', said;
END
$$;
COMMENT ON PROCEDURE @workspace@.load_ratings(regclass, text) IS
	'enters the ratings of a staging table: subject, criterion and rater_role or indicator, rater, value, period (装载打分)';
