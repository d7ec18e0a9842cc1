package io.policyengine.policies.content.piiredaction;

import io.policyengine.policies.content.shared.texts.LogicalText;
import io.policyengine.policies.content.shared.texts.TextReader;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces findings in one text. Of a finding that overlaps an earlier one, only the part after the earlier one is
 * replaced.
 */
final class RedactingReader implements TextReader {
    private final Search.Scan scan;
    private final Substitute substitute;
    private final Noted noted;

    /** The findings that have not been replaced yet, by their start. */
    private final List<Finding> findings = new ArrayList<>();

    /** The position after the last replaced finding. */
    private long done;

    private record Finding(String label, long from, long to, boolean continues) {}

    /** Receives the label of each value that is replaced. */
    @FunctionalInterface
    interface Noted {
        void note(String label);
    }

    RedactingReader(Search.Scan scan, Substitute substitute, Noted noted) {
        this.scan = scan;
        this.substitute = substitute;
        this.noted = noted;
    }

    @Override
    public void read(LogicalText text) {
        scan.read(text, this::add);
        long decided = scan.decidedUntil(text);
        int settled = 0;
        while (settled < findings.size() && findings.get(settled).from < decided) {
            replace(text, findings.get(settled++));
        }
        findings.subList(0, settled).clear();
        text.decide((int) (Math.max(decided, done) - text.position()));
    }

    private void add(String label, long from, long to, boolean continues) {
        int at = findings.size();
        while (at > 0 && findings.get(at - 1).from > from) {
            at--;
        }
        findings.add(at, new Finding(label, from, to, continues));
    }

    private void replace(LogicalText text, Finding finding) {
        long from = Math.max(finding.from, done);
        if (from >= finding.to) {
            return;
        }
        int first = (int) (from - text.position());
        int after = (int) (finding.to - text.position());
        StringBuilder value = new StringBuilder(after - first);
        for (int i = first; i < after; i++) {
            value.appendCodePoint(Math.max(0, text.codePointAt(i)));
        }
        text.replace(first, after, substitute.of(finding.label, value.toString(), finding.continues));
        noted.note(finding.label);
        done = finding.to;
    }
}
