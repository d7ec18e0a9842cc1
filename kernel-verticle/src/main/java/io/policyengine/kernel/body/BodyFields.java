package io.policyengine.kernel.body;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MessageView;
import io.policyengine.core.instruction.SetBody;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The header fields that describe a body, adjusted to the outgoing body.
 *
 * @param <V> the message as policies see it
 */
final class BodyFields<V extends MessageView<V>> {
    private static final String LENGTH = "content-length";
    private static final String ENCODING = "content-encoding";

    private final Carrier<V> carrier;
    private final CodedBody coded;

    BodyFields(Carrier<V> carrier, CodedBody coded) {
        this.carrier = carrier;
        this.coded = coded;
    }

    /** Returns the content-length of the message, or -1 if absent or not a number. */
    static long length(HeaderMap headers) {
        String announced = headers.get(LENGTH);
        try {
            return announced == null ? -1 : Long.parseLong(announced);
        } catch (NumberFormatException none) {
            return -1;
        }
    }

    static <V extends MessageView<V>> V withoutBody(V message) {
        return message.body() == null ? message : message.withBody(null);
    }

    static boolean isLabelled(MessageView<?> view) {
        return view.headers().contains(ENCODING);
    }

    /**
     * Returns the message without content-length, because it has no body or because chunks may change the body's
     * length.
     */
    V ofUnknownLength(V view, Set<String> touched) {
        touched.add(LENGTH);
        return view.withHeaders(view.headers().toBuilder().remove(LENGTH).build());
    }

    /**
     * Returns the message for a body that is decoded in chunks, without the header fields that describe its original
     * octets. If the body has no coding, the policy that changes the body has to remove these fields.
     */
    V ofOpenedCoding(V view, Set<String> touched) {
        if (!coded.open()) {
            return view;
        }
        HeaderMap.Builder changed = view.headers().toBuilder();
        for (String field : SetBody.OUTDATED_FIELDS) {
            if (!field.equals(ENCODING) || coded.outgoing() == null) {
                changed.remove(field);
                touched.add(field);
            }
        }
        return view.withHeaders(changed.build());
    }

    /**
     * Returns the message with the header fields that describe the complete outgoing body.
     *
     * @param held the headers that Envoy holds
     * @param outgoing null if Envoy's own body is forwarded
     */
    V ofWhole(V held, V view, @Nullable Buffer outgoing, Set<String> touched) {
        if (outgoing == null) {
            return view;
        }
        if (!carrier.allowsContent(view)) {
            return ofUnknownLength(view, touched);
        }
        String encoding = coded.outgoing();
        if (encoding == null || !recodes(view) || outgoing.length() == 0) {
            return ofLength(held, view, outgoing, touched);
        }
        touched.add(ENCODING);
        HeaderMap labelled = view.headers().toBuilder().set(ENCODING, encoding).build();
        return ofLength(held, view.withHeaders(labelled), outgoing, touched);
    }

    /** Returns whether a body set by a policy is encoded again; false if the policy also set a content-encoding. */
    boolean recodes(V view) {
        return coded.outgoing() != null && !isLabelled(view);
    }

    /**
     * Returns the message with content-length set to the length of the outgoing body. The field is only set if the
     * headers that Envoy holds contain it.
     *
     * @param held the headers that Envoy holds
     */
    V ofLength(V held, V view, Buffer outgoing, Set<String> touched) {
        if (!held.headers().contains(LENGTH)) {
            return view;
        }
        touched.add(LENGTH);
        String length = Integer.toString(outgoing.length());
        return view.withHeaders(view.headers().toBuilder().set(LENGTH, length).build());
    }
}
