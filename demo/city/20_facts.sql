-- What is known about the units of the year 2025: rows only, no score in sight. Drawn from the seed.

-- How well a unit does, 0 .. 1. It colours every fact, so that the league has an order to find.
CREATE FUNCTION demo.effort(unit_id int) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN demo.pick('effort/' || unit_id, 1001) / 1000.0;

-- Measured values, one per unit and item; NULL = not observed.
CREATE TABLE demo.measure (
    unit_id int REFERENCES demo.unit,
    item    text,
    value   numeric,
    target  numeric,
    PRIMARY KEY (unit_id, item)
);
-- duty fulfilment in percent 职责履行率
INSERT INTO demo.measure
SELECT unit_id, 'fulfilment',
       least(100, round(91.5 + 4 * demo.effort(unit_id), 1) + demo.pick('fulfilment/' || unit_id, 50) / 10.0), 95
FROM demo.unit;
-- zombie bodies closed, of those to be closed 僵尸机构清理; a unit may have none to close
INSERT INTO demo.measure
SELECT unit_id, 'cleanup',
       least(target, round(target * (0.6 + 0.2 * demo.effort(unit_id) + demo.pick('closed/' || unit_id, 31) / 100.0))),
       target
FROM (SELECT unit_id, (ARRAY[0, 4, 5, 8, 10, 16, 20])[1 + demo.pick('to close/' || unit_id, 7)] AS target
      FROM demo.unit) AS t;
-- key tasks done in time, of those due 重点任务按期完成
INSERT INTO demo.measure
SELECT unit_id, 'in_time',
       least(target, round(target * (0.7 + 0.2 * demo.effort(unit_id) + demo.pick('in time/' || unit_id, 16) / 100.0))),
       target
FROM (SELECT unit_id, (ARRAY[10, 16, 20, 25, 40])[1 + demo.pick('due/' || unit_id, 5)] AS target
      FROM demo.unit) AS t;
-- reports adopted by the province 省级采用
INSERT INTO demo.measure
SELECT unit_id, 'adopted', greatest(0, demo.pick('adopted/' || unit_id, 4) - 1 + round(demo.effort(unit_id))), 1
FROM demo.unit;
-- mean days until another body gets its answer 协同响应
INSERT INTO demo.measure
SELECT unit_id, 'response', round(3.2 - 2.4 * demo.effort(unit_id), 1) + demo.pick('days/' || unit_id, 40) / 10.0, 3
FROM demo.unit;

-- Error rate of each month in percent 差错率.
CREATE TABLE demo.error_rate (
    unit_id int REFERENCES demo.unit,
    month   int CHECK (month BETWEEN 1 AND 12),
    rate    numeric NOT NULL,
    PRIMARY KEY (unit_id, month)
);
INSERT INTO demo.error_rate
SELECT unit_id, month, demo.pick('errors/' || unit_id || '/' || month, 13 - round(2 * demo.effort(unit_id))::int) / 10.0
FROM demo.unit, generate_series(1, 12) AS month;

-- Complaints; only one found valid counts, NULL = not decided yet.
CREATE TABLE demo.complaint (
    complaint_id int PRIMARY KEY,
    unit_id      int NOT NULL REFERENCES demo.unit,
    received     date NOT NULL,
    valid        boolean
);
INSERT INTO demo.complaint
SELECT row_number() OVER (ORDER BY unit_id, k), unit_id,
       date '2025-01-01' + demo.pick('received/' || unit_id || '/' || k, 365),
       (ARRAY[true, true, false, false, NULL])[1 + demo.pick('valid/' || unit_id || '/' || k, 5)]
FROM demo.unit,
     generate_series(1, demo.pick('complaints/' || unit_id, 3 - round(demo.effort(unit_id))::int)) AS k;

-- Raters' marks out of 100: 4 superiors 上级, 4 leaders in charge 分管领导, 7 of the leadership team
-- 领导班子. Raters differ in severity; now and then one gives no mark, and some teams never met.
CREATE TABLE demo.rating (
    unit_id int REFERENCES demo.unit,
    role    text,
    rater   int,
    points  numeric CHECK (points BETWEEN 0 AND 100),
    PRIMARY KEY (unit_id, role, rater)
);
INSERT INTO demo.rating
SELECT unit_id, role, rater,
       CASE WHEN role = 'team' AND demo.pick('met/' || unit_id, 20) = 0 THEN NULL
            WHEN demo.pick('silent/' || unit_id || '/' || role, 8) = 0 AND rater = 1 THEN NULL
            ELSE round(70 + 14 * demo.effort(unit_id)) + demo.pick('severity/' || role || '/' || rater, 5)
                 + demo.pick('mark/' || unit_id || '/' || role || '/' || rater, 9)
       END
FROM demo.unit, (VALUES ('superior', 4), ('in_charge', 4), ('team', 7)) AS r (role, raters),
     generate_series(1, raters) AS rater;

-- Seven experts on the goals that a unit set itself: how difficult 难易度, how precise 精准度.
CREATE TABLE demo.expert_rating (
    unit_id    int REFERENCES demo.unit,
    expert     int,
    difficulty numeric CHECK (difficulty BETWEEN 0 AND 100),
    accuracy   numeric CHECK (accuracy BETWEEN 0 AND 100),
    PRIMARY KEY (unit_id, expert)
);
INSERT INTO demo.expert_rating
SELECT unit_id, expert,
       10 + demo.pick('goals/' || unit_id, 45) + demo.pick('difficulty/' || unit_id || '/' || expert, 25),
       25 + demo.pick('wording/' || unit_id, 40) + demo.pick('accuracy/' || unit_id || '/' || expert, 25)
FROM demo.unit, generate_series(1, 7) AS expert;

-- Commendations and the like, raw points.
CREATE TABLE demo.award (
    award_id int PRIMARY KEY,
    unit_id  int NOT NULL REFERENCES demo.unit,
    kind     text NOT NULL,
    points   numeric NOT NULL CHECK (points >= 0)
);
INSERT INTO demo.award
SELECT row_number() OVER (ORDER BY unit_id, kind_no, k), unit_id, kind,
       (3 + demo.pick('award points/' || unit_id || '/' || kind || '/' || k, 8)) / 10.0
FROM demo.unit, unnest(ARRAY['commendation', 'praise', 'incentive', 'rank_rise']) WITH ORDINALITY AS a (kind, kind_no),
     generate_series(1, demo.pick('awards/' || unit_id || '/' || kind, 18) - 15) AS k;

-- Violations of staffing discipline 编制纪律.
CREATE TABLE demo.violation (
    unit_id int REFERENCES demo.unit,
    found   date,
    PRIMARY KEY (unit_id, found)
);
INSERT INTO demo.violation
SELECT unit_id, date '2025-01-01' + demo.pick('found/' || unit_id, 365)
FROM demo.unit ORDER BY demo.pick('violation/' || unit_id, 1000000), unit_id LIMIT 3;

-- The pre-deduction ledger 预扣分, made to the figures that Nantong published for 2022: 58 entries,
-- 21 units that kept the loss. What each entry says is example data.
CREATE TABLE demo.prededuction (
    entry_no        int PRIMARY KEY,
    unit_id         int NOT NULL REFERENCES demo.unit,
    item_zh         text NOT NULL,
    item_en         text NOT NULL,
    points          numeric NOT NULL CHECK (points >= 0),
    effect          text NOT NULL CHECK (effect IN ('full', 'half', 'exempt')),
    notice_date     date NOT NULL,                                -- the unit is told
    acceptance_date date CHECK (acceptance_date >= notice_date),  -- the rectification is accepted
    rectified       numeric NOT NULL CHECK (rectified BETWEEN 0 AND 1)
);
-- Entries 1 to 21 miss the deadline or are never accepted, a unit each; the other 37 fall on 30 further
-- units. Entry 21 comes one day late, entry 22 on the very last day.
INSERT INTO demo.prededuction
SELECT k, unit_id, split_part(item, ' ', 1), substr(item, strpos(item, ' ') + 1),
       (1 + demo.pick('points/' || k, 4)) / 2.0, effect, notice,
       CASE WHEN k = 22 THEN deadline
            WHEN k > 22 THEN notice + 15 + demo.pick('days/' || k, 70)
            WHEN k = 21 THEN deadline + 1
            WHEN mod(k, 2) = 0 THEN deadline + 1 + demo.pick('late/' || k, 40)
       END,
       CASE WHEN k > 21 THEN (ARRAY[0.5, 0.75, 0.8, 1, 1])[1 + demo.pick('rectified/' || k, 5)]
            ELSE (ARRAY[0, 0.5, 0.5, 1])[1 + demo.pick('rectified/' || k, 4)]
       END
FROM (SELECT k, CASE WHEN k <= 21 THEN k ELSE 22 + mod(k - 22, 30) END AS place,
             (ARRAY['法治建设 rule of law', '安全生产 work safety', '生态环境 environment',
                    '食品安全 food safety', '预算绩效 budget performance', '机构编制 staffing'])
                 [1 + demo.pick('item/' || k, 6)] AS item,
             CASE WHEN k > 22 AND mod(k, 9) = 0 THEN 'exempt'
                  WHEN mod(k, 5) = 0 THEN 'half' ELSE 'full' END AS effect,
             notice, (notice + interval '3 months')::date AS deadline
      FROM generate_series(1, 58) AS k,
           LATERAL (SELECT date '2025-01-15' + demo.pick('notice/' || k, 320) AS notice) AS n) AS entry
JOIN (SELECT unit_id, row_number() OVER (ORDER BY demo.pick('on the list/' || unit_id, 1000000), unit_id) AS place
      FROM demo.unit) AS listed USING (place);

COMMENT ON TABLE demo.measure IS 'measured values (example data)';
COMMENT ON TABLE demo.error_rate IS 'monthly error rates (example data)';
COMMENT ON TABLE demo.complaint IS 'complaints and whether they were found valid (example data)';
COMMENT ON TABLE demo.rating IS 'marks given by the raters of three roles (example data)';
COMMENT ON TABLE demo.expert_rating IS 'experts on the difficulty and precision of a unit''s goals (example data)';
COMMENT ON TABLE demo.award IS 'awards that give bonus points (example data)';
COMMENT ON TABLE demo.violation IS 'violations of staffing discipline (example data)';
COMMENT ON TABLE demo.prededuction IS 'pre-deductions, rectifications and their dates (example data)';
