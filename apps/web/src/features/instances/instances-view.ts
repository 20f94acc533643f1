/** What the instances page shows; lives in the address, so that a view can be shared. */
export interface InstancesView {
  /** '' for all. */
  readonly service: string;
  readonly text: string;
  /** Those that have gone, too. */
  readonly gone: boolean;
}

export function parseInstancesView(query: URLSearchParams): InstancesView {
  return {
    service: query.get('service') ?? '',
    text: query.get('q') ?? '',
    gone: query.get('gone') === 'true',
  };
}

/** "service=checkout&gone=true", or "": of the address and of the API alike. */
export function instancesQuery({ service, text, gone }: InstancesView): URLSearchParams {
  const query = new URLSearchParams();
  if (service !== '') query.set('service', service);
  if (text.trim() !== '') query.set('q', text);
  if (gone) query.set('gone', 'true');
  return query;
}
