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
COMMENT ON TABLE @workspace@.period_part IS 'each period itself, and the shorter ones whose readings roll up to it (周期组成)';
COMMENT ON COLUMN @workspace@.period_part.period_id IS 'the whole (周期)';
COMMENT ON COLUMN @workspace@.period_part.part_id IS 'a part (组成周期)';
