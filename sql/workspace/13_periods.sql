-- The periods of a year.

CREATE OR REPLACE PROCEDURE @workspace@.add_year(year integer, finest text DEFAULT 'month')
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('add years', '{operator}');
	first date;
	last date;
	grains constant text[] := '{year,half_year,quarter,month,week}';
	grain integer := array_position(grains, finest);
BEGIN
	IF year IS NULL OR year NOT BETWEEN 1901 AND 2998 THEN
		RAISE EXCEPTION 'year % is out of range', coalesce(year::text, 'NULL')
			USING ERRCODE = 'numeric_value_out_of_range', HINT = 'Years from 1901 to 2998 can be added.';
	END IF;
	IF grain IS NULL THEN
		RAISE EXCEPTION 'there are no periods of kind %', coalesce(quote_literal(finest), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'The finest kind may be year, half_year, quarter, month or week.';
	END IF;
	first := make_date(year, 1, 1);
	last := make_date(year, 12, 31);

	-- A week belongs to the year and month of its Thursday, as ISO 8601 says.
	INSERT INTO @workspace@.period (period_id, code, kind, cumulative, starts_on, ends_on)
	SELECT year * 1000 + s.n, s.code, s.kind, false, s.starts_on, s.ends_on
	FROM (
		SELECT 0 AS n, year::text AS code, 'year' AS kind, first AS starts_on, last AS ends_on
		UNION ALL
		SELECT h, year || 'H' || h, 'half_year', (first + make_interval(months => 6 * (h - 1)))::date,
			(first + make_interval(months => 6 * h))::date - 1
		FROM generate_series(1, 2) AS h
		UNION ALL
		SELECT 10 + q, year || 'Q' || q, 'quarter', (first + make_interval(months => 3 * (q - 1)))::date,
			(first + make_interval(months => 3 * q))::date - 1
		FROM generate_series(1, 4) AS q
		UNION ALL
		SELECT 20 + m, year || '-' || lpad(m::text, 2, '0'), 'month', (first + make_interval(months => m - 1))::date,
			(first + make_interval(months => m))::date - 1
		FROM generate_series(1, 12) AS m
		UNION ALL
		SELECT 100 + extract(week FROM monday)::integer, year || '-W' || lpad(extract(week FROM monday)::text, 2, '0'),
			'week', monday::date, monday::date + 6
		FROM generate_series(date_trunc('week', make_date(year, 1, 4)::timestamp), make_date(year, 12, 28)::timestamp, '7 days') AS monday
	) AS s
	WHERE array_position(grains, s.kind) <= grain
	ON CONFLICT (period_id) DO NOTHING;

	-- Cumulative periods are numbered 500 above the single ones. Those of weeks
	-- begin with the first week, which may begin before or after the year does.
	INSERT INTO @workspace@.period (period_id, code, kind, cumulative, starts_on, ends_on)
	SELECT p.period_id + 500, p.code || '+', p.kind, true,
		CASE WHEN p.kind = 'week' THEN date_trunc('week', make_date(year, 1, 4)::timestamp)::date ELSE first END, p.ends_on
	FROM @workspace@.period AS p
	WHERE p.period_id / 1000 = year AND p.kind <> 'year' AND NOT p.cumulative
	ON CONFLICT (period_id) DO NOTHING;

	-- A shorter period is part of a longer one that it lies in; a week, of one that its Thursday lies in.
	-- A cumulative period has the single ones of its own kind as parts too.
	INSERT INTO @workspace@.period_part (period_id, part_id)
	SELECT w.period_id, p.period_id
	FROM @workspace@.period AS w
		JOIN @workspace@.period AS p ON p.period_id / 1000 = w.period_id / 1000
	WHERE w.period_id / 1000 = year
		AND (p.period_id = w.period_id
			OR NOT p.cumulative
				AND array_position(grains, p.kind) >= array_position(grains, w.kind) + CASE WHEN w.cumulative THEN 0 ELSE 1 END
				AND CASE WHEN p.kind = 'week' THEN p.starts_on + 3 BETWEEN w.starts_on AND w.ends_on
				         ELSE p.starts_on >= w.starts_on AND p.ends_on <= w.ends_on END)
	ON CONFLICT DO NOTHING;

	UPDATE @workspace@.period AS w
	SET rolls_up = true
	WHERE w.period_id / 1000 = year AND NOT w.rolls_up
		AND EXISTS (SELECT FROM @workspace@.period_part AS pp WHERE pp.period_id = w.period_id AND pp.part_id <> w.period_id);

	-- A year's history has a table of its own, unless some of it lies elsewhere already.
	IF to_regclass('@workspace:literal@.reading_history_' || year) IS NULL
		AND NOT EXISTS (SELECT FROM @workspace@.reading_history_other AS r WHERE r.period_id / 1000 = year)
	THEN
		EXECUTE 'CREATE TABLE @workspace:literal@.reading_history_' || year || ' PARTITION OF @workspace:literal@.reading_history'
			|| ' FOR VALUES FROM (' || year * 1000 || ') TO (' || (year + 1) * 1000 || ')';
		EXECUTE 'COMMENT ON TABLE @workspace:literal@.reading_history_' || year || ' IS '
			|| quote_literal('readings of ' || year || ' that are in the cards (' || year || '年已归并读数)');
	END IF;
	PERFORM @workspace@.record_act('add_year', $1::text, NULL, jsonb_build_object('finest', finest));
END
$$;
COMMENT ON PROCEDURE @workspace@.add_year(integer, text) IS
	'adds the periods of a year, down to the finest kind: year, half_year, quarter, month or week (添加年度周期)';
