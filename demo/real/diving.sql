-- Diving: Olympic men's 10 m platform, the final of Tokyo 2020 and the dives
-- of Paris 2024.  Seven judges; the two highest and two lowest marks of each
-- dive do not count, the other three are added and multiplied by difficulty.

CREATE TABLE tokyo_dive (
    round             int,
    final_rank        int,
    diver             text,
    noc               text,
    dive_code         text,
    difficulty        numeric,
    j1 numeric, j2 numeric, j3 numeric, j4 numeric, j5 numeric, j6 numeric, j7 numeric,
    published_points  numeric,
    published_dive_rank int,
    published_total   numeric,
    published_rank    int,
    published_behind  numeric,
    PRIMARY KEY (diver, round)
);
\set into tokyo_dive
\set file diving-olympic-10m/tokyo2020_final_dives.csv
\ir load.sql

CREATE TABLE paris_dive (
    round            int,
    dive_order       int,
    diver_id         int,
    diver            text,
    difficulty       numeric,
    j1 numeric, j2 numeric, j3 numeric, j4 numeric, j5 numeric, j6 numeric, j7 numeric,
    body_position    text,
    published_points numeric,
    PRIMARY KEY (diver, round)
);
\set into paris_dive
\set file diving-olympic-10m/paris2024_dives.csv
\ir load.sql

-- A trimmed mean of three times the marks is the sum of the three that are
-- left, exactly; three times a mean of the marks would round in between.
CREATE VIEW tokyo_points AS
SELECT diver, noc, round,
       perfeval.difficulty_adjust(
           (SELECT perfeval.trimmed_mean(3 * mark, 2)
            FROM unnest(ARRAY[j1, j2, j3, j4, j5, j6, j7]) AS mark), difficulty) AS points
FROM tokyo_dive;

CREATE VIEW paris_points AS
SELECT diver, round,
       perfeval.difficulty_adjust(
           (SELECT perfeval.trimmed_mean(3 * mark, 2)
            FROM unnest(ARRAY[j1, j2, j3, j4, j5, j6, j7]) AS mark), difficulty) AS points
FROM paris_dive;

CREATE VIEW tokyo_standing AS
SELECT diver, noc, round, points, total,
       rank() OVER (PARTITION BY round ORDER BY points DESC) AS dive_rank,
       rank() OVER by_total AS rank,
       nullif(first_value(total) OVER by_total - total, 0) AS behind   -- empty for the leader
FROM (SELECT *, sum(points) OVER (PARTITION BY diver ORDER BY round) AS total FROM tokyo_points) AS t
WINDOW by_total AS (PARTITION BY round ORDER BY total DESC);

CREATE VIEW diving_comparison AS
SELECT v.step, v.stage, diver || ' ' || round AS item, v.computed, v.published
FROM tokyo_standing s JOIN tokyo_dive d USING (diver, round)
CROSS JOIN LATERAL (VALUES
    (1, 'Tokyo, points of the dive',  points,    published_points),
    (2, 'Tokyo, rank of the dive',    dive_rank, published_dive_rank),
    (3, 'Tokyo, total so far',        total,     published_total),
    (4, 'Tokyo, rank so far',         rank,      published_rank),
    (5, 'Tokyo, points behind first', behind,    published_behind)) AS v(step, stage, computed, published)
UNION ALL
SELECT 6, 'Paris, points of the dive', diver || ' ' || round, points, published_points
FROM paris_points JOIN paris_dive USING (diver, round);
