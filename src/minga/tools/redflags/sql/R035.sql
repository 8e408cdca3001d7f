-- All bids disqualified but those of the one tenderer that won.
-- view: candidate
SELECT f.r FROM fact f
WHERE f.disqualified > 0 AND f.valid > 0 AND f.active > 0 AND f.unsettled = 0 AND f.split = 0 AND {not_excluded}

-- view: sole
SELECT m.r, min(m.tenderer) AS tenderer
FROM member m JOIN candidate c ON c.r = m.r
WHERE m.status = {valid} AND m.tenderer IS NOT NULL
GROUP BY m.r
HAVING min(m.tenderer) = max(m.tenderer)

-- table: awarded
SELECT s.r, s.tenderer
FROM sole s JOIN winner w ON w.r = s.r
WHERE w.supplier IS NOT NULL
GROUP BY s.r, s.tenderer
HAVING min(w.supplier) = s.tenderer AND max(w.supplier) = s.tenderer

-- table: flags
SELECT d.r, CAST(count(DISTINCT m.tenderer) AS DOUBLE) AS value, count(DISTINCT m.tenderer) AS measured,
    {threshold} AS bound
FROM awarded d JOIN member m ON m.r = d.r
WHERE m.status = {disqualified} AND m.tenderer <> d.tenderer
GROUP BY d.r
HAVING count(DISTINCT m.tenderer) >= {threshold}

-- table: marks
SELECT g.r, 'Tenderer' AS grp, d.tenderer AS id, 0.0 AS value FROM flags g JOIN awarded d ON d.r = g.r

-- query: evidence
SELECT b.r, concat('/bids/details/', b.b, '/status') AS path, NULL AS value, b.status AS word,
    CASE WHEN b.status = {valid} THEN 'the only tenderer left' ELSE 'disqualified bid' END AS read_as
FROM flags g JOIN bid b ON b.r = g.r
WHERE b.status IN ({valid}, {disqualified})
UNION ALL
SELECT w.r, concat('/awards/', w.a, '/suppliers/', w.k, '/id'), NULL, w.supplier, 'supplier of an active award'
FROM flags g JOIN winner w ON w.r = g.r

-- query: untested
SELECT f.r, CASE
    WHEN f.skipped = {cancelled} THEN 'cancelled'
    WHEN f.skipped IS NOT NULL THEN 'excluded'
    WHEN NOT ({not_excluded}) THEN 'switched_off'
    WHEN f.bids IS NULL THEN 'no_bids'
    WHEN f.awards IS NULL THEN 'no_awards'
    WHEN f.unsettled > 0 THEN 'unsettled'
    WHEN f.active = 0 THEN 'no_active'
    WHEN f.split = 1 THEN 'lots'
    WHEN f.valid = 0 THEN 'no_valid_bid'
    END AS reason
FROM fact f
