-- Who is assessed, entered into the workspace: 60 departments, their 400 affiliated units (事业单位), the
-- duty charters, six groups by service attribute, and the people who rate.

SET search_path = pg_catalog, :"workspace", :"office", pg_temp;

CALL add_year(2025, 'month');

INSERT INTO subject (code, name, name_zh, kind)
SELECT code, name, name_zh, 'department' FROM department ORDER BY dept_no;
INSERT INTO subject (code, name, name_zh, kind)
SELECT code, name, name_zh, 'institution' FROM unit ORDER BY unit_no;
INSERT INTO subject (code, name, name_zh, kind)
SELECT 'R-' || role || '-' || n, label || ' ' || n, label_zh || n, 'person'
FROM (VALUES ('superior', 4, 'superior', '上级'), ('in_charge', 4, 'leader in charge', '分管领导'),
             ('team', 7, 'member of the leadership team', '领导班子成员'), ('expert', 7, 'expert', '专家'))
     AS r (role, raters, label, label_zh), generate_series(1, raters) AS n;

INSERT INTO subject_state (subject_id, valid_from, supervising_id, posts, headcount)
SELECT s.subject_id, '2020-01-01', d.subject_id, u.posts, u.headcount
FROM unit AS u JOIN department USING (dept_no)
     JOIN subject AS s ON s.code = u.code JOIN subject AS d ON d.code = department.code;

CALL refresh_tree();

-- A group is one thing, the tree another.
INSERT INTO "grouping" (code, label, label_zh) VALUES ('service', 'service attribute', '服务属性');
INSERT INTO subject_group (grouping_id, code, label, label_zh)
SELECT grouping_id, g.code, g.name, g.name_zh FROM service_group AS g, "grouping" ORDER BY group_no;
INSERT INTO group_member (subject_id, grouping_id, valid_from, group_id)
SELECT s.subject_id, sg.grouping_id, '2020-01-01', sg.group_id
FROM unit AS u JOIN service_group AS g USING (group_no)
     JOIN subject AS s ON s.code = u.code JOIN subject_group AS sg ON sg.code = g.code;

-- 三定: two clauses of each unit's charter (example).
INSERT INTO duty (subject_id, clause, body, valid_from)
SELECT s.subject_id, clause, body, '2020-01-01'
FROM unit AS u JOIN service_group AS g USING (group_no) JOIN subject AS s ON s.code = u.code,
     LATERAL (VALUES ('1', g.name_zh || ': ' || g.name), ('2', '内部管理: running of the unit')) AS c (clause, body);
INSERT INTO duty (subject_id, clause, body, valid_from)
SELECT subject_id, '3', '地方志: local annals', '2020-01-01' FROM subject WHERE code = 'U001';     -- nothing measures it

-- Holidays and make-up days of 2025 around 1 October.
INSERT INTO calendar (day, working, label)
SELECT day::date, false, '国庆节、中秋节' FROM generate_series(date '2025-10-01', '2025-10-08', '1 day') AS day
UNION ALL SELECT day, true, '调休' FROM unnest(ARRAY[date '2025-09-28', '2025-10-11']) AS day;
