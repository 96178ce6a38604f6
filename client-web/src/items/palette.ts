/** The symbol palette of the exam writes into the field that was written in last. */
import { getContext, setContext } from 'svelte';
import type { TextField } from './text-field.svelte.ts';

export interface Palette {
  /** A field got the focus. */
  use(field: TextField): void;
  insert(text: string): void;
}

const KEY = Symbol('palette');

export function providePalette(): Palette {
  let field: TextField | null = null;
  return setContext<Palette>(KEY, {
    use(next) {
      field = next;
    },
    insert(text) {
      field?.insert(text);
    },
  });
}

export function usePalette(): Palette {
  return getContext<Palette>(KEY);
}

/** Characters that keyboards lack, by what they are for. The site's font subset must hold them. */
export const SYMBOLS = {
  math: '± × ÷ · ≠ ≈ ≤ ≥ ≪ ≫ ∝ ∞ √ ∛ π ∑ ∏ ∫ ∮ ∂ ∇ ∆ ′ ″ ∠ ⊥ ∥ △ ⊙ ≌ ∽ ∵ ∴',
  sets: '∈ ∉ ⊂ ⊆ ⊇ ∪ ∩ ∅ ∁ ∀ ∃ ¬ ∧ ∨ ⇒ ⇔ ℕ ℤ ℚ ℝ ℂ → ← ↑ ↓ ⇌ ↔',
  scripts: '⁰ ¹ ² ³ ⁴ ⁵ ⁶ ⁷ ⁸ ⁹ ⁺ ⁻ ⁿ ₀ ₁ ₂ ₃ ₄ ₅ ₆ ₇ ₈ ₉ ₊ ₋ ₙ ½ ⅓ ¼ ¾',
  greek: 'α β γ δ ε ζ η θ λ μ ν ξ π ρ σ τ φ χ ψ ω Γ Δ Θ Λ Ξ Π Σ Φ Ψ Ω',
  units: '° ℃ ℉ Ω μ ‰ % Å ㎡ ㎞ ㎏ ㏄ ￥ € £ §',
  text: '《 》 〈 〉 「 」 『 』 【 】 〔 〕 “ ” ‘ ’ …… —— · ～ ① ② ③ ④ ⑤ ⑥ ⑦ ⑧ ⑨ ⑩',
  pinyin: 'ā á ǎ à ē é ě è ī í ǐ ì ō ó ǒ ò ū ú ǔ ù ǖ ǘ ǚ ǜ ü ê ê̄ ế ê̌ ề',
} as const;

export type SymbolGroup = keyof typeof SYMBOLS;
