-- What is measured and how it counts: a scheme of Nantong's form, as a draft. True figures of published
-- schemes: function targets, deductions and bonus around a base of 100; key 70, routine 20, dynamic 10;
-- a negative list of 28 items, six of them known by name; four kinds of bonus of at most 1 point each; the
-- penalties of the quantified plan (95 % or more full, -2 of 10 a point below; -3 a month over 1 %; -5 a
-- valid complaint); raters 40/40/20; tiers 20/70/10 with 1.1/1.0/0.9. Example, as the sources do not say:
-- the groups' own indicators and targets, the weights inside key and routine work, the other 22 items, the
-- caps of the negative list, and how far the coefficient goes.

SET search_path = pg_catalog, :"workspace", :"office", pg_temp;

INSERT INTO source (code, label, label_zh, kind) VALUES
    ('platform', 'platform of the assessment office', '考核平台', 'platform'),
    ('sheet', 'spreadsheets of units', '单位报表', 'self'),
    ('hotline', 'hotline 12345', '12345热线', 'office'),
    ('panel', 'panel of experts', '专家组', 'third_party');

-- Common indicators.
INSERT INTO indicator (item, code, name, name_zh, fact, unit, direction, roll_up, perspective, criterion, rater_role, drop_each) VALUES
    (101, 'fulfilment',   'duty fulfilment',         '职责履行率',       'reading', '%',      'higher', 'mean', 'process',  NULL, NULL, 0),
    (102, 'errors',       'months of errors > 1 %',  '差错率超限月数',   'reading', 'months', 'lower',  'sum',  'process',  NULL, NULL, 0),
    (103, 'complaints',   'valid complaints',        '有效投诉',         'event',   'cases',  'lower',  'sum',  'customer', NULL, NULL, 0),
    (104, 'complaints_open', 'complaints not decided', '待认定投诉',     'event',   'cases',  'none',   'sum',  'customer', NULL, NULL, 0),
    (105, 'response',     'days to respond',         '协同响应天数',     'reading', 'days',   'lower',  'mean', 'process',  NULL, NULL, 0),
    (106, 'by_superior',  'marks of superiors',      '上级评价',         'rating',  'points', 'higher', 'mean', 'customer', 'work', 'superior', 1),
    (107, 'by_in_charge', 'marks of leaders in charge', '分管领导评价',  'rating',  'points', 'higher', 'mean', 'customer', 'work', 'in_charge', 1),
    (108, 'by_team',      'marks of the leadership team', '领导班子评价', 'rating', 'points', 'higher', 'mean', 'customer', 'work', 'team', 1),
    (109, 'adopted',      'reports adopted by the province', '省级采用', 'reading', 'reports', 'higher', 'sum', 'learning', NULL, NULL, 0),
    (110, 'dynamic_done', 'dynamic tasks done',      '动态工作完成数',   'reading', 'tasks',  'higher', 'sum',  'process',  NULL, NULL, 0),
    (111, 'dynamic_due',  'dynamic tasks assigned',  '动态工作交办数',   'reading', 'tasks',  'none',   'sum',  'process',  NULL, NULL, 0),
    (112, 'cleanup_done', 'zombie bodies closed',    '僵尸机构清理数',   'reading', 'bodies', 'higher', 'sum',  'finance',  NULL, NULL, 0),
    (113, 'cleanup_due',  'zombie bodies to close',  '僵尸机构应清理数', 'reading', 'bodies', 'none',   'sum',  'finance',  NULL, NULL, 0),
    (120, 'recognition',  'coefficient of recognition', '认同系数',      'reading', NULL,     'higher', 'last', 'customer', NULL, NULL, 0);
UPDATE indicator SET pending_of = 103 WHERE item = 104;

-- The groups' own: four for each, all example 示例. Target and weights are those of the special rules below.
CREATE TABLE :"office".own_indicator (group_no int PRIMARY KEY, done text, due text, rate text, said text,
    target numeric, penalty numeric, weights int[], cuts numeric[], points numeric[]);
INSERT INTO own_indicator VALUES
    (1, '党建项目按期完成数 party-building projects in time', '党建项目应完成数 party-building projects due',
        '信息采用率 information adopted', '基层党组织满意度 satisfaction of party branches', 94, 5, '{40,30,20,10}', '{60,75,85}', '{0,60,85,100}'),
    (2, '保障任务按期完成数 support tasks in time', '保障任务应完成数 support tasks due',
        '采购合规率 lawful procurement', '机关满意度 satisfaction of offices', 97, 10, '{30,40,20,10}', '{60,80,90}', '{0,60,85,100}'),
    (3, '项目按期开工数 projects begun in time', '项目应开工数 projects to begin',
        '投资计划完成率 investment plan fulfilled', '企业评价 judgement of enterprises', 95, 4, '{50,25,15,10}', '{60,75,90}', '{0,50,80,100}'),
    (4, '民生实事按期完成数 livelihood projects in time', '民生实事应完成数 livelihood projects due',
        '隐患整改率 hazards put right', '群众安全感 sense of safety', 96, 5, '{40,30,20,10}', '{60,80,90}', '{0,70,90,100}'),
    (5, '承诺件按期办结数 promises kept in time', '承诺件应办结数 promises due',
        '一次办成率 done in one visit', '窗口满意度 satisfaction at the counter', 93, 4, '{30,25,35,10}', '{60,80,90}', '{0,60,85,100}'),
    (6, '案件按期办结数 cases closed in time', '案件应办结数 cases due',
        '执法文书合格率 enforcement papers in order', '相对人满意度 satisfaction of those concerned', 95, 5, '{45,30,15,10}', '{60,80,90}', '{0,60,85,100}');
INSERT INTO indicator (item, code, name, name_zh, unit, direction, roll_up, perspective, description)
SELECT 200 + 10 * group_no + k, g.code || suffix, substr(line, strpos(line, ' ') + 1), split_part(line, ' ', 1),
       unit, direction, roll_up, perspective, 'example 示例'
FROM own_indicator AS o JOIN service_group AS g USING (group_no),
     LATERAL (VALUES (1, '_done', o.done, 'tasks', 'higher', 'sum', 'process'), (2, '_due', o.due, 'tasks', 'none', 'sum', 'process'),
                     (3, '_rate', o.rate, '%', 'higher', 'mean', 'finance'), (4, '_said', o.said, 'points', 'higher', 'last', 'customer'))
         AS i (k, suffix, line, unit, direction, roll_up, perspective);

-- The negative list: whoever is in charge of the matter owns the item, and nobody else may post to it.
CREATE TABLE :"office".negative_item (k int PRIMARY KEY, owner text, name text, name_zh text);
INSERT INTO negative_item VALUES
    (1, '司法局', 'rule of law', '法治建设'), (2, '应急局', 'work safety', '安全生产'), (3, '环保局', 'environment', '生态环境'),
    (4, '市监局', 'food safety', '食品安全'), (5, '财政局', 'budget performance', '预算绩效'), (6, '编办', 'staffing', '机构编制');
INSERT INTO negative_item
SELECT k, name_zh, 'example item ' || k, '示例事项' || k
FROM generate_series(7, 28) AS k
JOIN (SELECT row_number() OVER (ORDER BY pick('owner/' || dept_no, 1000000), dept_no) AS place, name_zh FROM department) AS d
     ON d.place = k - 6;
INSERT INTO indicator (item, code, name, name_zh, fact, unit, direction, roll_up, negative_list, owner_id, description)
SELECT 300 + k, 'negative_' || lpad(k::text, 2, '0'), n.name, n.name_zh, 'event', 'points', 'lower', 'sum', true, s.subject_id,
       CASE WHEN k > 6 THEN 'example 示例' END
FROM negative_item AS n JOIN subject AS s ON s.name_zh = n.owner AND s.kind = 'department';

-- Bonus and veto: who posts them (example).
INSERT INTO indicator (item, code, name, name_zh, fact, unit, direction, roll_up, owner_id)
SELECT item, b.code, b.name, b.name_zh, 'event', unit, direction, 'sum', s.subject_id
FROM (VALUES (401, 'commendation', 'provincial commendation', '省级表彰', 'points', 'higher', '人社局'),
             (402, 'praise', 'leader''s praise', '领导批示肯定', 'points', 'higher', '政府办'),
             (403, 'incentive', 'State Council incentive', '国务院督查激励', 'points', 'higher', '发改委'),
             (404, 'rank_rise', 'clear rise in rank', '位次明显进位', 'points', 'higher', '统计局'),
             (501, 'accident', 'major accident', '重大事故', 'cases', 'lower', '应急局'),
             (502, 'falsified', 'falsified data', '数据造假', 'cases', 'lower', '统计局'))
     AS b (item, code, name, name_zh, unit, direction, owner)
     JOIN subject AS s ON s.name_zh = b.owner AND s.kind = 'department';
UPDATE indicator SET owner_id = (SELECT subject_id FROM subject WHERE name_zh = '热线办' AND kind = 'department')
WHERE item = 103;
INSERT INTO posting_right (item, office_id)
SELECT item, owner_id FROM indicator WHERE fact = 'event' AND owner_id IS NOT NULL;

INSERT INTO indicator_tag (item, tag) SELECT item, 'common' FROM indicator WHERE fact = 'event';
INSERT INTO forbidden_tag VALUES ('growth', 'no incentive to add bodies or posts 不得诱导增设机构、增加编制');

-- 干什么考什么: what each duty is measured by.
INSERT INTO indicator_duty (item, duty_id)
SELECT i.item, d.duty_id
FROM unit AS u JOIN subject AS s ON s.code = u.code JOIN duty AS d USING (subject_id)
     JOIN indicator AS i ON CASE d.clause WHEN '1' THEN i.item / 10 = 20 + u.group_no
                                          WHEN '2' THEN i.item BETWEEN 101 AND 120 AND i.item <> 104 END;

-- 1 + N: an outline and the special rules that fill its slots, each a scheme of its own, are composed into the
-- scheme of the units. Two of three offices named have to agree to it (指标联席会审).
INSERT INTO scheme (code, label, label_zh, grouping_id)
SELECT s.code, s.label, s.label_zh, grouping_id
FROM (VALUES ('units', 'Affiliated units', '事业单位综合考核'), ('outline', 'Outline', '总则'), ('key', 'Special rules of key work', '重点工作专项规则'),
             ('negative', 'Special rules of the negative list', '负面清单专项规则'), ('bonus', 'Special rules of bonuses', '加分专项规则'))
     AS s (code, label, label_zh), "grouping" AS g
WHERE g.code = 'service';

-- The outline 总则: what holds for every group.
CALL new_version('outline', in_force_from => '2025-01-01') \gset
\set outline :version_id
UPDATE scheme_version
SET period_kinds = '{year,half_year,quarter,month}', quorum = 2, round_at = 'final', round_digits = 2, round_mode = 'half_up',
    rank_basis = 'unrounded', ties = 'expand', tie_chain = '{}',
    capped_seat = 'kept'
WHERE version_id = :outline;
INSERT INTO version_reviewer (version_id, office_id)
SELECT :outline, subject_id FROM subject WHERE kind = 'department' AND name_zh IN ('编办', '财政局', '统计局');
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference, coefficient) VALUES
    (:outline, 1, 'A', 'first',  '一等', 0.20, 'exact', 2, 1.1),
    (:outline, 2, 'B', 'second', '二等', 0.70, 'exact', 1, 1.0),
    (:outline, 3, 'C', 'third',  '三等', 0.10, 'exact', 3, 0.9);
INSERT INTO rater_role (version_id, criterion, role, weight, position, label) VALUES
    (:outline, 'work', 'superior', 0.4, 1, 'Superiors 上级'), (:outline, 'work', 'in_charge', 0.4, 2, 'Leaders in charge 分管领导'),
    (:outline, 'work', 'team', 0.2, 3, 'Leadership team 领导班子');
INSERT INTO node (version_id, node, parent, position, part, slot, spec)
SELECT :outline, node, parent, row_number() OVER (PARTITION BY parent ORDER BY node), part, slot, spec::jsonb
FROM (VALUES
    (0,  NULL, NULL,          NULL,       '{"rule": "clamp", "label": "Score 总分", "low": 0, "high": 104}'),
    (1,  0,    NULL,          NULL,       '{"rule": "sum", "label": "Targets, deductions, bonus", "missing": "strict"}'),
    (5,  1,    'coefficient', NULL,       '{"rule": "coefficient", "label": "Recognition 认同度", "coefficient": {"item": 120}, "low": 0.8, "high": 1.2, "max_points": 100, "otherwise": 1}'),
    (10, 5,    'base',        NULL,       '{"rule": "budget", "label": "Function targets 职能目标", "full_points": 100, "total": 100, "unused": "scale", "missing": "strict"}'),
    (11, 10,   'key',         'key',      '{"label": "Key work 重点工作", "weight": 70}'),
    (12, 10,   'routine',     NULL,       '{"rule": "weighted_mean", "label": "Routine work 常规工作", "weight": 20, "total": 100, "missing": "renormalize"}'),
    (13, 10,   'dynamic',     NULL,       '{"rule": "proportional", "label": "Dynamic work 动态工作", "weight": 10, "item": 110, "target": {"item": 111}, "full_points": 100, "low": 0, "high": 1, "zero_target": "not_applicable"}'),
    (121, 12,  NULL,          NULL,       '{"rule": "threshold", "label": "Duty fulfilment 职责履行率", "weight": 35, "item": 101, "target": 95, "full_points": 100, "penalty": 20, "step": 1, "min_points": 0, "mode": "linear", "better": "higher"}'),
    (122, 12,  NULL,          NULL,       '{"rule": "events", "label": "Error rate 差错率", "weight": 15, "item": 102, "full_points": 100, "penalty": 30, "min_points": 0, "count_pending": "no"}'),
    (123, 12,  NULL,          NULL,       '{"rule": "events", "label": "Valid complaints 有效投诉", "weight": 15, "item": 103, "full_points": 100, "penalty": 50, "min_points": 0, "pending": {"item": 104}, "count_pending": "no"}'),
    (124, 12,  NULL,          NULL,       '{"rule": "interpolate", "label": "Response 协同响应", "weight": 10, "item": 105, "xs": [1, 3, 8], "ys": [100, 80, 0]}'),
    (125, 12,  NULL,          NULL,       '{"rule": "panel", "criterion": "work", "label": "Raters 评价主体", "weight": 15, "missing": "renormalize", "min": 0, "max": 100}'),
    (126, 12,  NULL,          NULL,       '{"rule": "met", "label": "Adopted reports 省级采用", "weight": 10, "item": 109, "ge": 1, "points": 100, "otherwise": 0}'),
    (20, 1,    'deductions',  'negative', '{"label": "Negative list 负面清单"}'),
    (30, 1,    'bonus',       'bonus',    '{"label": "Bonus 加分"}'),
    (91, NULL, NULL,          NULL,       '{"rule": "limit", "label": "Major accident 重大事故", "item": 501, "ge": 1, "effect": "cap_tier", "tier": 3}'),
    (92, NULL, NULL,          NULL,       '{"rule": "limit", "label": "Falsified data 数据造假", "item": 502, "ge": 1, "effect": "cap_tier", "tier": 3}')
) AS n (node, parent, part, slot, spec);

-- Key work: a set of rules for each group (一组一策), by its own indicators.
CALL new_version('key', in_force_from => '2025-01-01') \gset
\set key :version_id
INSERT INTO node (version_id, node, slot, spec)
VALUES (:key, 11, 'key', '{"rule": "weighted_mean", "total": 100, "missing": "renormalize"}');
INSERT INTO node (version_id, group_id, node, parent, position, spec)
SELECT :key, sg.group_id, 110 + k, 11, k, spec || jsonb_build_object('weight', o.weights[k])
FROM own_indicator AS o JOIN service_group AS g USING (group_no) JOIN subject_group AS sg ON sg.code = g.code,
     LATERAL (VALUES
         (1, jsonb_build_object('rule', 'proportional', 'label', o.done, 'item', 201 + 10 * group_no, 'target',
             jsonb_build_object('item', 202 + 10 * group_no), 'full_points', 100, 'low', 0, 'high', 1, 'zero_target', 'not_applicable')),
         (2, jsonb_build_object('rule', 'threshold', 'label', o.rate, 'item', 203 + 10 * group_no, 'target', o.target, 'full_points', 100,
             'penalty', o.penalty, 'step', 1, 'min_points', 0, 'mode', 'linear', 'better', 'higher')),
         (3, jsonb_build_object('rule', 'bands', 'label', o.said, 'item', 204 + 10 * group_no, 'cuts', o.cuts, 'points', o.points)),
         (4, jsonb_build_object('rule', 'proportional', 'label', 'Zombie bodies closed 僵尸机构清理', 'item', 112, 'target',
             jsonb_build_object('item', 113), 'full_points', 100, 'low', 0, 'high', 1, 'zero_target', 'not_applicable'))) AS s (k, spec);

-- The negative list: points as posted, at most 2 an item and 10 in all (example). Bonus: at most 1 a kind.
CALL new_version('negative', in_force_from => '2025-01-01') \gset
\set negative :version_id
INSERT INTO node (version_id, node, slot, spec)
VALUES (:negative, 20, 'negative', '{"rule": "deductions", "cap_total": 10, "missing": "zero"}');
INSERT INTO node (version_id, node, parent, position, spec)
SELECT :negative, 2000 + i.item - 300, 20, i.item - 300,
       jsonb_build_object('rule', 'given', 'label', i.name || ' ' || i.name_zh, 'item', i.item, 'min', 0, 'max', NULL, 'cap', 2)
FROM indicator AS i WHERE i.negative_list;
CALL new_version('bonus', in_force_from => '2025-01-01') \gset
\set bonus :version_id
INSERT INTO node (version_id, node, slot, spec)
VALUES (:bonus, 30, 'bonus', '{"rule": "bonus", "cap_total": 4, "missing": "zero"}');
INSERT INTO node (version_id, node, parent, position, spec)
SELECT :bonus, 3000 + i.item - 400, 30, i.item - 400,
       jsonb_build_object('rule', 'awards', 'label', i.name || ' ' || i.name_zh, 'item', i.item, 'points', 1, 'cap_award', NULL, 'cap_kind', NULL, 'cap', 1)
FROM indicator AS i WHERE i.item BETWEEN 401 AND 404;

CALL compose_version(:outline, 'units', ARRAY[:key, :negative, :bonus]) \gset
\set version :version_id
