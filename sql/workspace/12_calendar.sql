-- Working days and periods.

CREATE TABLE IF NOT EXISTS @workspace@.calendar (
	day date PRIMARY KEY CHECK (isfinite(day)),
	working boolean NOT NULL,
	label text
);
COMMENT ON TABLE @workspace@.calendar IS 'days that are not as their weekday says: holidays and make-up days (节假日与调休)';
COMMENT ON COLUMN @workspace@.calendar.day IS 'day (日期)';
COMMENT ON COLUMN @workspace@.calendar.working IS 'true: a make-up working day, false: a holiday (是否工作日)';
COMMENT ON COLUMN @workspace@.calendar.label IS 'why (说明)';

-- Days one after the other, such as a holiday of a week. Deadlines move with them.
CREATE OR REPLACE PROCEDURE @workspace@.set_days(first_day date, last_day date, working boolean, label text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('change the calendar', '{operator}');
	changed bigint;
BEGIN
	IF NOT coalesce(isfinite($1) AND isfinite($2), false) OR $2 - $1 NOT BETWEEN 0 AND 365 THEN
		RAISE EXCEPTION 'the calendar cannot be changed from % to %', coalesce($1::text, 'NULL'), coalesce($2::text, 'NULL')
			USING ERRCODE = 'datetime_field_overflow', HINT = 'Give the first and the last day, at most 366 days at once; they may be the same.';
	END IF;
	IF $3 IS NULL THEN
		DELETE FROM @workspace@.calendar AS c WHERE c.day BETWEEN $1 AND $2;
	ELSE
		INSERT INTO @workspace@.calendar AS c (day, working, label)
		SELECT $1 + n, $3, $4 FROM generate_series(0, $2 - $1) AS n
		ON CONFLICT ON CONSTRAINT calendar_pkey DO UPDATE SET working = excluded.working, label = excluded.label
		WHERE (c.working, c.label) IS DISTINCT FROM (excluded.working, excluded.label);
	END IF;
	GET DIAGNOSTICS changed = ROW_COUNT;
	IF changed > 0 THEN
		PERFORM @workspace@.record_act('set_days', $1::text, $4, jsonb_strip_nulls(jsonb_build_object('last_day', $2, 'working', $3, 'changed', changed)));
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.set_days(date, date, boolean, text) IS
	'makes days holidays or make-up working days; NULL: again what their weekday says (设置节假日与调休)';

CREATE OR REPLACE FUNCTION @workspace@.is_working_day(day date) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce((SELECT c.working FROM @workspace@.calendar AS c WHERE c.day = $1), extract(isodow FROM $1) < 6)
	WHERE isfinite($1)
$$;
COMMENT ON FUNCTION @workspace@.is_working_day(date) IS 'whether a day is a working day (是否工作日)';

-- Weekdays are counted by arithmetic, from the first date there is, a Monday; the
-- calendar holds what differs. A table of one row, so that views which count
-- days are taken apart by the planner and call no function for each row.
CREATE OR REPLACE FUNCTION @workspace@.working_day_count(after date, until date) RETURNS TABLE (days integer)
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT (CASE WHEN $1 <= $2 THEN 1 ELSE -1 END * (
			d.days[2] / 7 * 5 + least(d.days[2] % 7, 5) - d.days[1] / 7 * 5 - least(d.days[1] % 7, 5)
			+ (SELECT count(*) FILTER (WHERE c.working AND extract(isodow FROM c.day) > 5)
			       - count(*) FILTER (WHERE NOT c.working AND extract(isodow FROM c.day) < 6)
			   FROM @workspace@.calendar AS c WHERE c.day >= d.first AND c.day < d.past)))::integer
	FROM (SELECT x.first, x.past, ARRAY[x.first - date '4714-11-24 BC', x.past - date '4714-11-24 BC'] AS days
	      FROM (SELECT CASE WHEN $1 <= $2 THEN $1 + 1 ELSE $2 END, CASE WHEN $1 <= $2 THEN $2 + 1 ELSE $1 END)
	          AS x (first, past)) AS d
	WHERE isfinite($1) AND isfinite($2);
END;
COMMENT ON FUNCTION @workspace@.working_day_count(date, date) IS
	'working_days_between as a table of one row, for views (两日之间的工作日数，供视图使用)';

CREATE OR REPLACE FUNCTION @workspace@.working_days_between(after date, until date) RETURNS integer
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT n.days FROM @workspace@.working_day_count($1, $2) AS n $$;
COMMENT ON FUNCTION @workspace@.working_days_between(date, date) IS
	'working days after the first day up to the second, itself included; negative if the second is before the first, then without the first (两日之间的工作日数)';

CREATE OR REPLACE FUNCTION @workspace@.add_working_days(day date, days integer) RETURNS date
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	direction constant integer := sign(days);
	-- as many days as hold them, with all holidays on that side
	span integer;
	found_day date;
BEGIN
	IF abs(days::bigint) > 100000 OR NOT isfinite(day) THEN
		RAISE EXCEPTION '% working days from % are out of range', days, day
			USING ERRCODE = 'numeric_value_out_of_range', HINT = 'Up to 100000 days from a finite day can be added.';
	ELSIF days = 0 THEN
		RETURN day;
	END IF;
	span := abs(days) / 5 * 7 + 10
		+ (SELECT count(*) FROM @workspace@.calendar AS c WHERE NOT c.working AND (c.day - $1) * direction BETWEEN 1 AND 250000);
	SELECT x.day INTO found_day
	FROM (SELECT $1 + n * direction FROM generate_series(1, span) AS n) AS x (day)
		LEFT JOIN @workspace@.calendar AS c ON c.day = x.day
	WHERE coalesce(c.working, extract(isodow FROM x.day) < 6)
	ORDER BY (x.day - $1) * direction
	LIMIT 1 OFFSET abs(days) - 1;
	RETURN found_day;
END
$$;
COMMENT ON FUNCTION @workspace@.add_working_days(date, integer) IS
	'the n-th working day after a day, before it if n is negative, the day itself if 0 (若干工作日之后的日期)';

-- A period's number begins with its year: readings are kept by year, and a
-- number tells which. Readings posted for a period's parts roll up to it.
CREATE TABLE IF NOT EXISTS @workspace@.period (
	period_id integer PRIMARY KEY CHECK (period_id BETWEEN 1900000 AND 2999999),
	code text NOT NULL UNIQUE CHECK (code <> ''),
	kind text NOT NULL CHECK (kind IN ('year', 'half_year', 'quarter', 'month', 'week')),
	cumulative boolean NOT NULL DEFAULT false,
	starts_on date NOT NULL,
	ends_on date NOT NULL,
	rolls_up boolean NOT NULL DEFAULT false,
	label text,
	CHECK (ends_on >= starts_on)
);
COMMENT ON TABLE @workspace@.period IS 'periods of assessment, single and cumulative (考核周期)';
COMMENT ON COLUMN @workspace@.period.period_id IS 'number: year * 1000 + number in the year (编号)';
COMMENT ON COLUMN @workspace@.period.code IS 'such as 2025, 2025H1, 2025Q3, 2025-07, 2025-W08; with + at the end from the year''s begin on (代码)';
COMMENT ON COLUMN @workspace@.period.kind IS 'year, half_year, quarter, month or week (种类)';
COMMENT ON COLUMN @workspace@.period.cumulative IS 'from the begin of the year on (是否累计)';
COMMENT ON COLUMN @workspace@.period.starts_on IS 'first day (首日)';
COMMENT ON COLUMN @workspace@.period.ends_on IS 'last day (末日)';
COMMENT ON COLUMN @workspace@.period.rolls_up IS 'whether readings of shorter periods roll up to it (是否由短周期汇总)';
COMMENT ON COLUMN @workspace@.period.label IS 'name (名称)';

CREATE TABLE IF NOT EXISTS @workspace@.period_part (
	period_id integer NOT NULL REFERENCES @workspace@.period,
	part_id integer NOT NULL REFERENCES @workspace@.period,
	PRIMARY KEY (period_id, part_id)
);
-- What was added before this was kept had always been there.
ALTER TABLE @workspace@.period_part ADD COLUMN IF NOT EXISTS added_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE @workspace@.period_part ALTER COLUMN added_at SET DEFAULT clock_timestamp();
COMMENT ON TABLE @workspace@.period_part IS 'each period itself, and the shorter ones whose readings roll up to it (周期组成)';
COMMENT ON COLUMN @workspace@.period_part.period_id IS 'the whole (周期)';
COMMENT ON COLUMN @workspace@.period_part.part_id IS 'a part (组成周期)';
COMMENT ON COLUMN @workspace@.period_part.added_at IS 'part of it for runs assessed since (加入时间)';
