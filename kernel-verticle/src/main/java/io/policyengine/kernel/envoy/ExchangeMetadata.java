package io.policyengine.kernel.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.policyengine.core.envoy.KnownMessage;
import io.policyengine.core.policy.EnvoyMetadata;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dynamic metadata of Envoy's filters in one exchange. Holds the latest value of each namespace that an entry of
 * the route reads, up to a maximum number of bytes. A value that exceeds this maximum, or is invalid for a known type,
 * counts as missing. Confined to one event loop.
 */
public final class ExchangeMetadata {
    /** The metadata of an exchange in which no entry reads metadata. */
    public static final ExchangeMetadata NONE = new ExchangeMetadata(Set.of(), 0);

    private final Set<String> wanted;
    private final long max;
    private EnvoyMetadata current = EnvoyMetadata.empty();
    private long size;
    private @Nullable String ignored;
    private boolean isTold;

    private ExchangeMetadata(Set<String> wanted, long max) {
        this.wanted = wanted;
        this.max = max;
    }

    /**
     * Returns empty metadata for an exchange whose entries read the given namespaces.
     *
     * @param max maximum bytes of all values
     */
    public static ExchangeMetadata of(Set<String> namespaces, long max) {
        return namespaces.isEmpty() ? NONE : new ExchangeMetadata(namespaces, max);
    }

    /** Stores the dynamic metadata that Envoy sent with a message. */
    public void take(EnvoyMessage message) {
        if (wanted.isEmpty() || !message.proto().hasMetadataContext()) {
            return;
        }
        Metadata context = message.proto().getMetadataContext();
        for (String namespace : wanted) {
            Struct untyped = context.getFilterMetadataMap().get(namespace);
            Any typed = context.getTypedFilterMetadataMap().get(namespace);
            if (untyped != null || typed != null) {
                take(namespace, untyped, typed);
            }
        }
    }

    private void take(String namespace, @Nullable Struct untyped, @Nullable Any typed) {
        EnvoyMetadata.Builder next = current.toBuilder();
        // A value that is too large is not converted.
        boolean fits = isInBounds(untyped, typed);
        if (fits && untyped != null) {
            next.untyped(namespace, StructValues.of(untyped));
        }
        if (fits && typed != null) {
            // A copy, since the message's bytes are a view of the received buffer.
            Buffer value = Buffer.buffer(typed.getValue().toByteArray());
            fits = isReadable(typed.getTypeUrl(), value);
            next.typed(namespace, new EnvoyMetadata.Typed(typed.getTypeUrl(), value));
        }
        EnvoyMetadata all = next.build();
        if (fits && all.size() <= max) {
            keep(all);
        } else {
            keep(current.toBuilder().remove(namespace).build());
            ignored = namespace;
        }
    }

    private boolean isInBounds(@Nullable Struct untyped, @Nullable Any typed) {
        long bytes = untyped == null ? 0 : untyped.getSerializedSize();
        return bytes + (typed == null ? 0 : typed.getSerializedSize()) <= max;
    }

    private static boolean isReadable(String typeUrl, Buffer value) {
        return KnownMessage.of(typeUrl)
                .map(type -> type.read(value).isPresent())
                .orElse(true);
    }

    private void keep(EnvoyMetadata all) {
        current = all;
        size = all.size();
    }

    public EnvoyMetadata current() {
        return current;
    }

    /** Returns the approximate size of the stored metadata in memory, in bytes. */
    public long size() {
        return size;
    }

    /**
     * Returns the namespace of the value that was ignored last, but only once: later calls return null. Also returns
     * null if no value was ignored.
     */
    public @Nullable String newlyIgnored() {
        if (isTold || ignored == null) {
            return null;
        }
        isTold = true;
        return ignored;
    }

    public void release() {
        keep(EnvoyMetadata.empty());
    }
}
