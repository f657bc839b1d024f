-- Read by every file of test/sql before its first statement.
SET search_path = perfeval, public;
SET client_min_messages = warning;
SET datestyle = ISO;
SET intervalstyle = postgres;

-- Runs "SELECT <call>" and tells what came of it: the values, or the error with its SQLSTATE and hint.
CREATE FUNCTION pg_temp.answer(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	message text;
	hint text;
BEGIN
	EXECUTE 'SELECT string_agg(coalesce(left(x::text, 60), ''NULL''), '', '') FROM (SELECT ' || call || ') AS q(x)' INTO result;
	RETURN call || E'\n    gives ' || coalesce(result, 'no row');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN call || E'\n    ' || SQLSTATE || ' ' || left(message, 200) || coalesce(E'\n    HINT: ' || nullif(hint, ''), '');
END $$;

-- A fraction as the engine must give it: all digits if it terminates, else rounded once at core's scale.
CREATE FUNCTION pg_temp.rounded_once(numerator numeric, denominator numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN q * denominator = numerator THEN trim_scale(q) ELSE numerator / denominator END
	FROM (SELECT round(numerator, 200) / denominator) AS long(q)
$$;
