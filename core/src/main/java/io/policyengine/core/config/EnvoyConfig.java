package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of Envoy on which the engine relies. */
public record EnvoyConfig(
        @Doc("True if `allow_mode_override` is set in Envoy's ext_proc filter.") @Default("true")
        boolean allowModeOverride,

        @Doc("Envoy's `message_timeout` in milliseconds.")
        @JsonProperty("message_timeout_ms")
        @Default("2000")
        @Range(min = 1)
        Duration messageTimeout,

        @Doc("Envoy's `max_message_timeout` in milliseconds. 0: Envoy never extends `message_timeout`.")
        @JsonProperty("max_message_timeout_ms")
        @Default("0")
        Duration maxMessageTimeout,

        @Doc("Envoy's `mutation_rules`.") @Default("{}") MutationRules mutationRules,

        @Doc("Envoy's `receiving_namespaces.untyped`: the namespaces in which dynamic metadata may be written.")
        @Default("[]")
        List<String> receivingNamespaces,

        @Doc("Envoy's `receiving_namespaces.typed`: the namespaces in which typed dynamic metadata may be written."
                + " The type is `google.protobuf.Struct`. Envoy 1.40 and later accept typed metadata; older"
                + " versions ignore it.")
        @Default("[]")
        List<String> receivingTypedNamespaces,

        @Doc("Envoy's `per_connection_buffer_limit_bytes`.") @Default("1048576") @Range(min = 1, max = 2_000_000_000)
        int bufferLimitBytes,

        @Doc("`send` if `request_trailer_mode` and `response_trailer_mode` are `SEND` in Envoy, otherwise `skip`."
                + " `send` is required if Envoy's configured modes send bodies and the engine cannot override these"
                + " modes.")
        @Default("\"skip\"")
        Trailers trailers) {
    public EnvoyConfig {
        receivingNamespaces = List.copyOf(receivingNamespaces);
        receivingTypedNamespaces = List.copyOf(receivingTypedNamespaces);
    }

    /** The time that Envoy waits for an answer, including any extension that it grants. */
    public Duration patience() {
        return maxMessageTimeout.compareTo(messageTimeout) > 0 ? maxMessageTimeout : messageTimeout;
    }

    /** The trailers that Envoy sends according to its configured processing mode. */
    public enum Trailers {
        /** Envoy sends no trailers. */
        SKIP,
        /** Envoy sends the trailers of both directions. */
        SEND
    }

    /** The header mutations that Envoy accepts (mutation_rules.proto: HeaderMutationRules). */
    public record MutationRules(
            @Doc("True if routing headers (host, :authority, :scheme, :method) may be changed.") @Default("false")
            boolean allowAllRouting,

            @Doc("True if headers that begin with x-envoy may be changed.") @Default("false")
            boolean allowEnvoy,

            @Doc("True if headers that begin with a colon, such as :path, may be changed only if allow_expression"
                    + " matches.")
            @Default("false")
            boolean disallowSystem,

            @Doc("True if a header may be changed only if allow_expression matches.") @Default("false")
            boolean disallowAll,

            @Doc(
                    value = "RE2 pattern for the whole name of a header. Headers that match may be changed, unless"
                            + " disallow_expression matches too.",
                    examples = "\"x-tenant-.*\"")
            @Nullable
            String allowExpression,

            @Doc(
                    value = "RE2 pattern for the whole name of a header. Headers that match may never be changed, even"
                            + " if another key allows it.",
                    examples = "\"x-internal-.*\"")
            @Nullable
            String disallowExpression) {}
}
