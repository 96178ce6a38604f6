/** A rising triad over both ears, then left and right alone: hears only one side who has a broken plug. */
const NOTES: readonly { hz: number; pan: number }[] = [
  { hz: 523.25, pan: 0 },
  { hz: 659.25, pan: 0 },
  { hz: 783.99, pan: 0 },
  { hz: 659.25, pan: -1 },
  { hz: 659.25, pan: 1 },
];
const NOTE_SECONDS = 0.42;

/** @param volume 0 to 1. Resolves when the last note has faded. */
export async function playTestTone(volume: number): Promise<void> {
  const context = new AudioContext();
  try {
    NOTES.forEach(({ hz, pan }, at) => {
      const start = context.currentTime + 0.05 + at * NOTE_SECONDS;
      const tone = new OscillatorNode(context, { frequency: hz, type: 'triangle' });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(volume * 0.6, start + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, start + NOTE_SECONDS);
      tone.connect(gain).connect(new StereoPannerNode(context, { pan })).connect(context.destination);
      tone.start(start);
      tone.stop(start + NOTE_SECONDS);
    });
    await new Promise((done) => setTimeout(done, (NOTES.length * NOTE_SECONDS + 0.2) * 1000));
  } finally {
    await context.close();
  }
}
