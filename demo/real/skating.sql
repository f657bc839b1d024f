-- Figure skating: the 2018 Olympic Games.  Nine judges grade each element and
-- each component; panels, factors, deductions and ranks follow, rounded to two
-- decimals at the places the rule names and nowhere else.

CREATE TABLE skating_performance (
    performance_id       text PRIMARY KEY,
    competition          text,
    program              text,
    name                 text,
    nation               text,
    published_rank       int,
    starting_number      int,
    published_total      numeric,
    published_elements   numeric,
    published_components numeric,
    deductions           numeric
);
\set into skating_performance
\set file figure-skating-olympics-2018/performances.csv
\ir load.sql

CREATE TABLE skating_element (
    aspect_id       text PRIMARY KEY,
    performance_id  text NOT NULL REFERENCES skating_performance,
    element_no      int,
    element         text,
    base_value      numeric,
    raw_j1 numeric, raw_j2 numeric, raw_j3 numeric, raw_j4 numeric, raw_j5 numeric,
    raw_j6 numeric, raw_j7 numeric, raw_j8 numeric, raw_j9 numeric,
    j1 numeric, j2 numeric, j3 numeric, j4 numeric, j5 numeric,
    j6 numeric, j7 numeric, j8 numeric, j9 numeric,
    published_grade numeric,
    published_score numeric
);
\set into skating_element
\set file figure-skating-olympics-2018/elements.csv
\ir load.sql

CREATE TABLE skating_component (
    aspect_id       text PRIMARY KEY,
    performance_id  text NOT NULL REFERENCES skating_performance,
    component       text,
    factor          numeric,
    j1 numeric, j2 numeric, j3 numeric, j4 numeric, j5 numeric,
    j6 numeric, j7 numeric, j8 numeric, j9 numeric,
    published_score numeric
);
\set into skating_component
\set file figure-skating-olympics-2018/components.csv
\ir load.sql

-- The panel: the mean without one highest and one lowest of the nine.  An
-- element that the judges did not grade has no panel and scores 0; panel_mean
-- is kept for whoever wants to see what the rounding does.
CREATE VIEW skating_element_score AS
SELECT aspect_id, performance_id, panel_mean,
       round(panel_mean, 2) AS grade,
       coalesce(base_value + round(panel_mean, 2), 0) AS score
FROM skating_element
CROSS JOIN LATERAL (SELECT perfeval.trimmed_mean(mark)
                    FROM unnest(ARRAY[j1, j2, j3, j4, j5, j6, j7, j8, j9]) AS mark) AS p(panel_mean);

-- Each component is multiplied by its factor and rounded before they are added.
CREATE VIEW skating_component_score AS
SELECT aspect_id, performance_id, factor, panel_mean,
       round(panel_mean, 2) AS score,
       round(perfeval.difficulty_adjust(round(panel_mean, 2), factor), 2) AS factored
FROM skating_component
CROSS JOIN LATERAL (SELECT perfeval.trimmed_mean(mark)
                    FROM unnest(ARRAY[j1, j2, j3, j4, j5, j6, j7, j8, j9]) AS mark) AS p(panel_mean);

-- Deductions are published as negative numbers.  Equal totals: in a short
-- programme the better elements are ahead, in a free one the better components.
CREATE VIEW skating_standing AS
SELECT performance_id, competition, program, name, nation, elements, components, deductions, total,
       rank() OVER (PARTITION BY competition, program
                    ORDER BY total DESC,
                             CASE WHEN program LIKE '%Short%' THEN elements ELSE components END DESC) AS rank
FROM skating_performance
JOIN (SELECT performance_id, sum(score) AS elements
      FROM skating_element_score GROUP BY 1) AS e USING (performance_id)
JOIN (SELECT performance_id, sum(factored) AS components
      FROM skating_component_score GROUP BY 1) AS c USING (performance_id)
CROSS JOIN LATERAL (SELECT elements + components + deductions) AS t(total);

CREATE VIEW skating_comparison AS
SELECT 1 AS step, 'grades of execution' AS stage, aspect_id AS item,
       s.grade AS computed, published_grade AS published
FROM skating_element_score s JOIN skating_element e USING (aspect_id)
WHERE e.j1 IS NOT NULL      -- where there are none, 0 is published
UNION ALL
SELECT 2, 'element scores', aspect_id, s.score, published_score
FROM skating_element_score s JOIN skating_element USING (aspect_id)
UNION ALL
SELECT 3, 'component scores', aspect_id, s.score, published_score
FROM skating_component_score s JOIN skating_component USING (aspect_id)
UNION ALL
SELECT v.step, v.stage, performance_id, v.computed, v.published
FROM skating_standing s JOIN skating_performance USING (performance_id)
CROSS JOIN LATERAL (VALUES
    (4, 'element totals',   elements,   published_elements),
    (5, 'component totals', components, published_components),
    (6, 'segment totals',   total,      published_total),
    (7, 'ranks',            rank,       published_rank)) AS v(step, stage, computed, published);
