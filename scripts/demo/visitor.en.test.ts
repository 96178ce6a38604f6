/** The visitor's story in English. */
import t from 'tap';
import { launch, whyNot } from '#scripts/browser/launch.ts';
import { visitorStory } from './visitor.testing.ts';

const skip = (await whyNot(launch)) ?? false;
t.setTimeout(240_000);
t.test('the visitor, in English', { skip, timeout: 230_000 }, (t) => visitorStory(t, 'en'));
