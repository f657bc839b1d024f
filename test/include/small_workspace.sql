-- A little of everything in the workspace that stands first in the search path: a sealed scheme, subjects in two
-- groups, readings folded and not, corrections, events, ratings. At the end, the tail holds some.
CALL add_year(2025, 'month');
CALL add_subject('GOV', 'City government', '市政府', 'department');
CALL add_subject('OFF', 'Assessment office', '考核办', 'department', 'GOV');
INSERT INTO "grouping" (grouping_id, code, label, label_zh) VALUES (1, 'service', 'By service', '服务属性');
INSERT INTO subject_group (group_id, grouping_id, code, label, label_zh) VALUES (1, 1, 'a', 'Group A', '甲组'), (2, 1, 'b', 'Group B', '乙组');
INSERT INTO subject (subject_id, code, name, name_zh, kind) SELECT i, 'S' || i, 'Subject ' || i, '单位' || i, 'institution' FROM generate_series(101, 120) i;
INSERT INTO subject_state (subject_id, valid_from, supervising_id, headcount) SELECT i, '2020-01-01', find_subject('GOV'), i - 100 FROM generate_series(101, 120) i;
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 1, 1 + i % 2 FROM generate_series(101, 120) i;
CALL refresh_tree();
INSERT INTO indicator (item, code, name, name_zh, roll_up) VALUES (1, 'DUTY', 'Duty fulfilment', '职责履行率', 'mean'), (2, 'KEY', 'Key work', '重点工作', 'last'), (3, 'OUT', 'Output', '产出', 'sum');
INSERT INTO indicator (item, code, name, name_zh, fact, owner_id, negative_list, roll_up) VALUES (4, 'COMPLAINT', 'Valid complaints', '有效投诉', 'event', find_subject('OFF'), true, 'sum');
INSERT INTO indicator (item, code, name, name_zh, fact, criterion, rater_role, drop_each) VALUES (5, 'PEER', 'Peers'' view', '互评', 'rating', 'quality', 'peer', 1);
INSERT INTO posting_right VALUES (4, find_subject('OFF'));
INSERT INTO scheme (scheme_id, code, label, label_zh, grouping_id) VALUES (1, 'city', 'City', '全市考核', 1);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
VALUES (1, 1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{1}');
INSERT INTO node (version_id, group_id, node, parent, position, part, spec) VALUES
	(1, NULL, 0, NULL, 1, NULL, '{"rule": "sum", "missing": "zero"}'),
	(1, NULL, 1, 0, 1, 'base', '{"rule": "weighted_mean", "missing": "renormalize"}'),
	(1, NULL, 2, 1, 1, NULL, '{"rule": "given", "item": 1, "weight": 0.5, "min": 0, "max": 100}'),
	(1, NULL, 3, 1, 2, NULL, '{"rule": "given", "item": 2, "weight": 0.3, "min": 0, "max": 100}'),
	(1, NULL, 5, 1, 3, NULL, '{"rule": "given", "item": 5, "weight": 0.2, "min": 0, "max": 100}'),
	(1, 2, 5, 1, 3, NULL, '{"rule": "given", "item": 3, "weight": 0.2, "min": 0, "max": null}'),
	(1, NULL, 6, 0, 2, 'deductions', '{"rule": "deductions", "cap_total": 10, "missing": "zero"}'),
	(1, NULL, 7, 6, 1, NULL, '{"rule": "given", "item": 4, "cap": 5, "min": 0, "max": null}');
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference) VALUES
	(1, 1, 'A', 'first', '一等', 0.2, 'at_most', 3), (1, 2, 'B', 'second', '二等', 0.7, 'exact', 1), (1, 3, 'C', 'third', '三等', 0.1, 'at_most', 2);
CALL seal_version(1);
INSERT INTO reading (subject_id, period_id, item, value, recorded_at)
SELECT s, 2025020 + p, i, (s * 7919 + i * 104729 + p * 17) % 1000 / 10.0, '2025-06-01 12:00+08' FROM generate_series(101, 120) s, generate_series(1, 4) p, generate_series(1, 3) i;
CALL fold();
-- corrections of what is folded, one after the other, and news
INSERT INTO reading (subject_id, period_id, item, value, recorded_at)
SELECT s, 2025021, 1, s % 50 + 50 + n, timestamptz '2025-06-02 12:00+08' + n * interval '1 day' FROM generate_series(101, 120, 3) s, generate_series(1, 2) n;
INSERT INTO reading (subject_id, period_id, item, status, note) VALUES (102, 2025022, 2, 'exempt', 'on secondment');
INSERT INTO event (subject_id, period_id, item, office_id, occurred_on, decision, quantity)
SELECT s, 2025022, 4, find_subject('OFF'), '2025-02-10', (ARRAY['valid', 'pending', 'valid', 'rejected'])[1 + s / 2 % 4], 1 FROM generate_series(101, 120, 2) s;
INSERT INTO event_decision (subject_id, event_id, decision, reason) SELECT subject_id, event_id, 'tolerated', '容错' FROM event WHERE subject_id = 105;
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value)
SELECT s, 2025023, 'quality', 'peer', r, 60 + (s * 31 + r * 17) % 40 FROM generate_series(101, 120) s, generate_series(101, 106) r WHERE r <> s;
ANALYZE subject, subject_group, group_member, indicator, period, period_part, reading, card, event, event_decision, rating, node, group_rubric;
