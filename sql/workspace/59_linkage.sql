-- Two-way linkage (双向挂钩): an excellent department lifts its unit that
-- contributed most, a poor one keeps its units out of the first tier. What
-- follows for whom is worked out by apply_linkages and kept here, so that
-- ranks need only look it up.

-- Grades of departments, as their own assessment gave them or an award did: the
-- last one counts.
CREATE TABLE IF NOT EXISTS @workspace@.department_grade (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	grade_id bigint NOT NULL DEFAULT nextval('@workspace:literal@.fact_id'),
	scheme_id integer NOT NULL REFERENCES @workspace@.scheme,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	grade integer CHECK (grade > 0),
	origin text NOT NULL CHECK (origin IN ('run', 'award')),
	run_id integer,
	evidence text,
	reason text,
	graded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	graded_by text NOT NULL,
	PRIMARY KEY (subject_id, grade_id),
	CHECK ((origin = 'run') = (run_id IS NOT NULL)),
	CHECK (origin = 'run' OR evidence <> '')
);
CREATE INDEX IF NOT EXISTS department_grade_period ON @workspace@.department_grade (scheme_id, period_id, subject_id, grade_id);
COMMENT ON TABLE @workspace@.department_grade IS 'grades of supervising departments, from which linkages follow; the last one counts (主管部门等次)';
COMMENT ON COLUMN @workspace@.department_grade.subject_id IS 'department (主管部门)';
COMMENT ON COLUMN @workspace@.department_grade.grade_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.department_grade.scheme_id IS 'scheme that departments are assessed in (部门考核方案)';
COMMENT ON COLUMN @workspace@.department_grade.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.department_grade.grade IS 'its tier there, before any linkage; NULL: none any more (等次号)';
COMMENT ON COLUMN @workspace@.department_grade.origin IS 'run or award (来源)';
COMMENT ON COLUMN @workspace@.department_grade.run_id IS 'run that it was taken from (所依据批次)';
COMMENT ON COLUMN @workspace@.department_grade.evidence IS 'what proves it (佐证材料)';
COMMENT ON COLUMN @workspace@.department_grade.reason IS 'why (理由)';
COMMENT ON COLUMN @workspace@.department_grade.graded_at IS 'when it was entered (登记时间)';
COMMENT ON COLUMN @workspace@.department_grade.graded_by IS 'who entered it (登记人)';

CREATE OR REPLACE VIEW @workspace@.department_grade_now AS
SELECT DISTINCT ON (g.subject_id, g.scheme_id, g.period_id) g.subject_id, g.scheme_id, g.period_id, g.grade_id, g.grade, g.origin, g.run_id, g.evidence
FROM @workspace@.department_grade AS g
ORDER BY g.subject_id, g.scheme_id, g.period_id, g.graded_at DESC, g.grade_id DESC;
COMMENT ON VIEW @workspace@.department_grade_now IS 'the grade of each department that counts (现行主管部门等次)';
COMMENT ON COLUMN @workspace@.department_grade_now.subject_id IS 'department (主管部门)';
COMMENT ON COLUMN @workspace@.department_grade_now.scheme_id IS 'scheme that departments are assessed in (部门考核方案)';
COMMENT ON COLUMN @workspace@.department_grade_now.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.department_grade_now.grade_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.department_grade_now.grade IS 'its tier there, before any linkage; NULL: none (等次号)';
COMMENT ON COLUMN @workspace@.department_grade_now.origin IS 'run or award (来源)';
COMMENT ON COLUMN @workspace@.department_grade_now.run_id IS 'run that it was taken from (所依据批次)';
COMMENT ON COLUMN @workspace@.department_grade_now.evidence IS 'what proves it (佐证材料)';

-- What had been said when linkages were worked out last.
CREATE TABLE IF NOT EXISTS @workspace@.linkage_application (
	scheme_id integer NOT NULL REFERENCES @workspace@.scheme,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	grades bigint NOT NULL,
	applied_at timestamptz NOT NULL,
	applied_by text NOT NULL,
	PRIMARY KEY (scheme_id, period_id)
);
COMMENT ON TABLE @workspace@.linkage_application IS 'when linkages were worked out last, and from which grades (双向挂钩核算记录)';
COMMENT ON COLUMN @workspace@.linkage_application.scheme_id IS 'scheme of the units (方案)';
COMMENT ON COLUMN @workspace@.linkage_application.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.linkage_application.version_id IS 'version whose rules they were (方案版本)';
COMMENT ON COLUMN @workspace@.linkage_application.grades IS 'how many grades had been entered by then (所见部门等次条数)';
COMMENT ON COLUMN @workspace@.linkage_application.applied_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.linkage_application.applied_by IS 'who (经办人)';

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
	applied_at timestamptz NOT NULL,
	withdrawn_at timestamptz CHECK (withdrawn_at > applied_at),
	PRIMARY KEY (subject_id, scheme_id, period_id, rule, applied_at)
);
CREATE UNIQUE INDEX IF NOT EXISTS linkage_effect_in_force ON @workspace@.linkage_effect (subject_id, scheme_id, period_id, rule) WHERE withdrawn_at IS NULL;
CREATE INDEX IF NOT EXISTS linkage_effect_period ON @workspace@.linkage_effect (scheme_id, period_id) WHERE withdrawn_at IS NULL;
COMMENT ON TABLE @workspace@.linkage_effect IS 'what linkages do to units of a scheme in a period; derived by apply_linkages, and what was in force once stays (双向挂钩结果)';
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
COMMENT ON COLUMN @workspace@.linkage_effect.applied_at IS 'in force from then on (生效时间)';
COMMENT ON COLUMN @workspace@.linkage_effect.withdrawn_at IS 'and until then; NULL: it is (失效时间)';

-- One row for each unit that has any: of several caps the worst, and of several
-- tiers that it is lifted to the worst, whatever order the rules come in. Grades
-- of shorter periods close tiers the same way.
CREATE OR REPLACE VIEW @workspace@.linkage_in_force AS
SELECT e.scheme_id, e.period_id, e.subject_id,
	max(e.tier) FILTER (WHERE e.effect = 'cap') AS cap,
	max(e.tier) FILTER (WHERE e.effect = 'promote') AS promoted
FROM (SELECT l.scheme_id, l.period_id, l.subject_id, l.effect, l.tier FROM @workspace@.linkage_effect AS l WHERE l.withdrawn_at IS NULL
      UNION ALL
      SELECT g.scheme_id, g.period_id, g.subject_id, 'cap', g.tier FROM @workspace@.grade_effect AS g WHERE g.withdrawn_at IS NULL) AS e
GROUP BY e.scheme_id, e.period_id, e.subject_id;
COMMENT ON VIEW @workspace@.linkage_in_force IS 'cap and promotion of each unit that linkages concern (双向挂钩对等次的作用)';
COMMENT ON COLUMN @workspace@.linkage_in_force.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.linkage_in_force.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.linkage_in_force.subject_id IS 'unit (考核对象)';
COMMENT ON COLUMN @workspace@.linkage_in_force.cap IS 'best tier that it can get; NULL: any (最高可得等次)';
COMMENT ON COLUMN @workspace@.linkage_in_force.promoted IS 'tier that it is lifted to; NULL: none (提升至等次)';
