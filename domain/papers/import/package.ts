/** What all parts of an import share: the files, the parsed documents, the registries and the report. */
import type { PaperFaultCode } from '../faults.ts';
import { createMediaRegistry, type MediaRegistry } from './media.ts';
import { type FileIndex, indexFiles, resolveHref } from './paths.ts';
import { createReport, type Place, type Report } from './report.ts';
import { createStyleRegistry, type StyleRegistry } from './styles.ts';
import type { ParseXml, XmlElement } from './xml-tree.ts';

export interface Package {
  files: FileIndex;
  report: Report;
  media: MediaRegistry;
  styles: StyleRegistry;
  /** Root of an XML file; a fault is reported for every place that asks. */
  load(path: string, place: Place): XmlElement | undefined;
  /** Path of a referenced file, or an entry in the report with the given code. */
  locate(folder: string, href: string, place: Place, missing: PaperFaultCode): string | undefined;
}

export interface ImportTools {
  parseXml: ParseXml;
  /** Text of a style sheet; never throws. */
  decodeSheet: (bytes: Uint8Array) => string;
}

export function openPackage(entries: ReadonlyMap<string, Uint8Array>, tools: ImportTools): Package {
  const files = indexFiles(entries);
  const report = createReport();
  const parsed = new Map<string, ReturnType<ParseXml>>();
  return {
    files,
    report,
    media: createMediaRegistry(files, tools.parseXml, report),
    styles: createStyleRegistry(files, tools.decodeSheet, report),
    load(path, place) {
      const bytes = files.get(path);
      if (bytes === undefined) return undefined;
      let result = parsed.get(path);
      if (result === undefined) {
        result = tools.parseXml(bytes);
        parsed.set(path, result);
      }
      if ('root' in result) return result.root;
      report.add(
        result.fault.code,
        { file: path, item: place.item, line: result.fault.line },
        result.fault.detail,
      );
      return undefined;
    },
    locate(folder, href, place, missing) {
      const resolved = resolveHref(folder, href);
      if ('outside' in resolved && resolved.outside === 'traversal') {
        report.add('package/unsafe-path', place, href);
        return undefined;
      }
      const found = 'path' in resolved ? files.find(resolved.path) : undefined;
      if (found === undefined) {
        report.add(missing, place, href);
        return undefined;
      }
      if (!found.exact) report.add('media/case', place, `${href} / ${found.path}`);
      return found.path;
    },
  };
}
