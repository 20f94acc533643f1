/** What is wrong with a database URL, as the end of a sentence that begins with its name; null: nothing. */
export function databaseUrlProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'must be a URL such as postgresql://user:password@host:5432/name';
  const schema = new URL(text).searchParams.get('schema');
  if (schema !== null && schema !== 'public') {
    return (
      `names the schema "${schema}", but Recloser keeps its tables in "public": ` +
      'remove "schema" from the URL and give Recloser a database of its own'
    );
  }
  return null;
}
