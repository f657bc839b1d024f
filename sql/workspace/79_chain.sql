-- The chain: lines of text, each hashed with the hash of the one before. All of
-- it is core SQL and core types, so it can be checked without the extension.
--
--   hash(k) = sha256(hash(k - 1) || '|' || line(k)), hash(0) = 64 zeros,
--
-- hashes in lower-case hexadecimal, lines in UTF-8. doc/proof.md has the lines.
--
-- The functions are STABLE, as convert_to and to_char are: declared IMMUTABLE they
-- would not be taken into the statements that call them for every row.

-- A field of a line: composed characters (NFC), no separator and no line break
-- in it, and NULL apart from an empty text.
CREATE OR REPLACE FUNCTION @workspace@.chain_text(field text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(replace(replace(replace(replace(
	CASE WHEN octet_length($1) > char_length($1) AND getdatabaseencoding() = 'UTF8' THEN normalize($1, NFC) ELSE $1 END,
	'\', '\\'), '|', '\p'), E'\n', '\n'), E'\r', '\r'), '\N');
COMMENT ON FUNCTION @workspace@.chain_text(text) IS 'a text as a field of a line of the chain (链行字段)';

-- Numbers without trailing zeros; those of a scheme that rounds, with at least its decimals.
CREATE OR REPLACE FUNCTION @workspace@.chain_number(number numeric, digits integer DEFAULT 0) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(round($1, greatest(min_scale($1), coalesce($2, 0)))::text, '\N');
COMMENT ON FUNCTION @workspace@.chain_number(numeric, integer) IS 'a number as a field of a line of the chain (链行数字字段)';

CREATE OR REPLACE FUNCTION @workspace@.chain_numbers(numbers numeric[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT string_agg(@workspace@.chain_number(x.number), ',' ORDER BY x.n) FROM unnest($1) WITH ORDINALITY AS x (number, n));
COMMENT ON FUNCTION @workspace@.chain_numbers(numeric[]) IS 'numbers as a field of a line of the chain (链行数字列字段)';

-- Whatever the session's DateStyle and time zone.
CREATE OR REPLACE FUNCTION @workspace@.chain_date(day date) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(to_char($1, 'YYYY-MM-DD'), '\N');
COMMENT ON FUNCTION @workspace@.chain_date(date) IS 'a day as a field of a line of the chain (链行日期字段)';

CREATE OR REPLACE FUNCTION @workspace@.chain_time(at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '\N');
COMMENT ON FUNCTION @workspace@.chain_time(timestamptz) IS 'a time in UTC as a field of a line of the chain (链行时间字段)';

CREATE OR REPLACE FUNCTION @workspace@.digest(body text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN encode(sha256(convert_to($1, 'UTF8')), 'hex');
COMMENT ON FUNCTION @workspace@.digest(text) IS 'sha256 of a text in UTF-8 (文本散列)';

-- What a line does not show, such as names: a hash of it and of a secret, so that
-- nobody finds it by trying. Whoever is told both can check it.
CREATE OR REPLACE FUNCTION @workspace@.hidden(nonce text, field text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN @workspace@.digest($1 || '|' || @workspace@.chain_text($2));
COMMENT ON FUNCTION @workspace@.hidden(text, text) IS 'a field that a line holds as a hash only (隐去字段的散列)';

-- Each hidden thing of a run has a secret of its own, made of the run's salt.
CREATE OR REPLACE FUNCTION @workspace@.nonce(salt text, kind text, key text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN @workspace@.digest($1 || '|' || $2 || '|' || $3);
COMMENT ON FUNCTION @workspace@.nonce(text, text, text) IS 'secret that one thing of a run is hidden with (隐去字段的密值)';

CREATE OR REPLACE FUNCTION @workspace@.chain_step(hash text, line text, start text DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN encode(sha256(convert_to(coalesce($1, $3) || '|' || $2, 'UTF8')), 'hex');
COMMENT ON FUNCTION @workspace@.chain_step(text, text, text) IS
	'hash of a line and the hash before it; start stands in for that of the first line (链接散列)';

-- In a window in the order of the lines it gives each line's hash.
CREATE OR REPLACE AGGREGATE @workspace@.chain (line text, start text) (
	SFUNC = @workspace@.chain_step, STYPE = text
);
COMMENT ON AGGREGATE @workspace@.chain(text, text) IS 'hashes of lines as a chain, in the order of the window (散列链)';
