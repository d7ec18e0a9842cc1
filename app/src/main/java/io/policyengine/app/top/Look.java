package io.policyengine.app.top;

import io.policyengine.app.admin.AdminClient;
import tools.jackson.databind.JsonNode;

/**
 * The responses of an engine at one moment.
 *
 * @param stats of {@code /stats}
 * @param workers of {@code /workers}
 * @param overrides of {@code /overrides}
 * @param readiness of {@code /health/ready}
 */
record Look(JsonNode stats, JsonNode workers, JsonNode overrides, AdminClient.Answer readiness) {
    /** Queries the engine for at most this many routes. */
    static Look takeBlocking(AdminClient client, String sort, int routes) {
        return new Look(
                client.getBlocking("/stats?sort=" + sort + "&limit=" + routes),
                client.getBlocking("/workers"),
                client.getBlocking("/overrides"),
                client.askBlocking("/health/ready"));
    }
}
