-- What is published is seen by every role with a grant: runs and versions of
-- schemes, from the first day on display.

CREATE OR REPLACE VIEW @workspace@.published_run WITH (security_barrier = true) AS
SELECT r.run_id
FROM @workspace@.run AS r
WHERE EXISTS (SELECT FROM @workspace@.publication AS p
              WHERE p.run_id = r.run_id AND p.kind = 'preliminary' AND p.published_from <= (SELECT @workspace@.today()));
COMMENT ON VIEW @workspace@.published_run IS 'runs that are published or were (已公示批次)';
COMMENT ON COLUMN @workspace@.published_run.run_id IS 'run (批次)';

-- Those on whom a draft waits for its review see it as well.
CREATE OR REPLACE VIEW @workspace@.my_version WITH (security_barrier = true) AS
SELECT p.version_id
FROM @workspace@.publication AS p
WHERE p.kind = 'scheme' AND p.published_from <= (SELECT @workspace@.today())
UNION
SELECT r.version_id
FROM @workspace@.version_reviewer AS r JOIN @workspace@.my_grant AS g ON g.subject_id = r.office_id AND g.kind = 'office';
COMMENT ON VIEW @workspace@.my_version IS 'versions of schemes that are published, or for the asking role to review (可见方案版本)';
COMMENT ON COLUMN @workspace@.my_version.version_id IS 'version (方案版本)';

-- Which of a run's results a role may see depends on both: whose they are, and
-- whether the run is published.
CREATE OR REPLACE FUNCTION @workspace@.visible_runs() RETURNS integer[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT coalesce(array_agg(r.run_id), '{}') FROM @workspace@.published_run AS r);
END
$$;
COMMENT ON FUNCTION @workspace@.visible_runs() IS 'runs that everybody with a grant may see (可见批次)';

CREATE OR REPLACE FUNCTION @workspace@.visible_versions() RETURNS integer[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT coalesce(array_agg(v.version_id), '{}') FROM @workspace@.my_version AS v);
END
$$;
COMMENT ON FUNCTION @workspace@.visible_versions() IS 'versions of schemes that the asking role may see (可见方案版本)';
