package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.policies.content.graphqlprotection.document.Document;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The allowed operations. If both sets are empty, all operations are allowed.
 *
 * @param names of operations
 * @param hashes SHA-256 of documents, in lower case
 */
record AllowedOperations(Set<String> names, Set<String> hashes) {
    private static final int HASH_LENGTH = 64;

    /**
     * Returns the operations that the parameters allow.
     *
     * @throws InvalidParamsException if an operation is neither a name nor a hash
     */
    static AllowedOperations of(List<String> operations) {
        Set<String> names = new HashSet<>();
        Set<String> hashes = new HashSet<>();
        for (int i = 0; i < operations.size(); i++) {
            String operation = operations.get(i);
            if (operation.length() == HASH_LENGTH && operation.chars().allMatch(c -> isHex((char) c))) {
                hashes.add(operation.toLowerCase(Locale.ROOT));
            } else if (isName(operation)) {
                names.add(operation);
            } else {
                throw new InvalidParamsException(
                        "/operations/" + i,
                        "neither the name of an operation nor the SHA-256 of a document in 64 hexadecimal digits");
            }
        }
        return new AllowedOperations(Set.copyOf(names), Set.copyOf(hashes));
    }

    private static boolean isHex(char c) {
        return c < 0x80 && Character.digit(c, 16) >= 0;
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && !Character.isDigit(text.charAt(0))
                && text.chars().allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || c == '_'));
    }

    boolean isEmpty() {
        return names.isEmpty() && hashes.isEmpty();
    }

    boolean hasHash(String hash) {
        return hashes.contains(hash.toLowerCase(Locale.ROOT));
    }

    /** Returns whether every operation of the document has an allowed name. */
    boolean hasNamesOf(Document document) {
        return document.operations().stream()
                .allMatch(operation -> operation.name().filter(names::contains).isPresent());
    }
}
