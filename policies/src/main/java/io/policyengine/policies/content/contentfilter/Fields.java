package io.policyengine.policies.content.contentfilter;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.CommonInstruction;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.policies.content.shared.texts.BodyOutcome;
import io.policyengine.policies.content.shared.texts.BodyTexts;
import io.policyengine.policies.content.shared.texts.ContentShape;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Searches the query and the header-field values of a message. Both are bounded by the maximum size of a message's
 * head.
 */
final class Fields {
    /** Searches octets. Returns them with replacements, or empty if they are denied or cannot be read. */
    Optional<String> filtered(String octets, ContentShape shape, MessageSearch filtering) {
        BodyTexts texts = new BodyTexts(shape, filtering, Long.MAX_VALUE);
        return texts.take(Octets.toBytes(octets), true, () -> false) instanceof BodyOutcome.Passed passed
                ? Optional.of(Octets.fromBytes(passed.data().getBytes()))
                : Optional.empty();
    }

    /**
     * Searches all field values and adds instructions for the changed ones. Returns false if a value is denied, or if a
     * changed value belongs to a field that cannot be changed.
     */
    boolean filter(HeaderMap headers, MessageSearch filtering, List<? super CommonInstruction> changes) {
        Set<String> names = new LinkedHashSet<>();
        headers.forEach((name, _) -> names.add(name));
        for (String name : names) {
            List<String> values = headers.getAll(name);
            List<String> after = new ArrayList<>(values.size());
            for (String value : values) {
                Optional<String> filtered = filtered(value, ContentShape.anything(), filtering);
                if (filtered.isEmpty()) {
                    return false;
                }
                after.add(filtered.get());
            }
            if (!after.equals(values) && !replace(name, after, changes)) {
                return false;
            }
        }
        return true;
    }

    private static boolean replace(String name, List<String> values, List<? super CommonInstruction> changes) {
        if (FieldRules.isFraming(name) || name.equals("host")) {
            return false;
        }
        changes.add(new RemoveHeader(name));
        values.forEach(value -> changes.add(new AppendHeader(name, value)));
        return true;
    }
}
