-- Many bids, few won: a tenderer with bids at or above the percentile and a win ratio at or below the lower fence.
-- table: entry
-- Each tenderer once per contracting process, whatever the number of its bids. The details of the procedure
-- decide whether the process counts.
SELECT f.r, b.tenderer, max(CASE WHEN b.tenderer = f.supplier THEN 1 ELSE 0 END) AS won
FROM contest f JOIN bid b ON b.r = f.r
WHERE b.status = {valid} AND b.tenderer IS NOT NULL AND {not_excluded}
GROUP BY f.r, b.tenderer

-- query: parties
SELECT 'Tenderer' AS grp, tenderer AS id, sum(won) AS part, count(*) AS whole FROM entry GROUP BY tenderer

-- table: touched
-- The processes that the flagged tenderer lost.
SELECT e.r, g.grp, g.id, g.measured, g.bound FROM party_flags g JOIN entry e ON e.tenderer = g.id WHERE e.won = 0

-- query: evidence
SELECT b.r, concat('/bids/details/', b.b, '/tenderers/0/id') AS path, NULL AS value, b.tenderer AS word,
    'tenderer of a losing bid' AS read_as
FROM touched t JOIN bid b ON b.r = t.r AND b.tenderer = t.id
WHERE b.status = {valid}
UNION ALL
SELECT c.r, concat('/awards/', c.a, '/suppliers/0/id'), NULL, c.supplier, 'supplier of the active award'
FROM contest c WHERE c.r IN (SELECT r FROM touched)

-- query: untested
SELECT f.r, CASE
    WHEN f.skipped = {cancelled} THEN 'cancelled'
    WHEN f.skipped IS NOT NULL THEN 'excluded'
    WHEN NOT ({not_excluded}) THEN 'switched_off'
    WHEN f.bids IS NULL THEN 'no_bids'
    WHEN f.awards IS NULL THEN 'no_awards'
    WHEN f.unsettled > 0 THEN 'unsettled'
    WHEN f.active = 0 THEN 'no_active'
    WHEN f.active > 1 THEN 'several_active'
    WHEN f.suppliers > 1 THEN 'joint_award'
    WHEN f.supplier IS NULL THEN 'no_supplier'
    WHEN f.split = 1 THEN 'lots'
    WHEN f.valid_single = 0 THEN 'no_valid_bid'
    WHEN {usable_fence} = 0 THEN 'no_fence'
    END AS reason
FROM fact f
