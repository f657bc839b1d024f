-- The workspace :name with the first :subjects subjects: the schemes of
-- bench/schemes as a sealed version, six groups, no facts yet.
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
INSERT INTO grouping (grouping_id, code, label) VALUES (1, 'six', 'six groups');
INSERT INTO subject_group (group_id, grouping_id, code, label)
SELECT g, 1, 'G' || g, 'Example group ' || g FROM generate_series(1, 6) AS g;
INSERT INTO group_member (subject_id, grouping_id, group_id)
SELECT subject_id, 1, group_id FROM bench.scheme_subject WHERE subject_id <= :subjects;
INSERT INTO indicator (item, code, name)
SELECT item, 'I' || item, 'example ' || item FROM bench.indicator WHERE group_id = 1;

INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (1, 'six', 'example schemes', 1);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
VALUES (1, 1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{}');
INSERT INTO node (version_id, group_id, node, parent, position, spec)
SELECT 1, r.group_id, n.node, n.parent, coalesce(n.position, 1), n.spec - '{node,parent,position}'::text[]
FROM bench.scheme_rubric AS r, perfeval.rubric_rows(r.rubric) AS n
WHERE n.node IS NOT NULL;
INSERT INTO tier (version_id, tier, code, label, share, bound, preference)
SELECT 1, t, chr(64 + t), 'tier ' || t, (ARRAY[0.20, 0.70, 0.10])[t], 'exact', (ARRAY[2, 1, 3])[t] FROM generate_series(1, 3) AS t;
CALL seal_version(1);
ANALYZE;
RESET search_path;
