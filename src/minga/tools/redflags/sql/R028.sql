-- The same price from different tenderers.
-- table: flagged
SELECT b.r, b.amount, b.currency
FROM bid b JOIN fact f ON f.r = b.r
WHERE f.priced > 1 AND f.compared = 1 AND f.split = 0 AND {not_excluded}
    AND b.status NOT IN ({invited}, {withdrawn}) AND b.amount IS NOT NULL AND b.currency IS NOT NULL
    AND coalesce(b.tenderer, b.party) IS NOT NULL
GROUP BY b.r, b.amount, b.currency
HAVING min(coalesce(b.tenderer, b.party)) <> max(coalesce(b.tenderer, b.party))

-- table: same
SELECT b.r, b.b, b.amount, coalesce(b.tenderer, b.party) AS party, b.members
FROM flagged g JOIN bid b ON b.r = g.r AND b.amount = g.amount AND b.currency = g.currency
WHERE b.status NOT IN ({invited}, {withdrawn}) AND coalesce(b.tenderer, b.party) IS NOT NULL

-- table: flags
SELECT r, 1.0 AS value, count(*) AS measured, 2 AS bound FROM same GROUP BY r

-- table: marks
SELECT DISTINCT m.r, 'Tenderer' AS grp, m.tenderer AS id, 1.0 AS value
FROM same s JOIN member m ON m.r = s.r AND m.b = s.b
WHERE m.tenderer IS NOT NULL

-- query: evidence
SELECT r, concat('/bids/details/', b, '/value/amount') AS path, concat(amount, '') AS value,
    NULL AS word, 'one of several equal prices' AS read_as
FROM same
UNION ALL
SELECT m.r, concat('/bids/details/', m.b, '/tenderers/', m.k, '/id'), NULL, m.tenderer, 'tenderer with that price'
FROM same s JOIN member m ON m.r = s.r AND m.b = s.b

-- query: untested
SELECT f.r, CASE
    WHEN f.skipped = {cancelled} THEN 'cancelled'
    WHEN f.skipped IS NOT NULL THEN 'excluded'
    WHEN NOT ({not_excluded}) THEN 'switched_off'
    WHEN f.compared = 0 THEN 'no_comparison'
    WHEN f.bids IS NULL THEN 'no_bids'
    WHEN f.split = 1 THEN 'lots'
    WHEN f.priced < 2 THEN 'few_prices'
    END AS reason
FROM fact f
