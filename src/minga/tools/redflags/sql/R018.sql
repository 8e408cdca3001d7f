-- One tenderer in a competitive procedure.
-- table: flags
SELECT f.r, 1.0 AS value, 1 AS measured, 1 AS bound
FROM fact f
WHERE f.skipped IS NULL AND f.tenderers = 1 AND {method_allowed} AND {not_excluded}

-- query: evidence
SELECT g.r, '/tender/numberOfTenderers' AS path, '1' AS value, NULL AS word,
    'number of tenderers' AS read_as FROM flags g
UNION ALL
SELECT g.r, '/tender/procurementMethod', NULL, f.method, 'procurement method' FROM flags g JOIN fact f ON f.r = g.r

-- query: untested
SELECT f.r, CASE
    WHEN f.skipped = {cancelled} THEN 'cancelled'
    WHEN f.skipped IS NOT NULL THEN 'excluded'
    WHEN NOT ({not_excluded}) THEN 'switched_off'
    WHEN NOT ({method_allowed}) THEN 'method'
    WHEN f.tenderers IS NULL THEN 'no_tenderers'
    END AS reason
FROM fact f
