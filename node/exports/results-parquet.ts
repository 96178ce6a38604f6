/**
 * Results as one Parquet file for statisticians: typed columns under their English names, Snappy, times as UTC
 * timestamps, items and anomalies as JSON. Texts are exactly as stored.
 */
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
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
    { name: 'items', type: 'JSON', nullable: false, data: rows.map((row) => row.items) },
    {
      name: 'submitted',
      type: 'TIMESTAMP',
      data: rows.map((row) => (row.submittedMs === null ? null : new Date(row.submittedMs))),
    },
    { name: 'anomalies', type: 'JSON', nullable: false, data: rows.map((row) => [...row.anomalies]) },
    { name: 'faults', type: 'INT32', nullable: false, data: rows.map((row) => row.faults) },
  ];
}

/** The whole file in memory: about 1 kB a row while it is made. */
export function resultsParquet(rows: readonly ResultRow[]): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columnsOf(rows),
      createdBy: 'gongyuan',
      kvMetadata: [{ key: 'format', value: 'gongyuan-results/1' }],
    }),
  );
}
