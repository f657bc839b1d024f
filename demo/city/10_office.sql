-- What the offices of the example city have: lists, spreadsheets and registers as tables of text and
-- numbers, in a schema of their own. No score in sight. All of it is example data 示例数据: departments
-- of the kind every Chinese city has; their units and facts are drawn from a fixed seed, and no real
-- body is meant.

CREATE SCHEMA :"office";
COMMENT ON SCHEMA :"office" IS 'perfeval example city: files of its offices (示例市各单位报送材料), example data';

-- The seed: another text makes another city.
\set seed 'perfeval example city 1'

-- A draw from 0 .. n-1 that depends on the seed and the key alone: no random(), so that every server,
-- version and order of rows makes the same city.
CREATE FUNCTION :"office".pick(key text, n int) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN mod(('x' || left(encode(sha256((:'seed' || '/' || key)::bytea), 'hex'), 12))::bit(48)::bigint, n)::int;

SET search_path = pg_catalog, :"office", pg_temp;

-- Groups by service attribute, not by whom a unit answers to, so one department's units sit in several
-- groups and meet their like there.
CREATE TABLE :"office".service_group (group_no int PRIMARY KEY, code text, name text, name_zh text);
INSERT INTO service_group VALUES
    (1, 'party',       'directly under the Party committee', '党委直属类'),
    (2, 'support',     'general support',                    '综合保障类'),
    (3, 'economy',     'services to economic development',   '经济发展服务类'),
    (4, 'society',     'services to social management',      '社会管理服务类'),
    (5, 'service',     'services to enterprises and people', '服务企业群众类'),
    (6, 'enforcement', 'administrative enforcement',         '行政执法类');

CREATE TABLE :"office".department (
    dept_no    int PRIMARY KEY,
    code       text UNIQUE,
    home_group int,                     -- where most of its units tend to be
    name       text,
    name_zh    text UNIQUE
);
INSERT INTO department
SELECT no, 'D' || lpad(no::text, 2, '0'), home_group, substr(line, strpos(line, ' ') + 1), split_part(line, ' ', 1)
FROM (SELECT row_number() OVER (ORDER BY home_group, place)::int AS no, home_group, line
      FROM (VALUES
          (1, ARRAY['组织部 Organisation', '宣传部 Publicity', '统战部 United Front', '政法委 Political-Legal',
                    '编办 Staffing Office', '网信办 Cyberspace', '党校 Party School', '档案馆 Archives',
                    '党史院 Party History', '老干部局 Retired Cadres']),
          (2, ARRAY['政府办 Government Office', '机关事务局 Office Affairs', '财政局 Finance', '审计局 Audit',
                    '统计局 Statistics', '人社局 Human Resources', '大数据局 Big Data', '国资委 State Assets',
                    '外事办 Foreign Affairs', '司法局 Justice']),
          (3, ARRAY['发改委 Development', '工信局 Industry', '商务局 Commerce', '农业局 Agriculture',
                    '文旅局 Culture-Tourism', '科技局 Science', '水利局 Water', '林业局 Forestry',
                    '能源局 Energy', '金融办 Financial Affairs']),
          (4, ARRAY['教育局 Education', '民政局 Civil Affairs', '卫健委 Health', '应急局 Emergency',
                    '医保局 Health Insurance', '体育局 Sports', '退役军人局 Veterans', '信访局 Petitions',
                    '地震局 Earthquake', '残联 Disability']),
          (5, ARRAY['审批局 Permits', '公积金中心 Housing Fund', '投促局 Investment', '贸促会 Trade Promotion',
                    '工商联 Chamber', '供销社 Supply Co-op', '邮政局 Post', '气象局 Weather',
                    '粮储局 Grain Reserve', '热线办 Hotline']),
          (6, ARRAY['公安局 Police', '城管局 City Management', '环保局 Environment', '资源局 Land',
                    '住建局 Housing', '市监局 Market', '交通局 Transport', '烟草局 Tobacco',
                    '药监局 Medicines', '消防局 Fire'])
      ) AS home (home_group, names), unnest(names) WITH ORDINALITY AS n (line, place)) AS numbered;

CREATE TABLE :"office".unit (
    unit_no   int PRIMARY KEY,
    code      text UNIQUE,
    dept_no   int NOT NULL REFERENCES :"office".department,
    group_no  int NOT NULL REFERENCES :"office".service_group,
    name      text,
    name_zh   text UNIQUE,
    posts     int,                      -- 编制
    headcount int                       -- 实有人数
);
-- Three units for every department; seat_quota gives out the other 220 by weight, to the last one.
INSERT INTO unit
WITH size AS (
    SELECT dept_no, extra
    FROM unnest(perfeval.seat_quota(220,
           (SELECT array_agg(1 + pick('size/' || dept_no, 6)::numeric ORDER BY dept_no)
            FROM department))) WITH ORDINALITY AS s (extra, dept_no)
), numbered AS (
    SELECT row_number() OVER (ORDER BY dept_no, k)::int AS unit_no, dept_no::int, k, 3 + extra AS units
    FROM size, generate_series(1, 3 + extra) AS k
), grouped AS (
    -- One bureau is made to the figure of Linyi: 4 units in 3 groups, economy, service and enforcement.
    SELECT unit_no, dept_no,
           CASE WHEN dept_no = (SELECT min(dept_no) FROM numbered JOIN department USING (dept_no)
                                WHERE units = 4 AND home_group = 5) THEN (ARRAY[3, 5, 5, 6])[k]
                WHEN pick('at home/' || unit_no, 100) < 40 THEN home_group
                ELSE 1 + width_bucket(pick('group/' || unit_no, 100), ARRAY[8, 26, 45, 65, 85])
           END AS group_no
    FROM numbered JOIN department USING (dept_no)
), kind (group_no, names) AS (VALUES
    (1, ARRAY['党建中心 Party building', '党员教育中心 member training', '舆情中心 opinion desk', '宣讲团 lecturers',
              '党史馆 history hall', '融媒中心 media centre', '政研中心 policy research', '干部服务中心 cadre service']),
    (2, ARRAY['机关服务中心 office service', '信息中心 data centre', '会计中心 accounting', '采购中心 procurement',
              '档案室 records', '车辆中心 vehicle pool', '后勤中心 logistics', '资产中心 assets']),
    (3, ARRAY['项目中心 projects', '产业中心 industries', '经济研究所 economics', '规划院 planning',
              '技术推广站 technology', '园区中心 parks', '贸易中心 trade centre', '工程中心 engineering']),
    (4, ARRAY['社区中心 community', '救助站 relief station', '培训学校 training school', '防灾中心 prevention',
              '福利院 welfare home', '研究所 institute', '文体中心 culture-sports', '监测站 monitoring']),
    (5, ARRAY['服务大厅 service hall', '企业服务中心 business desk', '热线中心 call centre', '人才中心 talent centre',
              '就业中心 job centre', '登记中心 registry', '咨询中心 advice', '援助中心 legal aid']),
    (6, ARRAY['执法支队 enforcement', '稽查大队 inspectors', '监督所 supervision', '督查队 surveillance',
              '检验所 testing', '巡查中队 patrol', '信用监管中心 credit control', '应急执法队 rapid response'])
)
SELECT unit_no, 'U' || lpad(unit_no::text, 3, '0'), dept_no, group_no,
       d.name || ', ' || substr(line, strpos(line, ' ') + 1), d.name_zh || split_part(line, ' ', 1),
       posts, posts - pick('vacant/' || unit_no, 4)
FROM (SELECT *, row_number() OVER (PARTITION BY dept_no, group_no ORDER BY unit_no)
                + pick('kind/' || dept_no || '/' || group_no, 8) AS place,
             8 + pick('posts/' || unit_no, 70) AS posts
      FROM grouped) AS g
JOIN department AS d USING (dept_no)
JOIN kind USING (group_no)
CROSS JOIN LATERAL (SELECT names[1 + mod(place, 8)] AS line) AS named;

-- How well a unit does, 0 .. 1. It colours every fact, so that the league has an order to find.
CREATE FUNCTION :"office".effort(unit_no int) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pick('effort/' || unit_no, 1001) / 1000.0;

-- What units report each month, as the platform hands it out: a line per unit and indicator, all text.
-- Four indicators are the group's own.
CREATE TABLE :"office".monthly (subject text, period text, indicator text, value text);
INSERT INTO monthly
SELECT u.code, '2025-' || lpad(month::text, 2, '0'), r.indicator, trim_scale(r.value)::text
FROM (SELECT code, unit_no, group_no, effort(unit_no) AS e, pick('dynamic/' || unit_no, 5) > 0 AS dynamic
      FROM unit OFFSET 0) AS u
JOIN (SELECT group_no, code AS own FROM service_group) AS g USING (group_no)
CROSS JOIN generate_series(1, 12) AS month
CROSS JOIN LATERAL (SELECT unit_no || '/' || month AS at) AS k
CROSS JOIN LATERAL (SELECT 2 + pick('due/' || at, 7) AS due, CASE WHEN dynamic THEN pick('assigned/' || at, 3) ELSE 0 END AS assigned
                    OFFSET 0) AS d                  -- OFFSET 0: drawn once, used twice
CROSS JOIN LATERAL (VALUES
    ('fulfilment', least(100, round(91.5 + 4 * e, 1) + pick('fulfilment/' || at, 50) / 10.0)),
    ('errors',     (pick('errors/' || at, 13 - round(2 * e)::int) > 10)::int),
    ('response',   round(3.2 - 2.4 * e, 1) + pick('days/' || at, 40) / 10.0),
    ('dynamic_due',  assigned),
    ('dynamic_done', least(assigned, greatest(0, assigned - pick('undone/' || at, 2) + round(e)))),
    (own || '_done', least(due, round(due * (0.7 + 0.2 * e + pick('in time/' || at, 16) / 100.0)))),
    (own || '_due',  due),
    (own || '_rate', least(100, round(89 + 7 * e, 1) + pick('rate/' || at, 45) / 10.0)),
    (own || '_said', round(62 + 24 * e, 1) + pick('satisfied/' || at, 120) / 10.0)
) AS r (indicator, value);

-- What is known at the year's end only.
CREATE TABLE :"office".yearly (subject text, period text, indicator text, value text);
INSERT INTO yearly
SELECT u.code, '2025', r.indicator, r.value::text
FROM unit AS u
CROSS JOIN LATERAL (SELECT effort(u.unit_no) AS e,
                           (ARRAY[0, 4, 5, 8, 10, 16, 20])[1 + pick('to close/' || u.unit_no, 7)] AS to_close) AS k
CROSS JOIN LATERAL (VALUES
    ('adopted',         greatest(0, pick('adopted/' || u.unit_no, 4) - 1 + round(e))),
    ('cleanup_due',     to_close),
    ('cleanup_done',    least(to_close, round(to_close * (0.6 + 0.2 * e + pick('closed/' || u.unit_no, 31) / 100.0))))
) AS r (indicator, value);

-- Complaints to the hotline; NULL = not decided yet.
CREATE TABLE :"office".complaint (unit_no int, received date, valid boolean);
INSERT INTO complaint
SELECT unit_no, date '2025-01-01' + pick('received/' || unit_no || '/' || k, 365),
       (ARRAY[true, true, false, false, NULL])[1 + pick('valid/' || unit_no || '/' || k, 5)]
FROM unit, generate_series(1, pick('complaints/' || unit_no, 3 - round(effort(unit_no))::int)) AS k;

-- Raters' marks out of 100: 4 superiors 上级, 4 leaders in charge 分管领导, 7 of the leadership team 领导班子.
-- Raters differ in severity; now and then one gives no mark, and some teams never met.
CREATE TABLE :"office".mark (unit_no int, role text, rater int, points numeric);
INSERT INTO mark
SELECT unit_no, role, rater,
       round(70 + 14 * effort(unit_no)) + pick('severity/' || role || '/' || rater, 5)
       + pick('mark/' || unit_no || '/' || role || '/' || rater, 9)
FROM unit, (VALUES ('superior', 4), ('in_charge', 4), ('team', 7)) AS r (role, raters), generate_series(1, raters) AS rater
WHERE NOT (role = 'team' AND pick('met/' || unit_no, 20) = 0)
  AND NOT (rater = 1 AND pick('silent/' || unit_no || '/' || role, 8) = 0);

-- Seven experts on the goals that a unit set itself: how difficult 难易度, how precise 精准度.
CREATE TABLE :"office".expert_mark (unit_no int, expert int, difficulty numeric, accuracy numeric);
INSERT INTO expert_mark
SELECT unit_no, expert,
       10 + pick('goals/' || unit_no, 45) + pick('difficulty/' || unit_no || '/' || expert, 25),
       25 + pick('wording/' || unit_no, 40) + pick('accuracy/' || unit_no || '/' || expert, 25)
FROM unit, generate_series(1, 7) AS expert;

-- Commendations and the like, in points; major accidents and falsified data.
CREATE TABLE :"office".award (unit_no int, kind text, month int, points numeric);
INSERT INTO award
SELECT unit_no, kind, 1 + pick('award month/' || unit_no || '/' || kind || '/' || k, 12),
       (3 + pick('award points/' || unit_no || '/' || kind || '/' || k, 8)) / 10.0
FROM unit, unnest(ARRAY['commendation', 'praise', 'incentive', 'rank_rise']) AS kind,
     generate_series(1, pick('awards/' || unit_no || '/' || kind, 18) - 15) AS k;
CREATE TABLE :"office".veto (unit_no int, kind text, found date);
INSERT INTO veto
SELECT unit_no, CASE WHEN place < 3 THEN 'accident' ELSE 'falsified' END, date '2025-01-01' + pick('found/' || unit_no, 365)
FROM (SELECT unit_no, row_number() OVER (ORDER BY pick('veto/' || unit_no, 1000000), unit_no) AS place FROM unit) AS v
WHERE place <= 3;

-- The pre-deduction ledger 预扣分, made to the figures that Nantong published for 2022: 58 entries,
-- 21 units that kept the loss. What each entry says is example data. Entries 1 to 21 miss the deadline
-- or are never accepted, a unit each; the other 37 fall on 30 further units. Entry 21 comes one day late,
-- entry 22 on the very last day.
CREATE TABLE :"office".ledger (
    entry_no        int PRIMARY KEY,
    unit_no         int NOT NULL,
    item            int NOT NULL,       -- 1 .. 28 of the negative list
    points          numeric NOT NULL,
    effect          text NOT NULL,
    notice_date     date NOT NULL,      -- the unit is told
    acceptance_date date,               -- the rectification is accepted
    rectified       numeric NOT NULL
);
INSERT INTO ledger
SELECT k, unit_no, CASE WHEN k <= 40 THEN 1 + pick('item/' || k, 6) ELSE 7 + pick('item/' || k, 22) END,
       (1 + pick('points/' || k, 4)) / 2.0, effect, notice,
       CASE WHEN k = 22 THEN deadline
            WHEN k > 22 THEN notice + 15 + pick('days/' || k, 70)
            WHEN k = 21 THEN deadline + 1
            WHEN mod(k, 2) = 0 THEN deadline + 1 + pick('late/' || k, 40)
       END,
       CASE WHEN k > 21 THEN (ARRAY[0.5, 0.75, 0.8, 1, 1])[1 + pick('rectified/' || k, 5)]
            ELSE (ARRAY[0, 0.5, 0.5, 1])[1 + pick('rectified/' || k, 4)]
       END
FROM (SELECT k, CASE WHEN k <= 21 THEN k ELSE 22 + mod(k - 22, 30) END AS place,
             CASE WHEN k > 22 AND mod(k, 9) = 0 THEN 'exempt' WHEN mod(k, 5) = 0 THEN 'half' ELSE 'full' END AS effect,
             notice, (notice + interval '3 months')::date AS deadline
      FROM generate_series(1, 58) AS k,
           LATERAL (SELECT date '2025-01-15' + pick('notice/' || k, 320) AS notice) AS n) AS entry
JOIN (SELECT unit_no, row_number() OVER (ORDER BY pick('on the list/' || unit_no, 1000000), unit_no) AS place
      FROM unit) AS listed USING (place);

-- 扣分-反馈-整改-返还: what is rectified and accepted within three months of the notice comes back, at most
-- 80 % of it. The points in force (all, half, none) are what a refund without cap would give back.
CREATE VIEW :"office".ledger_outcome AS
SELECT l.*, in_force, refund, in_force - refund AS kept
FROM :"office".ledger AS l,
     LATERAL (SELECT perfeval.prededuct_refund(points, 1, effect, 1) AS in_force,
                     perfeval.prededuct_refund(points, rectified, effect, 0.80,
                                               notice_date, acceptance_date, interval '3 months') AS refund) AS r;
