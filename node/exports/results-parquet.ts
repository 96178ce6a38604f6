/**
 * Results as one Parquet file for statisticians: typed columns under their English names, Snappy, times as UTC
 * timestamps, items and anomalies as JSON. Texts are exactly as stored.
 */
import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { ResultRow } from '#domain/results/result-row.ts';

type TextField =
  | 'site'
  | 'siteName'
  | 'exam'
  | 'session'
  | 'subject'
  | 'room'
  | 'seat'
  | 'ticket'
  | 'idNumber';
const TEXTS: readonly (TextField | 'name' | 'school' | 'attempt' | 'state')[] = [
  'site',
  'siteName',
  'exam',
  'session',
  'subject',
  'room',
  'seat',
  'ticket',
  'idNumber',
  'name',
  'school',
  'attempt',
  'state',
];

function columnsOf(rows: readonly ResultRow[]): ColumnSource[] {
  return [
    ...TEXTS.map(
      (name): ColumnSource => ({ name, type: 'STRING', nullable: false, data: rows.map((row) => row[name]) }),
    ),
    { name: 'points', type: 'DOUBLE', data: rows.map((row) => row.points) },
    { name: 'maximum', type: 'DOUBLE', data: rows.map((row) => row.maximum) },
    { name: 'marker', type: 'INT32', nullable: false, data: rows.map((row) => row.marker) },
    // Hardly two are the same, and bounds of JSON say nothing: a dictionary and statistics would only cost.
    {
      name: 'items',
      type: 'JSON',
      nullable: false,
      encoding: 'PLAIN',
      statistics: false,
      data: rows.map((row) => row.items),
    },
    {
      name: 'submitted',
      type: 'TIMESTAMP',
      data: rows.map((row) => (row.submittedMs === null ? null : new Date(row.submittedMs))),
    },
    { name: 'anomalies', type: 'JSON', nullable: false, data: rows.map((row) => [...row.anomalies]) },
    { name: 'faults', type: 'INT32', nullable: false, data: rows.map((row) => row.faults) },
  ];
}

/** Rows of one group: encoded, compressed and let go before the next. */
const GROUP = 5_000;

/** The file, whole in memory; the rows need not be. Also for no rows at all. */
export async function resultsParquet(
  rows: Iterable<ResultRow> | AsyncIterable<ResultRow>,
): Promise<Uint8Array> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: columnsOf([]) }),
    createdBy: 'gongyuan',
    kvMetadata: [{ key: 'format', value: 'gongyuan-results/1' }],
  });
  let group: ResultRow[] = [];
  for await (const row of rows) {
    group.push(row);
    if (group.length < GROUP) continue;
    await writer.write({ columnData: columnsOf(group), rowGroupSize: GROUP });
    group = [];
  }
  if (group.length > 0) await writer.write({ columnData: columnsOf(group), rowGroupSize: GROUP });
  await writer.finish();
  return bytes.getBytes();
}
