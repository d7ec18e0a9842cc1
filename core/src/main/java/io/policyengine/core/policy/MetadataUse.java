package io.policyengine.core.policy;

/**
 * A policy's use of a namespace of {@link EnvoyMetadata}.
 *
 * @param namespace such as {@code envoy.filters.http.mcp}
 */
public record MetadataUse(Action action, String namespace) {
    /** The uses of a namespace. */
    public enum Action {
        READS("reads_metadata"),
        /** The policy reads the namespace, and needs the request's body only if the namespace is missing. */
        IN_PLACE_OF_REQUEST_BODY("request_body_unless_metadata"),
        /** The policy reads the namespace, and needs the response's body only if the namespace is missing. */
        IN_PLACE_OF_RESPONSE_BODY("response_body_unless_metadata");

        private final String prefix;

        Action(String name) {
            this.prefix = name + ":";
        }

        String prefix() {
            return prefix;
        }

        static Action inPlaceOfBody(Phase phase) {
            return switch (phase) {
                case REQUEST -> IN_PLACE_OF_REQUEST_BODY;
                case RESPONSE -> IN_PLACE_OF_RESPONSE_BODY;
            };
        }
    }

    /** The code in the wire format, such as {@code reads_metadata:envoy.filters.http.mcp}. */
    public String code() {
        return action.prefix() + namespace;
    }
}
