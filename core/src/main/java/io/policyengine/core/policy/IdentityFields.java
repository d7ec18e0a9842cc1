package io.policyengine.core.policy;

import io.policyengine.core.http.FieldSpelling;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The request fields that carry the client's identity to the upstream. Fields that the client itself sends under these
 * names are always removed.
 *
 * <p>A field whose name an upstream may confuse with one of these names is treated as the same field ({@link
 * FieldSpelling}). Envoy removes fields only by exact name, and may hide them from the engine ({@code forward_rules}).
 * So every spelling with {@code -} and {@code _} is listed, up to {@link #MAX}.
 */
public final class IdentityFields {
    /** The identity fields of a policy that provides an identity but names no fields. */
    public static final Set<String> USUAL = Set.of(
            "x-user-id",
            "x-user-email",
            "x-user-name",
            "x-user-tier",
            "x-user-roles",
            "x-user-groups",
            "x-user-scopes",
            "x-auth-method");

    /**
     * Maximum number of spellings of identity fields on one route. Envoy accepts 100 removals per answer, and policies
     * remove fields too.
     */
    public static final int MAX = 80;

    private static final IdentityFields NONE = new IdentityFields(List.of(), List.of());

    /** The names in lower case, with {@code -} replacing each character that is neither a letter nor a digit. */
    private final List<String> names;

    private final List<String> spellings;

    private IdentityFields(List<String> names, List<String> spellings) {
        this.names = names;
        this.spellings = spellings;
    }

    public static IdentityFields none() {
        return NONE;
    }

    /**
     * Returns the fields with these names.
     *
     * @throws IllegalArgumentException if they have more spellings than {@link #MAX}; see {@link #countSpellings}
     */
    public static IdentityFields of(Collection<String> fields) {
        if (fields.isEmpty()) {
            return NONE;
        }
        if (countSpellings(fields) > MAX) {
            throw new IllegalArgumentException("more than " + MAX + " spellings");
        }
        Set<String> names = new LinkedHashSet<>();
        Set<String> spellings = new LinkedHashSet<>();
        fields.stream().map(HeaderMap::lowerCase).sorted().forEach(field -> {
            String name = FieldSpelling.normalized(field);
            if (names.add(name)) {
                spell(name.toCharArray(), 0, spellings);
            }
            spellings.add(field);
        });
        return new IdentityFields(List.copyOf(names), List.copyOf(spellings));
    }

    /**
     * Returns the identity fields that the entries of a chain declare, without spellings to remove. A field of an entry
     * that provides no identity is omitted if another entry reads it to provide an identity.
     */
    public static IdentityFields ofChain(Collection<EntryFacts> entries) {
        Set<String> credentials = entries.stream()
                .filter(facts -> facts.has(Fact.PROVIDES_IDENTITY))
                .flatMap(facts -> facts.read().stream())
                .collect(Collectors.toSet());
        List<String> names = entries.stream()
                .flatMap(facts -> facts.identityFields().stream()
                        .filter(field -> facts.has(Fact.PROVIDES_IDENTITY) || !credentials.contains(field)))
                .map(FieldSpelling::normalized)
                .distinct()
                .toList();
        return names.isEmpty() ? NONE : new IdentityFields(names, List.of());
    }

    /** Returns the number of ways to write the names of these fields, with {@code _} in place of any {@code -}. */
    public static long countSpellings(Collection<String> fields) {
        return fields.stream()
                .map(FieldSpelling::normalized)
                .distinct()
                .mapToLong(name ->
                        1L << Math.min(32, name.chars().filter(c -> c == '-').count()))
                .sum();
    }

    private static void spell(char[] name, int from, Set<String> into) {
        int next = from;
        while (next < name.length && name[next] != '-') {
            next++;
        }
        if (next == name.length) {
            into.add(new String(name));
            return;
        }
        spell(name, next + 1, into);
        name[next] = '_';
        spell(name, next + 1, into);
        name[next] = '-';
    }

    public boolean isEmpty() {
        return names.isEmpty();
    }

    /** Every way to write the fields' names in lower case, with {@code _} in place of any {@code -}. */
    public List<String> spellings() {
        return spellings;
    }

    /** Returns whether a field name, in lower case, is one of these fields or may be confused with one. */
    public boolean include(String lowerCaseName) {
        for (int i = 0; i < names.size(); i++) {
            if (FieldSpelling.isOf(lowerCaseName, names.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Returns the headers without these fields; the same map if there are none. */
    public HeaderMap removedFrom(HeaderMap headers) {
        return isEmpty() ? headers : headers.without(this::include);
    }

    /**
     * Returns the request to which an outcome applies. If the outcome announces an identity, it is the request without
     * the fields of the former identity; otherwise the same request.
     */
    public RequestView replacedIn(RequestView request, List<?> instructions) {
        if (isEmpty() || !Identity.isAnnouncedBy(instructions)) {
            return request;
        }
        HeaderMap left = removedFrom(request.headers());
        return left.size() == request.headers().size() ? request : request.withHeaders(left);
    }

    /**
     * Returns the names of identity fields in the message whose spelling is not in {@link #spellings}, such as {@code
     * x.user-id}.
     */
    public List<String> unlistedIn(HeaderMap headers) {
        List<String> unlisted = new ArrayList<>(0);
        headers.forEach((name, _) -> {
            if (include(name) && !spellings.contains(name) && !unlisted.contains(name)) {
                unlisted.add(name);
            }
        });
        return unlisted;
    }

    @Override
    public String toString() {
        return names.toString();
    }
}
