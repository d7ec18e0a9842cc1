package io.policyengine.policies.format.json;

/** A fault that ends the reading of a JSON text. Expected, so it has no stack trace. */
public final class JsonFault extends Exception {
    private static final long serialVersionUID = 1L;

    private static final long UNKNOWN = -1;

    private final Kind kind;
    private final long place;

    /** The kinds of faults. */
    public enum Kind {
        /** The text is not JSON in UTF-8 (RFC 8259). */
        MALFORMED,
        /** The text nests too deeply. */
        DEPTH,
        /** An object has too many members. */
        MEMBERS,
        /** An array has too many elements. */
        ELEMENTS,
        /** A string is too long. */
        STRING,
        /** A name is too long. */
        NAME,
        /** A number has too many digits. */
        NUMBER,
        /** A name occurs twice in an object. */
        DUPLICATE
    }

    JsonFault(Kind kind) {
        this(kind, UNKNOWN);
    }

    private JsonFault(Kind kind, long place) {
        super(kind.name(), null, false, false);
        this.kind = kind;
        this.place = place;
    }

    JsonFault at(long octets) {
        return new JsonFault(kind, octets);
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the number of octets before the fault; negative if unknown. */
    public long place() {
        return place;
    }
}
