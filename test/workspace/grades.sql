-- Monthly grades: each month 40 % "good" in each group, exact or at most; the year's best tier asks for six goods, no
-- fail and a minimum of months; an open pre-deduction takes the goods of its quarter.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
SELECT no_plan();

CALL perfeval.create_workspace('等次 "it''s" 50%', time_zone => 'Asia/Shanghai');
SET search_path = "等次 ""it's"" 50%", perfeval, public;
CALL add_year(2024, 'month');
INSERT INTO "grouping" (grouping_id, code, label) VALUES (1, 'staff', 'Staff');
-- Groups of 1 to 12 people; the group's number is its size, and P0803 the third person of eight.
INSERT INTO subject_group (group_id, grouping_id, code, label) SELECT n, 1, 'G' || lpad(n::text, 2, '0'), 'Group of ' || n FROM generate_series(1, 12) AS n;
INSERT INTO subject (subject_id, code, name, name_zh, kind)
SELECT n * 100 + i, format('P%s%s', lpad(n::text, 2, '0'), lpad(i::text, 2, '0')), format('Person %s of %s', i, n), '职员', 'person'
FROM generate_series(1, 12) AS n, generate_series(1, n) AS i;
-- P1012 does not exist; P1010 joins in July.
INSERT INTO group_member (subject_id, grouping_id, group_id, valid_from)
SELECT s.subject_id, 1, s.subject_id / 100, CASE WHEN s.code = 'P1010' THEN date '2024-07-01' ELSE '2020-01-01' END FROM subject AS s;
INSERT INTO subject (subject_id, code, name, kind) VALUES (9001, 'OFF', 'Office', 'department');
INSERT INTO indicator (item, code, name, name_zh, roll_up) VALUES (1, 'WORK', 'Work', '工作实绩', 'mean'), (2, 'LAPSE', 'Lapses', '失误', 'sum');
INSERT INTO indicator (item, code, name, name_zh, fact, roll_up, owner_id) VALUES (3, 'PREDEDUCT', 'Pre-deductions', '预扣分', 'event', 'sum', 9001);
CALL allow_posting('PREDEDUCT');

INSERT INTO scheme (scheme_id, code, label, label_zh, grouping_id) VALUES (1, 'exact', 'Months, exactly 40 %', '月度（恰好）', 1),
	(2, 'at-most', 'Months, at most 40 %', '月度（至多）', 1), (3, 'year', 'Year', '年度', 1), (4, 'year-at-most', 'Year', '年度', 1);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, period_kinds, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
SELECT s, s, 1, '2024-01-01', CASE WHEN s < 3 THEN '{month}' ELSE '{year}' END::text[], 'final', 2, 'half_up', 'unrounded', 'contract', '{}' FROM generate_series(1, 4) AS s;
INSERT INTO node (version_id, node, parent, position, spec)
SELECT v, n.* FROM generate_series(1, 4) AS v,
	(VALUES (0, NULL::integer, 1, jsonb '{"rule": "given", "item": 1, "min": 0, "max": 100}')) AS n;
-- Two lapses in a month are a fail, whatever the score.
INSERT INTO node (version_id, node, parent, position, spec)
SELECT v, 9, NULL, 2, '{"rule": "limit", "item": 2, "ge": 2, "effect": "cap_tier", "tier": 3}' FROM generate_series(1, 2) AS v;
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference)
SELECT v, t.* FROM generate_series(1, 2) AS v, (VALUES (1, 'good', 'good', '好', 0.4, 'exact', 1), (2, 'fair', 'fair', '一般', 0.6, 'exact', 2),
	(3, 'fail', 'fail', '差', 0, 'at_most', 3)) AS t;
UPDATE tier SET bound = 'at_most' WHERE version_id = 2 AND tier = 1;
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference)
SELECT v, t.* FROM generate_series(3, 4) AS v, (VALUES (1, 'excellent', 'excellent', '优秀', 0.5, 'exact', 1), (2, 'competent', 'competent', '称职', 0.5, 'exact', 2)) AS t;
INSERT INTO grade_rule (version_id, source_id, period_kind, good, fail, goods, periods_min, taken_by, taken_kind, taken_until) VALUES
	(3, 1, 'month', 'good', 'fail', 6, 6, 3, 'quarter', 'decided'), (4, 2, 'month', 'good', 'fail', 6, 8, 3, 'quarter', 'rejected');
SELECT is_empty($$SELECT * FROM version_lint(3) WHERE code LIKE 'grade%' AND severity <> 'warning'$$, 'the rule is in order');
CALL seal_version(1);
CALL seal_version(2);
CALL seal_version(3);
CALL seal_version(4);
SELECT is(export_scheme('year') -> 'grades', '{"scheme": "exact", "period_kind": "month", "good": "good", "fail": "fail", "goods": 6, "periods_min": 6, "tier": 1,
	"taken_by": 3, "taken_kind": "quarter", "taken_until": "decided"}', 'it is part of the document that is sealed');

-- ---- twelve months from a fixed seed: all scores of a month differ

INSERT INTO reading (subject_id, period_id, item, value)
SELECT s.subject_id, 2024020 + m, 1, 50 + ('x' || left(encode(sha256(format('seed 2024|%s|%s', s.code, m)::bytea), 'hex'), 6))::bit(24)::integer * 0.0000025
FROM subject AS s, generate_series(1, 12) AS m WHERE s.kind = 'person' AND NOT (s.code = 'P1010' AND m < 7);
CALL fold();
SELECT is((SELECT count(DISTINCT (period_id, value)) FROM reading WHERE item = 1), (78 * 12 - 6)::bigint, 'no two scores of a month are equal');
SELECT format('CALL assess(%L, %L)', s.code, p.code) FROM scheme AS s, period AS p WHERE s.scheme_id < 3 AND p.kind = 'month' AND NOT p.cumulative ORDER BY 1 \gexec
SELECT format('CALL publish(%s, 0)', r.run_id) FROM run AS r ORDER BY 1 \gexec
