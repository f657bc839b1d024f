-- Facts. Nothing is updated in place: a correction is a new row, and the one
-- that was recorded last counts. What arrives lands in reading_tail; fold moves
-- it to reading_history and into the cards. Foreign keys stand on the tail
-- alone: what it held is known to be right.

CREATE SEQUENCE IF NOT EXISTS @workspace@.fact_id CACHE 100;
COMMENT ON SEQUENCE @workspace@.fact_id IS 'numbers of readings, events and ratings (事实编号)';

-- A scorecard's numbers have 38 digits: 17 before and 18 after the point leave
-- room for a sum over all parts of a year, so no reading can spoil a card. A
-- reading of an infinite time would beat every correction.
CREATE TABLE IF NOT EXISTS @workspace@.reading (
	subject_id bigint NOT NULL,
	period_id integer NOT NULL,
	item integer NOT NULL,
	value numeric CHECK (value > -1e17 AND value < 1e17 AND min_scale(value) <= 18),
	status text CHECK (status IN ('missing', 'not_applicable', 'exempt')),
	valid_from date,
	valid_to date,
	recorded_at timestamptz NOT NULL DEFAULT now(),
	recorded_by text NOT NULL DEFAULT session_user,
	source_id integer,
	evidence text,
	note text,
	assist_note text,
	reading_id bigint NOT NULL DEFAULT nextval('@workspace:literal@.fact_id'),
	folded boolean NOT NULL DEFAULT false,
	PRIMARY KEY (subject_id, period_id, item, recorded_at, reading_id, folded),
	CHECK ((value IS NULL) = (status IS NOT NULL)),
	CHECK (valid_to > valid_from),
	CHECK (isfinite(valid_from) AND isfinite(valid_to) AND isfinite(recorded_at))
) PARTITION BY LIST (folded);
-- Nor can a reading come from the future, beyond what clocks may differ by: it
-- would beat the corrections of today. That is asked at the door alone, as the
-- history must take what was let in.
CREATE TABLE IF NOT EXISTS @workspace@.reading_tail PARTITION OF @workspace@.reading (
	CONSTRAINT reading_not_of_future CHECK (recorded_at <= clock_timestamp() + interval '5 minutes'),
	FOREIGN KEY (subject_id) REFERENCES @workspace@.subject,
	FOREIGN KEY (period_id) REFERENCES @workspace@.period,
	FOREIGN KEY (item) REFERENCES @workspace@.indicator,
	FOREIGN KEY (source_id) REFERENCES @workspace@.source
) FOR VALUES IN (false) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
	autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000,
	autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);
CREATE TABLE IF NOT EXISTS @workspace@.reading_history PARTITION OF @workspace@.reading
	FOR VALUES IN (true) PARTITION BY RANGE (period_id);
CREATE TABLE IF NOT EXISTS @workspace@.reading_history_other PARTITION OF @workspace@.reading_history DEFAULT;
COMMENT ON TABLE @workspace@.reading IS 'measured values; append only, the last recorded one counts (指标读数)';
COMMENT ON TABLE @workspace@.reading_tail IS 'readings that are not in the cards yet (未归并读数)';
COMMENT ON TABLE @workspace@.reading_history IS 'readings that are in the cards, by year (已归并读数)';
COMMENT ON TABLE @workspace@.reading_history_other IS 'readings of years without a table of their own (其他年度读数)';
COMMENT ON COLUMN @workspace@.reading.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.reading.period_id IS 'of which period (周期)';
COMMENT ON COLUMN @workspace@.reading.item IS 'of which indicator (指标编号)';
COMMENT ON COLUMN @workspace@.reading.value IS 'exact value (数值)';
COMMENT ON COLUMN @workspace@.reading.status IS 'in place of a value: missing, not_applicable or exempt (状态)';
COMMENT ON COLUMN @workspace@.reading.valid_from IS 'first day that it speaks of (有效起始)';
COMMENT ON COLUMN @workspace@.reading.valid_to IS 'day from which it no more holds (有效终止)';
COMMENT ON COLUMN @workspace@.reading.recorded_at IS 'when it became known here (记录时间)';
COMMENT ON COLUMN @workspace@.reading.recorded_by IS 'who recorded it (记录人)';
COMMENT ON COLUMN @workspace@.reading.source_id IS 'where it comes from (数据来源)';
COMMENT ON COLUMN @workspace@.reading.evidence IS 'what proves it: document, file, hash (佐证材料)';
COMMENT ON COLUMN @workspace@.reading.note IS 'remark (备注)';
COMMENT ON COLUMN @workspace@.reading.assist_note IS 'remark of an assistant program; never scored (辅助程序备注，不计分)';
COMMENT ON COLUMN @workspace@.reading.reading_id IS 'number, which decides between readings of one time (编号)';
COMMENT ON COLUMN @workspace@.reading.folded IS 'whether it is in the card (是否已归并)';

-- Who may post events of an indicator.
CREATE TABLE IF NOT EXISTS @workspace@.posting_right (
	item integer NOT NULL REFERENCES @workspace@.indicator,
	office_id bigint NOT NULL REFERENCES @workspace@.subject,
	PRIMARY KEY (item, office_id)
);
COMMENT ON TABLE @workspace@.posting_right IS 'offices that may post events of an indicator (登记权限)';
COMMENT ON COLUMN @workspace@.posting_right.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.posting_right.office_id IS 'office (单位)';

CREATE TABLE IF NOT EXISTS @workspace@.event (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	event_id bigint NOT NULL DEFAULT nextval('@workspace:literal@.fact_id'),
	period_id integer NOT NULL REFERENCES @workspace@.period,
	item integer NOT NULL,
	office_id bigint NOT NULL,
	occurred_on date NOT NULL,
	quantity numeric NOT NULL DEFAULT 1 CHECK (quantity > -1e12 AND quantity < 1e12 AND min_scale(quantity) <= 12),
	decision text NOT NULL DEFAULT 'pending' CHECK (decision IN ('pending', 'valid', 'rejected', 'tolerated')),
	posted_at timestamptz NOT NULL DEFAULT now(),
	posted_by text NOT NULL DEFAULT session_user,
	evidence text,
	note text,
	assist_note text,
	PRIMARY KEY (subject_id, event_id),
	FOREIGN KEY (item, office_id) REFERENCES @workspace@.posting_right
);
CREATE INDEX IF NOT EXISTS event_subject ON @workspace@.event (subject_id, period_id, item);
COMMENT ON TABLE @workspace@.event IS 'deductions, bonuses, vetoes: what happened; append only (扣分、加分与否决事件)';
COMMENT ON COLUMN @workspace@.event.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.event.event_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.event.period_id IS 'period that it counts in (周期)';
COMMENT ON COLUMN @workspace@.event.item IS 'indicator that it counts for (指标编号)';
COMMENT ON COLUMN @workspace@.event.office_id IS 'office that posts it, which must have the right to (登记单位)';
COMMENT ON COLUMN @workspace@.event.occurred_on IS 'day (发生日期)';
COMMENT ON COLUMN @workspace@.event.quantity IS 'how many, or how many points (数量或分值)';
COMMENT ON COLUMN @workspace@.event.decision IS 'as posted: pending, valid, rejected or tolerated; event_decision overrules (认定情况)';
COMMENT ON COLUMN @workspace@.event.posted_at IS 'when it was posted (登记时间)';
COMMENT ON COLUMN @workspace@.event.posted_by IS 'who posted it (登记人)';
COMMENT ON COLUMN @workspace@.event.evidence IS 'what proves it (佐证材料)';
COMMENT ON COLUMN @workspace@.event.note IS 'remark (备注)';
COMMENT ON COLUMN @workspace@.event.assist_note IS 'remark of an assistant program; never scored (辅助程序备注，不计分)';

CREATE TABLE IF NOT EXISTS @workspace@.event_decision (
	subject_id bigint NOT NULL,
	event_id bigint NOT NULL,
	decision_id bigint NOT NULL DEFAULT nextval('@workspace:literal@.fact_id'),
	decision text NOT NULL CHECK (decision IN ('pending', 'valid', 'rejected', 'tolerated')),
	decided_at timestamptz NOT NULL DEFAULT now(),
	decided_by text NOT NULL DEFAULT session_user,
	reason text,
	PRIMARY KEY (subject_id, event_id, decision_id),
	FOREIGN KEY (subject_id, event_id) REFERENCES @workspace@.event
);
COMMENT ON TABLE @workspace@.event_decision IS 'decisions on events; the last one counts (事件认定)';
COMMENT ON COLUMN @workspace@.event_decision.subject_id IS 'whose event (考核对象)';
COMMENT ON COLUMN @workspace@.event_decision.event_id IS 'event (事件)';
COMMENT ON COLUMN @workspace@.event_decision.decision_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.event_decision.decision IS 'pending, valid, rejected or tolerated (认定结果)';
COMMENT ON COLUMN @workspace@.event_decision.decided_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.event_decision.decided_by IS 'who (经办人)';
COMMENT ON COLUMN @workspace@.event_decision.reason IS 'why (理由)';

CREATE TABLE IF NOT EXISTS @workspace@.rating (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	rating_id bigint NOT NULL DEFAULT nextval('@workspace:literal@.fact_id'),
	period_id integer NOT NULL REFERENCES @workspace@.period,
	criterion text NOT NULL,
	rater_role text NOT NULL,
	rater_id bigint NOT NULL REFERENCES @workspace@.subject,
	value numeric NOT NULL CHECK (value > -1e12 AND value < 1e12 AND min_scale(value) <= 12),
	rated_at timestamptz NOT NULL DEFAULT now(),
	rated_by text NOT NULL DEFAULT session_user,
	note text,
	PRIMARY KEY (subject_id, rating_id)
);
CREATE INDEX IF NOT EXISTS rating_subject ON @workspace@.rating (subject_id, period_id, criterion, rater_role, rater_id, rated_at, rating_id);
COMMENT ON TABLE @workspace@.rating IS 'marks given by raters; append only, a rater''s last one counts (评价打分)';
COMMENT ON COLUMN @workspace@.rating.subject_id IS 'who is rated (考核对象)';
COMMENT ON COLUMN @workspace@.rating.rating_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.rating.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.rating.criterion IS 'what is rated (评价内容)';
COMMENT ON COLUMN @workspace@.rating.rater_role IS 'role of the rater (评价主体)';
COMMENT ON COLUMN @workspace@.rating.rater_id IS 'rater (评分人)';
COMMENT ON COLUMN @workspace@.rating.value IS 'mark (打分)';
COMMENT ON COLUMN @workspace@.rating.rated_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.rating.rated_by IS 'who entered it (录入人)';
COMMENT ON COLUMN @workspace@.rating.note IS 'remark (备注)';

-- Events as readings; ratings are in 44_ratings.sql. The first view has all, for the
-- views that rank; the others what the asking role may see.
CREATE OR REPLACE VIEW @workspace@.decided_event AS
SELECT e.subject_id, e.event_id, e.period_id, e.item, e.office_id, e.occurred_on, e.quantity,
	coalesce(d.decision, e.decision) AS decision, e.posted_at, d.decided_at, e.evidence, e.note, e.posted_by
FROM @workspace@.event AS e
	LEFT JOIN (SELECT x.subject_id, x.event_id, x.decision, x.decided_at
	           FROM @workspace@.event_decision AS x
	           WHERE NOT EXISTS (
	               SELECT FROM @workspace@.event_decision AS later
	               WHERE later.subject_id = x.subject_id AND later.event_id = x.event_id
	                   AND (later.decided_at, later.decision_id) > (x.decided_at, x.decision_id))) AS d
	ON d.subject_id = e.subject_id AND d.event_id = e.event_id;
COMMENT ON VIEW @workspace@.decided_event IS 'events with their decisions (事件及认定)';

CREATE OR REPLACE VIEW @workspace@.event_state WITH (security_barrier = true) AS
SELECT e.subject_id, e.event_id, e.period_id, e.item, e.office_id, e.occurred_on, e.quantity, e.decision, e.posted_at, e.decided_at,
	e.evidence, e.note, e.posted_by
FROM @workspace@.decided_event AS e
WHERE (SELECT @workspace@.sees_all()) OR e.subject_id = ANY ((SELECT @workspace@.visible_subjects())::bigint[])
	OR e.office_id = ANY ((SELECT @workspace@.granted_subjects('office'))::bigint[])
	OR e.item IN (SELECT i.item FROM @workspace@.indicator AS i WHERE i.owner_id = ANY ((SELECT @workspace@.granted_subjects('office'))::bigint[]));
COMMENT ON VIEW @workspace@.event_state IS 'events as they stand (事件现状)';
COMMENT ON COLUMN @workspace@.event_state.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.event_state.event_id IS 'event (事件)';
COMMENT ON COLUMN @workspace@.event_state.period_id IS 'period that it counts in (周期)';
COMMENT ON COLUMN @workspace@.event_state.item IS 'indicator that it counts for (指标编号)';
COMMENT ON COLUMN @workspace@.event_state.office_id IS 'office that posted it (登记单位)';
COMMENT ON COLUMN @workspace@.event_state.occurred_on IS 'day (发生日期)';
COMMENT ON COLUMN @workspace@.event_state.quantity IS 'how many, or how many points (数量或分值)';
COMMENT ON COLUMN @workspace@.event_state.decision IS 'pending, valid, rejected or tolerated (认定情况)';
COMMENT ON COLUMN @workspace@.event_state.posted_at IS 'when it was posted (登记时间)';
COMMENT ON COLUMN @workspace@.event_state.decided_at IS 'when it was decided (认定时间)';
COMMENT ON COLUMN @workspace@.event_state.evidence IS 'what proves it (佐证材料)';
COMMENT ON COLUMN @workspace@.event_state.note IS 'remark (备注)';
COMMENT ON COLUMN @workspace@.event_state.posted_by IS 'who posted it (登记人)';

CREATE OR REPLACE VIEW @workspace@.event_reading WITH (security_barrier = true) AS
SELECT e.subject_id, e.period_id, e.item, sum(e.quantity) AS value, max(coalesce(e.decided_at, e.posted_at)) AS recorded_at
FROM @workspace@.decided_event AS e
WHERE e.decision = 'valid' AND ((SELECT @workspace@.sees_all()) OR e.subject_id = ANY ((SELECT @workspace@.visible_subjects())::bigint[]))
GROUP BY e.subject_id, e.period_id, e.item
UNION ALL
SELECT e.subject_id, e.period_id, i.item, sum(e.quantity), max(e.posted_at)
FROM @workspace@.decided_event AS e JOIN @workspace@.indicator AS i ON i.pending_of = e.item
WHERE e.decision = 'pending' AND ((SELECT @workspace@.sees_all()) OR e.subject_id = ANY ((SELECT @workspace@.visible_subjects())::bigint[]))
GROUP BY e.subject_id, e.period_id, i.item;
COMMENT ON VIEW @workspace@.event_reading IS 'events as readings: decided ones by indicator, pending ones by theirs (事件形成的读数)';
COMMENT ON COLUMN @workspace@.event_reading.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.event_reading.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.event_reading.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.event_reading.value IS 'sum of quantities (合计)';
COMMENT ON COLUMN @workspace@.event_reading.recorded_at IS 'last change (最近变动时间)';
