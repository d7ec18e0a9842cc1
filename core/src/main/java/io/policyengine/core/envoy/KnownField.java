package io.policyengine.core.envoy;

import java.util.List;

/**
 * A field of a {@link KnownMessage}.
 *
 * @param number the field's number in the encoding
 * @param name in snake case
 * @param fields the fields of its message, if the field is a message
 */
record KnownField(int number, String name, Kind kind, List<KnownField> fields) {
    enum Kind {
        /** An integer or an enum. */
        NUMBER,
        TEXT,
        /** An integer that may be missing: {@code google.protobuf.UInt64Value} and similar types. */
        WRAPPED_NUMBER,
        /** A boolean that may be missing: {@code google.protobuf.BoolValue}. */
        WRAPPED_BOOL,
        MESSAGE
    }

    KnownField(int number, String name, Kind kind) {
        this(number, name, kind, List.of());
    }

    KnownField(int number, String name, List<KnownField> fields) {
        this(number, name, Kind.MESSAGE, fields);
    }
}
