import { type AttributeValue, type Context } from '@recloser/core';
import { type EvaluationContext } from '@openfeature/server-sdk';

/**
 * What rules and cohorts see of an evaluation context: texts, numbers, booleans, and dates as ISO texts. Lists, structures and
 * nulls are left out, as no rule can ask about them. `targetingKey` also is the cohort key, unless the context has that.
 */
export function contextOf(context: EvaluationContext, cohortKey: string): Context {
  const attributes = new Map<string, AttributeValue>();
  const { targetingKey } = context;
  if (targetingKey !== undefined) attributes.set(cohortKey, targetingKey);
  for (const [name, value] of Object.entries(context)) {
    const attribute = attributeOf(value);
    if (attribute !== undefined) attributes.set(name, attribute);
  }
  return Object.fromEntries(attributes);
}

function attributeOf(value: EvaluationContext[string]): AttributeValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    default:
      return value instanceof Date && !Number.isNaN(value.getTime())
        ? value.toISOString()
        : undefined;
  }
}
