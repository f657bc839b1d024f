-- The facts of 2025: readings from the platform and from spreadsheets, events that offices post, marks.

SET search_path = pg_catalog, :"workspace", :"office", pg_temp;

INSERT INTO reading (subject_id, period_id, item, value, source_id)
SELECT s.subject_id, p.period_id, i.item, m.value::numeric, (SELECT source_id FROM source WHERE code = 'platform')
FROM (TABLE monthly UNION ALL TABLE yearly) AS m
JOIN subject AS s ON s.code = m.unit JOIN period AS p ON p.code = m.period JOIN indicator AS i ON i.code = m.indicator;

-- Events count in the month in which they happened; what is not decided does not count.
INSERT INTO event (subject_id, period_id, item, office_id, occurred_on, quantity, decision, evidence)
SELECT s.subject_id, p.period_id, e.item, r.office_id, e.day, e.quantity, e.decision, e.evidence
FROM (SELECT unit_no, 103 AS item, received AS day, 1 AS quantity,
             CASE valid WHEN true THEN 'valid' WHEN false THEN 'rejected' ELSE 'pending' END AS decision, 'hotline call' AS evidence
      FROM complaint
      UNION ALL
      SELECT unit_no, i.item, make_date(2025, month, 15), points, 'valid', 'certificate'
      FROM award JOIN indicator AS i ON i.code = kind
      UNION ALL
      SELECT unit_no, i.item, found, 1, 'valid', 'report' FROM veto JOIN indicator AS i ON i.code = kind
      UNION ALL                         -- 扣分: the points in force,
      SELECT unit_no, 300 + item, notice_date, in_force, 'valid', 'ledger entry ' || entry_no FROM ledger_outcome WHERE in_force > 0
      UNION ALL                         -- 返还: and what comes back of them, in the same month
      SELECT unit_no, 300 + item, notice_date, -refund, 'valid', 'ledger entry ' || entry_no || ', accepted ' || acceptance_date
      FROM ledger_outcome WHERE refund > 0) AS e
JOIN unit AS u USING (unit_no) JOIN subject AS s ON s.code = u.code JOIN posting_right AS r USING (item)
JOIN period AS p ON p.kind = 'month' AND NOT p.cumulative AND e.day BETWEEN p.starts_on AND p.ends_on;

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
