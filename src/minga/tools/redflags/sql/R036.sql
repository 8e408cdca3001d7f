-- The lowest submitted bid was disqualified.
-- table: priced
SELECT b.r, b.b, b.status, b.amount
FROM bid b JOIN fact f ON f.r = b.r
WHERE f.disqualified > 0 AND f.valid > 0 AND f.active > 0 AND f.compared = 1 AND f.split = 0 AND {not_excluded}
    AND b.status NOT IN ({invited}, {withdrawn}) AND b.amount IS NOT NULL AND b.currency = {currency}

-- view: lowest
SELECT r, min(amount) AS amount, min(CASE WHEN status = {valid} THEN amount END) AS valid_amount
FROM priced
GROUP BY r
HAVING min(CASE WHEN status = {valid} THEN amount END) IS NOT NULL

-- view: first_lowest
SELECT p.r, min(p.b) AS b FROM priced p JOIN lowest l ON l.r = p.r AND l.amount = p.amount GROUP BY p.r

-- table: flagged
SELECT p.r, p.b, p.amount, l.valid_amount
FROM first_lowest t JOIN priced p ON p.r = t.r AND p.b = t.b JOIN lowest l ON l.r = t.r
WHERE p.status = {disqualified}

-- table: flags
SELECT r, 1.0 AS value, amount AS measured, valid_amount AS bound FROM flagged

-- query: evidence
SELECT r, concat('/bids/details/', b, '/value/amount') AS path, concat(amount, '') AS value,
    NULL AS word, 'lowest submitted bid' AS read_as
FROM flagged
UNION ALL
SELECT r, concat('/bids/details/', b, '/status'), 'disqualified', NULL, 'status of that bid' FROM flagged
UNION ALL
SELECT p.r, concat('/bids/details/', min(p.b), '/value/amount'), concat(p.amount, ''), NULL, 'lowest valid bid'
FROM flagged g JOIN priced p ON p.r = g.r AND p.amount = g.valid_amount
WHERE p.status = {valid}
GROUP BY p.r, p.amount

-- query: untested
SELECT f.r, CASE
    WHEN f.skipped = {cancelled} THEN 'cancelled'
    WHEN f.skipped IS NOT NULL THEN 'excluded'
    WHEN NOT ({not_excluded}) THEN 'switched_off'
    WHEN f.compared = 0 THEN 'no_comparison'
    WHEN f.bids IS NULL THEN 'no_bids'
    WHEN f.awards IS NULL THEN 'no_awards'
    WHEN f.active = 0 THEN 'no_active'
    WHEN f.split = 1 THEN 'lots'
    WHEN f.priced = 0 THEN 'few_prices'
    WHEN f.valid = 0 THEN 'no_valid_bid'
    END AS reason
FROM fact f
