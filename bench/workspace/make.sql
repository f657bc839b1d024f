-- The workspace :name with :subjects subjects: the schemes of bench/schemes as
-- sealed versions, on two ways to divide the subjects, the six groups of these
-- schemes and groups of 1,000. Without facts.
SET client_min_messages = warning;
SELECT count(*) AS there FROM pg_namespace WHERE nspname = :'name' \gset
\if :there
CALL perfeval.drop_workspace(:'name', :'name');
\endif
CALL perfeval.create_workspace(:'name', 'example data of the benchmark', 'UTC');
SET search_path = :"name", pg_catalog;
CALL add_year(2025, 'year');

INSERT INTO subject (subject_id, code, name, kind)
SELECT subject_id, 'S' || subject_id, 'Example subject ' || subject_id, 'institution'
FROM bench.scheme_subject WHERE subject_id <= :subjects;
INSERT INTO grouping (grouping_id, code, label) VALUES (1, 'six', 'six groups'), (2, 'thousands', 'groups of 1,000');
INSERT INTO subject_group (group_id, grouping_id, code, label)
SELECT g, 1, 'G' || g, 'Example group ' || g FROM generate_series(1, 6) AS g
UNION ALL
SELECT 1001 + k, 2, 'K' || k, 'Example thousand ' || k FROM generate_series(0, (:subjects - 1) / 1000) AS k;
INSERT INTO group_member (subject_id, grouping_id, group_id)
SELECT subject_id, 1, group_id FROM bench.scheme_subject WHERE subject_id <= :subjects
UNION ALL
SELECT subject_id, 2, 1001 + (subject_id - 1) / 1000 FROM bench.scheme_subject WHERE subject_id <= :subjects;
INSERT INTO indicator (item, code, name)
SELECT item, 'I' || item, 'example ' || item FROM bench.indicator WHERE group_id = 1;

INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (1, 'six', 'example schemes', 1), (2, 'thousands', 'example schemes', 2);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties)
SELECT s, s, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand' FROM generate_series(1, 2) AS s;
INSERT INTO node (version_id, group_id, node, parent, position, spec)
SELECT sg.grouping_id, sg.group_id, n.node, n.parent, coalesce(n.position, 1), n.spec - '{node,parent,position}'::text[]
FROM subject_group AS sg
	JOIN bench.scheme_rubric AS r ON r.group_id = CASE sg.grouping_id WHEN 1 THEN sg.group_id ELSE 1 + sg.group_id % 6 END,
	perfeval.rubric_rows(r.rubric) AS n
WHERE n.node IS NOT NULL;
INSERT INTO tier (version_id, tier, code, label, share)
SELECT v, t, chr(64 + t), 'tier ' || t, (ARRAY[0.20, 0.70, 0.10])[t] FROM generate_series(1, 2) AS v, generate_series(1, 3) AS t;
CALL seal_version(1);
CALL seal_version(2);
SET search_path = pg_catalog, public;
