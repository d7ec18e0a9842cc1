package io.policyengine.policies.content.shared.promptinjection;

import static io.policyengine.policies.content.shared.promptinjection.Concept.ABOVE;
import static io.policyengine.policies.content.shared.promptinjection.Concept.ALL;
import static io.policyengine.policies.content.shared.promptinjection.Concept.ASK;
import static io.policyengine.policies.content.shared.promptinjection.Concept.COMPLY;
import static io.policyengine.policies.content.shared.promptinjection.Concept.DECODE;
import static io.policyengine.policies.content.shared.promptinjection.Concept.DISREGARD;
import static io.policyengine.policies.content.shared.promptinjection.Concept.EARLIER;
import static io.policyengine.policies.content.shared.promptinjection.Concept.ENCODING;
import static io.policyengine.policies.content.shared.promptinjection.Concept.EXFILTRATE;
import static io.policyengine.policies.content.shared.promptinjection.Concept.HIDDEN;
import static io.policyengine.policies.content.shared.promptinjection.Concept.INSTRUCTION;
import static io.policyengine.policies.content.shared.promptinjection.Concept.JAILBREAK;
import static io.policyengine.policies.content.shared.promptinjection.Concept.MARKER;
import static io.policyengine.policies.content.shared.promptinjection.Concept.MODE;
import static io.policyengine.policies.content.shared.promptinjection.Concept.OBEY;
import static io.policyengine.policies.content.shared.promptinjection.Concept.OVERRIDE;
import static io.policyengine.policies.content.shared.promptinjection.Concept.OWN_INSTRUCTIONS;
import static io.policyengine.policies.content.shared.promptinjection.Concept.OWN_PROMPT;
import static io.policyengine.policies.content.shared.promptinjection.Concept.PRIVATE;
import static io.policyengine.policies.content.shared.promptinjection.Concept.RECITE;
import static io.policyengine.policies.content.shared.promptinjection.Concept.REVEAL;
import static io.policyengine.policies.content.shared.promptinjection.Concept.ROLE;
import static io.policyengine.policies.content.shared.promptinjection.Concept.UNRESTRICTED;

import java.util.List;

/**
 * A combination of concepts that is a sign if all of them occur close together.
 *
 * @param weight between 0 and 1
 * @param span maximum characters between the end of the first concept and the beginning of the last; consecutive blanks
 *     count as one
 * @param ordered true if the concepts must occur in this order, except in languages whose verb may come last
 */
record InjectionRule(Signal signal, double weight, int span, boolean ordered, List<Concept> concepts) {
    /**
     * All rules for prompt injection. Their weights were chosen with one half of a corpus; error rates are measured on
     * the other half.
     */
    static final List<InjectionRule> ALL_RULES = List.of(
            together(Signal.DISREGARD, 0.9, 48, DISREGARD, INSTRUCTION, EARLIER),
            together(Signal.DISREGARD, 0.72, 24, DISREGARD, INSTRUCTION, ALL),
            together(Signal.DISREGARD, 0.45, 20, DISREGARD, INSTRUCTION),
            inOrder(Signal.EXTRACTION, 0.9, 48, RECITE, OWN_PROMPT),
            inOrder(Signal.EXTRACTION, 0.85, 40, REVEAL, OWN_PROMPT),
            inOrder(Signal.EXTRACTION, 0.8, 24, ASK, OWN_PROMPT),
            inOrder(Signal.EXTRACTION, 0.8, 32, RECITE, OWN_INSTRUCTIONS),
            inOrder(Signal.EXTRACTION, 0.72, 24, REVEAL, OWN_INSTRUCTIONS),
            inOrder(Signal.EXTRACTION, 0.72, 16, ASK, OWN_INSTRUCTIONS),
            inOrder(Signal.EXTRACTION, 0.8, 40, RECITE, HIDDEN),
            inOrder(Signal.EXTRACTION, 0.72, 24, REVEAL, HIDDEN),
            inOrder(Signal.EXTRACTION, 0.4, 24, ASK, HIDDEN),
            inOrder(Signal.EXTRACTION, 0.72, 40, RECITE, ABOVE),
            inOrder(Signal.EXTRACTION, 0.2, 24, REVEAL, ABOVE),
            together(Signal.ROLE, 0.85, 90, ROLE, UNRESTRICTED),
            together(Signal.ROLE, 0.9, 60, ROLE, JAILBREAK),
            together(Signal.ROLE, 0.2, 0, ROLE),
            together(Signal.JAILBREAK, 0.6, 0, JAILBREAK),
            together(Signal.JAILBREAK, 0.85, 60, MODE, UNRESTRICTED),
            together(Signal.JAILBREAK, 0.4, 40, ROLE, MODE),
            together(Signal.JAILBREAK, 0.3, 0, UNRESTRICTED),
            together(Signal.JAILBREAK, 0.2, 0, MODE),
            together(Signal.OVERRIDE, 0.5, 0, OVERRIDE),
            together(Signal.COMPLIANCE, 0.35, 0, COMPLY),
            together(Signal.DELIMITER, 0.72, 0, MARKER),
            together(Signal.EXFILTRATION, 0.55, 60, EXFILTRATE, PRIVATE),
            together(Signal.ENCODING, 0.72, 60, DECODE, ENCODING, OBEY),
            together(Signal.ENCODING, 0.3, 40, DECODE, ENCODING));

    private static InjectionRule together(Signal signal, double weight, int span, Concept... concepts) {
        return new InjectionRule(signal, weight, span, false, List.of(concepts));
    }

    private static InjectionRule inOrder(Signal signal, double weight, int span, Concept... concepts) {
        return new InjectionRule(signal, weight, span, true, List.of(concepts));
    }
}
