-- Spreadsheets: a row for each subject, a column for each indicator. What they
-- call things is looked up; what is not known is named, never guessed.

CREATE OR REPLACE FUNCTION @workspace@.wide_word(header text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE
		WHEN lower(btrim(header)) IN ('subject', 'subject_code', 'code', '代码', '编码', '单位代码', '机构代码', '部门代码', '对象代码', '考核对象代码')
			THEN 'code'
		WHEN lower(btrim(header)) IN ('name', 'subject_name', 'unit', '名称', '姓名', '单位', '单位名称', '部门', '部门名称', '机构', '机构名称', '科室', '考核对象')
			THEN 'name'
		WHEN lower(btrim(header)) IN ('row_no', 'line', '序号', '行号') THEN 'row' END
$$;
COMMENT ON FUNCTION @workspace@.wide_word(text) IS
	'which headers of a spreadsheet are no indicators: code and name of the subject, row (表头词)';

-- What each column of a sheet is. Names of more than 63 bytes do not fit into a
-- header: they are known by what fits.
CREATE OR REPLACE FUNCTION @workspace@.wide_column(staging regclass, subject_column text DEFAULT NULL,
	OUT column_no integer, OUT column_name text, OUT role text, OUT item integer, OUT reason text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	subject_no integer;
BEGIN
	SELECT a.attnum INTO subject_no
	FROM pg_attribute AS a
	WHERE a.attrelid = staging AND a.attnum > 0 AND NOT a.attisdropped
		AND (subject_column IS NULL OR a.attname = subject_column)
	ORDER BY CASE @workspace@.wide_word(a.attname) WHEN 'code' THEN 1 WHEN 'name' THEN 2 ELSE 3 END, a.attnum
	LIMIT 1;
	IF subject_no IS NULL THEN
		RAISE EXCEPTION 'table % has no column %', staging, coalesce(quote_ident(subject_column), 'at all')
			USING ERRCODE = 'undefined_column';
	END IF;
	RETURN QUERY
	SELECT c.column_no, c.column_name, c.role, c.item,
		CASE WHEN c.role = 'indicator' THEN CASE
			WHEN c.item IS NULL THEN 'is no code, number or name of an indicator'
			WHEN c.meanings > 1 THEN 'is the name of several indicators: use the code'
			WHEN c.fact = 'event' THEN 'is counted from events: post them'
			WHEN c.fact = 'rating' THEN 'is the mean of ratings: enter them'
			WHEN c.fact = 'recognition' THEN 'is worked out from experts'' ratings: enter them'
			WHEN c.columns > 1 THEN 'is an indicator that has another column' END END
	FROM (
		SELECT w.column_no, w.column_name, w.role, CASE WHEN w.role = 'indicator' THEN w.item END AS item, w.meanings, i.fact,
			count(*) OVER (PARTITION BY CASE WHEN w.role = 'indicator' THEN w.item ELSE -w.column_no END) AS columns
		FROM (
			SELECT a.attnum::integer AS column_no, a.attname::text AS column_name, x.item, x.meanings,
				CASE WHEN a.attnum = subject_no THEN 'subject'
					WHEN subject_column IS NOT NULL AND x.item IS NOT NULL THEN 'indicator'
					ELSE coalesce(@workspace@.wide_word(a.attname), 'indicator') END AS role
			FROM pg_attribute AS a
				LEFT JOIN LATERAL (
					SELECT min(y.item) AS item, max(y.meanings) + count(DISTINCT y.item) - 1 AS meanings
					FROM @workspace@.indicator_alias AS y
					WHERE y.alias = btrim(a.attname) OR y.alias::name = a.attname) AS x ON true
			WHERE a.attrelid = staging AND a.attnum > 0 AND NOT a.attisdropped) AS w
			LEFT JOIN @workspace@.indicator AS i ON i.item = w.item) AS c
	ORDER BY c.column_no;
END
$$;
COMMENT ON FUNCTION @workspace@.wide_column(regclass, text) IS
	'what load_wide takes each column of a spreadsheet for (表列含义)';

-- The sheet as a query for stage_rows: a line for each cell, and one for the
-- row as such, which is where its subject is looked at. In it are names of
-- columns, from the catalog, and numbers.
CREATE OR REPLACE FUNCTION @workspace@.wide_query(staging regclass, period_id integer, subject_column text) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	cells text;
	numbers text;
	items text;
	subject text;
	subject_no integer;
	others text;
	place text;
BEGIN
	SELECT string_agg(format(', perfeval_staging.%I::text', c.column_name), '' ORDER BY c.column_no) FILTER (WHERE c.role = 'indicator'),
		string_agg(', ' || c.column_no, '' ORDER BY c.column_no) FILTER (WHERE c.role = 'indicator'),
		string_agg(', ' || c.item, '' ORDER BY c.column_no) FILTER (WHERE c.role = 'indicator'),
		min(format('perfeval_staging.%I::text', c.column_name)) FILTER (WHERE c.role = 'subject'),
		min(c.column_no) FILTER (WHERE c.role = 'subject'),
		string_agg(format('perfeval_staging.%I::text', c.column_name), ', ') FILTER (WHERE c.role IN ('code', 'name')),
		min(format('perfeval_staging.%I::text', c.column_name)) FILTER (WHERE c.column_name IN ('row_no', 'line'))
	INTO cells, numbers, items, subject, subject_no, others, place
	FROM @workspace@.wide_column(staging, subject_column) AS c
	WHERE c.reason IS NULL;
	RETURN $q$
		SELECT t.row_no, c.column_no, c.item IS NULL AS is_row,
			t.subject, s.subject_id, s.meanings AS subject_meanings, o.names_agree,
			NULL::text AS period, $q$ || period_id || $q$ AS period_id, NULL::text AS indicator, c.item, 1 AS item_meanings, 'reading' AS fact,
			CASE WHEN x.is_status THEN NULL ELSE nullif(x.cell, '') END AS value, CASE WHEN x.is_status THEN x.cell END AS status,
			NULL::text AS valid_from, NULL::text AS valid_to, NULL::text AS evidence, NULL::text AS note, NULL::text AS assist_note,
			NULL::text AS source, NULL::integer AS source_id, t.row_data
		FROM (SELECT CASE WHEN r.number ~ '^[0-9]{1,18}$' THEN r.number::bigint ELSE r.place END AS row_no,
		          nullif(btrim(r.subject, E' \t\r\n\u00A0\u3000'), '') AS subject, r.others, r.cells, r.row_data
		      FROM (SELECT row_number() OVER () AS place, $q$ || coalesce(place, 'NULL::text') || $q$ AS number,
		                $q$ || subject || $q$ AS subject, ARRAY[$q$ || coalesce(others, '') || $q$]::text[] AS others,
		                ARRAY[NULL::text$q$ || coalesce(cells, '') || $q$] AS cells, perfeval_staging AS row_data
		            FROM $q$ || staging::text || $q$ AS perfeval_staging) AS r) AS t
			CROSS JOIN LATERAL unnest(t.cells, ARRAY[$q$ || subject_no || coalesce(numbers, '') || $q$]::integer[],
				ARRAY[NULL$q$ || coalesce(items, '') || $q$]::integer[]) AS c (cell, column_no, item)
			LEFT JOIN @workspace@.subject_alias AS s ON s.alias = t.subject
			LEFT JOIN @workspace@.subject AS u ON u.subject_id = s.subject_id
			CROSS JOIN LATERAL (SELECT coalesce(bool_and(btrim(y.name, E' \t\r\n\u00A0\u3000') IN ('', u.code, u.name, coalesce(u.name_zh, u.name))), true) AS names_agree
			                    FROM unnest(t.others) AS y (name)) AS o
			CROSS JOIN LATERAL (SELECT z.cell, lower(z.cell) IN ('missing', 'not_applicable', 'n/a', 'exempt', '缺失', '不适用', '免予') AS is_status
			                    FROM (SELECT btrim(c.cell, E' \t\r\n\u00A0\u3000') AS cell) AS z) AS x
		WHERE CASE WHEN c.item IS NULL THEN t.subject IS NOT NULL ELSE x.cell <> '' END
	$q$;
END
$$;
COMMENT ON FUNCTION @workspace@.wide_query(regclass, integer, text) IS 'support function of load_wide (宽表查询)';

CREATE OR REPLACE FUNCTION @workspace@.wide_subject_column(staging regclass, subject_column text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT c.column_name FROM @workspace@.wide_column($1, $2) AS c WHERE c.role = 'subject' $$;
COMMENT ON FUNCTION @workspace@.wide_subject_column(regclass, text) IS 'support function of load_wide: the column of the subject (考核对象所在列)';

CREATE OR REPLACE FUNCTION @workspace@.check_wide(staging regclass, period text, subject_column text DEFAULT NULL,
	OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT NULL::bigint, c.column_name, NULL::text, c.reason
	FROM @workspace@.wide_column(staging, subject_column) AS c WHERE c.reason IS NOT NULL;
	PERFORM @workspace@.stage_rows(@workspace@.wide_query(staging, @workspace@.find_period(period), subject_column), NULL);
	PERFORM @workspace@.stage_mistakes(staging, @workspace@.wide_subject_column(staging, subject_column));
	RETURN QUERY SELECT * FROM @workspace@.list_mistakes();
	DROP TABLE pg_temp.perfeval_load, pg_temp.perfeval_mistake;
END
$$;
COMMENT ON FUNCTION @workspace@.check_wide(regclass, text, text) IS
	'every mistake that load_wide would find; without a row number: of a column (宽表检查)';

CREATE OR REPLACE PROCEDURE @workspace@.load_wide(staging regclass, period text, on_error text DEFAULT 'refuse', source text DEFAULT NULL,
	subject_column text DEFAULT NULL, changed_only boolean DEFAULT true, batch integer DEFAULT 100000, resume boolean DEFAULT true)
LANGUAGE plpgsql
AS $$
DECLARE
	strangers jsonb;
BEGIN
	strangers := @workspace@.wide_strangers(staging, subject_column);
	IF strangers IS NOT NULL THEN
		PERFORM @workspace@.refuse_columns(staging, strangers);
	END IF;
	CALL @workspace@.run_load(@workspace@.wide_query(staging, @workspace@.find_period(period), subject_column), 'wide', staging,
		@workspace@.wide_subject_column(staging, subject_column), on_error, CASE WHEN source IS NOT NULL THEN @workspace@.find_source(source) END, changed_only, batch, resume);
END
$$;
COMMENT ON PROCEDURE @workspace@.load_wide(regclass, text, text, text, text, boolean, integer, boolean) IS
	'loads readings of a period from a spreadsheet: a row for each subject, a column for each indicator (装载宽表)';

CREATE OR REPLACE FUNCTION @workspace@.wide_strangers(staging regclass, subject_column text) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT jsonb_agg(jsonb_build_object('column', c.column_name, 'reason', c.reason) ORDER BY c.column_no)
	FROM @workspace@.wide_column($1, $2) AS c WHERE c.reason IS NOT NULL
$$;
COMMENT ON FUNCTION @workspace@.wide_strangers(regclass, text) IS 'support function of load_wide: columns that it cannot take (无法识别的列)';

CREATE OR REPLACE FUNCTION @workspace@.refuse_columns(staging regclass, strangers jsonb) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION '% has % columns that cannot be taken: nothing was loaded', staging, jsonb_array_length(strangers)
		USING ERRCODE = 'undefined_column',
			DETAIL = (SELECT string_agg('column ' || (x ->> 'column') || ' ' || (x ->> 'reason'), E'\n' ORDER BY n)
			          FROM jsonb_array_elements(strangers) WITH ORDINALITY AS s (x, n)),
			HINT = 'Table indicator lists codes and names. subject_column declares which column has the subject.';
END
$$;
COMMENT ON FUNCTION @workspace@.refuse_columns(regclass, jsonb) IS 'support function of load_wide: the error that names columns (拒绝无法识别的列)';

-- The same form back, or an empty one to hand out.
CREATE OR REPLACE PROCEDURE @workspace@.export_wide(target text, period text, scheme text DEFAULT NULL, indicators text[] DEFAULT NULL,
	header text DEFAULT 'code')
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	the_period constant integer := @workspace@.find_period(period);
	the_scheme integer;
	wanted integer[];
	unknown text;
	columns text;
BEGIN
	IF header IS NULL OR header NOT IN ('code', 'name_zh', 'item') THEN
		RAISE EXCEPTION 'header cannot be %', coalesce(quote_literal(header), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Columns may be called by code, name_zh or item.';
	END IF;
	IF scheme IS NOT NULL THEN
		SELECT s.scheme_id INTO the_scheme FROM @workspace@.scheme AS s WHERE s.code = export_wide.scheme;
		IF the_scheme IS NULL THEN
			RAISE EXCEPTION 'there is no scheme "%"', scheme USING ERRCODE = 'invalid_parameter_value';
		END IF;
	END IF;
	IF indicators IS NOT NULL THEN
		SELECT string_agg(x.name, ', ') INTO unknown
		FROM unnest(indicators) AS x (name) LEFT JOIN @workspace@.indicator_alias AS a ON a.alias = x.name
		WHERE a.item IS NULL OR a.meanings > 1;
		IF unknown IS NOT NULL THEN
			RAISE EXCEPTION 'these are no indicators: %', unknown
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Table indicator lists codes and names.';
		END IF;
		SELECT array_agg(x.item ORDER BY x.place) INTO wanted
		FROM (SELECT a.item, min(x.place) AS place
		      FROM unnest(indicators) WITH ORDINALITY AS x (name, place) JOIN @workspace@.indicator_alias AS a ON a.alias = x.name
		      GROUP BY a.item) AS x;
	ELSIF the_scheme IS NOT NULL THEN
		SELECT array_agg(DISTINCT i.item ORDER BY i.item) INTO wanted
		FROM @workspace@.version_in_force AS f
			JOIN @workspace@.group_rubric AS g ON g.version_id = f.version_id
			JOIN @workspace@.indicator AS i ON i.item = ANY (g.items) AND i.fact = 'reading'
		WHERE f.scheme_id = the_scheme AND f.period_id = the_period;
	ELSE
		SELECT array_agg(DISTINCT r.item ORDER BY r.item) INTO wanted FROM @workspace@.reading AS r WHERE r.period_id = the_period;
	END IF;

	-- A header must be one that load_wide takes for that indicator.
	SELECT string_agg(format(', r.cells ->> %s AS %I', quote_literal(i.item), CASE
			WHEN header <> 'item' AND @workspace@.wide_word(n.name) IS NULL AND octet_length(n.name) <= 63 AND n.name = btrim(n.name)
				AND EXISTS (SELECT FROM @workspace@.indicator_alias AS a WHERE a.alias = n.name AND a.item = i.item AND a.meanings = 1)
			THEN n.name ELSE i.item::text END), '' ORDER BY w.place)
	INTO columns
	FROM unnest(wanted) WITH ORDINALITY AS w (item, place)
		JOIN @workspace@.indicator AS i ON i.item = w.item,
		LATERAL (SELECT CASE header WHEN 'name_zh' THEN coalesce(i.name_zh, i.code) ELSE i.code END AS name) AS n;
	EXECUTE format('CREATE TEMP TABLE %I AS ', target) || $q$
		SELECT s.code AS $q$ || CASE header WHEN 'name_zh' THEN '"单位代码"' ELSE 'subject' END || $q$,
			coalesce(s.name_zh, s.name) AS $q$ || CASE header WHEN 'name_zh' THEN '"单位名称"' ELSE 'name' END || coalesce(columns, '') || $q$
		FROM (SELECT x.subject_id, jsonb_object_agg(x.item, coalesce(x.value::text,
		              CASE WHEN $4 THEN CASE x.status WHEN 'missing' THEN '缺失' WHEN 'exempt' THEN '免予' ELSE '不适用' END ELSE x.status END))
		              FILTER (WHERE x.item IS NOT NULL) AS cells
		      FROM (SELECT DISTINCT ON (l.subject_id, l.item) l.subject_id, l.item, l.value, l.status
		            FROM @workspace@.reading AS l
		            WHERE l.period_id = $1 AND l.item = ANY ($2)
		            ORDER BY l.subject_id, l.item, l.recorded_at DESC, l.reading_id DESC) AS x
		      GROUP BY x.subject_id) AS r
			$q$ || CASE WHEN the_scheme IS NULL THEN 'JOIN @workspace:literal@.subject AS s ON s.subject_id = r.subject_id'
			ELSE 'RIGHT JOIN (SELECT p.subject_id FROM @workspace:literal@.participant AS p
			          JOIN @workspace:literal@.scheme AS c ON c.grouping_id = p.grouping_id
			      WHERE p.period_id = $1 AND c.scheme_id = $3) AS m ON m.subject_id = r.subject_id
			      JOIN @workspace:literal@.subject AS s ON s.subject_id = m.subject_id' END || $q$
		ORDER BY s.code
	$q$ USING the_period, wanted, the_scheme, header = 'name_zh';
END
$$;
COMMENT ON PROCEDURE @workspace@.export_wide(text, text, text, text[], text) IS
	'makes a temporary table in the form of load_wide: readings of a period, for the participants of a scheme or whoever has some (导出宽表)';
