-- What the scores of the example city should be: plain arithmetic on the offices' tables, without the extension,
-- for each of the periods in table asked. Included by city.sql and city_year.sql; psql must be in the workspace.

CREATE TEMP TABLE asked (period_id integer, period text, from_month integer, to_month integer, year_end boolean);
-- Enough decimals to a quotient that rounding to 30 makes exact what is.
\set one 1.0000000000000000000000000000000000000000

CREATE TEMP VIEW expected AS
WITH monthly_fact AS (
	SELECT a.period, m.subject AS unit, regexp_replace(m.indicator, '^(party|support|economy|society|service|enforcement)_', '') AS indicator,
		sum(m.value::numeric) AS total, round(sum(m.value::numeric) * :one / count(*), 10) AS mean,
		max(m.value::numeric) FILTER (WHERE right(m.period, 2)::integer = a.to_month) AS last
	FROM asked AS a JOIN monthly AS m ON right(m.period, 2)::integer BETWEEN a.from_month AND a.to_month
	GROUP BY 1, 2, 3
), sums AS (
	SELECT period, unit,
		max(total) FILTER (WHERE indicator = 'done') AS done, max(total) FILTER (WHERE indicator = 'due') AS due,
		max(mean) FILTER (WHERE indicator = 'rate') AS rate, max(last) FILTER (WHERE indicator = 'said') AS said,
		max(mean) FILTER (WHERE indicator = 'fulfilment') AS fulfilment, max(total) FILTER (WHERE indicator = 'errors') AS errors,
		max(mean) FILTER (WHERE indicator = 'response') AS response,
		max(total) FILTER (WHERE indicator = 'dynamic_done') AS dynamic_done, max(total) FILTER (WHERE indicator = 'dynamic_due') AS dynamic_due
	FROM monthly_fact GROUP BY period, unit
), at_year_end AS (
	SELECT subject AS unit, max(value::numeric) FILTER (WHERE indicator = 'adopted') AS adopted,
		max(value::numeric) FILTER (WHERE indicator = 'cleanup_done') AS closed, max(value::numeric) FILTER (WHERE indicator = 'cleanup_due') AS to_close
	FROM yearly GROUP BY subject
), panel AS (
	SELECT unit_no, max(mean) FILTER (WHERE role = 'superior') AS superior, max(mean) FILTER (WHERE role = 'in_charge') AS in_charge,
		max(mean) FILTER (WHERE role = 'team') AS team
	FROM (SELECT unit_no, role, (sum(points) - min(points) - max(points)) * :one / (count(*) - 2) AS mean
	      FROM mark GROUP BY unit_no, role) AS r GROUP BY unit_no
), expert AS (
	SELECT unit_no, 0.8 + 0.4 * (sum(v) - min(v) - max(v)) / 5 AS coefficient
	FROM (SELECT unit_no, (difficulty + accuracy) / 200.0 AS v FROM expert_mark) AS e GROUP BY unit_no
), complained AS (
	SELECT a.period, c.unit_no, count(*) FILTER (WHERE valid) AS valid, count(*) FILTER (WHERE valid IS NULL) AS open
	FROM asked AS a JOIN complaint AS c ON extract(month FROM c.received) BETWEEN a.from_month AND a.to_month GROUP BY 1, 2
), minus AS (
	SELECT period, unit_no, least(10, sum(least(2, points))) AS points
	FROM (SELECT a.period, l.unit_no, l.item, sum(CASE effect WHEN 'full' THEN 1 WHEN 'half' THEN 0.5 ELSE 0 END * l.points
	             * (1 - CASE WHEN acceptance_date <= (notice_date + interval '3 months')::date THEN 0.8 * rectified ELSE 0 END)) AS points
	      FROM asked AS a JOIN ledger AS l ON extract(month FROM l.notice_date) BETWEEN a.from_month AND a.to_month
	      GROUP BY 1, 2, 3) AS i GROUP BY 1, 2
), plus AS (
	SELECT period, unit_no, least(4, sum(least(1, points))) AS points
	FROM (SELECT a.period, w.unit_no, w.kind, sum(w.points) AS points
	      FROM asked AS a JOIN award AS w ON w.month BETWEEN a.from_month AND a.to_month GROUP BY 1, 2, 3) AS k GROUP BY 1, 2
), part AS (
	SELECT s.period, u.code AS unit, u.unit_no, g.code AS group_code, o.weights AS w,
		100 * least(1, s.done * :one / nullif(s.due, 0)) AS k1,
		greatest(0, 100 - o.penalty * greatest(0, o.target - s.rate)) AS k2,
		o.points[1 + width_bucket(s.said, o.cuts)] AS k3,
		CASE WHEN a.year_end THEN 100 * y.closed * :one / nullif(y.to_close, 0) END AS k4,
		greatest(0, 100 - 20 * greatest(0, 95 - s.fulfilment)) AS r1,
		greatest(0, 100 - 30 * s.errors) AS r2,
		greatest(0, 100 - 50 * coalesce(c.valid, 0)) AS r3,
		CASE WHEN s.response <= 1 THEN 100 WHEN s.response <= 3 THEN 100 - 10 * (s.response - 1)
			WHEN s.response <= 8 THEN 80 - 16 * (s.response - 3) ELSE 0 END AS r4,
		CASE WHEN a.year_end THEN (40 * p.superior + 40 * p.in_charge + coalesce(20 * p.team, 0)) * :one
			/ (80 + CASE WHEN p.team IS NULL THEN 0 ELSE 20 END) END AS r5,
		CASE WHEN a.year_end THEN CASE WHEN y.adopted >= 1 THEN 100 ELSE 0 END END AS r6,
		100 * s.dynamic_done * :one / nullif(s.dynamic_due, 0) AS dynamic,
		CASE WHEN a.year_end THEN e.coefficient ELSE 1 END AS coefficient,
		coalesce(minus.points, 0) AS minus, coalesce(plus.points, 0) AS plus, coalesce(c.open, 0) AS open,
		EXISTS (SELECT FROM veto AS v WHERE v.unit_no = u.unit_no
		        AND extract(month FROM v.found) BETWEEN a.from_month AND a.to_month) AS veto
	FROM asked AS a CROSS JOIN unit AS u JOIN service_group AS g USING (group_no) JOIN own_indicator AS o USING (group_no)
		JOIN sums AS s ON s.period = a.period AND s.unit = u.code
		JOIN at_year_end AS y ON y.unit = u.code
		LEFT JOIN panel AS p USING (unit_no) LEFT JOIN expert AS e USING (unit_no)
		LEFT JOIN complained AS c ON c.period = a.period AND c.unit_no = u.unit_no
		LEFT JOIN minus ON minus.period = a.period AND minus.unit_no = u.unit_no
		LEFT JOIN plus ON plus.period = a.period AND plus.unit_no = u.unit_no
), work AS (
	SELECT *, (coalesce(w[1] * k1, 0) + w[2] * k2 + w[3] * k3 + coalesce(w[4] * k4, 0)) * :one
			/ (CASE WHEN k1 IS NULL THEN 0 ELSE w[1] END + w[2] + w[3] + CASE WHEN k4 IS NULL THEN 0 ELSE w[4] END) AS key,
		(35 * r1 + 15 * r2 + 15 * r3 + 10 * r4 + coalesce(15 * r5, 0) + coalesce(10 * r6, 0)) * :one
			/ (75 + CASE WHEN r5 IS NULL THEN 0 ELSE 15 END + CASE WHEN r6 IS NULL THEN 0 ELSE 10 END) AS routine
	FROM part
), scored AS (
	SELECT *, greatest(0, least(104, least(100, base * coefficient) - minus + plus)) AS final
	FROM (SELECT *, (70 * key + 20 * routine + coalesce(10 * dynamic, 0)) * :one
	                / (90 + CASE WHEN dynamic IS NULL THEN 0 ELSE 10 END) AS base FROM work) AS b
), ranked_plainly AS (
	SELECT *, rank() OVER (PARTITION BY period, group_code ORDER BY round(final, 25) DESC) AS rank,
		(count(*) OVER (PARTITION BY period, group_code))::integer AS members
	FROM scored
)
SELECT period, unit, group_code, round(round(base, 30), 2) AS base, coefficient, minus, plus, round(round(final, 30), 2) AS score, rank,
	greatest(CASE WHEN rank <= a THEN 1 WHEN rank <= a + b THEN 2 ELSE 3 END, CASE WHEN veto THEN 3 END) AS tier, open,
	round(final, 25) AS exact, a, b, veto, key, routine, dynamic
FROM ranked_plainly
	-- 20/70/10 in whole seats: what is left over goes to the largest remainders, B before A before C
	JOIN LATERAL (SELECT members * 2 / 10 + (place_a <= spare)::integer AS a, members * 7 / 10 + (place_b <= spare)::integer AS b
	      FROM (SELECT members - members * 2 / 10 - members * 7 / 10 - members / 10 AS spare) AS s,
	           (SELECT max(place) FILTER (WHERE tier = 'A') AS place_a, max(place) FILTER (WHERE tier = 'B') AS place_b
	            FROM (SELECT tier, row_number() OVER (ORDER BY remainder DESC, preference) AS place
	                  FROM (VALUES ('A', members * 2 % 10, 2), ('B', members * 7 % 10, 1), ('C', members % 10, 3)) AS t (tier, remainder, preference)) AS p) AS o)
	     AS seats ON true;
