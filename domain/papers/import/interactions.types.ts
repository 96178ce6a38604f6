/** What the dispatcher (interactions.ts) and the builders of each kind (interactions.*.ts) hand each other. */
import type { BaseType, Cardinality, Interaction, PaperResponse } from '#protocol/paper.ts';
import type { ItemContext } from './context.ts';
import type { XmlElement } from './xml-tree.ts';

/** The response variable that an interaction is tied to. */
export interface Bound {
  id: string;
  cardinality: Cardinality;
  base: BaseType;
}

/** An interaction without what all have, and the limits of its response. */
export interface Built {
  interaction: DistributiveOmit<Interaction, 'response' | 'prompt'>;
  limits?: Partial<Omit<PaperResponse, 'id' | 'cardinality' | 'base'>>;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export type Builder = (element: XmlElement, context: ItemContext, bound: Bound) => Built | undefined;
