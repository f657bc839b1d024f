-- Who is assessed: 60 departments and their 400 affiliated units (事业单位), in six functional groups.
-- A unit is grouped by what it does, not by whom it answers to, so one department's units sit in
-- several groups and meet their like there.

-- The seed: another text makes another city.
\set seed 'perfeval example city 1'

-- A draw from 0 .. n-1 that depends on the seed and the key alone: no random(), so that every server,
-- version and order of rows makes the same city.
CREATE FUNCTION demo.pick(key text, n int) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN mod(('x' || left(encode(sha256((:'seed' || '/' || key)::bytea), 'hex'), 12))::bit(48)::bigint, n)::int;

CREATE TABLE demo.subject_group (
    group_no int PRIMARY KEY,
    name_zh  text NOT NULL,
    name_en  text NOT NULL
);
INSERT INTO demo.subject_group VALUES
    (1, '党委直属类',     'directly under the Party committee'),
    (2, '综合保障类',     'general support'),
    (3, '经济发展服务类', 'services to economic development'),
    (4, '社会管理服务类', 'services to social management'),
    (5, '服务企业群众类', 'services to enterprises and people'),
    (6, '行政执法类',     'administrative enforcement');

CREATE TABLE demo.department (
    department_id int PRIMARY KEY,
    home_group    int NOT NULL REFERENCES demo.subject_group,   -- where most of its units tend to be
    name_zh       text NOT NULL UNIQUE,
    name_en       text NOT NULL
);
INSERT INTO demo.department
SELECT row_number() OVER (ORDER BY home_group, place), home_group, split_part(name, ' ', 1),
       substr(name, strpos(name, ' ') + 1)
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
) AS home (home_group, names), unnest(names) WITH ORDINALITY AS n (name, place);

CREATE TABLE demo.unit (
    unit_id       int PRIMARY KEY,
    department_id int NOT NULL REFERENCES demo.department,
    group_no      int NOT NULL REFERENCES demo.subject_group,
    name_zh       text NOT NULL UNIQUE,
    name_en       text NOT NULL,
    posts         int NOT NULL                                  -- 编制
);

-- Three units for every department; seat_quota gives out the other 220 by weight, to the last one.
INSERT INTO demo.unit
WITH size AS (
    SELECT department_id, extra
    FROM unnest(perfeval.seat_quota(220,
           (SELECT array_agg(1 + demo.pick('size/' || department_id, 6)::numeric ORDER BY department_id)
            FROM demo.department))) WITH ORDINALITY AS s (extra, department_id)
), grouped AS (
    SELECT unit_id, department_id,
           CASE WHEN demo.pick('at home/' || unit_id, 100) < 40 THEN home_group
                ELSE 1 + width_bucket(demo.pick('group/' || unit_id, 100), ARRAY[8, 26, 45, 65, 85])
           END AS group_no
    FROM (SELECT row_number() OVER (ORDER BY department_id, k)::int AS unit_id, department_id::int
          FROM size, generate_series(1, 3 + extra) AS k) AS numbered
    JOIN demo.department USING (department_id)
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
SELECT unit_id, department_id, group_no,
       d.name_zh || split_part(name, ' ', 1),
       d.name_en || ', ' || substr(name, strpos(name, ' ') + 1),
       8 + demo.pick('posts/' || unit_id, 70)
FROM (SELECT *, row_number() OVER (PARTITION BY department_id, group_no ORDER BY unit_id)
                + demo.pick('kind/' || department_id || '/' || group_no, 8) AS place
      FROM grouped) AS g
JOIN demo.department AS d USING (department_id)
JOIN kind USING (group_no)
CROSS JOIN LATERAL (SELECT names[1 + mod(place, 8)] AS name) AS named;

COMMENT ON TABLE demo.subject_group IS 'six functional groups: units are ranked inside their group only 同类相较';
COMMENT ON TABLE demo.department IS 'supervising departments 主管部门 (example data)';
COMMENT ON TABLE demo.unit IS 'affiliated units 所属事业单位, the subjects of the assessment (example data)';
