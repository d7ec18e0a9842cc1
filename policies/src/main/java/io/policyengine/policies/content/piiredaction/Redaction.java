package io.policyengine.policies.content.piiredaction;

import io.policyengine.policies.content.shared.texts.TextPlace;
import io.policyengine.policies.content.shared.texts.TextReader;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The redaction of one message. Creates a reader for each text and records the kinds found. */
final class Redaction implements TextReader.Factory {
    private final RedactionPlan plan;
    private final Substitute substitute;
    private final Set<String> found = new TreeSet<>();

    Redaction(RedactionPlan plan, Substitute substitute) {
        this.plan = plan;
        this.substitute = substitute;
    }

    @Override
    public TextReader open(TextPlace place) {
        return plan.leavesAlone(place)
                ? TextReader.passing()
                : new RedactingReader(plan.search().scan(), substitute, found::add);
    }

    /** Returns the kinds found, in the spelling of the parameters, sorted. */
    Set<String> found() {
        Set<String> codes = new TreeSet<>();
        found.forEach(label -> codes.add(label.toLowerCase(Locale.ROOT)));
        return codes;
    }
}
