-- A scorecard by a rubric: the whole scheme in one call.

CREATE FUNCTION @extschema@.evaluate(card @extschema@.scorecard, rubric @extschema@.rubric)
RETURNS @extschema@.scorecard
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.evaluate(@extschema@.scorecard, @extschema@.rubric) IS
	'value or status of every node of the rubric, the root''s as item 0 (按细则评分)';

CREATE FUNCTION @extschema@.evaluate_brief(card @extschema@.scorecard, rubric @extschema@.rubric)
RETURNS @extschema@.scorecard
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.evaluate_brief(@extschema@.scorecard, @extschema@.rubric) IS
	'of the result of evaluate what ranks and tiers need: root, flags of limits, ranking number (简要评分)';

CREATE FUNCTION @extschema@.score(result @extschema@.scorecard)
RETURNS numeric
AS 'MODULE_PATHNAME', 'score_result' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.score(@extschema@.scorecard) IS
	'the score in a result of evaluate (得分)';

CREATE FUNCTION @extschema@.score(card @extschema@.scorecard, rubric @extschema@.rubric)
RETURNS numeric
AS 'MODULE_PATHNAME', 'score_card' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.score(@extschema@.scorecard, @extschema@.rubric) IS
	'the score of a card by a rubric; NULL if it has none (得分)';

CREATE FUNCTION @extschema@.rank_basis(result @extschema@.scorecard)
RETURNS numeric
AS 'MODULE_PATHNAME', 'rank_basis_result' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rank_basis(@extschema@.scorecard) IS
	'the number that ranks and cut points look at, in a result of evaluate (排名依据)';

CREATE FUNCTION @extschema@.rank_basis(card @extschema@.scorecard, rubric @extschema@.rubric)
RETURNS numeric
AS 'MODULE_PATHNAME', 'rank_basis_card' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.rank_basis(@extschema@.scorecard, @extschema@.rubric) IS
	'the number that ranks and cut points look at, rounded or not as the rubric says (排名依据)';

CREATE FUNCTION @extschema@.flags(result @extschema@.scorecard,
	OUT node integer, OUT flag text, OUT value numeric, OUT meaning text)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION @extschema@.flags(@extschema@.scorecard) IS
	'what a result of evaluate says beside its points: vetoes, errors, gaps filled (标记)';

CREATE FUNCTION @extschema@.tier_cap(result @extschema@.scorecard)
RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.tier_cap(@extschema@.scorecard) IS
	'the best tier that a result of evaluate leaves, the worst of its caps; NULL if there is none (等次上限)';

CREATE FUNCTION @extschema@.eligible(result @extschema@.scorecard)
RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.eligible(@extschema@.scorecard) IS
	'whether a result of evaluate has no flag ineligible (有无资格)';

CREATE FUNCTION @extschema@.explain(card @extschema@.scorecard, rubric @extschema@.rubric,
	OUT node integer, OUT parent integer, OUT path text, OUT label text,
	OUT reading numeric, OUT rule text, OUT raw_points numeric, OUT weight numeric,
	OUT points numeric, OUT status text, OUT note text)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 100;
COMMENT ON FUNCTION @extschema@.explain(@extschema@.scorecard, @extschema@.rubric) IS
	'the lines of a score; their points add up to it (得分明细)';

CREATE FUNCTION @extschema@.lint(rubric @extschema@.rubric,
	OUT severity text, OUT path text, OUT code text, OUT message text, OUT hint text)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION @extschema@.lint(@extschema@.rubric) IS
	'what is wrong, odd or left open in a rubric (细则检查)';
