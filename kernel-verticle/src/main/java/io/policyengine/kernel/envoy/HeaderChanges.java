package io.policyengine.kernel.envoy;

import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.policyengine.core.http.HeaderMap;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A builder of {@code HeaderMutation} in the form that Envoy's ext_proc filter reads. Values are set only as {@code
 * raw_value}, and names in lower case. The deprecated flag {@code append} is always set, because the filter honours
 * only this flag; {@code append_action} is set for other clients.
 */
final class HeaderChanges {
    private static final BoolValue APPEND = BoolValue.of(true);
    private static final BoolValue REPLACE = BoolValue.of(false);

    private final HeaderMutation.Builder mutation = HeaderMutation.newBuilder();
    private int octets;

    /**
     * Adds the changes that turn {@code before} into {@code after}, for the named fields only. A field missing from
     * {@code after} is removed even if {@code before} lacks it, because Envoy may forward fields that it withholds from
     * the engine ({@code forward_rules}). The exception is content-length, which the engine manages.
     */
    HeaderChanges between(HeaderMap before, HeaderMap after, Set<String> names) {
        for (String name : names) {
            List<String> old = before.getAll(name);
            List<String> now = after.getAll(name);
            if (now.isEmpty()) {
                if (!old.isEmpty() || !name.equals("content-length")) {
                    mutation.addRemoveHeaders(name);
                }
                continue;
            }
            if (now.equals(old)) {
                continue;
            }
            boolean onlyAdded =
                    now.size() > old.size() && now.subList(0, old.size()).equals(old);
            for (int i = onlyAdded ? old.size() : 0; i < now.size(); i++) {
                add(name, now.get(i), i > 0);
            }
        }
        return this;
    }

    /** Removes fields, present or not. Envoy removes fields before it sets any. */
    HeaderChanges removed(List<String> names) {
        mutation.addAllRemoveHeaders(names);
        return this;
    }

    /**
     * Sets all fields of a map. The first field of each name replaces existing ones, and further fields of that name
     * are appended.
     */
    HeaderChanges all(HeaderMap headers) {
        Set<String> there = new HashSet<>();
        mutation.getSetHeadersList()
                .forEach(option -> there.add(option.getHeader().getKey()));
        headers.forEach((name, value) -> add(name, value, !there.add(name)));
        return this;
    }

    HeaderChanges set(String name, String value) {
        return add(name, value, false);
    }

    /** Returns the mutation of header fields, or null if nothing changes. */
    @Nullable
    HeaderMutation build() {
        return mutation.getSetHeadersCount() == 0 && mutation.getRemoveHeadersCount() == 0 ? null : mutation.build();
    }

    /** Returns why Envoy would answer 500 because of the number or the size of the changes, or null. */
    @Nullable
    String excess() {
        int max = Math.max(mutation.getSetHeadersCount(), mutation.getRemoveHeadersCount());
        return max > MutationRules.MAX_CHANGES
                ? "more than " + MutationRules.MAX_CHANGES + " header changes"
                : octets > MutationRules.MAX_OCTETS
                        ? "more than " + MutationRules.MAX_OCTETS + " octets of header changes"
                        : null;
    }

    @SuppressWarnings("deprecation") // Envoy's ext_proc filter reads this field and ignores its successor
    private HeaderChanges add(String name, String value, boolean append) {
        octets += name.length() + value.length();
        mutation.addSetHeaders(HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder()
                        .setKey(name)
                        .setRawValue(ByteString.copyFrom(value, StandardCharsets.ISO_8859_1)))
                .setAppend(append ? APPEND : REPLACE)
                .setAppendAction(
                        append
                                ? HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD
                                : HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
        return this;
    }
}
