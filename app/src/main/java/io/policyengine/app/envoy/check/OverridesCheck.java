package io.policyengine.app.envoy.check;

import io.policyengine.app.envoy.EnvoyParts;
import io.policyengine.app.envoy.EnvoyParts.Scope;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;

/**
 * Checks how routes, virtual hosts and weighted clusters change the engine's filter (ext_proc.proto: ExtProcPerRoute).
 */
record OverridesCheck(EnvoyFile file, EnvoyParts model) {
    private static final String TYPED = "/typed_per_filter_config";
    private static final String SETTINGS = "ExtProcPerRoute";

    /**
     * Checks one route table, virtual host, route or weighted cluster.
     *
     * @param isGuarded whether the engine must see the requests of this part
     */
    void check(String part, String filterName, BooleanSupplier isGuarded) {
        if (!file.has(part + TYPED)) {
            return;
        }
        for (Map.Entry<String, JsonNode> entry : file.at(part + TYPED).properties()) {
            String at = EnvoyFile.child(part + TYPED, entry.getKey());
            // A FilterConfig disables any filter, or holds the settings of one.
            boolean isWrapped = file.isA(at, "FilterConfig");
            String settings = isWrapped ? at + "/config" : at;
            if (entry.getKey().equals(filterName)) {
                if (isWrapped) {
                    checkDisabled(at, isGuarded.getAsBoolean());
                }
                checkSettings(settings, isGuarded.getAsBoolean());
            } else if (file.isA(settings, SETTINGS)) {
                file.warning(at, "no effect: the filter has the name '" + filterName + "'", null);
            }
        }
    }

    private void checkSettings(String at, boolean isGuarded) {
        if (!file.has(at)) {
            return;
        }
        if (!file.isA(at, SETTINGS)) {
            file.error(at, "not checked, as this is no " + SETTINGS + ": it may disable the filter", null);
        }
        checkDisabled(at, isGuarded);
        checkOverrides(at + "/overrides");
    }

    private void checkDisabled(String at, boolean isGuarded) {
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
    }

    private void checkOverrides(String at) {
        if (file.at(at + "/failure_mode_allow").asBoolean(false)) {
            file.error(
                    at + "/failure_mode_allow",
                    "'failure_mode_allow' is true here: without the engine, requests pass without policies",
                    "failure_mode_allow: false");
        }
        checkModes(at + "/processing_mode");
        String cluster = at + FilterCheck.CLUSTER_NAME;
        String usual = model.of(Scope.FILTER).at(FilterCheck.CLUSTER_NAME).asString("");
        if (file.has(cluster) && !file.text(cluster).equals(usual)) {
            file.warning(cluster, "this is another server than the filter's: its cluster is not checked", null);
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
