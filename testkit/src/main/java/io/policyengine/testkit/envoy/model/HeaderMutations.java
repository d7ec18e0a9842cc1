package io.policyengine.testkit.envoy.model;

import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Applies header mutations as the ext_proc filter does: removals first, then additions in order. Values are read only
 * from {@code raw_value}, and the append action only from the deprecated {@code append}.
 */
final class HeaderMutations {
    static final int MAX_COUNT = 100;
    static final int MAX_OCTETS = 60 * 1024;

    private final FilterConfig config;
    private final Session session;

    HeaderMutations(FilterConfig config, Session session) {
        this.config = config;
        this.session = session;
    }

    /**
     * The result of a header mutation.
     *
     * @param headers with all changes before an error
     * @param error the reason why the mutation stopped, or null
     */
    record Result(HeaderMap headers, @Nullable String error) {}

    /**
     * Applies a mutation.
     *
     * @param replacing true if the answer replaces the message, so that :method may change
     * @param skipContentLength true if content-length in set_headers is silently dropped
     */
    Result apply(HeaderMutation mutation, HeaderMap headers, boolean replacing, boolean skipContentLength) {
        if (mutation.getSetHeadersCount() > MAX_COUNT || mutation.getRemoveHeadersCount() > MAX_COUNT) {
            return new Result(headers, token("header mutation exceeds the limit of headers"));
        }
        Working working = new Working(headers, replacing, skipContentLength);
        String error = working.remove(mutation);
        if (error == null) {
            error = working.set(mutation);
        }
        HeaderMap result = working.headers;
        if (error == null && (result.size() > MAX_COUNT || result.octets() > MAX_OCTETS)) {
            error = token("header mutation result exceeds the limit of size");
        }
        return new Result(result, error);
    }

    /**
     * Returns the text in the form of response code details. Since Envoy 1.37, these contain neither capitals nor
     * spaces.
     */
    private String token(String text) {
        return config.version().atLeast(37) ? text.toLowerCase(Locale.ROOT).replace(' ', '_') : text;
    }

    private final class Working {
        private final boolean replacing;
        private final boolean skipContentLength;
        private HeaderMap headers;

        Working(HeaderMap headers, boolean replacing, boolean skipContentLength) {
            this.headers = headers;
            this.replacing = replacing;
            this.skipContentLength = skipContentLength;
        }

        @Nullable
        String remove(HeaderMutation mutation) {
            for (String key : mutation.getRemoveHeadersList()) {
                String name = HeaderMap.lowerCase(key);
                if (!isName(name)) {
                    return config.version().atLeast(37)
                            ? "header_mutation_remove_contains_invalid_character"
                            : "Invalid character in remove_headers mutation.";
                }
                if (config.mutationRules().permitsRemoval(name)) {
                    headers = headers.toBuilder().remove(name).build();
                } else if (reject()) {
                    return "header mutation rejected: " + name;
                }
            }
            return null;
        }

        @Nullable
        String set(HeaderMutation mutation) {
            for (HeaderValueOption option : mutation.getSetHeadersList()) {
                String error = option.hasHeader() ? setOne(option) : null;
                if (error != null) {
                    return error;
                }
            }
            return null;
        }

        private @Nullable String setOne(HeaderValueOption option) {
            String name = HeaderMap.lowerCase(option.getHeader().getKey());
            String value = Octets.fromBytes(option.getHeader().getRawValue().toByteArray());
            if (!option.getHeader().getValue().isEmpty()) {
                session.fault("header " + name + " is set through `value`, which Envoy ignores");
            }
            if (name.isEmpty()) {
                return null;
            }
            if (!isName(name) || !isValue(value)) {
                return config.version().atLeast(37)
                        ? "header_mutation_set_contains_invalid_character"
                        : "Invalid character in set_headers mutation.";
            }
            if (skipContentLength && name.equals("content-length")) {
                return null;
            }
            boolean append = appends(option) && headers.contains(name);
            if (!permits(name, value, append)) {
                return reject() ? "header mutation rejected: " + name : null;
            }
            HeaderMap.Builder builder = headers.toBuilder();
            headers = (append ? builder.append(name, value) : builder.set(name, value)).build();
            return null;
        }

        private boolean permits(String name, String value, boolean append) {
            if (append) {
                return config.mutationRules().permitsAppend(name);
            }
            return (replacing && name.equals(":method"))
                    || config.mutationRules().permitsSet(name, value);
        }

        /** Counts a rejected change, and returns whether the rejection fails the whole answer. */
        private boolean reject() {
            session.count(FilterCounter.REJECTED_HEADER_MUTATIONS);
            return config.mutationRules().disallowIsError();
        }
    }

    /** Returns the value of the deprecated field {@code append}, since the filter ignores append_action. */
    @SuppressWarnings("deprecation")
    private static boolean appends(HeaderValueOption option) {
        return option.getAppend().getValue();
    }

    private static boolean isName(String name) {
        return FieldRules.isToken(name.startsWith(":") ? name.substring(1) : name);
    }

    /** Returns whether Envoy accepts the value: it rejects only NUL, CR and LF. */
    private static boolean isValue(String value) {
        return value.chars().noneMatch(c -> c == 0 || c == '\r' || c == '\n');
    }
}
