-- Calibration (等次校准): a panel puts a subject into another tier than the rules
-- come to, with a reason. The result stays as it was assessed; the panel's last
-- word goes before it, and NULL takes back what it said.

CREATE TABLE IF NOT EXISTS @workspace@.calibration (
	subject_id bigint NOT NULL,
	calibration_id bigint NOT NULL DEFAULT nextval('@workspace:literal@.fact_id'),
	run_id integer NOT NULL,
	tier_before integer NOT NULL CHECK (tier_before > 0),
	tier integer CHECK (tier > 0),
	reason text NOT NULL CHECK (reason <> ''),
	panel text NOT NULL CHECK (panel <> ''),
	evidence text,
	calibrated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	calibrated_by text NOT NULL,
	PRIMARY KEY (subject_id, calibration_id),
	FOREIGN KEY (subject_id, run_id) REFERENCES @workspace@.result
);
CREATE INDEX IF NOT EXISTS calibration_run ON @workspace@.calibration (run_id, subject_id, calibrated_at);
COMMENT ON TABLE @workspace@.calibration IS 'tiers that a panel changed, a line of its own each; the last of a result counts (等次校准)';
COMMENT ON COLUMN @workspace@.calibration.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.calibration.calibration_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.calibration.run_id IS 'run (批次)';
COMMENT ON COLUMN @workspace@.calibration.tier_before IS 'tier that it had until then (校准前等次号)';
COMMENT ON COLUMN @workspace@.calibration.tier IS 'tier that it has from then on; NULL: what the rules come to (校准后等次号)';
COMMENT ON COLUMN @workspace@.calibration.reason IS 'why (理由)';
COMMENT ON COLUMN @workspace@.calibration.panel IS 'who decided it (校准小组)';
COMMENT ON COLUMN @workspace@.calibration.evidence IS 'what proves it (佐证材料)';
COMMENT ON COLUMN @workspace@.calibration.calibrated_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.calibration.calibrated_by IS 'who entered it (经办人)';

CREATE OR REPLACE VIEW @workspace@.calibration_now AS
SELECT c.subject_id, c.run_id, c.calibration_id, c.tier_before, c.tier
FROM (SELECT DISTINCT ON (x.run_id, x.subject_id) x.*
      FROM @workspace@.calibration AS x
      ORDER BY x.run_id, x.subject_id, x.calibrated_at DESC, x.calibration_id DESC) AS c
WHERE c.tier IS NOT NULL;
COMMENT ON VIEW @workspace@.calibration_now IS 'calibrations that count (有效等次校准)';
COMMENT ON COLUMN @workspace@.calibration_now.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.calibration_now.run_id IS 'run (批次)';
COMMENT ON COLUMN @workspace@.calibration_now.calibration_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.calibration_now.tier_before IS 'tier before (校准前等次号)';
COMMENT ON COLUMN @workspace@.calibration_now.tier IS 'tier (校准后等次号)';

-- What a final run keeps of them, as of its adjustments.
ALTER TABLE @workspace@.final_result ADD COLUMN IF NOT EXISTS calibrations text;
COMMENT ON COLUMN @workspace@.final_result.calibrations IS 'lines of its calibrations (校准行)';
