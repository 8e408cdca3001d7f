-- Many bids disqualified, per buyer, procuring entity and tenderer. The denominator counts bids.
-- view: counted
SELECT f.r, f.buyer, f.entity, f.submitted, f.disqualified FROM fact f WHERE f.submitted > 0 AND {not_excluded}

-- query: parties
SELECT 'Buyer' AS grp, buyer AS id, sum(disqualified) AS part, sum(submitted) AS whole
FROM counted WHERE buyer IS NOT NULL GROUP BY buyer HAVING sum(submitted) >= {minimum_contracting_processes}
UNION ALL
SELECT 'ProcuringEntity', entity, sum(disqualified), sum(submitted)
FROM counted WHERE entity IS NOT NULL GROUP BY entity HAVING sum(submitted) >= {minimum_contracting_processes}
UNION ALL
SELECT 'Tenderer', m.tenderer, count(CASE WHEN m.status = {disqualified} THEN 1 END), count(*)
FROM member m JOIN counted c ON c.r = m.r
WHERE m.tenderer IS NOT NULL AND m.status NOT IN ({invited}, {withdrawn})
GROUP BY m.tenderer HAVING count(*) >= {minimum_submitted_bids}

-- table: touched
-- The processes in which a bid counted against the flagged party.
SELECT c.r, g.grp, g.id, g.measured, g.bound FROM party_flags g JOIN counted c ON c.buyer = g.id
WHERE g.grp = 'Buyer' AND c.disqualified > 0
UNION ALL
SELECT c.r, g.grp, g.id, g.measured, g.bound FROM party_flags g JOIN counted c ON c.entity = g.id
WHERE g.grp = 'ProcuringEntity' AND c.disqualified > 0
UNION ALL
SELECT DISTINCT m.r, g.grp, g.id, g.measured, g.bound
FROM party_flags g JOIN member m ON m.tenderer = g.id JOIN counted c ON c.r = m.r
WHERE g.grp = 'Tenderer' AND m.status = {disqualified}

-- query: evidence
SELECT b.r, concat('/bids/details/', b.b, '/status') AS path, NULL AS value, b.status AS word,
    'disqualified bid' AS read_as
FROM bid b
WHERE b.status = {disqualified} AND b.r IN (SELECT r FROM touched WHERE grp <> 'Tenderer')
UNION ALL
SELECT t.r, CASE WHEN t.grp = 'Buyer' THEN '/buyer/id' ELSE '/tender/procuringEntity/id' END, NULL, t.id,
    'body that disqualifies many bids'
FROM touched t WHERE t.grp <> 'Tenderer'
UNION ALL
SELECT m.r, concat('/bids/details/', m.b, '/tenderers/', m.k, '/id'), NULL, m.tenderer,
    'tenderer of a disqualified bid'
FROM touched t JOIN member m ON m.r = t.r AND m.tenderer = t.id
WHERE t.grp = 'Tenderer' AND m.status = {disqualified}

-- query: untested
SELECT f.r, CASE
    WHEN f.skipped = {cancelled} THEN 'cancelled'
    WHEN f.skipped IS NOT NULL THEN 'excluded'
    WHEN NOT ({not_excluded}) THEN 'switched_off'
    WHEN f.bids IS NULL THEN 'no_bids'
    WHEN f.submitted = 0 THEN 'no_submitted_bid'
    WHEN {usable_fence} = 0 THEN 'no_fence'
    END AS reason
FROM fact f
