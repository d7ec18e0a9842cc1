package io.policyengine.policies.access.extauthz;

import io.policyengine.core.http.FieldSpelling;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.HeaderInstruction;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.policies.access.extauthz.protocol.HeaderChange;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The request fields that a decision changes. If the client sent one of them in another spelling, its value is removed,
 * since an upstream might use it.
 *
 * @param names in lower case
 * @param normalized the same names, in the form of {@link FieldSpelling}
 */
record ChangedFields(Set<String> names, List<String> normalized) {
    static final ChangedFields NONE = new ChangedFields(Set.of(), List.of());

    static ChangedFields of(List<RequestInstruction> instructions, List<HeaderChange> conditional) {
        Set<String> names = new HashSet<>();
        for (RequestInstruction instruction : instructions) {
            if (instruction instanceof HeaderInstruction field) {
                names.add(field.name());
            }
        }
        conditional.forEach(change -> names.add(HeaderMap.lowerCase(change.name())));
        return new ChangedFields(
                Set.copyOf(names),
                names.stream().map(FieldSpelling::normalized).distinct().toList());
    }

    /** Returns instructions that remove fields that the client sent in another spelling of the changed names. */
    List<RequestInstruction> removals(HeaderMap headers) {
        if (normalized.isEmpty()) {
            return List.of();
        }
        Set<RequestInstruction> removals = new LinkedHashSet<>();
        headers.forEach((name, _) -> {
            if (!names.contains(name) && isSpelling(name)) {
                removals.add(new RemoveHeader(name));
            }
        });
        return List.copyOf(removals);
    }

    private boolean isSpelling(String field) {
        for (int i = 0; i < normalized.size(); i++) {
            if (FieldSpelling.isOf(field, normalized.get(i))) {
                return true;
            }
        }
        return false;
    }
}
