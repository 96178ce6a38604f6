/**
 * Questions of a spreadsheet → a QTI 3 package, as if an author had made one: so the importer alone decides what a
 * paper is, and a spreadsheet can do nothing that a package could not.
 */
import { BLANK, type SheetQuestion } from './sheet-question.ts';

const QTI = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"';

/** Text for XML; characters that XML cannot hold go, lines become breaks. */
function xml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function lines(text: string): string {
  return text.split(/\r?\n/).map(xml).join('<br/>');
}

export function itemId(index: number): string {
  return `q${String(index + 1).padStart(3, '0')}`;
}

function declaration(id: string, base: string, cardinality: string, inner: string): string {
  return `<qti-response-declaration identifier="${id}" base-type="${base}" cardinality="${cardinality}">${inner}</qti-response-declaration>`;
}

function correct(values: readonly string[]): string {
  if (values.length === 0) return '';
  return `<qti-correct-response>${values.map((value) => `<qti-value>${xml(value)}</qti-value>`).join('')}</qti-correct-response>`;
}

function setScore(expression: string): string {
  return `<qti-set-outcome-value identifier="SCORE">${expression}</qti-set-outcome-value>`;
}

/** All the points for exactly the right answer. */
function allOrNothing(points: number): string {
  return `<qti-response-processing><qti-response-condition><qti-response-if><qti-match><qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-match>
${setScore(`<qti-base-value base-type="float">${points}</qti-base-value>`)}</qti-response-if></qti-response-condition></qti-response-processing>`;
}

interface Parts {
  head: string;
  body: string;
  tail: string;
}

function choices(
  question: SheetQuestion,
  options: readonly { id: string; text: string }[],
  right: readonly string[],
  many: boolean,
): Parts {
  const list = options
    .map(({ id, text }) => `<qti-simple-choice identifier="${id}">${lines(text)}</qti-simple-choice>`)
    .join('');
  return {
    head: declaration('RESPONSE', 'identifier', many ? 'multiple' : 'single', correct(right)),
    body: `<p>${lines(question.text)}</p><qti-choice-interaction response-identifier="RESPONSE" max-choices="${many ? 0 : 1}" min-choices="1">${list}</qti-choice-interaction>`,
    tail: allOrNothing(question.points),
  };
}

/** Every blank has its share of the points; what is accepted is compared without regard to case. */
function text(question: SheetQuestion & { type: 'text' }): Parts {
  const share = question.points / question.blanks.length;
  const ids = question.blanks.map((_accepted, at) => `R${at + 1}`);
  const head = question.blanks.map((accepted, at) => {
    const entries = accepted.map(
      (value) => `<qti-map-entry map-key="${xml(value)}" mapped-value="${share}" case-sensitive="false"/>`,
    );
    const mapping =
      entries.length === 0 ? '' : `<qti-mapping default-value="0">${entries.join('')}</qti-mapping>`;
    return declaration(ids[at]!, 'string', 'single', correct(accepted.slice(0, 1)) + mapping);
  });
  const entry = (id: string): string =>
    `<qti-text-entry-interaction response-identifier="${id}" expected-length="12"/>`;
  const parts = question.text.split(new RegExp(BLANK.source, 'g')).map(lines);
  const body =
    parts.length === 1
      ? `${parts[0]} ${entry(ids[0]!)}`
      : parts.map((part, at) => (at === 0 ? part : `${entry(ids[at - 1]!)}${part}`)).join('');
  const marked = question.blanks.every((accepted) => accepted.length > 0);
  const sum = ids.map((id) => `<qti-map-response identifier="${id}"/>`).join('');
  return {
    head: head.join(''),
    body: `<p>${body}</p>`,
    // A blank without an answer is for people; then the whole item is.
    tail: marked
      ? `<qti-response-processing>${setScore(`<qti-sum>${sum}</qti-sum>`)}</qti-response-processing>`
      : '',
  };
}

function partsOf(question: SheetQuestion): Parts {
  switch (question.type) {
    case 'single':
    case 'multiple': {
      const options = question.options.map((option, at) => ({
        id: String.fromCharCode(65 + at),
        text: option,
      }));
      const right = question.correct.map((at) => options[at]!.id);
      return choices(question, options, right, question.type === 'multiple');
    }
    case 'true-false': {
      const chinese = /\p{Script=Han}/u.test(question.text);
      const options = [
        { id: 'T', text: chinese ? '对' : 'True' },
        { id: 'F', text: chinese ? '错' : 'False' },
      ];
      return choices(question, options, [question.correct ? 'T' : 'F'], false);
    }
    case 'text':
      return text(question);
    case 'essay':
      return {
        head: declaration('RESPONSE', 'string', 'single', ''),
        body: `<p>${lines(question.text)}</p><qti-extended-text-interaction response-identifier="RESPONSE" expected-lines="8"/>`,
        tail: '',
      };
  }
}

function itemXml(question: SheetQuestion, index: number): string {
  const { head, body, tail } = partsOf(question);
  return `<qti-assessment-item ${QTI} identifier="${itemId(index)}" title="${index + 1}" time-dependent="false">${head}
<qti-outcome-declaration identifier="SCORE" base-type="float" cardinality="single" normal-maximum="${question.points}"/>
<qti-item-body>${body}</qti-item-body>${tail}</qti-assessment-item>`;
}

/** Neighbouring questions of the same section name are one section. */
function sectionsXml(questions: readonly SheetQuestion[]): string {
  const sections: { title: string; refs: string[] }[] = [];
  questions.forEach((question, at) => {
    const ref = `<qti-assessment-item-ref identifier="${itemId(at)}" href="items/${itemId(at)}.xml"/>`;
    const last = sections.at(-1);
    if (last !== undefined && (last.title === question.section || question.section === ''))
      last.refs.push(ref);
    else sections.push({ title: question.section, refs: [ref] });
  });
  return sections
    .map(
      ({ title, refs }, at) =>
        `<qti-assessment-section identifier="section-${at + 1}" title="${xml(title)}" visible="true">${refs.join('')}</qti-assessment-section>`,
    )
    .join('');
}

/** @returns the package's files as text, by path. */
export function sheetPackage(questions: readonly SheetQuestion[], title: string): Map<string, string> {
  const files = new Map<string, string>();
  const resources = questions.map(
    (_question, at) =>
      `<resource identifier="${itemId(at)}" type="imsqti_item_xmlv3p0" href="items/${itemId(at)}.xml"/>`,
  );
  files.set(
    'imsmanifest.xml',
    `<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="sheet"><organizations/><resources>
<resource identifier="test" type="imsqti_test_xmlv3p0" href="test.xml"/>${resources.join('')}</resources></manifest>`,
  );
  files.set(
    'test.xml',
    `<qti-assessment-test ${QTI} identifier="sheet" title="${xml(title)}"><qti-outcome-declaration identifier="SCORE" base-type="float" cardinality="single"/>
<qti-test-part identifier="part" navigation-mode="nonlinear" submission-mode="simultaneous">${sectionsXml(questions)}</qti-test-part>
<qti-outcome-processing>${setScore('<qti-sum><qti-test-variables variable-identifier="SCORE"/></qti-sum>')}</qti-outcome-processing></qti-assessment-test>`,
  );
  questions.forEach((question, at) => {
    files.set(`items/${itemId(at)}.xml`, itemXml(question, at));
  });
  return files;
}
