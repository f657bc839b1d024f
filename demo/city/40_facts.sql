-- The facts of 2025 but for December's reports: readings from the platform, events that offices post, marks.

SET search_path = pg_catalog, :"workspace", :"office", pg_temp;

CREATE TABLE :"office".platform AS
SELECT subject, period, indicator, value FROM monthly WHERE period < '2025-12' UNION ALL TABLE yearly;
CALL load('platform', source => 'platform');

-- What offices register, all text. Events count in the month in which they happened; what is not decided does
-- not count. The reference keeps an event from being posted twice.
CREATE TABLE :"office".register AS
SELECT u.code AS subject, i.code AS indicator, o.code AS office, e.day::text AS occurred_on, e.quantity::text AS quantity, e.decision,
       e.evidence, e.reference
FROM (SELECT unit_no, 103 AS item, received AS day, 1 AS quantity,
             CASE valid WHEN true THEN 'valid' WHEN false THEN 'rejected' ELSE 'pending' END AS decision, 'hotline call' AS evidence,
             'call ' || row_number() OVER (ORDER BY unit_no, received) AS reference
      FROM complaint
      UNION ALL
      SELECT unit_no, i.item, make_date(2025, month, 15), points, 'valid', 'certificate',
             'award ' || row_number() OVER (PARTITION BY unit_no, kind ORDER BY month, points)
      FROM award JOIN indicator AS i ON i.code = kind
      UNION ALL
      SELECT unit_no, i.item, found, 1, 'valid', 'report', 'veto ' || unit_no FROM veto JOIN indicator AS i ON i.code = kind
      UNION ALL                         -- 扣分: the points in force,
      SELECT unit_no, 300 + item, notice_date, in_force, 'valid', 'notice', 'entry ' || entry_no FROM ledger_outcome WHERE in_force > 0
      UNION ALL                         -- 返还: and what comes back of them, in the same month
      SELECT unit_no, 300 + item, notice_date, -refund, 'valid', 'accepted ' || acceptance_date, 'refund of ' || entry_no
      FROM ledger_outcome WHERE refund > 0) AS e
JOIN unit AS u USING (unit_no) JOIN indicator AS i USING (item) JOIN subject AS o ON o.subject_id = i.owner_id;
CALL load_events('register');

-- Marks count for the year.
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value)
SELECT s.subject_id, p.period_id, m.criterion, m.role, r.subject_id, m.value
FROM (SELECT unit_no, 'work' AS criterion, role, rater, points AS value FROM mark
      UNION ALL SELECT unit_no, 'difficulty', 'expert', expert, difficulty FROM expert_mark
      UNION ALL SELECT unit_no, 'accuracy', 'expert', expert, accuracy FROM expert_mark) AS m
JOIN unit AS u USING (unit_no) JOIN subject AS s ON s.code = u.code
JOIN subject AS r ON r.code = 'R-' || m.role || '-' || m.rater
CROSS JOIN period AS p WHERE p.code = '2025';

-- 认同度: seven experts, highest and lowest dropped, between 0.8 and 1.2. Set yourself hard and precise
-- goals and do them: a small unit can come out ahead of a large one.
INSERT INTO reading (subject_id, period_id, item, value, source_id, note)
SELECT subject_id, period_id, 120, perfeval.recognition_coefficient(difficulty, accuracy, 0.8, 1.2, 1),
       (SELECT source_id FROM source WHERE code = 'panel'), 'seven experts'
FROM (SELECT subject_id, period_id, rater_id, max(value) FILTER (WHERE criterion = 'difficulty') AS difficulty,
             max(value) FILTER (WHERE criterion = 'accuracy') AS accuracy
      FROM rating WHERE rater_role = 'expert' GROUP BY subject_id, period_id, rater_id) AS panel
GROUP BY subject_id, period_id;

-- December comes as a spreadsheet, as offices keep them: a row for each unit, a column for each indicator by
-- its Chinese name, all text, and two cells mistyped.
CREATE VIEW :"office".typed AS
SELECT subject, indicator, CASE subject || ' ' || indicator WHEN 'U005 fulfilment' THEN '9O.1' WHEN 'U333 response' THEN '约3天'
                                                            ELSE value END AS value
FROM :"office".monthly WHERE period = '2025-12';
SELECT format('CREATE TABLE %I.december AS SELECT u.code AS "单位代码", u.name_zh AS "单位名称", %s
               FROM %1$I.unit AS u JOIN %1$I.typed AS t ON t.subject = u.code GROUP BY u.code, u.name_zh ORDER BY u.code',
              :'office', string_agg(format('max(t.value) FILTER (WHERE t.indicator = %L) AS %I', i.code, i.name_zh), ', ' ORDER BY i.item))
FROM indicator AS i WHERE i.code IN (SELECT indicator FROM monthly) \gexec
