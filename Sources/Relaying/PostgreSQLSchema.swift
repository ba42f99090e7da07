import Webhooks

/// The table that tasks are inserted into, as SQL.
public enum PostgreSQLSchema {
  /// Returns the statements that make the table and its indexes where they are missing.
  ///
  /// - Parameter table: the table's name; it needs no quotes in SQL.
  /// - Returns: SQL with comments.
  public static func statements(for table: String) -> String {
    let name = table.split(separator: ".").last.map(String.init) ?? table
    return """
      -- A task of Levelwind is one row. levelwind-relay inserts rows and changes none.
      CREATE TABLE IF NOT EXISTS \(table) (
        id             uuid PRIMARY KEY,
        webhook        text NOT NULL,
        incoming       text NOT NULL,
        delivery       uuid NOT NULL,
        senderdelivery text,                 -- the sender's own id of the delivery
        taskindex      integer NOT NULL,     -- the place among the tasks of the delivery, from 0
        time           timestamptz NOT NULL, -- when the delivery came
        inserted       timestamptz NOT NULL DEFAULT now(),
        headers        jsonb,                -- the request's headers
        content_type   text NOT NULL,
        body           bytea NOT NULL,       -- the sender's exact bytes
        document       jsonb,                -- the whole task; NULL where jsonb can't hold it
        processed      timestamptz           -- for your consumers: NULL until one has done the task
      );
      -- What a sender sends twice, also to another receiver, becomes one row.
      CREATE UNIQUE INDEX IF NOT EXISTS \(name)_once
        ON \(table) (webhook, incoming, senderdelivery, taskindex)
        WHERE senderdelivery IS NOT NULL;
      -- What consumers look for.
      CREATE INDEX IF NOT EXISTS \(name)_waiting ON \(table) (time, id) WHERE processed IS NULL;

      """
  }

  /// Returns the statement that inserts a batch. Each parameter is an array with an element a task.
  static func insertion(into table: String, notifying channel: Bool) -> String {
    let insert = """
      INSERT INTO \(table) (id, webhook, incoming, delivery, senderdelivery, taskindex, time, headers,
        content_type, body, document)
      SELECT id::uuid, webhook, incoming, delivery::uuid, senderdelivery, taskindex::integer,
        time::timestamptz, document #> '{data,headers}', content_type, body, document
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::bytea[], $10::jsonb[])
        AS task (id, webhook, incoming, delivery, senderdelivery, taskindex, time, content_type, body,
          document)
      ON CONFLICT DO NOTHING
      """
    guard channel else { return insert }
    return """
      WITH inserted AS (\(insert) RETURNING 1)
      SELECT pg_notify($11::text, '') WHERE EXISTS (SELECT FROM inserted)
      """
  }
}
