-- A supplier of very many kinds of things: first-level item classes at or above the upper fence.
-- view: busy
SELECT i.supplier, count(DISTINCT i.r) AS processes
FROM item i JOIN fact f ON f.r = i.r
WHERE i.class IS NOT NULL AND {not_excluded}
GROUP BY i.supplier
HAVING count(DISTINCT i.r) >= {minimum_contracting_processes}

-- query: parties
SELECT 'Tenderer' AS grp, i.supplier AS id, count(DISTINCT i.class) AS part,
    max(u.processes) AS whole
FROM item i JOIN busy u ON u.supplier = i.supplier JOIN fact f ON f.r = i.r
WHERE i.class IS NOT NULL AND {not_excluded}
GROUP BY i.supplier

-- table: touched
SELECT DISTINCT i.r, g.grp, g.id, g.measured, g.bound FROM party_flags g JOIN item i ON i.supplier = g.id
WHERE i.class IS NOT NULL

-- query: evidence
SELECT i.r, concat('/awards/', i.a, '/items/', i.i, '/classification/id') AS path, NULL AS value, i.class AS word,
    'first level of the class of an awarded item' AS read_as
FROM touched t JOIN item i ON i.r = t.r AND i.supplier = t.id
WHERE i.class IS NOT NULL

-- query: untested
SELECT f.r, CASE
    WHEN f.skipped = {cancelled} THEN 'cancelled'
    WHEN f.skipped IS NOT NULL THEN 'excluded'
    WHEN NOT ({not_excluded}) THEN 'switched_off'
    WHEN f.awards IS NULL THEN 'no_awards'
    WHEN f.active = 0 THEN 'no_active'
    WHEN f.suppliers > 1 AND f.supplier IS NULL THEN 'joint_award'
    WHEN f.supplier IS NULL THEN 'no_supplier'
    WHEN f.items = 0 THEN 'no_items'
    WHEN {usable_fence} = 0 THEN 'no_fence'
    END AS reason
FROM fact f
