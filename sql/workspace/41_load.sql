-- Loading: from a staging table of texts to readings. Every row is looked at
-- before any is written; then the rows go straight to history and cards, as
-- nothing is gained by passing the tail.

CREATE TABLE IF NOT EXISTS @workspace@.load_record (
	load_id bigint PRIMARY KEY REFERENCES @workspace@.job,
	form text NOT NULL CHECK (form IN ('long', 'wide', 'events')),
	relation text NOT NULL,
	on_error text NOT NULL CHECK (on_error IN ('refuse', 'reject')),
	source_id integer REFERENCES @workspace@.source,
	good_rows bigint NOT NULL,
	written bigint NOT NULL DEFAULT 0,
	unchanged bigint NOT NULL DEFAULT 0,
	rejected bigint NOT NULL DEFAULT 0,
	fingerprint numeric,
	resumable boolean NOT NULL DEFAULT false,
	finished_at timestamptz
);
-- Forms that came later.
ALTER TABLE @workspace@.load_record DROP CONSTRAINT IF EXISTS load_record_form_check,
	ADD CONSTRAINT load_record_form_check CHECK (form IN ('long', 'wide', 'events', 'ratings', 'survey'));
COMMENT ON TABLE @workspace@.load_record IS 'loads from staging tables (数据装载记录)';
COMMENT ON COLUMN @workspace@.load_record.load_id IS 'number, that of its job (装载编号)';
COMMENT ON COLUMN @workspace@.load_record.form IS 'long, a row for each reading; wide, a row for each subject; events; ratings; survey (表式)';
COMMENT ON COLUMN @workspace@.load_record.relation IS 'staging table (暂存表)';
COMMENT ON COLUMN @workspace@.load_record.on_error IS 'what bad rows do: refuse the load, or be rejected (错误处理)';
COMMENT ON COLUMN @workspace@.load_record.source_id IS 'where the readings come from (数据来源)';
COMMENT ON COLUMN @workspace@.load_record.good_rows IS 'readings, events or ratings without mistakes (正确行数)';
COMMENT ON COLUMN @workspace@.load_record.written IS 'written so far (已写入数)';
COMMENT ON COLUMN @workspace@.load_record.unchanged IS 'left out as they say nothing new (未变化数)';
COMMENT ON COLUMN @workspace@.load_record.rejected IS 'mistakes in table reject (拒收数)';
COMMENT ON COLUMN @workspace@.load_record.fingerprint IS 'hash of all that it loads, so that a resumed one loads the same (内容指纹)';
COMMENT ON COLUMN @workspace@.load_record.resumable IS 'it stopped between two batches and can go on (可续传)';
COMMENT ON COLUMN @workspace@.load_record.finished_at IS 'end (完成时间)';

CREATE TABLE IF NOT EXISTS @workspace@.reject (
	load_id bigint NOT NULL REFERENCES @workspace@.load_record,
	reject_no bigint NOT NULL,
	row_no bigint NOT NULL,
	column_name text NOT NULL,
	value text,
	reason text NOT NULL,
	row_data jsonb NOT NULL,
	PRIMARY KEY (load_id, reject_no)
);
COMMENT ON TABLE @workspace@.reject IS 'mistakes that kept rows or cells of a load out (拒收记录)';
COMMENT ON COLUMN @workspace@.reject.load_id IS 'load (装载编号)';
COMMENT ON COLUMN @workspace@.reject.reject_no IS 'number within the load (序号)';
COMMENT ON COLUMN @workspace@.reject.row_no IS 'row of the staging table: its column row_no or line, else its place (行号)';
COMMENT ON COLUMN @workspace@.reject.column_name IS 'column (列名)';
COMMENT ON COLUMN @workspace@.reject.value IS 'what stands there (原值)';
COMMENT ON COLUMN @workspace@.reject.reason IS 'what is wrong with it (原因)';
COMMENT ON COLUMN @workspace@.reject.row_data IS 'the row (整行内容)';

-- What files may call an indicator. A code goes before other names; a name of
-- two indicators means none.
CREATE OR REPLACE VIEW @workspace@.indicator_alias WITH (security_invoker = true) AS
SELECT i.code AS alias, i.item, 1::bigint AS meanings
FROM @workspace@.indicator AS i
UNION ALL
SELECT n.alias, min(n.item), count(DISTINCT n.item)
FROM (SELECT i.name_zh AS alias, i.item FROM @workspace@.indicator AS i WHERE i.name_zh <> ''
      UNION ALL SELECT i.item::text, i.item FROM @workspace@.indicator AS i
      UNION ALL SELECT i.name, i.item FROM @workspace@.indicator AS i WHERE i.name <> '') AS n
WHERE NOT EXISTS (SELECT FROM @workspace@.indicator AS i WHERE i.code = n.alias)
GROUP BY n.alias;
COMMENT ON VIEW @workspace@.indicator_alias IS 'codes, numbers and names of indicators (指标代码与名称对照)';
COMMENT ON COLUMN @workspace@.indicator_alias.alias IS 'code, Chinese name, number or name (代码、名称或编号)';
COMMENT ON COLUMN @workspace@.indicator_alias.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.indicator_alias.meanings IS 'how many indicators it may mean (对应指标数)';

CREATE OR REPLACE VIEW @workspace@.subject_alias WITH (security_invoker = true) AS
SELECT s.code AS alias, s.subject_id, 1::bigint AS meanings
FROM @workspace@.subject AS s
UNION ALL
SELECT n.alias, min(n.subject_id), count(DISTINCT n.subject_id)
FROM (SELECT s.name AS alias, s.subject_id FROM @workspace@.subject AS s WHERE s.name <> ''
      UNION ALL SELECT s.name_zh, s.subject_id FROM @workspace@.subject AS s WHERE s.name_zh <> '') AS n
WHERE NOT EXISTS (SELECT FROM @workspace@.subject AS s WHERE s.code = n.alias)
GROUP BY n.alias;
COMMENT ON VIEW @workspace@.subject_alias IS 'codes and names of subjects (考核对象代码与名称对照)';
COMMENT ON COLUMN @workspace@.subject_alias.alias IS 'code, name or Chinese name (代码或名称)';
COMMENT ON COLUMN @workspace@.subject_alias.subject_id IS 'subject (考核对象)';
COMMENT ON COLUMN @workspace@.subject_alias.meanings IS 'how many subjects it may mean (对应对象数)';

CREATE OR REPLACE FUNCTION @workspace@.find_source(code text) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found_id integer := (SELECT s.source_id FROM @workspace@.source AS s WHERE s.code = $1);
BEGIN
	IF found_id IS NULL THEN
		RAISE EXCEPTION 'there is no source %', coalesce(quote_literal($1), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table source lists them; insert it there first.';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION @workspace@.find_source(text) IS 'number of the source with a code, or an error (按代码查数据来源)';

CREATE OR REPLACE FUNCTION @workspace@.find_period(code text) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found_id integer := (SELECT p.period_id FROM @workspace@.period AS p WHERE p.code = $1);
BEGIN
	IF found_id IS NULL THEN
		RAISE EXCEPTION 'there is no period %', coalesce(quote_literal($1), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table period lists them; add_year makes those of a year.';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION @workspace@.find_period(text) IS 'number of the period with a code, or an error (按代码查周期)';

CREATE OR REPLACE FUNCTION @workspace@.find_indicator(alias text) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found @workspace@.indicator_alias;
BEGIN
	SELECT * INTO found FROM @workspace@.indicator_alias AS a WHERE a.alias = $1;
	IF found.item IS NULL THEN
		RAISE EXCEPTION 'there is no indicator %', coalesce(quote_literal($1), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table indicator lists them by code, number and name.';
	ELSIF found.meanings > 1 THEN
		RAISE EXCEPTION '% indicators have the name "%"', found.meanings, $1
			USING ERRCODE = 'ambiguous_alias', HINT = 'Use the code.';
	END IF;
	RETURN found.item;
END
$$;
COMMENT ON FUNCTION @workspace@.find_indicator(text) IS 'number of the indicator with a code, name or number, or an error (查指标)';

-- What a staging table holds, as texts: a query with all columns that a form
-- knows, NULL where the table has none. Without a number of its own a row goes by
-- its place, which the scan gives. Names in it come from the catalog alone.
CREATE OR REPLACE FUNCTION @workspace@.staging_query(staging regclass, known text[], OUT there text[], OUT query text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	strangers text;
BEGIN
	there := ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = staging AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum);
	strangers := (SELECT string_agg(quote_ident(x), ', ') FROM unnest(there) AS x WHERE x <> ALL (known));
	IF strangers IS NOT NULL THEN
		RAISE EXCEPTION 'staging table % has columns that mean nothing here: %', staging, strangers
			USING ERRCODE = 'undefined_column', HINT = format('Columns may be %s. A view can leave others out.', array_to_string(known, ', '));
	END IF;
	query := $q$SELECT CASE WHEN coalesce(r.row_no, r.line) ~ '^[0-9]{1,18}$' THEN coalesce(r.row_no, r.line)::bigint ELSE r.place END AS no, r.*
		FROM (SELECT row_number() OVER () AS place, perfeval_staging AS row_data, $q$
		|| (SELECT string_agg(CASE WHEN x = ANY (there) THEN format('nullif(perfeval_staging.%I::text, '''')', x) ELSE 'NULL::text' END
		                      || format(' AS %I', x), ', ') FROM unnest(known) AS x)
		|| ' FROM ' || staging::text || ' AS perfeval_staging) AS r';
END
$$;
COMMENT ON FUNCTION @workspace@.staging_query(regclass, text[]) IS 'support function of loads: a staging table as texts (暂存表查询)';

-- The staging table as a query for stage_rows.
CREATE OR REPLACE FUNCTION @workspace@.load_query(staging regclass) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	there text[];
	query text;
BEGIN
	SELECT * INTO there, query
	FROM @workspace@.staging_query(staging, '{row_no,line,subject,period,item,indicator,value,status,valid_from,valid_to,evidence,note,assist_note,source}');
	IF NOT '{subject,period}' <@ there OR NOT '{item,indicator}' && there OR NOT '{value,status}' && there
		OR '{item,indicator}' <@ there OR '{row_no,line}' <@ there
	THEN
		RAISE EXCEPTION 'staging table % lacks columns, or has two for one thing', staging
			USING ERRCODE = 'undefined_column', HINT = 'It needs subject, period, one of item or indicator, and value or status or both; it may have one of row_no or line.';
	END IF;
	RETURN $q$
		SELECT t.no AS row_no, NULL::integer AS column_no, false AS is_row,
			t.subject, s.subject_id, 1 AS subject_meanings, true AS names_agree,
			t.period, p.period_id, coalesce(t.indicator, t.item) AS indicator, a.item, a.meanings AS item_meanings, i.fact,
			t.value, t.status, t.valid_from, t.valid_to, t.evidence, t.note, t.assist_note, t.source, o.source_id, t.row_data
		FROM ($q$ || query || $q$) AS t
			LEFT JOIN @workspace@.subject AS s ON s.code = t.subject
			LEFT JOIN @workspace@.period AS p ON p.code = t.period
			LEFT JOIN @workspace@.indicator_alias AS a ON a.alias = coalesce(t.indicator, t.item)
			LEFT JOIN @workspace@.indicator AS i ON i.item = a.item
			LEFT JOIN @workspace@.source AS o ON o.code = t.source
	$q$;
END
$$;
COMMENT ON FUNCTION @workspace@.load_query(regclass) IS 'support function of load (装载查询)';

-- Brings all rows into a temporary table in the order of subjects, each with
-- the mistakes in it as bits. reason() says what they mean.
CREATE OR REPLACE FUNCTION @workspace@.stage_rows(query text, source_id integer) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET datestyle = ISO
SET extra_float_digits = 1
SET synchronize_seqscans = off
SET jit = off
SET work_mem = '64MB'
SET client_min_messages = warning
AS $$
BEGIN
	DROP TABLE IF EXISTS pg_temp.perfeval_load;
	CREATE TEMP TABLE perfeval_load (
		row_no bigint, column_no integer, is_row boolean, subject_id bigint, period_id integer, item integer,
		value numeric, status text, valid_from date, valid_to date, evidence text, note text, assist_note text,
		source_id integer, reading_id bigint, problems integer, texts text[], row_data jsonb, twins text);
	-- OFFSET 0 keeps an expression from being worked out once for each place that names it.
	EXECUTE $q$
		INSERT INTO pg_temp.perfeval_load (row_no, column_no, is_row, subject_id, period_id, item, value, status, valid_from, valid_to,
			evidence, note, assist_note, source_id, reading_id, problems, texts, row_data)
		SELECT b.row_no, b.column_no, b.is_row, CASE WHEN b.subject_meanings = 1 THEN b.subject_id END, b.period_id,
			CASE WHEN b.item_meanings = 1 THEN b.item END, b.number, b.word,
			CASE WHEN b.from_date THEN b.valid_from::date END, CASE WHEN b.to_date THEN b.valid_to::date END,
			b.evidence, b.note, b.assist_note, coalesce(b.source_id, $1),
			CASE WHEN b.problems = 0 THEN nextval('@workspace:literal@.fact_id') END, b.problems,
			CASE WHEN b.problems <> 0
				THEN ARRAY[b.subject, b.period, b.indicator, b.value, b.status, b.valid_from, b.valid_to, b.source] END,
			CASE WHEN b.problems <> 0 OR b.is_row THEN to_jsonb(b.row_data) END
		FROM (
			SELECT c.*,
				CASE WHEN c.subject_id IS NULL THEN 1 WHEN c.subject_meanings > 1 THEN 2 WHEN NOT c.names_agree THEN 4 ELSE 0 END
				| CASE WHEN c.period_id IS NULL THEN 8 ELSE 0 END
				| CASE WHEN c.is_row THEN 0
					WHEN c.item IS NULL THEN 16 WHEN c.item_meanings > 1 THEN 32 WHEN c.fact <> 'reading' THEN 64 ELSE 0 END
				| CASE WHEN c.is_number OR c.value IS NULL THEN 0 ELSE 128 END
				| CASE WHEN c.number > -1e17 AND c.number < 1e17 AND min_scale(c.number) <= 18 OR c.number IS NULL THEN 0 ELSE 256 END
				| CASE WHEN c.is_row THEN 0 WHEN c.value IS NULL THEN CASE WHEN c.status IS NULL THEN 1024 ELSE 0 END
					WHEN c.status IS NOT NULL THEN 512 ELSE 0 END
				| CASE WHEN c.status IS NOT NULL AND c.word IS NULL THEN 2048 ELSE 0 END
				| CASE WHEN c.from_date IS FALSE THEN 4096 ELSE 0 END
				| CASE WHEN c.to_date IS FALSE THEN 8192 ELSE 0 END
				| CASE WHEN c.from_date AND c.to_date AND c.valid_to <= c.valid_from THEN 16384 ELSE 0 END
				| CASE WHEN c.source IS NOT NULL AND c.source_id IS NULL THEN 32768 ELSE 0 END AS problems
			FROM (
				SELECT n.*, CASE WHEN n.is_number THEN n.plain::numeric END AS number,
					CASE lower(n.status) WHEN 'missing' THEN 'missing' WHEN '缺失' THEN 'missing'
						WHEN 'not_applicable' THEN 'not_applicable' WHEN 'n/a' THEN 'not_applicable' WHEN '不适用' THEN 'not_applicable'
						WHEN 'exempt' THEN 'exempt' WHEN '免予' THEN 'exempt' END AS word,
					@workspace@.is_day(n.valid_from) AS from_date, @workspace@.is_day(n.valid_to) AS to_date
				FROM (
					SELECT p.*, p.plain ~ '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$' AND length(p.plain) <= 200 AS is_number
					FROM (
						SELECT q.*, CASE WHEN octet_length(q.value) = length(q.value) THEN q.value
							ELSE translate(q.value, '０１２３４５６７８９．－＋', '0123456789.-+') END AS plain
						FROM ($q$ || query || $q$) AS q
						OFFSET 0) AS p
					OFFSET 0) AS n
				OFFSET 0) AS c
			OFFSET 0) AS b
		ORDER BY 4, 5, 6
	$q$ USING source_id;
	CREATE INDEX ON pg_temp.perfeval_load (subject_id, period_id, item);
	ANALYZE pg_temp.perfeval_load;

	-- Two rows for one reading, or for one subject of a sheet: neither counts.
	IF EXISTS (SELECT FROM pg_temp.perfeval_load AS r WHERE r.subject_id IS NOT NULL AND r.period_id IS NOT NULL
	           AND (r.item IS NOT NULL OR r.is_row)
	           GROUP BY r.subject_id, r.period_id, r.item HAVING count(*) > 1)
	THEN
		UPDATE pg_temp.perfeval_load AS r
		SET problems = r.problems | 65536, twins = d.rows
		FROM (SELECT t.subject_id, t.period_id, t.item, t.is_row, string_agg(t.row_no::text, ', ' ORDER BY t.row_no) AS rows
		      FROM pg_temp.perfeval_load AS t
		      WHERE t.subject_id IS NOT NULL AND t.period_id IS NOT NULL AND (t.item IS NOT NULL OR t.is_row)
		      GROUP BY t.subject_id, t.period_id, t.item, t.is_row HAVING count(*) > 1) AS d
		WHERE r.subject_id = d.subject_id AND r.period_id = d.period_id AND r.item IS NOT DISTINCT FROM d.item AND r.is_row = d.is_row;
		UPDATE pg_temp.perfeval_load AS r
		SET problems = r.problems | 65536, twins = d.twins
		FROM pg_temp.perfeval_load AS d
		WHERE d.is_row AND d.twins IS NOT NULL AND r.row_no = d.row_no AND NOT r.is_row;
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.stage_rows(text, integer) IS 'support function of load and load_wide (暂存并检查)';

CREATE OR REPLACE FUNCTION @workspace@.is_day(day text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN day !~ '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' THEN false
		ELSE substr(day, 9, 2)::integer <= extract(day FROM make_date(substr(day, 1, 4)::integer, substr(day, 6, 2)::integer, 1)
			+ interval '1 month' - interval '1 day') END;
COMMENT ON FUNCTION @workspace@.is_day(text) IS 'whether a text is a day such as 2025-02-28 (是否为有效日期)';

-- The mistakes in what is staged. A subject's are named once for its row.
CREATE OR REPLACE FUNCTION @workspace@.staged_problem(staging regclass, subject_column text DEFAULT 'subject',
	OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text, OUT row_data jsonb)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT x.row_no, x.column_name, x.value, x.reason, x.row_data
	FROM (
		SELECT DISTINCT ON (r.row_no, p.place, n.name, p.reason) r.row_no, p.place, r.column_no,
			CASE p.place WHEN 1 THEN subject_column WHEN 4 THEN n.name
				ELSE ('{subject,period,indicator,value,status,valid_from,valid_to,source}'::text[])[p.place] END AS column_name,
			p.value, p.reason,
			coalesce(r.row_data, jsonb_strip_nulls(jsonb_build_object('subject', s.code, 'period', d.code, 'indicator', i.code,
				'value', r.value::text, 'status', r.status, 'valid_from', r.valid_from, 'valid_to', r.valid_to,
				'evidence', r.evidence, 'note', r.note))) AS row_data
		FROM pg_temp.perfeval_load AS r
			LEFT JOIN @workspace@.subject AS s ON s.subject_id = r.subject_id
			LEFT JOIN @workspace@.period AS d ON d.period_id = r.period_id
			LEFT JOIN @workspace@.indicator AS i ON i.item = r.item
			LEFT JOIN pg_attribute AS a ON a.attrelid = staging AND a.attnum = r.column_no,
			LATERAL (VALUES
				(1, 1, r.texts[1], 'is no code of a subject'),
				(2, 1, r.texts[1], 'is the name of several subjects: use the code'),
				(4, 1, r.texts[1], 'has another name than the row says'),
				(8, 2, r.texts[2], 'is no code of a period'),
				(16, 3, r.texts[3], 'is no code, number or name of an indicator'),
				(32, 3, r.texts[3], 'is the name of several indicators: use the code'),
				(64, 3, r.texts[3], CASE i.fact WHEN 'event' THEN 'is counted from events: post them' WHEN 'recognition' THEN 'is worked out from experts'' ratings: enter them' ELSE 'is the mean of ratings: enter them' END),
				(128, 4, r.texts[4], CASE
					WHEN r.texts[4] ~ '^[+-]?[0-9０-９]{1,3}([,，][0-9０-９]{3})+([.．][0-9０-９]+)?$' THEN 'has separators of thousands: leave them out'
					WHEN r.texts[4] ~ '[%％]$' THEN 'has a percent sign: write the number in the indicator''s unit'
					WHEN r.texts[4] ~* '^[+-]?(nan|inf|infinity)$' THEN 'is not finite'
					WHEN length(r.texts[4]) > 200 THEN 'has more than 200 characters'
					ELSE 'is not a number' END),
				(256, 4, r.texts[4], 'has more than 17 digits before the point or 18 after it'),
				(512, 5, r.texts[5], 'stands beside a value: give one of them'),
				(1024, 4, NULL, 'there is neither a value nor a status'),
				(2048, 5, r.texts[5], 'is no status: missing, not_applicable or exempt'),
				(4096, 6, r.texts[6], 'is no day such as 2025-12-31'),
				(8192, 7, r.texts[7], 'is no day such as 2025-12-31'),
				(16384, 7, r.texts[7], 'is not after valid_from'),
				(32768, 8, r.texts[8], 'is no code of a source'),
				(65536, 1, coalesce(r.texts[1], s.code), CASE WHEN r.column_no IS NULL THEN 'has this period and indicator in rows ' ELSE 'stands in rows ' END || r.twins)
			) AS p (bit, place, value, reason),
			LATERAL (SELECT CASE WHEN p.place = 4 THEN coalesce(a.attname::text, 'value') END AS name) AS n
		WHERE r.problems <> 0 AND r.problems & p.bit <> 0
		ORDER BY r.row_no, p.place, n.name, p.reason, r.row_data IS NULL, r.column_no
	) AS x
	ORDER BY x.row_no, x.place, x.column_no, x.reason;
END
$$;
COMMENT ON FUNCTION @workspace@.staged_problem(regclass, text) IS 'support function of load and load_wide: what is wrong (暂存错误清单)';

CREATE OR REPLACE FUNCTION @workspace@.stage_mistakes(staging regclass, subject_column text DEFAULT 'subject') RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
BEGIN
	DROP TABLE IF EXISTS pg_temp.perfeval_mistake;
	CREATE TEMP TABLE perfeval_mistake AS
	SELECT row_number() OVER () AS mistake_no, p.row_no AS place, p.* FROM @workspace@.staged_problem(staging, subject_column) AS p;
END
$$;
COMMENT ON FUNCTION @workspace@.stage_mistakes(regclass, text) IS 'support function of load and load_wide: keeps what is wrong (暂存错误)';

-- ---- the frame of every load

-- A form stages its rows, and the mistakes in them in a temporary table
-- perfeval_mistake: mistake_no, place, row_no, column_name, value, reason,
-- row_data. Then a load is opened, what is right is written, and it is closed.

CREATE OR REPLACE FUNCTION @workspace@.rejects_mistakes(on_error text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF on_error IS NULL OR on_error NOT IN ('refuse', 'reject') THEN
		RAISE EXCEPTION 'on_error cannot be %', coalesce(quote_literal(on_error), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It may be refuse or reject.';
	END IF;
	RETURN on_error = 'reject';
END
$$;
COMMENT ON FUNCTION @workspace@.rejects_mistakes(text) IS 'support function of loads: whether mistakes are rejected, or refuse the load (错误处理方式)';

CREATE OR REPLACE FUNCTION @workspace@.list_mistakes(OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text) RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT m.row_no, m.column_name, m.value, m.reason FROM pg_temp.perfeval_mistake AS m ORDER BY m.mistake_no;
END
$$;
COMMENT ON FUNCTION @workspace@.list_mistakes() IS 'support function of checks: what is wrong with what is staged (错误清单)';

-- Refuses what has mistakes, with the first of them.
CREATE OR REPLACE FUNCTION @workspace@.refuse_problems(staging regclass, problems jsonb, how_many bigint, bad_rows bigint, way_out text) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION '% has % mistakes in % rows: nothing was loaded', staging, how_many, bad_rows
		USING ERRCODE = 'data_exception',
			DETAIL = (SELECT string_agg('row ' || (p.x ->> 'row_no') || ', column ' || (p.x ->> 'column_name')
			              || coalesce(', "' || left(p.x ->> 'value', 60) || '" ', ': ') || (p.x ->> 'reason'), E'\n' ORDER BY p.n)
			          FROM jsonb_array_elements(problems) WITH ORDINALITY AS p (x, n))
				|| CASE WHEN how_many > 20 THEN E'\nand ' || how_many - 20 || ' more' ELSE '' END,
			HINT = way_out;
END
$$;
COMMENT ON FUNCTION @workspace@.refuse_problems(regclass, jsonb, bigint, bigint, text) IS
	'support function of load: the error that names mistakes (拒绝装载)';

-- Refuses what has mistakes, or makes the records of the load; going_on is a load
-- that stopped and is taken up again.
CREATE OR REPLACE FUNCTION @workspace@.open_load(form text, staging regclass, rejecting boolean, good bigint, source_id integer DEFAULT NULL,
	going_on bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	load bigint := going_on;
	mistakes bigint;
	bad_rows bigint;
BEGIN
	SELECT count(*), count(DISTINCT m.place) INTO mistakes, bad_rows FROM pg_temp.perfeval_mistake AS m;
	IF mistakes > 0 AND NOT rejecting THEN
		PERFORM @workspace@.refuse_problems(staging, (
				SELECT jsonb_agg(to_jsonb(m) - 'row_data' ORDER BY m.mistake_no) FROM pg_temp.perfeval_mistake AS m WHERE m.mistake_no <= 20), mistakes, bad_rows,
			format('on_error => ''reject'' loads what is right and puts mistakes into table reject; check_%s lists all of them.',
				CASE form WHEN 'long' THEN 'load' ELSE form END));
	END IF;
	IF going_on IS NULL THEN
		INSERT INTO @workspace@.job (kind, total) VALUES ('load', good) RETURNING job_id INTO load;
		INSERT INTO @workspace@.load_record (load_id, form, relation, on_error, source_id, good_rows)
		VALUES (load, open_load.form, staging::text, CASE WHEN rejecting THEN 'reject' ELSE 'refuse' END, open_load.source_id, good);
	ELSE
		UPDATE @workspace@.job AS j
		SET state = 'running', started_at = clock_timestamp(), updated_at = clock_timestamp(), finished_at = NULL,
			backend_pid = pg_backend_pid(), message = NULL
		WHERE j.job_id = load;
		DELETE FROM @workspace@.reject AS x WHERE x.load_id = load;
	END IF;
	INSERT INTO @workspace@.reject (load_id, reject_no, row_no, column_name, value, reason, row_data)
	SELECT load, m.mistake_no, m.row_no, m.column_name, m.value, m.reason, m.row_data FROM pg_temp.perfeval_mistake AS m;
	UPDATE @workspace@.load_record AS l SET rejected = mistakes WHERE l.load_id = load AND l.rejected <> mistakes;
	RETURN load;
END
$$;
COMMENT ON FUNCTION @workspace@.open_load(text, regclass, boolean, bigint, integer, bigint) IS
	'support function of loads: number of the load, or the error that names mistakes (开始装载)';

-- What it says is for a NOTICE, once all is done. A form that writes at one go
-- says how much it wrote; the others have counted.
CREATE OR REPLACE FUNCTION @workspace@.close_load(load bigint, what text, written bigint DEFAULT NULL) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	said text;
BEGIN
	UPDATE @workspace@.load_record AS l
	SET written = coalesce($3, l.written), unchanged = coalesce(l.good_rows - $3, l.unchanged), resumable = false, finished_at = clock_timestamp()
	WHERE l.load_id = load
	RETURNING format('load %s: %s %s, %s unchanged, %s mistakes rejected', load, l.written, what, l.unchanged, l.rejected) INTO said;
	UPDATE @workspace@.job AS j
	SET state = 'done', done = j.total, finished_at = clock_timestamp(), updated_at = clock_timestamp(), message = said
	WHERE j.job_id = load;
	DROP TABLE pg_temp.perfeval_mistake;
	RETURN said;
END
$$;
COMMENT ON FUNCTION @workspace@.close_load(bigint, text, bigint) IS 'support function of loads: what came of it, in the records and as a sentence (结束装载)';

-- ---- readings, batch by batch

-- A batch: the staged rows of some subjects into history and cards, by the rules
-- of 51_fold.sql. Under the lock no reading of the history is later than now, but
-- for those that were given a time in the future: a card keeps them.
CREATE OR REPLACE FUNCTION @workspace@.write_batch(after_subject bigint, last_subject bigint, first_period integer, last_period integer)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	at timestamptz := clock_timestamp();
	wrote bigint;
BEGIN
	WITH kept AS (
		INSERT INTO @workspace@.reading_history (subject_id, period_id, item, value, status, valid_from, valid_to, recorded_at,
			source_id, evidence, note, assist_note, reading_id, folded)
		SELECT r.subject_id, r.period_id, r.item, r.value, r.status, r.valid_from, r.valid_to, at,
			r.source_id, r.evidence, r.note, r.assist_note, r.reading_id, true
		FROM pg_temp.perfeval_load AS r
		WHERE r.subject_id > after_subject AND r.subject_id <= last_subject
	), later AS MATERIALIZED (
		SELECT DISTINCT h.subject_id, h.period_id, h.item
		FROM @workspace@.reading_history AS h
		WHERE (SELECT k.folded_to FROM @workspace@.fold_mark AS k) > at
			AND h.subject_id > after_subject AND h.subject_id <= last_subject
			AND h.period_id BETWEEN first_period AND last_period AND h.recorded_at > at
	)
	INSERT INTO @workspace@.card AS c (subject_id, period_id, card)
	SELECT r.subject_id, r.period_id, perfeval.scorecard_agg(r.item, r.value, r.status)
	FROM pg_temp.perfeval_load AS r
	WHERE r.subject_id > after_subject AND r.subject_id <= last_subject
		AND NOT EXISTS (SELECT FROM later AS l
			WHERE l.subject_id = r.subject_id AND l.period_id = r.period_id AND l.item = r.item)
	GROUP BY r.subject_id, r.period_id
	ON CONFLICT ON CONSTRAINT card_pkey
	DO UPDATE SET card = coalesce(perfeval.scorecard_merge(c.card, excluded.card), excluded.card);
	PERFORM @workspace@.raise_fold_mark(at);
	SELECT count(*) INTO wrote FROM pg_temp.perfeval_load AS r
	WHERE r.subject_id > after_subject AND r.subject_id <= last_subject;
	RETURN wrote;
END
$$;
COMMENT ON FUNCTION @workspace@.write_batch(bigint, bigint, integer, integer) IS
	'support function of load: the subjects between two numbers (写入一批)';

-- Drops staged rows of a batch that say what is known already.
CREATE OR REPLACE FUNCTION @workspace@.drop_unchanged(after_subject bigint, last_subject bigint, first_period integer, last_period integer)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	dropped bigint;
BEGIN
	DELETE FROM pg_temp.perfeval_load AS r
	USING (SELECT DISTINCT ON (x.subject_id, x.period_id, x.item) x.subject_id, x.period_id, x.item, x.value, x.status,
	           x.source_id, x.evidence, x.note, x.assist_note, x.valid_from, x.valid_to
	       FROM @workspace@.reading AS x
	       WHERE x.subject_id > after_subject AND x.subject_id <= last_subject AND x.period_id BETWEEN first_period AND last_period
	       ORDER BY x.subject_id, x.period_id, x.item, x.recorded_at DESC, x.reading_id DESC) AS k
	WHERE r.subject_id > after_subject AND r.subject_id <= last_subject
		AND k.subject_id = r.subject_id AND k.period_id = r.period_id AND k.item = r.item
		AND k.value IS NOT DISTINCT FROM r.value AND k.status IS NOT DISTINCT FROM r.status
		AND (r.source_id IS NULL OR r.source_id = k.source_id)
		AND (r.evidence IS NULL OR r.evidence = k.evidence)
		AND (r.note IS NULL OR r.note = k.note) AND (r.assist_note IS NULL OR r.assist_note = k.assist_note)
		AND (r.valid_from IS NULL OR r.valid_from = k.valid_from) AND (r.valid_to IS NULL OR r.valid_to = k.valid_to);
	GET DIAGNOSTICS dropped = ROW_COUNT;
	RETURN dropped;
END
$$;
COMMENT ON FUNCTION @workspace@.drop_unchanged(bigint, bigint, integer, integer) IS
	'support function of load: leaves out what is known already (剔除未变化读数)';

-- Checks all, then writes batch by batch. What goes in one batch needs no
-- commit, so that it can be part of a transaction; more than that commits after
-- each batch together with the place where it stands.
CREATE OR REPLACE PROCEDURE @workspace@.run_load(query text, form text, staging regclass, subject_column text, on_error text,
	source_id integer, changed_only boolean, batch integer, resume boolean)
LANGUAGE plpgsql
AS $$
DECLARE
	path text;
	one record;
	rejecting boolean;
	good bigint;
	print numeric;
	first_period integer;
	last_period integer;
	load bigint;
	lower bigint := -9223372036854775808;
	upper bigint;
	wrote bigint;
	dropped bigint;
	several boolean;
	code text;
	said text;
BEGIN
	path := pg_catalog.current_setting('search_path');
	SET LOCAL search_path = pg_catalog, pg_temp;
	rejecting := @workspace@.rejects_mistakes(on_error);
	IF batch IS NULL OR batch < 1 THEN
		RAISE EXCEPTION 'a batch cannot have % rows', coalesce(batch::text, 'NULL') USING ERRCODE = 'invalid_parameter_value';
	END IF;

	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'readings cannot be loaded in a transaction of isolation level %', current_setting('transaction_isolation')
			USING ERRCODE = 'invalid_transaction_state', HINT = 'SET default_transaction_isolation or BEGIN ISOLATION LEVEL READ COMMITTED before.';
	END IF;

	PERFORM @workspace@.stage_rows(query, source_id);
	PERFORM @workspace@.stage_mistakes(staging, subject_column);
	SELECT count(*) FILTER (WHERE r.problems = 0 AND NOT r.is_row), min(r.period_id), max(r.period_id)
	INTO good, first_period, last_period
	FROM pg_temp.perfeval_load AS r;

	-- One that stopped between batches goes on if it would load the same.
	SELECT l.*, j.state, j.position, j.backend_pid, j.done, EXISTS (
			SELECT FROM pg_stat_activity AS a
			WHERE j.state = 'running' AND a.pid = j.backend_pid AND a.backend_start <= j.started_at AND a.pid <> pg_backend_pid()) AS alive
	INTO one
	FROM @workspace@.load_record AS l JOIN @workspace@.job AS j ON j.job_id = l.load_id
	WHERE l.resumable AND l.relation = staging::text AND l.form = run_load.form
	ORDER BY l.load_id DESC
	LIMIT 1
	FOR UPDATE OF l;
	IF one.alive THEN
		RAISE EXCEPTION 'load % of % is running, process %', one.load_id, staging, one.backend_pid
			USING ERRCODE = 'object_in_use', HINT = 'View job_progress shows how far it is.';
	END IF;
	load := @workspace@.open_load(form, staging, rejecting, good, source_id, CASE WHEN resume THEN one.load_id END);
	several := good > batch OR one.load_id IS NOT NULL;
	IF several THEN
		SELECT sum(hash_record_extended(ROW(r.subject_id, r.period_id, r.item, r.value, r.status, r.valid_from, r.valid_to,
			r.evidence, r.note, r.assist_note, r.source_id), 0)) INTO print
		FROM pg_temp.perfeval_load AS r WHERE r.problems = 0 AND NOT r.is_row;
		UPDATE @workspace@.load_record AS l SET fingerprint = print, resumable = true WHERE l.load_id = load;
	END IF;
	IF load = one.load_id THEN
		IF one.good_rows <> good OR one.fingerprint IS DISTINCT FROM print THEN
			RAISE EXCEPTION '% is not what it was when load % stopped after % of % rows', staging, load, one.done, one.good_rows
				USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'resume => false begins anew.';
		END IF;
		lower := coalesce(one.position, lower);
	ELSIF one.load_id IS NOT NULL THEN
		UPDATE @workspace@.load_record AS l SET resumable = false WHERE l.load_id = one.load_id;
		UPDATE @workspace@.job AS j SET state = 'failed', finished_at = clock_timestamp(), message = 'given up' WHERE j.job_id = one.load_id;
	END IF;
	DELETE FROM pg_temp.perfeval_load AS r WHERE r.problems <> 0 OR r.is_row;

	LOOP
		IF several THEN
			COMMIT;
			SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
			SET LOCAL search_path = pg_catalog, pg_temp;
		END IF;
		-- Whole subjects, about as many as have batch rows.
		SELECT max(t.subject_id) INTO upper
		FROM (SELECT r.subject_id FROM pg_temp.perfeval_load AS r WHERE r.subject_id > lower ORDER BY r.subject_id LIMIT batch) AS t;
		EXIT WHEN upper IS NULL;
		BEGIN
			PERFORM @workspace@.lock_cards();
			dropped := 0;
			IF changed_only THEN
				dropped := @workspace@.drop_unchanged(lower, upper, first_period, last_period);
			END IF;
			wrote := @workspace@.write_batch(lower, upper, first_period, last_period);
			UPDATE @workspace@.job AS j
			SET done = j.done + wrote + dropped, position = upper, updated_at = clock_timestamp()
			WHERE j.job_id = load;
			UPDATE @workspace@.load_record AS l
			SET written = l.written + wrote, unchanged = l.unchanged + dropped
			WHERE l.load_id = load;
		EXCEPTION WHEN OTHERS OR query_canceled THEN
			IF NOT several THEN
				RAISE;
			END IF;
			GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT;
		END;
		IF code IS NOT NULL THEN
			UPDATE @workspace@.job AS j
			SET state = 'failed', message = said, finished_at = clock_timestamp()
			WHERE j.job_id = load;
			COMMIT;
			RAISE EXCEPTION '%', said
				USING ERRCODE = code, HINT = format('Load %s can go on: call it again with the same staging table.', load);
		END IF;
		lower := upper;
	END LOOP;

	said := @workspace@.close_load(load, 'readings written');
	DROP TABLE pg_temp.perfeval_load;
	IF several THEN
		COMMIT;
	END IF;
	PERFORM @workspace@.analyze_changed();
	IF several THEN
		COMMIT;
	ELSE
		PERFORM set_config('search_path', path, true);
	END IF;
	RAISE NOTICE '%', said;
END
$$;
COMMENT ON PROCEDURE @workspace@.run_load(text, text, regclass, text, text, integer, boolean, integer, boolean) IS
	'support procedure of load and load_wide (执行装载)';

CREATE OR REPLACE PROCEDURE @workspace@.load(staging regclass, on_error text DEFAULT 'refuse', source text DEFAULT NULL,
	changed_only boolean DEFAULT false, batch integer DEFAULT 100000, resume boolean DEFAULT true)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL @workspace@.run_load(@workspace@.load_query(staging), 'long', staging, 'subject', on_error,
		CASE WHEN source IS NOT NULL THEN @workspace@.find_source(source) END, changed_only, batch, resume);
END
$$;
COMMENT ON PROCEDURE @workspace@.load(regclass, text, text, boolean, integer, boolean) IS
	'loads readings from a table with a row for each: subject, period, indicator, value or status (装载读数)';

CREATE OR REPLACE FUNCTION @workspace@.check_load(staging regclass, OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM @workspace@.stage_rows(@workspace@.load_query(staging), NULL);
	PERFORM @workspace@.stage_mistakes(staging);
	RETURN QUERY SELECT * FROM @workspace@.list_mistakes();
	DROP TABLE pg_temp.perfeval_load, pg_temp.perfeval_mistake;
END
$$;
COMMENT ON FUNCTION @workspace@.check_load(regclass) IS 'every mistake that load would find (装载前检查)';
