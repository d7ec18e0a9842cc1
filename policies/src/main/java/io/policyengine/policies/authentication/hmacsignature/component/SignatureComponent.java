package io.policyengine.policies.authentication.hmacsignature.component;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.format.structuredfields.BareItem;
import io.policyengine.policies.format.structuredfields.Item;
import io.policyengine.policies.format.structuredfields.MalformedFieldException;
import io.policyengine.policies.format.structuredfields.Parameters;
import io.policyengine.policies.format.structuredfields.StructuredFields;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A component of a request that a signature may cover: a field, or a derived component (RFC 9421 §2).
 *
 * @param name name in lower case; the name of a derived component begins with {@code @}
 */
public record SignatureComponent(String name, Parameters parameters) {
    public static final String CONTENT_DIGEST = "content-digest";
    public static final String QUERY = "@query";

    private static final String QUERY_PARAM = "@query-param";
    private static final String TARGET_URI = "@target-uri";
    private static final String REQUEST_TARGET = "@request-target";
    private static final String PATH = "@path";

    private static final Set<String> DERIVED =
            Set.of("@method", TARGET_URI, "@authority", "@scheme", REQUEST_TARGET, PATH, QUERY, QUERY_PARAM);

    private static final Set<String> PARTS_OF_TARGET_URI = Set.of("@scheme", "@authority", PATH, QUERY);

    private static final Set<String> PARTS_OF_REQUEST_TARGET = Set.of(PATH, QUERY);

    /**
     * Returns the component that an item of {@code Signature-Input} names; null if it is invalid, or does not exist in
     * requests.
     */
    public static @Nullable SignatureComponent of(Item item) {
        if (!(item.value() instanceof BareItem.Text(String name))) {
            return null;
        }
        SignatureComponent component = new SignatureComponent(name, item.parameters());
        return component.isKnown() ? component : null;
    }

    /**
     * Parses a configured component: its name, or its quoted name with parameters.
     *
     * @throws IllegalArgumentException if the text is invalid
     */
    public static SignatureComponent parse(String text) {
        try {
            Item item = StructuredFields.item(List.of(text.startsWith("\"") ? text : '"' + text + '"'));
            SignatureComponent component = of(item);
            if (component != null) {
                return component;
            }
        } catch (MalformedFieldException malformed) {
            throw new IllegalArgumentException("not a component: " + malformed.getMessage());
        }
        throw new IllegalArgumentException(
                "not a component of a request: a field name in lower case, or one of " + String.join(", ", sorted()));
    }

    private static List<String> sorted() {
        return DERIVED.stream().sorted().toList();
    }

    private boolean isKnown() {
        if (name.startsWith("@")) {
            return DERIVED.contains(name)
                    && (name.equals(QUERY_PARAM)
                            ? hasOnly("name") && parameter("name") != null
                            : parameters.values().isEmpty());
        }
        return FieldRules.isToken(name)
                && HeaderMap.lowerCase(name).equals(name)
                && (parameters.values().isEmpty()
                        || (hasOnly("key") && parameter("key") != null)
                        || isFlag("sf")
                        || isFlag("bs"));
    }

    private boolean isFlag(String key) {
        return hasOnly(key) && parameters.get(key) instanceof BareItem.Bool(boolean on) && on;
    }

    private boolean hasOnly(String key) {
        return parameters.values().keySet().equals(Set.of(key));
    }

    /** Returns the text value of this parameter, or null. */
    @Nullable
    public String parameter(String key) {
        return parameters.get(key) instanceof BareItem.Text(String value) ? value : null;
    }

    /** Returns whether this component is a field, as opposed to a derived one. */
    public boolean isField() {
        return !name.startsWith("@");
    }

    /** Returns whether a signature over this component also covers the other one. */
    public boolean covers(SignatureComponent other) {
        return equals(other)
                || (other.parameters.values().isEmpty()
                        && switch (name) {
                            case TARGET_URI -> PARTS_OF_TARGET_URI.contains(other.name);
                            case REQUEST_TARGET -> PARTS_OF_REQUEST_TARGET.contains(other.name);
                            default -> false;
                        });
    }

    /** Returns the component's identifier, as written in a signature base and in a list of covered components. */
    public String identifier() {
        return new Item(new BareItem.Text(name), parameters).serialize();
    }
}
