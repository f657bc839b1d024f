-- Cards: a subject's readings of a period as one value, derived from
-- reading_history. What is not folded yet comes on top when somebody looks.

-- Its foreign keys keep subjects and periods from vanishing under the history.
CREATE TABLE IF NOT EXISTS @workspace@.card (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	PRIMARY KEY (subject_id, period_id)
) WITH (fillfactor = 80);
ALTER TABLE @workspace@.card ADD COLUMN IF NOT EXISTS card perfeval.scorecard;
COMMENT ON TABLE @workspace@.card IS 'folded readings, a scorecard for each subject and period; derived (计分卡)';
COMMENT ON COLUMN @workspace@.card.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.card.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.card.card IS 'the readings (计分卡)';

-- No reading of the history was recorded later than this. A tail row that was
-- has nothing to fear from the history, and is spared the look: all but those
-- that took long to commit.
CREATE TABLE IF NOT EXISTS @workspace@.fold_mark (
	only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
	folded_to timestamptz NOT NULL
);
COMMENT ON TABLE @workspace@.fold_mark IS 'how late the history reaches; one row (归并水位)';
COMMENT ON COLUMN @workspace@.fold_mark.only_row IS 'there is one row (唯一行)';
COMMENT ON COLUMN @workspace@.fold_mark.folded_to IS 'no reading of the history was recorded later (历史读数的最晚记录时间)';
INSERT INTO @workspace@.fold_mark (folded_to)
SELECT (SELECT coalesce(max(h.recorded_at), '-infinity') FROM @workspace@.reading_history AS h)
WHERE NOT EXISTS (SELECT FROM @workspace@.fold_mark);

CREATE OR REPLACE FUNCTION @workspace@.raise_fold_mark(folded_to timestamptz) RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$ UPDATE @workspace@.fold_mark AS k SET folded_to = $1 WHERE k.folded_to < $1 $$;
COMMENT ON FUNCTION @workspace@.raise_fold_mark(timestamptz) IS
	'for whoever writes history: it reaches to that time at least (提高归并水位)';

-- The tail rows that count: the last of its subject, period and item, unless a
-- later one is in the history already, as transactions commit out of order.
CREATE OR REPLACE VIEW @workspace@.tail_reading WITH (security_invoker = true) AS
SELECT t.subject_id, t.period_id, t.item, t.value, t.status, t.recorded_at, t.reading_id
FROM @workspace@.reading_tail AS t
WHERE NOT EXISTS (
		SELECT FROM @workspace@.reading_tail AS later
		WHERE later.subject_id = t.subject_id AND later.period_id = t.period_id AND later.item = t.item
			AND (later.recorded_at, later.reading_id) > (t.recorded_at, t.reading_id))
	AND (t.recorded_at > (SELECT k.folded_to FROM @workspace@.fold_mark AS k) OR NOT EXISTS (
		SELECT FROM @workspace@.reading_history AS later
		WHERE later.subject_id = t.subject_id AND later.period_id = t.period_id AND later.item = t.item
			AND (later.recorded_at, later.reading_id) > (t.recorded_at, t.reading_id)));
COMMENT ON VIEW @workspace@.tail_reading IS 'readings that count and are not in the cards yet (未归并的有效读数)';
COMMENT ON COLUMN @workspace@.tail_reading.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.tail_reading.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.tail_reading.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.tail_reading.value IS 'exact value (数值)';
COMMENT ON COLUMN @workspace@.tail_reading.status IS 'in place of a value (状态)';
COMMENT ON COLUMN @workspace@.tail_reading.recorded_at IS 'when it became known here (记录时间)';
COMMENT ON COLUMN @workspace@.tail_reading.reading_id IS 'number (编号)';
