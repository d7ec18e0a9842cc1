package io.policyengine.policies.ai.promptdecorator;

import io.policyengine.core.http.Octets;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.ai.shared.prompt.Role;
import io.policyengine.policies.shared.template.Template;
import java.util.Optional;

record Decoration(Role role, Template text) {
    /**
     * Returns the text to add to a request's prompt. In inserted values, control characters become blanks, so that each
     * value is one line and cannot look like a message.
     *
     * @param maxValue maximum length of a value, in octets
     * @return empty if a value is longer
     */
    Optional<String> filled(RequestContext context, int maxValue) {
        boolean[] isTooLong = new boolean[1];
        String octets = text.fill(context, (_, value) -> {
            isTooLong[0] |= value.length() > maxValue;
            return isTooLong[0] ? "" : Octets.fromText(line(Octets.toText(value)));
        });
        return isTooLong[0] ? Optional.empty() : Optional.of(Octets.toText(octets));
    }

    private static String line(String value) {
        StringBuilder line = new StringBuilder(value.length());
        value.codePoints().forEach(c -> line.appendCodePoint(isSeparator(c) ? ' ' : c));
        return line.toString();
    }

    private static boolean isSeparator(int c) {
        return Character.isISOControl(c) || c == 0x2028 || c == 0x2029;
    }
}
