// §8 receipts and notices: what the national node answers, as data for programs and in words for people.
import { members, parseCanonical, Stop } from './base.mjs';

const CODE = 'EXC-LINE';
const SUMMARY = ['accepted', 'manifest_sha256', 'package', 'pending', 'refused', 'type'];
const VERDICT = ['code', 'message', 'number', 'path', 'person', 'record', 'type', 'verdict'];
const NOTICE = ['claimant', 'code', 'holder', 'message', 'person', 'personal_id', 'type'];

/** `answered(manifest_sha256)` gives our package, or nothing if we never made it. */
export function readReceipt(lines, sequence, answered) {
  const [summary, ...verdicts] = lines.map((line) => parseCanonical(line, CODE));
  members(summary, CODE, SUMMARY, ['register_root', 'problem']);
  if (summary.type !== 'summary') throw new Stop(CODE, 'the first line is no summary');
  const ours = answered(summary.manifest_sha256);
  // A receipt for what we never sent: we were restored from an old backup, or two of us run (§9).
  if (!ours || ours.id !== summary.package) throw new Stop('SENDER-FOREIGN-RECEIPT', `receipt for ${summary.manifest_sha256}, which we do not have`);
  const changes = ours.records.filter(Boolean).length;
  if (summary.accepted + summary.refused + summary.pending !== changes) throw new Stop(CODE, 'the counts do not add up');
  let before = -1;
  return {
    ours,
    receipt: {
      accepted: summary.accepted,
      manifest_sha256: summary.manifest_sha256,
      package: summary.package,
      pending: summary.pending,
      problem: summary.problem?.code ?? null,
      refused: summary.refused,
      sequence,
      verdicts: verdicts.map((verdict) => {
        members(verdict, CODE, VERDICT, ['next']);
        const id = ours.records[verdict.record]?.id;
        if (verdict.type !== 'verdict' || id === undefined || verdict.record <= before
          || !['refused', 'pending', 'accepted'].includes(verdict.verdict)) throw new Stop(CODE, 'a verdict speaks of no record of ours');
        before = verdict.record;
        const { code, number, path, person, record } = verdict;
        return { code, id, number, path, person, record, verdict: verdict.verdict };
      }),
    },
    words: [
      `Package ${ours.sequence}: ${summary.accepted} accepted, ${summary.refused} refused, ${summary.pending} pending.`,
      ...(summary.problem ? [`  refused whole: ${summary.problem.message} ${summary.problem.next ?? ''}`] : []),
      ...verdicts.map(({ record, verdict, message, next, code }) => `  ${ours.records[record].id} ${verdict} (${code}): ${message}${next ? ` → ${next}` : ''}`),
    ],
  };
}

/** §8, the table of refusals: the codes after which the national node knows nothing of the version. Its number is free. */
const unbelieved = (code) => code.startsWith('EXC-') || ['REG-CHAIN', 'REG-STATEMENT', 'REG-NOT-MANAGER'].includes(code);

/** What refusals mean for what we send next: which number the person's next version has, and which records go again as they are. */
export function settle(data, ours, receipt) {
  if (receipt.problem && !ours.problem) { // refused whole: everything in it goes again
    ours.problem = receipt.problem;
    for (const record of ours.records) if (record) record.again = true;
  }
  for (const { code, record: index, verdict } of receipt.verdicts) {
    const record = ours.records[index];
    if (verdict !== 'refused' || record.refused) continue;
    record.refused = true;
    if (!unbelieved(code)) continue; // the next version follows this one
    const { person, number, base } = record;
    const before = (other) => other?.person === person && other.number < number;
    if (code === 'REG-CHAIN' && data.packages.some(({ problem, records }) => problem && records.some(before))) {
      record.again = true; // it followed a version that was in a package refused whole
    } else if (data.people[person]?.number >= number) { // else an earlier one has been taken back already
      if (base === null) delete data.people[person];
      else data.people[person] = { number: number - 1, version: base };
    }
  }
}

export function readNotices(lines) {
  return lines.map((line) => {
    const notice = members(parseCanonical(line, CODE), CODE, NOTICE, ['next', 'at']);
    const { claimant, code, holder, person } = notice;
    return { notice: { claimant, code, holder, person }, words: `Notice about ${person} (${code}): ${notice.message} ${notice.next ?? ''}` };
  });
}
