-- What grades of shorter periods do to the tiers of a longer one. It is worked
-- out by apply_grades and kept here, so that ranks need only look it up; beside
-- linkages it is one reason more why a tier can be closed to somebody. What was
-- in force once stays, so that a run's caps have their causes later, too.

CREATE TABLE IF NOT EXISTS @workspace@.grade_effect (
	subject_id bigint NOT NULL,
	scheme_id integer NOT NULL REFERENCES @workspace@.scheme,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	tier integer NOT NULL CHECK (tier > 1),
	cause text NOT NULL,
	cause_zh text NOT NULL,
	applied_at timestamptz NOT NULL,
	withdrawn_at timestamptz CHECK (withdrawn_at > applied_at),
	PRIMARY KEY (subject_id, scheme_id, period_id, applied_at)
);
CREATE UNIQUE INDEX IF NOT EXISTS grade_effect_in_force ON @workspace@.grade_effect (subject_id, scheme_id, period_id) WHERE withdrawn_at IS NULL;
CREATE INDEX IF NOT EXISTS grade_effect_period ON @workspace@.grade_effect (scheme_id, period_id) WHERE withdrawn_at IS NULL;
COMMENT ON TABLE @workspace@.grade_effect IS 'whom grades of shorter periods keep out of the best tier; derived by apply_grades (平时等次对评优的限制)';
COMMENT ON COLUMN @workspace@.grade_effect.subject_id IS 'whom (考核对象)';
COMMENT ON COLUMN @workspace@.grade_effect.scheme_id IS 'scheme of the longer period (方案)';
COMMENT ON COLUMN @workspace@.grade_effect.period_id IS 'the longer period (周期)';
COMMENT ON COLUMN @workspace@.grade_effect.version_id IS 'version whose rule it is (方案版本)';
COMMENT ON COLUMN @workspace@.grade_effect.tier IS 'best tier that can be got (最高可得等次)';
COMMENT ON COLUMN @workspace@.grade_effect.cause IS 'why, in words (原因)';
COMMENT ON COLUMN @workspace@.grade_effect.cause_zh IS 'why, in Chinese (中文原因)';
COMMENT ON COLUMN @workspace@.grade_effect.applied_at IS 'in force from then on (生效时间)';
COMMENT ON COLUMN @workspace@.grade_effect.withdrawn_at IS 'and until then; NULL: it is (失效时间)';
