package io.policyengine.core.envoy;

import java.util.List;

/**
 * A field of a {@link KnownMessage}.
 *
 * @param number by which it is encoded
 * @param name in snake case
 * @param fields those of its message, where it is one
 */
record KnownField(int number, String name, Kind kind, List<KnownField> fields) {
    /** The kinds of fields. */
    enum Kind {
        /** An integer or an enum. */
        NUMBER,
        /** A string. */
        TEXT,
        /** An integer that may be missing: {@code google.protobuf.UInt64Value} and its like. */
        WRAPPED_NUMBER,
        /** A boolean that may be missing: {@code google.protobuf.BoolValue}. */
        WRAPPED_BOOL,
        /** A message. */
        MESSAGE
    }

    /** A field that is no message of its own. */
    KnownField(int number, String name, Kind kind) {
        this(number, name, kind, List.of());
    }

    /** A message with these fields. */
    KnownField(int number, String name, List<KnownField> fields) {
        this(number, name, Kind.MESSAGE, fields);
    }
}
