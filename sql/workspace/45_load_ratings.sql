-- Ratings by the thousand: from a staging table of texts, as events are loaded.
-- Which indicator is meant, a row says by criterion and rater_role, or by its name.

CREATE OR REPLACE FUNCTION @workspace@.stage_ratings(staging regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET datestyle = ISO
SET extra_float_digits = 1
SET synchronize_seqscans = off
SET client_min_messages = warning
AS $$
DECLARE
	known constant text[] := '{row_no,line,subject,item,indicator,criterion,rater_role,rater,value,period,note}';
	there text[] := ARRAY(SELECT a.attname::text FROM pg_attribute AS a
	                      WHERE a.attrelid = staging AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum);
	stranger text := (SELECT string_agg(quote_ident(x), ', ') FROM unnest(there) AS x WHERE x <> ALL (known));
BEGIN
	IF stranger IS NOT NULL THEN
		RAISE EXCEPTION 'staging table % has columns that mean nothing here: %', staging, stranger
			USING ERRCODE = 'undefined_column', HINT = format('Columns may be %s. A view can leave others out.', array_to_string(known, ', '));
	END IF;
	IF NOT '{subject,rater,value,period}' <@ there OR '{item,indicator}' <@ there OR '{row_no,line}' <@ there
		OR ('{item,indicator}' && there) = ('{criterion,rater_role}' && there) OR ('criterion' = ANY (there)) <> ('rater_role' = ANY (there))
	THEN
		RAISE EXCEPTION 'staging table % lacks columns, or has two for one thing', staging
			USING ERRCODE = 'undefined_column',
				HINT = 'It needs subject, rater, value, period, and either criterion and rater_role or one of item or indicator; it may have note and one of row_no or line.';
	END IF;
	DROP TABLE IF EXISTS pg_temp.perfeval_rating;
	EXECUTE 'CREATE TEMP TABLE perfeval_rating AS
		SELECT CASE WHEN coalesce(t.row_no, t.line) ~ ''^[0-9]{1,18}$'' THEN coalesce(t.row_no, t.line)::bigint ELSE t.place END AS no, t.*,
			coalesce(t.indicator, t.item) AS about,
			CASE WHEN t.value ~ ''^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$'' AND length(t.value) <= 200 THEN t.value::numeric END AS number
		FROM (SELECT row_number() OVER () AS place, to_jsonb(perfeval_staging) AS row_data, '
		|| (SELECT string_agg(CASE WHEN x = ANY (there) THEN format('nullif(perfeval_staging.%I::text, '''')', x) ELSE 'NULL::text' END
		                      || format(' AS %I', x), ', ') FROM unnest(known) AS x)
		|| ' FROM ' || staging::text || ' AS perfeval_staging) AS t';
	ALTER TABLE pg_temp.perfeval_rating ADD subject_id bigint, ADD rater_id bigint, ADD period_id integer, ADD about_item integer,
		ADD meanings bigint, ADD obstacle text, ADD twins text;
	UPDATE pg_temp.perfeval_rating AS e
	SET subject_id = s.subject_id, rater_id = r.subject_id, period_id = p.period_id, meanings = a.meanings, about_item = i.item,
		criterion = CASE WHEN f.about IS NULL THEN f.criterion ELSE i.criterion END,
		rater_role = CASE WHEN f.about IS NULL THEN f.rater_role ELSE i.rater_role END
	FROM pg_temp.perfeval_rating AS f
		LEFT JOIN @workspace@.subject AS s ON s.code = f.subject
		LEFT JOIN @workspace@.subject AS r ON r.code = f.rater
		LEFT JOIN @workspace@.period AS p ON p.code = f.period
		LEFT JOIN @workspace@.indicator_alias AS a ON a.alias = f.about AND a.meanings = 1
		LEFT JOIN @workspace@.indicator AS i ON i.fact = 'rating'
			AND (i.item = a.item OR f.about IS NULL AND i.criterion = f.criterion AND i.rater_role = f.rater_role)
	WHERE f.place = e.place;
	ANALYZE pg_temp.perfeval_rating;
	UPDATE pg_temp.perfeval_rating AS e
	SET obstacle = (@workspace@.rating_obstacle(e.subject_id, e.rater_id, e.criterion, e.rater_role, e.period_id)).obstacle
	WHERE e.subject_id IS NOT NULL AND e.rater_id IS NOT NULL AND e.about_item IS NOT NULL AND e.period_id IS NOT NULL;
	UPDATE pg_temp.perfeval_rating AS e
	SET twins = w.twins
	FROM (SELECT x.subject_id, x.rater_id, x.about_item, x.period_id, string_agg(x.no::text, ', ' ORDER BY x.no) AS twins
	      FROM pg_temp.perfeval_rating AS x
	      GROUP BY x.subject_id, x.rater_id, x.about_item, x.period_id HAVING count(*) > 1) AS w
	WHERE w.subject_id = e.subject_id AND w.rater_id = e.rater_id AND w.about_item = e.about_item AND w.period_id = e.period_id;
END
$$;
COMMENT ON FUNCTION @workspace@.stage_ratings(regclass) IS 'support function of load_ratings (暂存打分)';

CREATE OR REPLACE FUNCTION @workspace@.staged_rating_problem(OUT place bigint, OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text,
	OUT row_data jsonb)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT e.place, e.no, p.column_name, p.value, p.reason, e.row_data
	FROM pg_temp.perfeval_rating AS e,
		LATERAL (VALUES
			(1, e.subject_id IS NULL, 'subject', e.subject, 'is no code of a subject'),
			(2, e.about IS NOT NULL AND e.about_item IS NULL, 'indicator', e.about, 'is no code, number or name of one indicator that is the mean of ratings'),
			(3, e.about IS NULL AND e.about_item IS NULL, 'criterion', coalesce(e.criterion, '') || ' by ' || coalesce(e.rater_role, ''),
				'is of no indicator'),
			(4, e.rater_id IS NULL, 'rater', e.rater, 'is no code of a subject'),
			(5, e.period_id IS NULL, 'period', e.period, 'is no code of a period'),
			(6, e.number IS NULL, 'value', e.value, CASE WHEN e.value IS NULL THEN 'there is none' ELSE 'is not a number' END),
			(7, NOT (e.number > -1e12 AND e.number < 1e12 AND min_scale(e.number) <= 12), 'value', e.value,
				'has more than 12 digits before or after the point'),
			(8, e.number NOT BETWEEN 0 AND 100
				AND EXISTS (SELECT FROM @workspace@.recognition_rule AS q WHERE e.about_item IN (q.difficulty_item, q.precision_item)),
				'value', e.value, 'is not between 0 and 100, as difficulty and precision of goals are'),
			(9, e.obstacle IS NOT NULL, 'rater', e.rater, e.obstacle),
			(10, e.twins IS NOT NULL, 'rater', e.rater, 'has this subject, indicator and period in rows ' || e.twins)
		) AS p (n, holds, column_name, value, reason)
	WHERE p.holds
	ORDER BY e.no, e.place, p.n;
END
$$;
COMMENT ON FUNCTION @workspace@.staged_rating_problem() IS 'support function of load_ratings: what is wrong (暂存打分错误清单)';

CREATE OR REPLACE FUNCTION @workspace@.check_ratings(staging regclass, OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM @workspace@.stage_ratings(staging);
	RETURN QUERY SELECT p.row_no, p.column_name, p.value, p.reason FROM @workspace@.staged_rating_problem() AS p;
	DROP TABLE pg_temp.perfeval_rating;
END
$$;
COMMENT ON FUNCTION @workspace@.check_ratings(regclass) IS 'every mistake that load_ratings would find (打分装载前检查)';

CREATE OR REPLACE PROCEDURE @workspace@.load_ratings(staging regclass, on_error text DEFAULT 'refuse')
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	mistakes bigint;
	bad_rows bigint;
	problems jsonb;
	good bigint;
	given bigint;
	load bigint;
	said text;
BEGIN
	IF on_error IS NULL OR on_error NOT IN ('refuse', 'reject') THEN
		RAISE EXCEPTION 'on_error cannot be %', coalesce(quote_literal(on_error), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It may be refuse or reject.';
	END IF;
	PERFORM @workspace@.stage_ratings(staging);
	SELECT count(*), count(DISTINCT p.place), jsonb_agg(to_jsonb(p) - 'row_data' ORDER BY p.n) FILTER (WHERE p.n <= 20)
	INTO mistakes, bad_rows, problems
	FROM (SELECT x.*, row_number() OVER () AS n FROM @workspace@.staged_rating_problem() AS x) AS p;
	IF mistakes > 0 AND on_error = 'refuse' THEN
		PERFORM @workspace@.refuse_problems(staging, problems, mistakes, bad_rows,
			'on_error => ''reject'' loads what is right and puts mistakes into table reject; check_ratings lists all of them.');
	END IF;
	SELECT count(*) - bad_rows INTO good FROM pg_temp.perfeval_rating;
	INSERT INTO @workspace@.job (kind, total, done) VALUES ('load', good, good) RETURNING job_id INTO load;
	INSERT INTO @workspace@.load_record (load_id, form, relation, on_error, good_rows, rejected)
	VALUES (load, 'ratings', staging::text, load_ratings.on_error, good, mistakes);
	INSERT INTO @workspace@.reject (load_id, reject_no, row_no, column_name, value, reason, row_data)
	SELECT load, row_number() OVER (), x.row_no, x.column_name, x.value, x.reason, x.row_data
	FROM @workspace@.staged_rating_problem() AS x;
	DELETE FROM pg_temp.perfeval_rating AS e
	USING (SELECT DISTINCT x.place FROM @workspace@.staged_rating_problem() AS x) AS b
	WHERE b.place = e.place;
	-- The same mark again says nothing new.
	INSERT INTO @workspace@.rating (subject_id, period_id, criterion, rater_role, rater_id, value, note)
	SELECT e.subject_id, e.period_id, e.criterion, e.rater_role, e.rater_id, e.number, e.note
	FROM pg_temp.perfeval_rating AS e
		LEFT JOIN @workspace@.counted_rating AS c ON c.subject_id = e.subject_id AND c.period_id = e.period_id
			AND c.criterion = e.criterion AND c.rater_role = e.rater_role AND c.rater_id = e.rater_id
	WHERE c.rating_id IS NULL OR c.value <> e.number OR c.note IS DISTINCT FROM e.note
	ORDER BY e.no;
	GET DIAGNOSTICS given = ROW_COUNT;
	said := format('load %s: %s ratings entered, %s unchanged, %s mistakes rejected', load, given, good - given, mistakes);
	UPDATE @workspace@.load_record AS l SET written = given, unchanged = good - given, finished_at = clock_timestamp() WHERE l.load_id = load;
	UPDATE @workspace@.job AS j SET state = 'done', finished_at = clock_timestamp(), message = said WHERE j.job_id = load;
	DROP TABLE pg_temp.perfeval_rating;
	RAISE NOTICE '%', said;
END
$$;
COMMENT ON PROCEDURE @workspace@.load_ratings(regclass, text) IS
	'enters the ratings of a staging table: subject, criterion and rater_role or indicator, rater, value, period (装载打分)';
