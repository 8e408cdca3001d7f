-- Heavily discounted bid: (second - winning) / winning at or above the upper fence.
-- query: ratios
SELECT (second - winning) / winning AS ratio FROM pair f WHERE second >= winning AND winning > 0 AND {not_excluded}

-- table: flagged
SELECT f.r, f.a, f.supplier, f.winning, f.second, (f.second - f.winning) / f.winning AS ratio
FROM pair f
WHERE f.second >= f.winning AND f.winning > 0 AND {not_excluded} AND (f.second - f.winning) / f.winning {test} {fence}

-- table: places
SELECT g.r, min(CASE WHEN b.tenderer = g.supplier AND b.amount = g.winning THEN b.b END) AS winning_b,
    min(CASE WHEN b.tenderer <> g.supplier AND b.amount = g.second THEN b.b END) AS second_b
FROM flagged g JOIN bid b ON b.r = g.r
WHERE b.status = {valid} AND b.tenderer IS NOT NULL AND b.currency = {currency}
GROUP BY g.r

-- table: flags
SELECT r, ratio AS value, ratio AS measured, {fence} AS bound FROM flagged

-- table: marks
SELECT DISTINCT r, 'Tenderer' AS grp, supplier AS id, 0.0 AS value FROM flagged
UNION ALL
SELECT p.r, 'Tenderer', b.tenderer, 0.0 FROM places p JOIN bid b ON b.r = p.r AND b.b = p.second_b
WHERE {mark_second} = 1

-- query: evidence
SELECT p.r, concat('/bids/details/', p.winning_b, '/value/amount') AS path, concat(g.winning, '') AS value,
    NULL AS word, 'winning bid' AS read_as
FROM flagged g JOIN places p ON p.r = g.r
UNION ALL
SELECT p.r, concat('/bids/details/', p.second_b, '/value/amount'), concat(g.second, ''), NULL,
    'lowest valid bid of the others'
FROM flagged g JOIN places p ON p.r = g.r
UNION ALL
SELECT p.r, concat('/bids/details/', p.second_b, '/tenderers/0/id'), NULL, b.tenderer, 'tenderer of that bid'
FROM places p JOIN bid b ON b.r = p.r AND b.b = p.second_b
UNION ALL
SELECT g.r, concat('/awards/', g.a, '/suppliers/0/id'), NULL, g.supplier, 'supplier of the active award'
FROM flagged g

-- query: untested
SELECT f.r, CASE
    WHEN f.skipped = {cancelled} THEN 'cancelled'
    WHEN f.skipped IS NOT NULL THEN 'excluded'
    WHEN NOT ({not_excluded}) THEN 'switched_off'
    WHEN f.compared = 0 THEN 'no_comparison'
    WHEN f.bids IS NULL THEN 'no_bids'
    WHEN f.awards IS NULL THEN 'no_awards'
    WHEN f.unsettled > 0 THEN 'unsettled'
    WHEN f.active = 0 THEN 'no_active'
    WHEN f.active > 1 THEN 'several_active'
    WHEN f.suppliers > 1 THEN 'joint_award'
    WHEN f.supplier IS NULL THEN 'no_supplier'
    WHEN f.split = 1 THEN 'lots'
    WHEN p.winning IS NULL THEN 'no_winning_bid'
    WHEN p.winning <= 0 THEN 'zero_bid'
    WHEN p.second IS NULL THEN 'no_second_bid'
    WHEN p.second < p.winning THEN 'not_lowest'
    WHEN {usable_fence} = 0 THEN 'no_fence'
    END AS reason
FROM fact f LEFT JOIN pair p ON p.r = f.r
