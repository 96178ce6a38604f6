/**
 * The part of the QTI 3 shared CSS vocabulary (implementation guide, "Shared CSS") that lays out text. Classes that
 * steer interactions (`qti-labels-none`, `qti-orientation-horizontal`) are read by the interaction builders instead.
 */
function columns(): Record<string, string> {
  const rules: Record<string, string> = {
    'qti-layout-row': 'display: flex; flex-wrap: wrap; gap: 1rem',
  };
  for (let n = 1; n <= 12; n++) {
    const width = `${Math.round((n / 12) * 10000) / 100}%`;
    rules[`qti-layout-col${n}`] = `flex: 1 1 calc(${width} - 1rem); max-width: ${width}; min-width: 16rem`;
  }
  return rules;
}

function spacing(): Record<string, string> {
  const rules: Record<string, string> = {};
  for (const size of [0, 1, 2, 3, 4, 5]) {
    rules[`qti-margin-${size}`] = `margin: ${size / 4}rem`;
    rules[`qti-padding-${size}`] = `padding: ${size / 4}rem`;
  }
  return rules;
}

export const VOCABULARY: Readonly<Record<string, string>> = {
  ...columns(),
  ...spacing(),
  'qti-align-left': 'text-align: left',
  'qti-align-center': 'text-align: center',
  'qti-align-right': 'text-align: right',
  'qti-valign-top': 'vertical-align: top',
  'qti-valign-middle': 'vertical-align: middle',
  'qti-valign-baseline': 'vertical-align: baseline',
  'qti-valign-bottom': 'vertical-align: bottom',
  'qti-bordered': 'border: 1px solid; padding: 0.25rem 0.5rem',
  'qti-well': 'border: 1px solid; padding: 0.75rem; border-radius: 0.25rem',
  'qti-underline': 'text-decoration: underline',
  'qti-italic': 'font-style: italic',
  'qti-strikethrough': 'text-decoration: line-through',
  'qti-uppercase': 'text-transform: uppercase',
  'qti-lowercase': 'text-transform: lowercase',
  'qti-capitalize': 'text-transform: capitalize',
  'qti-text-indent': 'text-indent: 2em',
  'qti-float-left': 'float: left; margin-right: 1rem',
  'qti-float-right': 'float: right; margin-left: 1rem',
  'qti-float-clear': 'clear: both',
  'qti-fullwidth': 'width: 100%',
  'qti-display-inline': 'display: inline',
  'qti-display-inline-block': 'display: inline-block',
  'qti-display-block': 'display: block',
  'qti-hidden': 'display: none',
  'qti-writing-mode-vertical-rl': 'writing-mode: vertical-rl',
  'qti-writing-mode-vertical-lr': 'writing-mode: vertical-lr',
  'qti-writing-mode-horizontal-tb': 'writing-mode: horizontal-tb',
};
