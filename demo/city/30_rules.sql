-- The scheme's figures that are rows: weights, tiers, kinds of bonus. The rest stands in the views that
-- use it. Taken from the quantified plan (量化方案): duty 40, key work 30, collaboration 30; raters
-- 40/40/20; tiers 20/70/10 with 1.1/1.0/0.9; the penalties of each rule. Example: the weights of the
-- items inside a node, and full marks of 10 for each, of which the plan says nothing.

CREATE TABLE demo.node (
    node    text PRIMARY KEY,
    weight  numeric NOT NULL CHECK (weight >= 0),
    name_zh text NOT NULL,
    name_en text NOT NULL
);
INSERT INTO demo.node VALUES
    ('duty',          0.40, '职责履行', 'duty'),
    ('key_work',      0.30, '重点工作', 'key work'),
    ('collaboration', 0.30, '协同配合', 'collaboration');

CREATE TABLE demo.item (
    item_no    int PRIMARY KEY,
    item       text NOT NULL UNIQUE,
    node       text NOT NULL REFERENCES demo.node,
    weight     numeric NOT NULL CHECK (weight >= 0),     -- inside its node
    full_marks numeric NOT NULL CHECK (full_marks > 0),
    name_zh    text NOT NULL,
    name_en    text NOT NULL,
    rule       text NOT NULL                             -- for people; the view demo.mark applies it
);
INSERT INTO demo.item VALUES
    (1, 'fulfilment', 'duty',          0.50, 10, '职责履行率', 'duty fulfilment, %',    '95 or more full, -2 a point below'),
    (2, 'errors',     'duty',          0.25, 10, '差错率',     'months of errors > 1 %', '-3 each'),
    (3, 'complaints', 'duty',          0.25, 10, '有效投诉',   'valid complaints',      '-5 each'),
    (4, 'cleanup',    'key_work',      0.50, 10, '僵尸机构清理', 'zombie bodies closed',  'all full, else in proportion'),
    (5, 'in_time',    'key_work',      0.30, 10, '重点任务',   'key tasks in time',     'in proportion'),
    (6, 'adopted',    'key_work',      0.20, 10, '省级采用',   'reports adopted',       'one or more full, none -10'),
    (7, 'raters',     'collaboration', 0.80, 10, '评分人',     'raters of three roles', '40/40/20 of trimmed means'),
    (8, 'response',   'collaboration', 0.20, 10, '协同响应',   'days to respond',       '1 day 10, 3 days 8, 8 days 0');

CREATE TABLE demo.role (
    role   text PRIMARY KEY,
    weight numeric NOT NULL CHECK (weight >= 0)
);
INSERT INTO demo.role VALUES ('superior', 0.40), ('in_charge', 0.40), ('team', 0.20);

CREATE TABLE demo.tier (
    tier        int PRIMARY KEY,
    share       numeric NOT NULL CHECK (share >= 0),
    coefficient numeric NOT NULL CHECK (coefficient >= 0),
    consequence text NOT NULL
);
INSERT INTO demo.tier VALUES
    (1, 0.20, 1.1, 'first in line for promotion 优先晋升'),
    (2, 0.70, 1.0, ''),
    (3, 0.10, 0.9, 'admonition talk 诫勉谈话');

CREATE TABLE demo.bonus_kind (
    kind    text PRIMARY KEY,
    cap     numeric NOT NULL,                            -- 单项最高1分, read as: each kind
    name_zh text NOT NULL,
    name_en text NOT NULL
);
INSERT INTO demo.bonus_kind VALUES
    ('commendation', 1, '省级表彰',   'provincial commendation'),
    ('praise',       1, '领导批示',   'leader''s praise'),
    ('incentive',    1, '国务院激励', 'State Council incentive'),
    ('rank_rise',    1, '位次上升',   'clear rise in rank');

COMMENT ON TABLE demo.node IS 'the three parts of a unit''s work and their weights';
COMMENT ON TABLE demo.item IS 'what is marked in each part';
COMMENT ON TABLE demo.role IS 'raters'' roles and their weights: head-count inside a role does not matter';
COMMENT ON TABLE demo.tier IS 'tiers 等次 (1 = best): share of a group''s units, coefficient, consequence';
COMMENT ON TABLE demo.bonus_kind IS 'kinds of bonus, at most 1 point each';
