package io.policyengine.app.top;

import io.policyengine.app.admin.AdminClient;
import tools.jackson.databind.JsonNode;

/**
 * The answers of an engine's admin port, requested one after another.
 *
 * @param stats the body of {@code /stats}
 * @param workers the body of {@code /workers}
 * @param overrides the body of {@code /overrides}
 * @param readiness the answer of {@code /health/ready}
 */
record Look(JsonNode stats, JsonNode workers, JsonNode overrides, AdminClient.Answer readiness) {
    /** Queries the engine; {@code routes} is the maximum number of routes in the statistics. */
    static Look takeBlocking(AdminClient client, String sort, int routes) {
        return new Look(
                client.getBlocking("/stats?sort=" + sort + "&limit=" + routes),
                client.getBlocking("/workers"),
                client.getBlocking("/overrides"),
                client.askBlocking("/health/ready"));
    }
}
