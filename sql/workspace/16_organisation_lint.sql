-- What is odd about subjects, groups and tree. A subject whose groups the asker
-- may not see is not said to be in none.
--
-- The tree is stale if its steps of 0 and 1 are not those of today's states: the
-- others follow from these.
CREATE OR REPLACE VIEW @workspace@.organisation_lint WITH (security_invoker = true) AS
WITH member AS (
	SELECT x.subject_id, x.grouping_id, x.group_id FROM @workspace@.group_member AS x
	WHERE x.valid_from <= (SELECT @workspace@.today()) AND (x.valid_to > (SELECT @workspace@.today()) OR x.valid_to IS NULL)
), step AS (
	SELECT s.subject_id, s.subject_id AS ancestor_id, s.valid_from, s.valid_to, 0 AS depth FROM @workspace@.subject AS s
	UNION ALL
	SELECT e.subject_id, e.supervising_id, e.valid_from, e.valid_to, 1 FROM @workspace@.supervision AS e
), tree AS (
	SELECT t.subject_id, t.ancestor_id, t.valid_from, t.valid_to, t.depth FROM @workspace@.subject_tree AS t WHERE t.depth <= 1
)
SELECT f.severity, f.code, f.subject_id, f.subject, f.message, f.message_zh
FROM (
	SELECT 'warning' AS severity, 'no_group' AS code, n.subject_id, n.subject,
		'in no group of grouping ' || w.code || ', while others of kind ' || n.kind || ' are' AS message,
		'未划入分组方式' || coalesce(w.label_zh, w.code) || '的任何分组' AS message_zh
	FROM @workspace@.subject_now AS n
		JOIN (SELECT DISTINCT m.grouping_id, s.kind FROM member AS m JOIN @workspace@.subject AS s ON s.subject_id = m.subject_id
		      WHERE m.group_id IS NOT NULL) AS k ON k.kind = n.kind
		JOIN @workspace@.grouping AS w ON w.grouping_id = k.grouping_id
	WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.subject_id = n.subject_id AND m.grouping_id = k.grouping_id AND m.group_id IS NOT NULL)
	UNION ALL
	SELECT 'error', 'closed_in_group', s.subject_id, s.code,
		'closed from ' || s.valid_to || ' on, but still in group ' || g.code, '已撤销，仍在分组' || coalesce(g.label_zh, g.code) || '中'
	FROM member AS m
		JOIN @workspace@.subject AS s ON s.subject_id = m.subject_id
		JOIN @workspace@.subject_group AS g ON g.group_id = m.group_id
	WHERE s.valid_to <= (SELECT @workspace@.today())
	UNION ALL
	SELECT 'error', 'closed_supervisor', n.subject_id, n.subject,
		'answers to ' || a.code || ', which is closed from ' || a.valid_to || ' on', '主管部门' || coalesce(a.name_zh, a.name) || '已撤销'
	FROM @workspace@.subject_now AS n
		JOIN @workspace@.subject AS a ON a.subject_id = n.supervising_id
	WHERE a.valid_to <= (SELECT @workspace@.today())
	UNION ALL
	SELECT 'error', 'stale_tree', d.subject_id, s.code, 'the tree does not follow its states: call refresh_tree', '隶属关系未刷新，请调用 refresh_tree'
	FROM (SELECT x.subject_id FROM (TABLE step EXCEPT TABLE tree) AS x
	      UNION
	      SELECT y.subject_id FROM (TABLE tree EXCEPT TABLE step) AS y) AS d
		LEFT JOIN @workspace@.subject AS s ON s.subject_id = d.subject_id
) AS f
WHERE (SELECT @workspace@.sees_all()) OR f.subject_id = ANY ((SELECT @workspace@.visible_subjects())::bigint[]);
COMMENT ON VIEW @workspace@.organisation_lint IS 'what is wrong or odd about subjects, groups and tree, today (组织数据检查)';
COMMENT ON COLUMN @workspace@.organisation_lint.severity IS 'error or warning (级别)';
COMMENT ON COLUMN @workspace@.organisation_lint.code IS 'no_group, closed_in_group, closed_supervisor or stale_tree (代码)';
COMMENT ON COLUMN @workspace@.organisation_lint.subject_id IS 'number of the subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.organisation_lint.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.organisation_lint.message IS 'what it is (内容)';
COMMENT ON COLUMN @workspace@.organisation_lint.message_zh IS 'the same in Chinese (中文内容)';
