\set subject random(1, :subjects)
\set group 1000 + (:subject - 1) / 1000
\set item random(1, 100)
\set value random(1, 5)
\set period 2025000
INSERT INTO reading (subject_id, period_id, item, value) VALUES (:subject, :period, :item, :value);
SELECT subject_id, score, rank, tier FROM group_standing(:period, :group);
