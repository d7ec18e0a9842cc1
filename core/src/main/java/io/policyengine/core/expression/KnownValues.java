package io.policyengine.core.expression;

import dev.cel.runtime.CelUnknownSet;
import dev.cel.runtime.CelVariableResolver;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The recorded values of an exchange, some of which may be missing. An expression may have a value nevertheless:
 * {@code a || b} is true if {@code a} is true. Not used for live requests.
 */
public final class KnownValues implements CelVariableResolver {
    private static final CelUnknownSet UNKNOWN = CelUnknownSet.create(0L);

    private final Map<String, Object> known = new HashMap<>();
    private boolean hasGivenUnknown;

    public KnownValues() {}

    /** Sets the value of a text variable. */
    public KnownValues with(String variable, String text) {
        known.put(variable, text);
        return this;
    }

    /** Sets the value of a numeric variable. */
    public KnownValues with(String variable, long number) {
        known.put(variable, number);
        return this;
    }

    /**
     * Sets the fields of a variable that is a map of texts.
     * @param names the names of all fields, in lower case
     * @param values the known values, by field name
     */
    public KnownValues withFields(String variable, Set<String> names, Map<String, String> values) {
        known.put(variable, new Fields(Set.copyOf(names), Map.copyOf(values), this));
        return this;
    }

    /** Returns a copy of which no value has been read yet. */
    KnownValues copy() {
        KnownValues copy = new KnownValues();
        known.forEach((name, value) -> copy.known.put(
                name, value instanceof Fields fields ? new Fields(fields.names, fields.values, copy) : value));
        return copy;
    }

    /** Returns whether the expression read a value that exists but is unknown. */
    boolean hasGivenUnknown() {
        return hasGivenUnknown;
    }

    @Override
    public Optional<Object> find(String name) {
        return Optional.ofNullable(known.get(name));
    }

    /** Thrown when an expression uses an unknown value. */
    static final class UnknownValueException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnknownValueException() {
            super("a value that is not known", null, false, false);
        }
    }

    /** A map of fields. All names are known, but only some of the values are. */
    private static final class Fields extends AbstractMap<String, Object> {
        private final Set<String> names;
        private final Map<String, String> values;
        private final KnownValues of;

        Fields(Set<String> names, Map<String, String> values, KnownValues of) {
            this.names = names;
            this.values = values;
            this.of = of;
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return key instanceof String name && names.contains(name.toLowerCase(Locale.ROOT));
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            if (!containsKey(key)) {
                return null;
            }
            // The field is known to exist; its unknown value propagates through the expression.
            String value = values.get(String.valueOf(key).toLowerCase(Locale.ROOT));
            of.hasGivenUnknown |= value == null;
            return value == null ? UNKNOWN : value;
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            throw new UnknownValueException();
        }
    }
}
