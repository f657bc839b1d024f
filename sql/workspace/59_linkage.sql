-- Two-way linkage (双向挂钩): an excellent department lifts its unit that
-- contributed most, a poor one keeps its units out of the first tier. What
-- follows for whom is worked out by apply_linkages and kept here, so that
-- ranks need only look it up.

CREATE TABLE IF NOT EXISTS @workspace@.linkage_effect (
	subject_id bigint NOT NULL,
	scheme_id integer NOT NULL REFERENCES @workspace@.scheme,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	rule integer NOT NULL,
	effect text NOT NULL CHECK (effect IN ('cap', 'promote')),
	tier integer NOT NULL CHECK (tier > 0),
	department_id bigint NOT NULL,
	grade_id bigint NOT NULL,
	contribution numeric,
	cause text NOT NULL,
	cause_zh text,
	PRIMARY KEY (subject_id, scheme_id, period_id, rule)
);
CREATE INDEX IF NOT EXISTS linkage_effect_period ON @workspace@.linkage_effect (scheme_id, period_id);
COMMENT ON TABLE @workspace@.linkage_effect IS 'what linkages do to units of a scheme in a period; derived by apply_linkages (双向挂钩结果)';
COMMENT ON COLUMN @workspace@.linkage_effect.subject_id IS 'unit (考核对象)';
COMMENT ON COLUMN @workspace@.linkage_effect.scheme_id IS 'scheme of the unit (方案)';
COMMENT ON COLUMN @workspace@.linkage_effect.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.linkage_effect.version_id IS 'version whose rule it is (方案版本)';
COMMENT ON COLUMN @workspace@.linkage_effect.rule IS 'rule (规则号)';
COMMENT ON COLUMN @workspace@.linkage_effect.effect IS 'cap or promote (作用)';
COMMENT ON COLUMN @workspace@.linkage_effect.tier IS 'best tier that it can get, or tier that it is lifted to (等次号)';
COMMENT ON COLUMN @workspace@.linkage_effect.department_id IS 'its supervising department (主管部门)';
COMMENT ON COLUMN @workspace@.linkage_effect.grade_id IS 'grade of the department that it rests on (所依据的部门等次)';
COMMENT ON COLUMN @workspace@.linkage_effect.contribution IS 'what the unit contributed, as the rule''s indicator says (贡献度)';
COMMENT ON COLUMN @workspace@.linkage_effect.cause IS 'why, in words (原因)';
COMMENT ON COLUMN @workspace@.linkage_effect.cause_zh IS 'why, in Chinese (中文原因)';

-- One row for each unit that has any: of several caps the worst, and of several
-- tiers that it is lifted to the worst, whatever order the rules come in. Grades
-- of shorter periods close tiers the same way.
CREATE OR REPLACE VIEW @workspace@.linkage_in_force AS
SELECT e.scheme_id, e.period_id, e.subject_id,
	max(e.tier) FILTER (WHERE e.effect = 'cap') AS cap,
	max(e.tier) FILTER (WHERE e.effect = 'promote') AS promoted
FROM (SELECT l.scheme_id, l.period_id, l.subject_id, l.effect, l.tier FROM @workspace@.linkage_effect AS l
      UNION ALL
      SELECT g.scheme_id, g.period_id, g.subject_id, 'cap', g.tier FROM @workspace@.grade_effect AS g) AS e
GROUP BY e.scheme_id, e.period_id, e.subject_id;
COMMENT ON VIEW @workspace@.linkage_in_force IS 'cap and promotion of each unit that linkages concern (双向挂钩对等次的作用)';
COMMENT ON COLUMN @workspace@.linkage_in_force.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.linkage_in_force.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.linkage_in_force.subject_id IS 'unit (考核对象)';
COMMENT ON COLUMN @workspace@.linkage_in_force.cap IS 'best tier that it can get; NULL: any (最高可得等次)';
COMMENT ON COLUMN @workspace@.linkage_in_force.promoted IS 'tier that it is lifted to; NULL: none (提升至等次)';
