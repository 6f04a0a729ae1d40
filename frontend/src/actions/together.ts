import { msg } from '@lingui/core/macro';
import { IconUserCheck, IconUsers, IconX } from '@tabler/icons-react';
import { code } from '@/lib/backend';
import { companion } from '@/lib/stores/looks';
import type { Action, Situation } from './action';

const asked = ({ lookers }: Situation) => lookers.find((l) => l.state === 'offered') ?? null;
const offering = ({ look }: Situation) => look?.state === 'offered';
const together = ({ look }: Situation) => look?.state === 'together';

/** A teacher asks the student whose code is on screen to edit it together. */
export const offerTogether: Action = {
  label: msg`Offer to edit together`,
  icon: IconUsers,
  allowed: (s) => s.teacher && !offering(s) && !together(s),
  ready: ({ look }) => Boolean(look?.here),
  perform: ({ look }) => (look ? code.OfferTogether(look.id) : undefined),
};

export const takeBackOffer: Action = {
  label: msg`Take the offer back`,
  icon: IconX,
  allowed: offering,
  ready: ({ look }) => Boolean(look?.here),
  perform: ({ look }) => (look ? code.EndTogether(look.id) : undefined),
};

/** The student says yes. */
export const acceptTogether: Action = {
  label: msg`Edit together`,
  icon: IconUserCheck,
  allowed: (s) => asked(s) !== null,
  ready: (s) => asked(s) !== null,
  perform: (s) => answer(s, true),
};

/** The student says no. */
export const declineTogether: Action = {
  label: msg`Not now`,
  icon: IconX,
  allowed: (s) => asked(s) !== null,
  ready: (s) => asked(s) !== null,
  perform: (s) => answer(s, false),
};

async function answer(s: Situation, yes: boolean): Promise<void> {
  const who = asked(s);
  if (who) await code.AnswerOffer(who.id, yes);
}

/** Either of the two ends it. */
export const endTogether: Action = {
  label: msg`End editing together`,
  icon: IconX,
  allowed: (s) => together(s) || companion(s.lookers)?.state === 'together',
  ready: ({ look }) => !look || look.here,
  perform: async ({ look, lookers }) => {
    const other = look ?? companion(lookers);
    if (other) await code.EndTogether(other.id);
  },
};
