-- A second way to divide the subjects of :name: groups of 1,000, and a scheme
-- for them.
SET search_path = :"name", pg_catalog;
INSERT INTO grouping (grouping_id, code, label) VALUES (2, 'thousands', 'groups of 1,000');
INSERT INTO subject_group (group_id, grouping_id, code, label)
SELECT 1000 + k, 2, 'K' || k, 'Example thousand ' || k FROM generate_series(0, (:subjects - 1) / 1000) AS k;
INSERT INTO group_member (subject_id, grouping_id, group_id)
SELECT subject_id, 2, 1000 + (subject_id - 1) / 1000 FROM subject;
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (2, 'thousands', 'example schemes', 2);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
VALUES (2, 2, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{}');
INSERT INTO node (version_id, group_id, node, parent, position, spec)
SELECT 2, g.group_id, n.node, n.parent, n.position, n.spec
FROM subject_group AS g JOIN node AS n ON n.group_id = 1 + g.group_id % 6 AND n.version_id = 1
WHERE g.grouping_id = 2;
INSERT INTO tier (version_id, tier, code, label, share, bound, preference)
SELECT 2, tier, code, label, share, bound, preference FROM tier WHERE version_id = 1;
CALL seal_version(2);
VACUUM ANALYZE;
RESET search_path;
