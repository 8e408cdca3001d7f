-- Facts about each release that several indicators need. Standard SQL; seconds(text) gives the moment of an
-- RFC 3339 date in seconds, or NULL, and is defined once per engine.
-- query: main_currency
-- The first currency seen on a bid that a price indicator may compare; {own_fold} and {any_fold} are 1 where an
-- indicator that looks at such bids is enabled.
SELECT currency FROM (
    SELECT b.r AS r, 0 AS turn, b.b AS b, b.currency AS currency
    FROM bid b JOIN contest c ON c.r = b.r
    WHERE {own_fold} = 1 AND c.compared = 1 AND b.status = {valid} AND b.amount IS NOT NULL
        AND b.currency IS NOT NULL AND b.tenderer IS NOT NULL AND b.r < {until}
    UNION ALL
    SELECT b.r, 1, b.b, b.currency
    FROM bid b JOIN fact f ON f.r = b.r
    WHERE {any_fold} = 1 AND f.compared = 1 AND f.active > 0 AND b.status NOT IN ({invited}, {withdrawn})
        AND b.amount IS NOT NULL AND b.currency IS NOT NULL AND b.r < {until}
) seen
ORDER BY r, turn, b
LIMIT 1

-- view: bid_fact
SELECT r,
    count(CASE WHEN status NOT IN ({invited}, {withdrawn}) THEN 1 END) AS submitted,
    count(CASE WHEN status = {valid} THEN 1 END) AS valid,
    count(CASE WHEN status = {disqualified} THEN 1 END) AS disqualified,
    count(CASE WHEN status = {valid} AND tenderer IS NOT NULL THEN 1 END) AS valid_single,
    count(CASE WHEN status = {valid} AND dated IS NOT NULL THEN 1 END) AS valid_dated,
    count(CASE WHEN status NOT IN ({invited}, {withdrawn}) AND amount IS NOT NULL AND currency IS NOT NULL
        THEN 1 END) AS priced,
    count(CASE WHEN members > 1 THEN 1 END) AS joint_bids
FROM bid
GROUP BY r

-- view: award_fact
SELECT r,
    count(CASE WHEN status = {active} THEN 1 END) AS active,
    count(CASE WHEN status NOT IN ({active}, {cancelled}, {unsuccessful}) THEN 1 END) AS unsettled,
    min(CASE WHEN status = {active} THEN a END) AS a,
    min(CASE WHEN status = {active} THEN supplier END) AS supplier,
    max(CASE WHEN status = {active} THEN members END) AS suppliers,
    CAST(sum(CASE WHEN status = {active} AND supplier IS NOT NULL THEN items ELSE 0 END) AS BIGINT) AS items
FROM award
GROUP BY r

-- table: fact
-- compared = 0 where prices are not comparable (deny list, or not on the allow list).
SELECT l.r, l.skipped, l.method, l.details, l.buyer, l.entity, l.tenderers, l.lots,
    l.bids, l.awards,
    coalesce(b.submitted, 0) AS submitted, coalesce(b.valid, 0) AS valid,
    coalesce(b.disqualified, 0) AS disqualified, coalesce(b.valid_single, 0) AS valid_single,
    coalesce(b.valid_dated, 0) AS valid_dated, coalesce(b.priced, 0) AS priced,
    coalesce(b.joint_bids, 0) AS joint_bids,
    coalesce(w.active, 0) AS active, coalesce(w.unsettled, 0) AS unsettled, w.a, w.supplier,
    coalesce(w.suppliers, 0) AS suppliers, coalesce(w.items, 0) AS items,
    CASE WHEN l.end_date IS NULL THEN 0 ELSE 1 END AS has_end,
    {compared} AS compared,
    CASE WHEN {split_lots} = 1 AND l.lots > 1 THEN 1 ELSE 0 END AS split
FROM release l LEFT JOIN bid_fact b ON b.r = l.r LEFT JOIN award_fact w ON w.r = l.r

-- view: contest
-- All awards are final and one supplier alone has the one active award: the bids compete with each other.
SELECT r, a, supplier, compared, details
FROM fact
WHERE bids IS NOT NULL AND awards IS NOT NULL AND active = 1 AND unsettled = 0 AND suppliers = 1
    AND supplier IS NOT NULL AND split = 0

-- view: member
-- Each tenderer of each bid, joint bids opened.
SELECT r, b, 0 AS k, status, dated, tenderer FROM bid WHERE members = 1
UNION ALL
SELECT j.r, j.b, j.k, b.status, b.dated, j.tenderer FROM joint j JOIN bid b ON b.r = j.r AND b.b = j.b

-- view: winner
-- Each supplier of each active award, joint awards opened.
SELECT r, a, 0 AS k, supplier FROM award WHERE status = {active} AND members = 1
UNION ALL
SELECT p.r, p.a, p.k, p.supplier FROM partner p JOIN award w ON w.r = p.r AND w.a = p.a WHERE w.status = {active}

-- table: pair
-- The lowest valid bid of the winner and the lowest of all others, in the main currency.
SELECT c.r, c.a, c.supplier, c.details,
    min(CASE WHEN b.tenderer = c.supplier THEN b.amount END) AS winning,
    min(CASE WHEN b.tenderer <> c.supplier THEN b.amount END) AS second
FROM contest c JOIN bid b ON b.r = c.r
WHERE c.compared = 1 AND b.status = {valid} AND b.tenderer IS NOT NULL AND b.currency = {currency}
    AND b.amount IS NOT NULL
GROUP BY c.r, c.a, c.supplier, c.details
