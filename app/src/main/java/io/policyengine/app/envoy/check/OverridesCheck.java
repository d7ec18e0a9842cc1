package io.policyengine.app.envoy.check;

import io.policyengine.app.envoy.EnvoyParts;
import io.policyengine.app.envoy.EnvoyParts.Scope;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;

/** Checks what routes, virtual hosts and weighted clusters change about the engine's filter (ext_proc.proto: ExtProcPerRoute). */
record OverridesCheck(EnvoyFile file, EnvoyParts model) {
    private static final String TYPED = "/typed_per_filter_config";

    /**
     * Checks one such part.
     *
     * @param isGuarded whether the engine must see the requests of this part
     */
    void check(String part, String filterName, BooleanSupplier isGuarded) {
        if (!file.has(part + TYPED)) {
            return;
        }
        for (Map.Entry<String, JsonNode> entry : file.at(part + TYPED).properties()) {
            String at = EnvoyFile.child(part + TYPED, entry.getKey());
            if (entry.getKey().equals(filterName)) {
                checkEntry(at, isGuarded.getAsBoolean());
            } else if (file.isA(at, "ExtProcPerRoute")) {
                file.warning(at, "no effect: the filter has the name '" + filterName + "'", null);
            }
        }
    }

    private void checkEntry(String at, boolean isGuarded) {
        if (file.at(at + "/disabled").asBoolean(false)) {
            if (isGuarded) {
                file.error(
                        at + "/disabled",
                        "the filter is disabled here: requests reach the upstream without their policies; remove it",
                        null);
            } else {
                file.note(at + "/disabled", "the filter is disabled here; the route is open anyway");
            }
        }
        if (file.at(at + "/overrides/failure_mode_allow").asBoolean(false)) {
            file.error(
                    at + "/overrides/failure_mode_allow",
                    "'failure_mode_allow' is true here: without the engine, requests pass without policies",
                    "failure_mode_allow: false");
        }
        checkModes(at + "/overrides/processing_mode");
        String cluster = at + "/overrides/grpc_service/envoy_grpc/cluster_name";
        String usual = model.of(Scope.FILTER)
                .at("/grpc_service/envoy_grpc/cluster_name")
                .asString("");
        if (file.has(cluster) && !file.text(cluster).equals(usual)) {
            file.warning(cluster, "another server than the filter's: its cluster is not checked", null);
        }
    }

    private void checkModes(String modes) {
        if (!file.has(modes)) {
            return;
        }
        JsonNode wanted = model.of(Scope.FILTER).get("processing_mode");
        for (String headers : List.of("request_header_mode", "response_header_mode")) {
            if (file.text(modes + "/" + headers).equals("SKIP")) {
                file.error(
                        modes + "/" + headers,
                        "'" + headers + "' is SKIP here: policies on these headers do not run",
                        headers + ": SEND");
            }
        }
        for (String trailers : List.of("request_trailer_mode", "response_trailer_mode")) {
            if (wanted.path(trailers).asString("").equals("SEND")
                    && !file.text(modes + "/" + trailers).equals("SEND")) {
                file.error(
                        modes + "/" + trailers,
                        "'" + trailers + "' is not SEND here, as kernel.yaml declares (trailers: send)",
                        trailers + ": SEND");
            }
        }
    }
}
