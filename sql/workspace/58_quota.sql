-- Seats that are settled for a group before it is ranked, and how equal scores
-- are told apart in the end. Where a group has no row here, its seats come from
-- the version's shares, and equal scores stay equal.

CREATE TABLE IF NOT EXISTS @workspace@.group_seats (
	scheme_id integer NOT NULL REFERENCES @workspace@.scheme,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	group_id integer NOT NULL REFERENCES @workspace@.subject_group,
	shares numeric[],
	carry numeric[],
	seats integer[],
	reason text,
	allotted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	allotted_by text NOT NULL DEFAULT session_user,
	PRIMARY KEY (scheme_id, period_id, group_id)
);
COMMENT ON TABLE @workspace@.group_seats IS 'what the seats of a group in a period are settled by, if not by the version''s shares alone (分组名额)';
COMMENT ON COLUMN @workspace@.group_seats.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.group_seats.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.group_seats.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.group_seats.shares IS 'shares of the group, best tier first; NULL: those of the version (本组比例)';
COMMENT ON COLUMN @workspace@.group_seats.carry IS 'what the period before left, best tier first (结转)';
COMMENT ON COLUMN @workspace@.group_seats.seats IS
	'seats, best tier first, for as many scores as they sum to; for any other number shares and carry count (名额)';
COMMENT ON COLUMN @workspace@.group_seats.reason IS 'why they are not those of the version (事由)';
COMMENT ON COLUMN @workspace@.group_seats.allotted_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.group_seats.allotted_by IS 'who (经办人)';

CREATE TABLE IF NOT EXISTS @workspace@.quota_ledger (
	scheme_id integer NOT NULL REFERENCES @workspace@.scheme,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	group_id integer NOT NULL REFERENCES @workspace@.subject_group,
	tier integer NOT NULL CHECK (tier > 0),
	final_run integer NOT NULL,
	scores bigint NOT NULL CHECK (scores >= 0),
	share numeric NOT NULL,
	carried_in numeric NOT NULL,
	seats bigint NOT NULL CHECK (seats >= 0),
	carried_out numeric NOT NULL,
	PRIMARY KEY (scheme_id, period_id, group_id, tier)
);
COMMENT ON TABLE @workspace@.quota_ledger IS 'seats that final runs gave, and what they left for the next period (名额台账)';
COMMENT ON COLUMN @workspace@.quota_ledger.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.quota_ledger.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.quota_ledger.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.quota_ledger.tier IS '1 is the best (等次号)';
COMMENT ON COLUMN @workspace@.quota_ledger.final_run IS 'the final run (批次)';
COMMENT ON COLUMN @workspace@.quota_ledger.scores IS 'how many were ranked (参评数)';
COMMENT ON COLUMN @workspace@.quota_ledger.share IS 'share of the tier (比例)';
COMMENT ON COLUMN @workspace@.quota_ledger.carried_in IS 'what the period before had left (上期结转)';
COMMENT ON COLUMN @workspace@.quota_ledger.seats IS 'seats of the tier (名额)';
COMMENT ON COLUMN @workspace@.quota_ledger.carried_out IS 'what is left for the next period of this kind (结转下期)';

CREATE TABLE IF NOT EXISTS @workspace@.quota_pool (
	scheme_id integer NOT NULL REFERENCES @workspace@.scheme,
	group_id integer NOT NULL REFERENCES @workspace@.subject_group,
	pool text NOT NULL CHECK (pool <> ''),
	reason text,
	pooled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	pooled_by text NOT NULL DEFAULT session_user,
	PRIMARY KEY (scheme_id, group_id)
);
COMMENT ON TABLE @workspace@.quota_pool IS 'small groups whose seats are worked out together (合并计算名额的小组)';
COMMENT ON COLUMN @workspace@.quota_pool.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.quota_pool.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.quota_pool.pool IS 'groups of one name are pooled (合并名称)';
COMMENT ON COLUMN @workspace@.quota_pool.reason IS 'why (事由)';
COMMENT ON COLUMN @workspace@.quota_pool.pooled_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.quota_pool.pooled_by IS 'who (经办人)';

CREATE TABLE IF NOT EXISTS @workspace@.merit_share (
	scheme_id integer NOT NULL REFERENCES @workspace@.scheme,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	group_id integer NOT NULL REFERENCES @workspace@.subject_group,
	shares numeric[] NOT NULL,
	reason text NOT NULL CHECK (reason <> ''),
	extended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	extended_by text NOT NULL DEFAULT session_user,
	PRIMARY KEY (scheme_id, period_id, group_id)
);
COMMENT ON TABLE @workspace@.merit_share IS 'groups that may use other shares, as their department did well (按绩扩大比例)';
COMMENT ON COLUMN @workspace@.merit_share.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.merit_share.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.merit_share.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.merit_share.shares IS 'its shares, best tier first (比例)';
COMMENT ON COLUMN @workspace@.merit_share.reason IS 'why (事由)';
COMMENT ON COLUMN @workspace@.merit_share.extended_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.merit_share.extended_by IS 'who (经办人)';

CREATE TABLE IF NOT EXISTS @workspace@.tie_lot (
	scheme_id integer NOT NULL REFERENCES @workspace@.scheme,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	subject_id bigint NOT NULL,
	lot integer NOT NULL CHECK (lot > 0),
	draw_id integer REFERENCES @workspace@.draw,
	reason text,
	recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	recorded_by text NOT NULL DEFAULT session_user,
	PRIMARY KEY (subject_id, scheme_id, period_id)
);
COMMENT ON TABLE @workspace@.tie_lot IS 'lots drawn among equals: the last key of the chain of ties (同分抽签)';
COMMENT ON COLUMN @workspace@.tie_lot.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.tie_lot.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.tie_lot.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.tie_lot.lot IS 'the lower goes first (签序)';
COMMENT ON COLUMN @workspace@.tie_lot.draw_id IS 'draw that gave it (抽取)';
COMMENT ON COLUMN @workspace@.tie_lot.reason IS 'why lots were drawn (事由)';
COMMENT ON COLUMN @workspace@.tie_lot.recorded_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.tie_lot.recorded_by IS 'who (经办人)';
