-- A small town whose year becomes final: with everything that lines and bundles can hold. Names have what is
-- special in lines, JSON and SQL. Wants the variable workspace.
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", perfeval, public;
CALL add_year(2025, 'quarter');

INSERT INTO "grouping" (grouping_id, code, label, label_zh) VALUES (1, 'kind', 'By kind', '按类别');
INSERT INTO subject_group (group_id, grouping_id, code, label, label_zh) VALUES (1, 1, 'service', 'Service | windows', '服务类'),
	(2, 1, 'Admin', E'Administration\n"staff"', '行政类'), (3, 1, 'empty', 'Nobody yet', NULL);
INSERT INTO subject (subject_id, code, name, name_zh, kind) SELECT i, 'U' || i, 'Unit ' || i, '单位' || i, 'institution' FROM generate_series(1, 15) AS i;
INSERT INTO subject (subject_id, code, name, name_zh, kind) VALUES (16, 'U|16\', E'Cafe\u0301 "16" | \\\n\t50% <&> ''', NULL, 'institution'),
	(17, '17', 'Unit 17', '', 'institution'), (18, 'U18', 'Never heard of', '未报送', 'institution'),
	(91, 'SAFE', 'Work safety', '应急', 'department');
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 1, 1 + i % 2 FROM generate_series(1, 18) AS i;

INSERT INTO indicator (item, code, name, name_zh, fact, roll_up, owner_id) VALUES
	(1, 'done', 'Tasks done', '任务完成', 'reading', 'sum', NULL), (2, 'rate', 'Duty fulfilment', '职责履行率', 'reading', 'mean', NULL),
	(3, 'days', 'Days to respond', '响应天数', 'reading', 'mean', NULL), (4, 'level', 'Level of recognition', '认可等级', 'reading', 'last', NULL),
	(5, 'difficulty', 'Difficulty', '难度系数', 'reading', 'last', NULL),
	(11, 'complaint', 'Complaints', '有效投诉', 'event', 'sum', 91), (12, 'award', 'Awards', '表彰', 'event', 'sum', 91),
	(13, 'accident', 'Major accidents', '重大事故', 'event', 'sum', 91);
INSERT INTO indicator (item, code, name, name_zh, fact, roll_up, pending_of) VALUES (14, 'open', 'Complaints not decided', '待认定投诉', 'event', 'sum', 11);
CALL allow_posting('complaint');
CALL allow_posting('award');
CALL allow_posting('accident');

INSERT INTO scheme (scheme_id, code, label, label_zh, grouping_id) VALUES (1, 'town|scheme', 'Town scheme', '镇考核方案', 1);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, capped_seat, ties, tie_chain, parameters, note)
VALUES (1, 1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'kept', 'expand', '{11}', '{"mean": null, "spread": null}', 'first');
INSERT INTO node (version_id, node, parent, position, part, spec) VALUES
	(1, 0, NULL, 1, NULL, '{"rule": "clamp", "low": 0, "high": 110}'),
	(1, 1, 0, 1, NULL, '{"rule": "sum", "missing": "strict"}'),
	(1, 10, 1, 1, 'coefficient', '{"rule": "coefficient", "coefficient": {"item": 5}, "low": 0.8, "high": 1.2, "max_points": 105, "otherwise": 1}'),
	(1, 19, 10, 1, 'base', '{"rule": "weighted_mean", "missing": "renormalize:0.5", "total": 1}'),
	(1, 11, 19, 1, NULL, '{"rule": "normalise", "weight": 0.35, "value": {"item": 1}, "method": "zscore", "mean": {"parameter": "mean"}, "deviation": {"parameter": "spread"}, "full_points": 100, "neutral": 50, "clamp": "yes"}'),
	(1, 12, 19, 2, NULL, '{"rule": "threshold", "weight": 0.25, "item": 2, "target": 95, "full_points": 100, "penalty": 10, "step": 1, "min_points": 0, "mode": "linear", "better": "higher"}'),
	(1, 13, 19, 3, NULL, '{"rule": "interpolate", "weight": 0.2, "item": 3, "xs": [1, 3, 8], "ys": [100, 80, 0]}'),
	(1, 14, 19, 4, NULL, '{"rule": "bands", "weight": 0.1, "item": 4, "cuts": [1, 2, 3], "points": [0, 60, 85, 100]}'),
	(1, 15, 19, 5, NULL, '{"rule": "formula", "weight": 0.1, "expression": "clamp(100 - 7 * item(3) / 3, 0, 100)"}'),
	(1, 20, 1, 2, 'deductions', '{"rule": "deductions", "cap_total": 6, "missing": "zero"}'),
	(1, 21, 20, 1, NULL, '{"rule": "awards", "item": 11, "points": 1.5, "cap": 4, "cap_award": null, "cap_kind": null}'),
	(1, 30, 1, 3, 'bonus', '{"rule": "bonus", "cap_total": 3, "missing": "zero"}'),
	(1, 31, 30, 1, NULL, '{"rule": "awards", "item": 12, "points": 0.75, "cap": 2, "cap_award": null, "cap_kind": null}'),
	(1, 91, NULL, 1, NULL, '{"rule": "limit", "item": 13, "ge": 1, "effect": "cap_tier", "tier": 3}'),
	(1, 92, NULL, 2, NULL, '{"rule": "limit", "item": 13, "ge": 2, "effect": "ineligible", "for": "award 评优"}');
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference, coefficient) VALUES
	(1, 1, 'A', 'top', '一等', 0.2, 'at_most', 2, 1.1), (1, 2, 'B', 'middle | two', '二等', 0.7, 'exact', 1, 1), (1, 3, 'C', 'low', NULL, 0.1, 'exact', 3, 0.85);
CALL seal_version(1);
CALL set_group_parameters(1, 'service', '2025Q1', '{"mean": 47, "spread": 13.7}');
CALL set_group_parameters(1, 'Admin', '2025Q1', '{"mean": 51.5, "spread": 11}');
CALL set_group_parameters(1, 'empty', '2025Q1', '{"mean": 50, "spread": 10}');

INSERT INTO reading (subject_id, period_id, item, value)
SELECT s, p.period_id, i, CASE i WHEN 1 THEN 20 + (s * 37) % 61 WHEN 2 THEN 85 + (s * 7919) % 131 / 10.0
	WHEN 3 THEN round((s * 104729) % 97 / 11.0, 6) WHEN 4 THEN s % 4 ELSE 0.9 + s % 5 / 20.0 END
FROM generate_series(1, 17) AS s, generate_series(1, 5) AS i, period AS p
WHERE p.code = '2025Q1' AND NOT (s = 5 AND i IN (3, 4)) AND NOT (s % 6 = 0 AND i = 5);
INSERT INTO reading (subject_id, period_id, item, status) SELECT 5, p.period_id, 4, 'exempt' FROM period AS p WHERE p.code = '2025Q1';
-- Two of a group are equal but for the tie chain, two in all.
INSERT INTO reading (subject_id, period_id, item, value)
SELECT t.copy, r.period_id, r.item, r.value FROM reading AS r, (VALUES (3, 9), (4, 10)) AS t (original, copy) WHERE r.subject_id = t.original;
CALL post_event('U2', 'complaint', 'SAFE', '2025-02-03', reference => 'C1');
CALL post_event('U3', 'complaint', 'SAFE', '2025-02-04', 3, reference => 'C2');
CALL post_event('U6', 'award', 'SAFE', '2025-02-05', 2, reference => 'A1');
CALL post_event('U7', 'accident', 'SAFE', '2025-02-06', 2, reference => 'X1');
CALL post_event('U8', 'complaint', 'SAFE', '2025-02-07', reference => 'C3');
SELECT format('CALL decide_event(%s, ''valid'')', event_id) FROM event WHERE reference <> 'C3' ORDER BY 1 \gexec
CALL fold();

-- The year: published, contested, adjusted, assessed again and contested again, final, repeated.
CALL publish_version(1, 'town hall | notice board', 'for all to read', '2025-01-02', '2025-01-31');
CALL assess('town|scheme', '2025Q1', 'first draft');
INSERT INTO reading (subject_id, period_id, item, value) SELECT 1, p.period_id, 2, 93.3 FROM period AS p WHERE p.code = '2025Q1';
CALL assess('town|scheme', '2025Q1', 'one reading corrected');
SELECT max(run_id) AS first_run FROM run \gset
CALL publish(:first_run, 5, 'web site', 'preliminary');
CALL raise_objection(:first_run, 'U4', 'a reading is wrong', 'letter');
SELECT max(objection_id) AS objection FROM objection \gset
INSERT INTO reading (subject_id, period_id, item, value) SELECT 4, p.period_id, 2, 94.4 FROM period AS p WHERE p.code = '2025Q1';
CALL assess('town|scheme', '2025Q1', 'as objected');
SELECT max(run_id) AS run FROM run \gset
CALL answer_objection(:objection, 'upheld', 'the reading is put right', :run);
CALL publish(:run, 0, NULL, NULL);
CALL raise_objection(:run, 'U|16\', E'the panel''s minutes | say\notherwise', 'minutes', 12);
SELECT max(objection_id) AS objection FROM objection \gset
CALL adjust(:run, 'U|16\', 1.5, E'as the minutes | say', 'minutes, page 3', :objection);
CALL answer_objection(:objection, 'upheld', 'granted');
CALL adjust(:run, 'U6', -0.25, 'late report');
CALL adjust(:run, 'U8', 2, 'by mistake');
SELECT max(adjustment_id) AS mistaken FROM adjustment \gset
CALL raise_objection(:run, 'U8', 'no reason given');
SELECT max(objection_id) AS objection FROM objection \gset
CALL answer_objection(:objection, 'rejected', 'the reason is on file');
CALL cancel_adjustment(:mistaken, 'it was another unit');
CALL calibrate(:run, 'U6', 2, E'the panel | says\notherwise', 'Panel "A" | 校准小组', 'minutes 7');
CALL calibrate(:run, 'U6', NULL, 'it was another unit', 'Panel "A" | 校准小组');
CALL calibrate(:run, 'U3', 2, 'in view of all it did', 'Panel "B"');
CALL calibrate(:run, 'U3', 1, 'in view of what the others did', 'Panel "B"', 'minutes 8');
CALL calibrate(:run, 'U1', 3, 'late', 'Panel "B"');
CALL finalize(:run, 'final | as adjusted', 'web site');
CALL rerun(:run);
SELECT max(run_id) AS rerun FROM run \gset
