-- Apportionment: test vectors of three libraries for the largest remainder
-- method with the Hare quota, which is what seat_quota computes.

CREATE TABLE apportionment_case (
    case_id   text PRIMARY KEY,
    seats     bigint NOT NULL,
    method    text NOT NULL,
    threshold numeric,
    tie_rule  text,
    source    text
);
\set into apportionment_case
\set file apportionment-vectors/cases.csv
\ir load.sql

CREATE TABLE apportionment_item (
    case_id         text REFERENCES apportionment_case,
    item_no         int,
    label           text,
    weight          numeric NOT NULL,
    published_seats bigint NOT NULL,
    PRIMARY KEY (case_id, item_no)
);
\set into apportionment_item
\set file apportionment-vectors/items.csv
\ir load.sql

-- Items below the threshold, where a case has one, get no seat and their
-- weight does not count.  A case of another method stays without an answer.
CREATE VIEW apportionment_seats AS
SELECT case_id,
       CASE method WHEN 'largest_remainder_hare' THEN
           perfeval.seat_quota(seats, array_agg(CASE WHEN weight < threshold THEN 0 ELSE weight END
                                                ORDER BY item_no))
       END AS seats,
       array_agg(published_seats ORDER BY item_no) AS published_seats
FROM apportionment_case JOIN apportionment_item USING (case_id)
GROUP BY case_id;

CREATE VIEW apportionment_comparison AS
SELECT 1 AS step, 'seats' AS stage, case_id || ' ' || item_no AS item,
       s.seats[item_no]::numeric AS computed, i.published_seats::numeric AS published
FROM apportionment_item i JOIN apportionment_seats s USING (case_id)
UNION ALL   -- 1 where every seat of a vector is right
SELECT 2, 'whole vectors', case_id, (seats IS NOT DISTINCT FROM published_seats)::int, 1
FROM apportionment_seats;
