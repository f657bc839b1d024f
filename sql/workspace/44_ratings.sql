-- Ratings: marks that raters give, by criterion and role.

CREATE OR REPLACE PROCEDURE @workspace@.rate(subject text, criterion text, rater_role text, rater text, value numeric, period text,
	note text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('rate', '{rater}', (SELECT s.subject_id FROM @workspace@.subject AS s WHERE s.code = rater));
	whose constant bigint := @workspace@.find_subject(subject);
	by_whom constant bigint := @workspace@.find_subject(rater);
	in_period constant integer := @workspace@.find_period(period);
BEGIN
	IF NOT EXISTS (SELECT FROM @workspace@.indicator AS i WHERE i.fact = 'rating' AND i.criterion = $2 AND i.rater_role = $3) THEN
		RAISE EXCEPTION 'no indicator is the mean of ratings of % by %', coalesce(quote_literal($2), 'NULL'), coalesce(quote_literal($3), 'NULL')
			USING ERRCODE = 'no_data_found',
				HINT = coalesce((SELECT 'There are ' || string_agg(quote_literal(i.criterion) || ' by ' || quote_literal(i.rater_role), ', ' ORDER BY i.item) || '.'
				                 FROM @workspace@.indicator AS i WHERE i.fact = 'rating'), 'Add one to table indicator.');
	ELSIF $5 IS NULL OR NOT ($5 > -1e12 AND $5 < 1e12 AND min_scale($5) <= 12) THEN
		RAISE EXCEPTION 'a mark cannot be %', coalesce($5::text, 'NULL')
			USING ERRCODE = 'numeric_value_out_of_range', HINT = 'A mark has up to 12 digits before and after the point.';
	END IF;
	-- The same mark again says nothing new.
	INSERT INTO @workspace@.rating (subject_id, period_id, criterion, rater_role, rater_id, value, note, rated_by)
	SELECT whose, in_period, $2, $3, by_whom, $5, $7, actor
	WHERE NOT EXISTS (SELECT FROM @workspace@.counted_rating AS r
		WHERE r.subject_id = whose AND r.period_id = in_period AND r.criterion = $2 AND r.rater_role = $3 AND r.rater_id = by_whom
			AND r.value = $5 AND r.note IS NOT DISTINCT FROM $7);
	IF NOT FOUND THEN
		RETURN;
	END IF;
	PERFORM @workspace@.record_act('rate', subject, $7, jsonb_strip_nulls(jsonb_build_object('rater', rater, 'criterion', $2, 'rater_role', $3, 'value', $5, 'period', period)));
END
$$;
COMMENT ON PROCEDURE @workspace@.rate(text, text, text, text, numeric, text, text) IS
	'a rater''s mark; of several the last one counts (评价打分)';
