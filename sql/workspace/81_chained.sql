-- What the workspace's chain holds besides publications: what people did and said,
-- of runs that never became final, too. Each link takes in what had been committed
-- since the one before, so verbs need not wait for each other.

CREATE TABLE IF NOT EXISTS @workspace@.chained_row (
	kind text NOT NULL CHECK (kind IN ('act', 'adjustment', 'calibration', 'objection')),
	row_id bigint NOT NULL,
	link_no bigint NOT NULL,
	hash text NOT NULL,
	PRIMARY KEY (kind, row_id)
);
CREATE INDEX IF NOT EXISTS chained_row_link ON @workspace@.chained_row (link_no);
COMMENT ON TABLE @workspace@.chained_row IS 'acts, adjustments, calibrations and answered objections that a link of the chain holds (存证链所含留痕)';
COMMENT ON COLUMN @workspace@.chained_row.kind IS 'act, adjustment, calibration or objection (种类)';
COMMENT ON COLUMN @workspace@.chained_row.row_id IS 'number of the row in that table (编号)';
COMMENT ON COLUMN @workspace@.chained_row.link_no IS 'link (存证链序号)';
COMMENT ON COLUMN @workspace@.chained_row.hash IS 'hash of its line and of the one before in its link (散列值)';
