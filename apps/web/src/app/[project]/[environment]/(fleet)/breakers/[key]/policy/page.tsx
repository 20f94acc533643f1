import { PolicyEditor } from '@/features/policy/components/policy-editor';

export default function PolicyPage() {
  return <PolicyEditor />;
}
