-- Short tender period: fewer whole days of 24 hours than the limit of the procurement method.
-- table: period
SELECT r, CAST(trunc((seconds(end_date) - seconds(start_date)) / 86400) AS INTEGER) AS days
FROM release
WHERE start_date IS NOT NULL AND end_date IS NOT NULL AND skipped IS NULL

-- view: tested
SELECT f.r, p.days, coalesce(l.days, {threshold}) AS least
FROM period p JOIN fact f ON f.r = p.r LEFT JOIN limits l ON l.details = f.details
WHERE {method_allowed} AND {not_excluded}

-- table: flags
SELECT r, 1.0 AS value, days AS measured, least AS bound FROM tested WHERE days < least

-- query: evidence
SELECT g.r, '/tender/tenderPeriod/startDate' AS path, f.start_date AS value,
    NULL AS word, 'start of the tender period' AS read_as
FROM flags g JOIN release f ON f.r = g.r
UNION ALL
SELECT g.r, '/tender/tenderPeriod/endDate', f.end_date, NULL, 'deadline for bids'
FROM flags g JOIN release f ON f.r = g.r

-- query: untested
SELECT f.r, CASE
    WHEN f.skipped = {cancelled} THEN 'cancelled'
    WHEN f.skipped IS NOT NULL THEN 'excluded'
    WHEN NOT ({not_excluded}) THEN 'switched_off'
    WHEN NOT ({method_allowed}) THEN 'method'
    WHEN p.r IS NULL THEN 'no_period'
    WHEN p.days IS NULL THEN 'bad_date'
    END AS reason
FROM fact f LEFT JOIN period p ON p.r = f.r
