package io.policyengine.policies.traffic.idempotency;

import io.policyengine.policies.format.structuredfields.BareItem;
import io.policyengine.policies.format.structuredfields.MalformedFieldException;
import io.policyengine.policies.format.structuredfields.StructuredFields;
import java.util.List;

/**
 * The idempotency key that a request presents. By draft-ietf-httpapi-idempotency-key-header-07 §2.1, it is a
 * structured-field string ({@code "8e03978e"}). Most clients omit the quotes; both forms are the same key.
 */
sealed interface IdempotencyKeyField {
    record Absent() implements IdempotencyKeyField {}

    record Malformed() implements IdempotencyKeyField {}

    record Key(String text) implements IdempotencyKeyField {}

    /** Maximum length of an idempotency key, in characters. */
    int MAX_LENGTH = 255;

    static IdempotencyKeyField of(List<String> values) {
        if (values.isEmpty()) {
            return new Absent();
        }
        String value = values.getFirst().strip();
        return values.size() > 1 ? new Malformed() : value.startsWith("\"") ? quoted(value) : checked(value);
    }

    private static IdempotencyKeyField quoted(String value) {
        try {
            return StructuredFields.item(List.of(value)).value() instanceof BareItem.Text(String text)
                    ? checked(text)
                    : new Malformed();
        } catch (MalformedFieldException malformed) {
            return new Malformed();
        }
    }

    /**
     * Returns the key if it consists of visible ASCII without quotes, commas and semicolons. These would indicate
     * several fields or a truncated string.
     */
    private static IdempotencyKeyField checked(String text) {
        boolean legal = !text.isEmpty()
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '"' && c != ',' && c != ';');
        return legal ? new Key(text) : new Malformed();
    }
}
