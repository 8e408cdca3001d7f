-- A winning bid handed in after the deadline.
-- view: late
-- Text order is the order of time where both dates have the same offset; otherwise the moments are compared.
SELECT m.r, m.b, m.k, m.dated, m.tenderer, l.end_date,
    coalesce((seconds(m.dated) - seconds(l.end_date)) / 86400, 0) AS days
FROM member m JOIN fact f ON f.r = m.r JOIN release l ON l.r = m.r
WHERE m.status = {valid} AND m.dated <> '' AND f.valid_dated > 0 AND f.active > 0 AND m.tenderer IS NOT NULL AND {not_excluded}
    AND CASE WHEN substr(m.dated, length(m.dated) - 5, 6) = substr(l.end_date, length(l.end_date) - 5, 6)
        OR (substr(m.dated, length(m.dated), 1) = 'Z' AND substr(l.end_date, length(l.end_date), 1) = 'Z')
        THEN m.dated > l.end_date
        ELSE coalesce(seconds(m.dated) > seconds(l.end_date), m.dated > l.end_date) END

-- table: flagged
SELECT l.r, l.b, l.k, l.dated, l.tenderer, l.end_date, l.days, w.a, w.k AS wk
FROM late l JOIN winner w ON w.r = l.r AND w.supplier = l.tenderer

-- table: flags
SELECT r, 1.0 AS value, max(days) AS measured, 0 AS bound FROM flagged GROUP BY r

-- table: marks
SELECT DISTINCT r, 'Tenderer' AS grp, tenderer AS id, 1.0 AS value FROM flagged

-- query: evidence
SELECT DISTINCT r, concat('/bids/details/', b, '/date') AS path, dated AS value, NULL AS word,
    'date of the winning bid' AS read_as
FROM flagged
UNION ALL
SELECT DISTINCT r, '/tender/tenderPeriod/endDate', end_date, NULL, 'deadline for bids' FROM flagged
UNION ALL
SELECT DISTINCT r, concat('/bids/details/', b, '/tenderers/', k, '/id'), NULL, tenderer, 'tenderer of the bid'
FROM flagged
UNION ALL
SELECT DISTINCT r, concat('/awards/', a, '/suppliers/', wk, '/id'), NULL, tenderer, 'supplier of an active award'
FROM flagged

-- query: untested
SELECT f.r, CASE
    WHEN f.skipped = {cancelled} THEN 'cancelled'
    WHEN f.skipped IS NOT NULL THEN 'excluded'
    WHEN NOT ({not_excluded}) THEN 'switched_off'
    WHEN f.has_end = 0 THEN 'no_deadline'
    WHEN f.bids IS NULL THEN 'no_bids'
    WHEN f.awards IS NULL THEN 'no_awards'
    WHEN f.active = 0 THEN 'no_active'
    WHEN f.valid_dated = 0 THEN 'no_dated_bid'
    END AS reason
FROM fact f
