import { RulesEditor } from '@/features/rules/components/rules-editor';

export default function RulesPage() {
  return <RulesEditor />;
}
