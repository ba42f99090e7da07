-- One batch of work inside of the database, for pg_cron or psql: stock levels from the tasks' JSON.
-- Several may run at once, since each takes rows that no other has locked.
WITH batch AS (
  SELECT id FROM levelwind_tasks WHERE processed IS NULL
  ORDER BY time, id LIMIT 1000 FOR UPDATE SKIP LOCKED
), taken AS (
  UPDATE levelwind_tasks AS task SET processed = now()
  FROM batch WHERE task.id = batch.id
  RETURNING task.id, task.time, task.document #> '{data,body}' AS body
)
INSERT INTO stock (sku, quantity, changed)
SELECT DISTINCT ON (body ->> 'sku') body ->> 'sku', (body ->> 'quantity')::integer, time
FROM taken WHERE body ? 'sku'
ORDER BY body ->> 'sku', time DESC, id DESC
ON CONFLICT (sku) DO UPDATE SET quantity = excluded.quantity, changed = excluded.changed
WHERE stock.changed <= excluded.changed;
