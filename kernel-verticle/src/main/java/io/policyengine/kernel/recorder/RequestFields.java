package io.policyengine.kernel.recorder;

import io.policyengine.core.http.HeaderMap;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a request as the client sent it: the names of the first {@value #MAX} fields, and the values of
 * the configured fields. The object is reused for other exchanges.
 */
public final class RequestFields {
    /**
     * Maximum number of header names that are recorded of a request. Names longer than {@value #MAX_NAME} characters
     * are skipped.
     */
    public static final int MAX = 48;

    /** Maximum number of a request's header fields whose values are recorded. */
    public static final int MAX_VALUES = 8;

    /** Maximum characters of a recorded header value. */
    public static final int MAX_VALUE = 128;

    /** Maximum characters of a recorded header name; longer names are skipped. */
    private static final int MAX_NAME = 64;

    private final @Nullable String[] names = new String[MAX];
    private int told;
    private int all;
    private List<String> wanted = List.of();
    private final @Nullable String[] values = new String[MAX_VALUES];
    private final BiConsumer<String, String> note = this::note;

    RequestFields() {}

    void note(HeaderMap headers, List<String> valuesOf) {
        all = headers.size();
        headers.forEach(note);
        wanted = valuesOf;
        for (int i = 0; i < values(); i++) {
            String value = headers.get(wanted.get(i));
            values[i] = value == null || value.length() <= MAX_VALUE ? value : value.substring(0, MAX_VALUE);
        }
    }

    private void note(String name, String value) {
        if (told < MAX && name.length() <= MAX_NAME) {
            names[told++] = name;
        }
    }

    void forget() {
        Arrays.fill(names, 0, told, null);
        Arrays.fill(values, null);
        wanted = List.of();
        told = 0;
        all = 0;
    }

    /** Returns the number of header fields in the request, including unrecorded ones. */
    public int count() {
        return all;
    }

    /** Returns the number of recorded field names. */
    public int told() {
        return told;
    }

    public String name(int index) {
        return String.valueOf(names[index]);
    }

    /** Returns the number of fields with recorded values. */
    public int values() {
        return Math.min(MAX_VALUES, wanted.size());
    }

    /** Calls the action with each configured field and its first value, or null if missing. */
    public void forEachValue(BiConsumer<String, @Nullable String> action) {
        for (int i = 0; i < values(); i++) {
            action.accept(wanted.get(i), values[i]);
        }
    }
}
