-- Questionnaires: answers of people who are nobody here, or what a polling firm
-- made of them. The mean becomes a reading; how many answered and how far apart
-- they were is kept beside it, so that a change from year to year can be told
-- from chance.

CREATE TABLE IF NOT EXISTS @workspace@.survey_result (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	item integer NOT NULL REFERENCES @workspace@.indicator,
	reading_id bigint NOT NULL,
	n bigint NOT NULL CHECK (n > 0),
	mean numeric NOT NULL,
	variance numeric CHECK (variance >= 0),
	recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	recorded_by text NOT NULL DEFAULT session_user,
	PRIMARY KEY (subject_id, period_id, item, reading_id)
);
COMMENT ON TABLE @workspace@.survey_result IS 'questionnaires: how many answered what; the last one counts (问卷调查结果)';
COMMENT ON COLUMN @workspace@.survey_result.subject_id IS 'whom it is about (考核对象)';
COMMENT ON COLUMN @workspace@.survey_result.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.survey_result.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.survey_result.reading_id IS 'the reading with its mean (所形成的读数)';
COMMENT ON COLUMN @workspace@.survey_result.n IS 'answers (有效问卷数)';
COMMENT ON COLUMN @workspace@.survey_result.mean IS 'mean (均值)';
COMMENT ON COLUMN @workspace@.survey_result.variance IS 'variance of the sample, NULL with one answer (方差)';
COMMENT ON COLUMN @workspace@.survey_result.recorded_at IS 'when (记录时间)';
COMMENT ON COLUMN @workspace@.survey_result.recorded_by IS 'who (记录人)';

-- One row for a subject, indicator and period: from answers, of which a row may
-- stand for several, or from n, mean and variance.
CREATE OR REPLACE FUNCTION @workspace@.stage_survey(staging regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET datestyle = ISO
SET extra_float_digits = 1
SET synchronize_seqscans = off
SET client_min_messages = warning
AS $$
DECLARE
	there text[];
	query text;
	single boolean;
	number constant text := '^[+-]?([0-9]{1,12}\.?[0-9]{0,12}|\.[0-9]{1,12})$';
BEGIN
	SELECT * INTO there, query
	FROM @workspace@.staging_query(staging, '{row_no,line,subject,item,indicator,period,answer,answers,n,mean,variance}');
	single := 'answer' = ANY (there);
	IF NOT '{subject,period}' <@ there OR NOT '{item,indicator}' && there OR '{item,indicator}' <@ there OR '{row_no,line}' <@ there
		OR single = ('{n,mean,variance}' && there) OR NOT single AND NOT '{n,mean,variance}' <@ there OR NOT single AND 'answers' = ANY (there)
	THEN
		RAISE EXCEPTION 'staging table % lacks columns, or has two for one thing', staging
			USING ERRCODE = 'undefined_column',
				HINT = 'It needs subject, period, one of item or indicator, and either answer, with answers if a row stands for several, or n, mean and variance.';
	END IF;
	DROP TABLE IF EXISTS pg_temp.perfeval_answer, pg_temp.perfeval_survey, pg_temp.perfeval_mistake;
	EXECUTE 'CREATE TEMP TABLE perfeval_answer AS SELECT t.*, coalesce(t.indicator, t.item) AS about FROM (' || query || ') AS t';
	ALTER TABLE pg_temp.perfeval_answer ADD subject_id bigint, ADD about_item integer, ADD period_id integer, ADD wrong text, ADD wrong_column text;
	UPDATE pg_temp.perfeval_answer AS e
	SET subject_id = s.subject_id, about_item = i.item, period_id = p.period_id,
		wrong_column = w.column_name, wrong = w.reason
	FROM pg_temp.perfeval_answer AS f
		LEFT JOIN @workspace@.subject AS s ON s.code = f.subject
		LEFT JOIN @workspace@.period AS p ON p.code = f.period
		LEFT JOIN @workspace@.indicator_alias AS a ON a.alias = f.about AND a.meanings = 1
		LEFT JOIN @workspace@.indicator AS i ON i.item = a.item AND i.fact = 'reading'
		LEFT JOIN LATERAL (
			SELECT v.column_name, v.reason
			FROM (VALUES
				(1, s.subject_id IS NULL, 'subject', 'is no code of a subject'),
				(2, i.item IS NULL, 'indicator', 'is no code, number or name of one indicator that has readings'),
				(3, p.period_id IS NULL, 'period', 'is no code of a period'),
				(4, single AND coalesce(f.answer !~ number, true), 'answer', 'is not a number of up to 12 digits before and after the point'),
				(5, single AND f.answers !~ '^[0-9]{1,9}$', 'answers', 'is no count of answers'),
				(6, NOT single AND coalesce(f.n !~ '^0*[1-9][0-9]{0,8}$', true), 'n', 'is no count of answers'),
				(7, NOT single AND coalesce(f.mean !~ number, true), 'mean', 'is not a number of up to 12 digits before and after the point'),
				(8, NOT single AND coalesce(f.variance !~ '^\+?[0-9]{1,12}\.?[0-9]{0,12}$', f.n !~ '^0*1$'), 'variance',
					'is no variance: a number not below 0, to be left out for one answer')
			) AS v (n, holds, column_name, reason)
			WHERE v.holds ORDER BY v.n LIMIT 1) AS w ON true
	WHERE f.place = e.place;
	CREATE TEMP TABLE perfeval_survey AS
	SELECT x.subject_id, x.about_item AS item, x.period_id, min(x.no) AS no, min(x.place) AS place,
		sum(x.times)::bigint AS n,
		round(@workspace@.round_mean(@workspace@.to_be_meant(sum(x.times * x.value), i.mean_digits) / nullif(sum(x.times), 0), i.mean_digits, i.mean_mode), 18) AS mean,
		CASE WHEN single THEN round((sum(x.times * x.value * x.value) - sum(x.times * x.value) ^ 2 / nullif(sum(x.times), 0)) / nullif(sum(x.times) - 1, 0), 18)
		     ELSE min(x.variance::numeric) END AS variance, count(*) AS rows
	FROM (SELECT f.*, CASE WHEN single THEN coalesce(f.answers::numeric, 1) ELSE f.n::numeric END AS times,
	          CASE WHEN single THEN f.answer::numeric ELSE f.mean::numeric END AS value
	      FROM pg_temp.perfeval_answer AS f WHERE f.wrong IS NULL OFFSET 0) AS x
		JOIN @workspace@.indicator AS i ON i.item = x.about_item
	GROUP BY x.subject_id, x.about_item, x.period_id, i.mean_digits, i.mean_mode;
	-- A result that is there twice is none, and one of too few is not shown.
	UPDATE pg_temp.perfeval_answer AS f
	SET wrong_column = 'subject', wrong = CASE WHEN NOT single AND x.rows > 1 THEN 'has this indicator and period in ' || x.rows || ' rows'
		ELSE 'has ' || x.n || ' answers, and a mean takes ' || i.min_raters END
	FROM pg_temp.perfeval_survey AS x JOIN @workspace@.indicator AS i ON i.item = x.item
	WHERE x.subject_id = f.subject_id AND x.item = f.about_item AND x.period_id = f.period_id AND f.wrong IS NULL
		AND (NOT single AND x.rows > 1 OR x.n < i.min_raters);
	DELETE FROM pg_temp.perfeval_survey AS x
	USING pg_temp.perfeval_answer AS f
	WHERE f.subject_id = x.subject_id AND f.about_item = x.item AND f.period_id = x.period_id AND f.wrong IS NOT NULL;
	CREATE TEMP TABLE perfeval_mistake AS
	SELECT row_number() OVER (ORDER BY f.no, f.place) AS mistake_no, f.place, f.no AS row_no, f.wrong_column AS column_name,
		CASE f.wrong_column WHEN 'subject' THEN f.subject WHEN 'indicator' THEN f.about WHEN 'period' THEN f.period
			WHEN 'answer' THEN f.answer WHEN 'answers' THEN f.answers WHEN 'n' THEN f.n WHEN 'mean' THEN f.mean ELSE f.variance END AS value,
		f.wrong AS reason, to_jsonb(f.row_data) AS row_data
	FROM pg_temp.perfeval_answer AS f WHERE f.wrong IS NOT NULL;
END
$$;
COMMENT ON FUNCTION @workspace@.stage_survey(regclass) IS 'support function of load_survey (暂存问卷)';

CREATE OR REPLACE FUNCTION @workspace@.check_survey(staging regclass, OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM @workspace@.stage_survey(staging);
	RETURN QUERY SELECT * FROM @workspace@.list_mistakes();
	DROP TABLE pg_temp.perfeval_answer, pg_temp.perfeval_survey, pg_temp.perfeval_mistake;
END
$$;
COMMENT ON FUNCTION @workspace@.check_survey(regclass) IS 'the first mistake of each row that load_survey would find (问卷装载前检查)';

-- All or nothing of a subject, indicator and period: a mean of some of its
-- answers would be another one.
CREATE OR REPLACE PROCEDURE @workspace@.load_survey(staging regclass, on_error text DEFAULT 'refuse', source text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	origin constant integer := CASE WHEN source IS NOT NULL THEN @workspace@.find_source(source) END;
	rejecting constant boolean := @workspace@.rejects_mistakes(on_error);
	load bigint;
	posted bigint;
	said text;
BEGIN
	PERFORM @workspace@.stage_survey(staging);
	load := @workspace@.open_load('survey', staging, rejecting, (SELECT count(*) FROM pg_temp.perfeval_survey), origin);
	-- The same result again says nothing new.
	WITH fresh AS (
		INSERT INTO @workspace@.survey_result (subject_id, period_id, item, reading_id, n, mean, variance)
		SELECT x.subject_id, x.period_id, x.item, nextval('@workspace:literal@.fact_id'), x.n, trim_scale(x.mean), trim_scale(x.variance)
		FROM pg_temp.perfeval_survey AS x
			LEFT JOIN LATERAL (
				SELECT k.n, k.mean, k.variance FROM @workspace@.survey_result AS k
				WHERE k.subject_id = x.subject_id AND k.period_id = x.period_id AND k.item = x.item
				ORDER BY k.recorded_at DESC, k.reading_id DESC LIMIT 1) AS l ON true
		WHERE (l.n, l.mean, l.variance) IS DISTINCT FROM (x.n, x.mean, x.variance)
		ORDER BY x.no
		RETURNING *
	)
	INSERT INTO @workspace@.reading (subject_id, period_id, item, value, reading_id, recorded_at, source_id, evidence)
	SELECT f.subject_id, f.period_id, f.item, f.mean, f.reading_id, f.recorded_at, origin, 'mean of ' || f.n || ' answers'
	FROM fresh AS f;
	GET DIAGNOSTICS posted = ROW_COUNT;
	said := @workspace@.close_load(load, 'results of questionnaires', posted);
	DROP TABLE pg_temp.perfeval_answer, pg_temp.perfeval_survey;
	RAISE NOTICE '%', said;
END
$$;
COMMENT ON PROCEDURE @workspace@.load_survey(regclass, text, text) IS
	'takes questionnaires from a staging table: subject, indicator, period and answers, or n, mean and variance; the mean becomes a reading (装载问卷)';

-- The change from one period to the next of its kind, in its standard errors:
-- beyond 2 or so it is hardly chance.
CREATE OR REPLACE VIEW @workspace@.survey_tracking WITH (security_barrier = true) AS
SELECT x.subject_id, s.code AS subject, s.name AS subject_name, s.name_zh AS subject_name_zh, x.item, i.code AS indicator,
	i.name AS indicator_name, i.name_zh AS indicator_name_zh, x.kind, x.period_id, x.period, x.ends_on, x.n, x.mean, x.variance,
	sqrt(x.variance / x.n)::float8 AS standard_error,
	x.mean - lag(x.mean) OVER history AS change,
	(x.mean - lag(x.mean) OVER history)::float8
		/ nullif(sqrt(x.variance / x.n + lag(x.variance / x.n) OVER history), 0)::float8 AS z
FROM (SELECT r.subject_id, r.item, p.kind, r.period_id, p.code AS period, p.ends_on, r.n, r.mean, r.variance
      FROM @workspace@.survey_result AS r
          JOIN @workspace@.period AS p ON p.period_id = r.period_id AND NOT p.cumulative
      WHERE NOT EXISTS (
          SELECT FROM @workspace@.survey_result AS later
          WHERE later.subject_id = r.subject_id AND later.period_id = r.period_id AND later.item = r.item
              AND (later.recorded_at, later.reading_id) > (r.recorded_at, r.reading_id))) AS x
	JOIN @workspace@.subject AS s ON s.subject_id = x.subject_id
	JOIN @workspace@.indicator AS i ON i.item = x.item
WHERE (SELECT @workspace@.sees_all()) OR x.subject_id = ANY ((SELECT @workspace@.visible_subjects())::bigint[])
	OR i.owner_id = ANY ((SELECT @workspace@.granted_subjects('office'))::bigint[])
WINDOW history AS (PARTITION BY x.subject_id, x.item, x.kind ORDER BY x.ends_on);
COMMENT ON VIEW @workspace@.survey_tracking IS 'questionnaires from period to period, with what chance alone would do (问卷结果跟踪)';
COMMENT ON COLUMN @workspace@.survey_tracking.subject_id IS 'whom it is about (考核对象编号)';
COMMENT ON COLUMN @workspace@.survey_tracking.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.survey_tracking.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.survey_tracking.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.survey_tracking.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.survey_tracking.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.survey_tracking.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.survey_tracking.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.survey_tracking.kind IS 'year, half_year, quarter, month or week (周期种类)';
COMMENT ON COLUMN @workspace@.survey_tracking.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.survey_tracking.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.survey_tracking.ends_on IS 'last day of the period (周期末日)';
COMMENT ON COLUMN @workspace@.survey_tracking.n IS 'answers (有效问卷数)';
COMMENT ON COLUMN @workspace@.survey_tracking.mean IS 'mean (均值)';
COMMENT ON COLUMN @workspace@.survey_tracking.variance IS 'variance of the sample (方差)';
COMMENT ON COLUMN @workspace@.survey_tracking.standard_error IS 'standard error of the mean (标准误)';
COMMENT ON COLUMN @workspace@.survey_tracking.change IS 'mean less that of the period of its kind before (较上期增减)';
COMMENT ON COLUMN @workspace@.survey_tracking.z IS 'the change in its standard errors (变化的标准化值)';
