package io.policyengine.kernel.extproc;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.SetBody;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the header fields that describe a body right for the one that leaves. */
final class BodyFields<V> {
    private static final String LENGTH = "content-length";
    private static final String ENCODING = "content-encoding";

    private final Side<V> side;

    BodyFields(Side<V> side) {
        this.side = side;
    }

    /** Of a body whose length is not known yet, since chunks may change it, or of none. */
    V ofUnknownLength(V view, Set<String> touched) {
        touched.add(LENGTH);
        return side.withHeaders(
                view, side.headers(view).toBuilder().remove(LENGTH).build());
    }

    /**
     * Of a body in chunks whose coding is opened: what describes its octets is not true of those that go on. That of a body without
     * coding is the matter of the policy that changes it.
     */
    V ofOpenedCoding(V view, Set<String> touched) {
        if (!side.coded().open()) {
            return view;
        }
        HeaderMap.Builder changed = side.headers(view).toBuilder();
        for (String field : SetBody.OUTDATED_FIELDS) {
            if (!field.equals(ENCODING) || side.coded().outgoing() == null) {
                changed.remove(field);
                touched.add(field);
            }
        }
        return side.withHeaders(view, changed.build());
    }

    /** Of a whole body that leaves, null if it is Envoy's own; {@link #recodes} tells its coding. */
    V ofWhole(V view, @Nullable Buffer outgoing, Set<String> touched) {
        if (outgoing == null) {
            return view;
        }
        if (!side.allowsContent(view)) {
            return ofUnknownLength(view, touched);
        }
        String encoding = side.coded().outgoing();
        if (encoding == null || !recodes(view) || outgoing.length() == 0) {
            return ofLength(view, outgoing, touched);
        }
        touched.add(ENCODING);
        HeaderMap labelled =
                side.headers(view).toBuilder().set(ENCODING, encoding).build();
        return ofLength(side.withHeaders(view, labelled), outgoing, touched);
    }

    /** Whether a body that a policy has set goes on in the coding that was opened; what the policy has labelled is its own matter. */
    boolean recodes(V view) {
        return side.coded().outgoing() != null && !isLabelled(view);
    }

    /** Whether the message names a coding of its body. */
    boolean isLabelled(V view) {
        return side.headers(view).contains(ENCODING);
    }

    /** Content-length, where there was one and Envoy still holds the headers. */
    V ofLength(V view, Buffer outgoing, Set<String> touched) {
        if (!side.headers(side.envoys()).contains(LENGTH)) {
            return view;
        }
        touched.add(LENGTH);
        String length = Integer.toString(outgoing.length());
        return side.withHeaders(
                view, side.headers(view).toBuilder().set(LENGTH, length).build());
    }
}
