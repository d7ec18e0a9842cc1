package io.policyengine.policies.content.piiredaction;

import io.policyengine.policies.content.shared.texts.TextPlace;
import io.policyengine.policies.content.shared.texts.TextReader;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Redacts or denies one message. Creates a reader for each text and records the kinds of values found. */
final class Redaction implements TextReader.Factory {
    private final RedactionPlan plan;
    private final @Nullable Substitute substitute;
    private final Set<String> found = new TreeSet<>();

    /**
     * Creates the redaction of one message.
     *
     * @param substitute replaces findings; null if a finding denies the message
     */
    Redaction(RedactionPlan plan, @Nullable Substitute substitute) {
        this.plan = plan;
        this.substitute = substitute;
    }

    @Override
    public TextReader open(TextPlace place) {
        if (plan.leavesAlone(place)) {
            return TextReader.passing();
        }
        Search.Scan scan = plan.search().scan();
        return substitute == null ? denying(scan) : new RedactingReader(scan, substitute, found::add);
    }

    private TextReader denying(Search.Scan scan) {
        return text -> {
            scan.read(text, (label, _, _, _) -> {
                found.add(label);
                text.deny();
            });
            text.decide((int) (scan.decidedUntil(text) - text.position()));
        };
    }

    /** Returns the kinds of values found, as spelled in the parameters, in sorted order. */
    Set<String> found() {
        Set<String> codes = new TreeSet<>();
        found.forEach(label -> codes.add(label.toLowerCase(Locale.ROOT)));
        return codes;
    }
}
