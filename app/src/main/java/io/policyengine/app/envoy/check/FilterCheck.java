package io.policyengine.app.envoy.check;

import io.policyengine.app.envoy.EnvoyConfigWriter;
import io.policyengine.app.envoy.EnvoyParts;
import io.policyengine.app.envoy.EnvoyParts.Scope;
import io.policyengine.app.envoy.EnvoySetting;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.ServerConfig;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Checks the engine's filter in a connection manager, and the cluster that the filter names. */
record FilterCheck(EnvoyFile file, EngineConfig config, EnvoyParts model, Resources resources) {
    /** The name of the engine's cluster, as a JSON pointer in the filter's settings. */
    static final String CLUSTER_NAME = "/grpc_service/envoy_grpc/cluster_name";

    private static final String PROCESSOR = "ExternalProcessor";
    private static final String ROUTER = "Router";
    private static final List<String> BREAKERS = List.of("max_connections", "max_pending_requests", "max_requests");
    private static final BigDecimal ENVOYS_DEFAULT = BigDecimal.valueOf(1024);

    /**
     * Returns the JSON pointer of the engine's filter in a connection manager, or empty if there is none. A single
     * ext_proc filter is regarded as the engine's.
     */
    Optional<String> filterOf(Resources.HttpChain manager) {
        List<String> processors = processors(manager.pointer() + "/http_filters");
        Optional<String> engine =
                processors.stream().filter(this::leadsToEngine).findFirst();
        return engine.isEmpty() && processors.size() == 1 ? Optional.of(processors.getFirst()) : engine;
    }

    private List<String> processors(String filters) {
        return file.items(filters).stream()
                .filter(filter -> file.isA(filter + "/typed_config", PROCESSOR))
                .toList();
    }

    private String clusterOf(String filter) {
        return file.text(filter + "/typed_config" + CLUSTER_NAME);
    }

    private boolean leadsToEngine(String filter) {
        String name = clusterOf(filter);
        return name.equals(model.cluster().path("name").asString())
                || resources.cluster(file, name).filter(this::reachesEngine).isPresent();
    }

    private boolean reachesEngine(String cluster) {
        ServerConfig server = config.kernel().server();
        for (String endpoints : file.items(cluster + "/load_assignment/endpoints")) {
            for (String endpoint : file.items(endpoints + "/lb_endpoints")) {
                String address = endpoint + "/endpoint/address";
                String socket = server.socketPath();
                if (socket != null
                        ? file.text(address + "/pipe/path").equals(socket)
                        : file.at(address + "/socket_address/port_value").asInt(0) == server.port()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Reports that the file has no cluster for the engine. */
    void reportMissingCluster() {
        if (resources.seesAll() && resources.clusters().stream().noneMatch(this::reachesEngine)) {
            file.error(
                    "/static_resources/clusters",
                    "no cluster leads to the engine: add to 'clusters'",
                    EnvoyConfigWriter.yaml(JsonNodeFactory.instance.arrayNode().add(model.cluster())));
        }
    }

    /** Reports that a connection manager does not have the engine's filter. */
    void reportMissing(Resources.HttpChain manager, boolean othersHaveIt) {
        String filters = manager.pointer() + "/http_filters";
        String router = file.items(filters).stream()
                .filter(filter -> file.isA(filter + "/typed_config", ROUTER))
                .findFirst()
                .orElse(filters);
        String message = "no ext_proc filter before this: requests of listener '"
                + file.text(manager.listener() + "/name") + "' reach upstreams without the engine";
        String text =
                EnvoyConfigWriter.yaml(JsonNodeFactory.instance.arrayNode().add(model.filter()));
        file.add(othersHaveIt ? Finding.Level.WARNING : Finding.Level.ERROR, router, message, text);
    }

    /** Checks the settings of the engine's filter, including those for upgrades, and its cluster. */
    void check(Resources.HttpChain manager, String filter) {
        checkFilter(manager.pointer() + "/http_filters", filter);
        checkService(filter + "/typed_config");
        for (String upgrade : file.items(manager.pointer() + "/upgrade_configs")) {
            checkUpgrade(upgrade + "/filters", clusterOf(filter));
        }
    }

    /** Checks the filters of an upgrade, which Envoy uses instead of the connection manager's if there are any. */
    private void checkUpgrade(String filters, String cluster) {
        if (file.items(filters).isEmpty()) {
            return;
        }
        processors(filters).stream()
                .filter(filter -> clusterOf(filter).equals(cluster))
                .findFirst()
                .ifPresentOrElse(
                        filter -> checkFilter(filters, filter),
                        () -> file.error(
                                filters,
                                "the filters of this upgrade lack the engine's filter: such requests reach "
                                        + "upstreams without policies; remove 'filters'",
                                null));
    }

    private void checkFilter(String filters, String filter) {
        for (String other : processors(filters)) {
            if (!other.equals(filter)) {
                file.warning(
                        other,
                        "a second ext_proc filter in this chain: two filters that stream bodies truncate them or "
                                + "send parts twice",
                        null);
            }
        }
        if (file.at(filter + "/disabled").asBoolean(false)) {
            file.error(filter + "/disabled", "the filter is off until a route enables it; remove 'disabled'", null);
        }
        String settings = filter + "/typed_config";
        new SettingsCheck(file, model).check(Scope.FILTER, settings);
        checkBodyModes(settings);
    }

    private void checkBodyModes(String settings) {
        for (String direction : List.of("request", "response")) {
            String at = settings + "/processing_mode/" + direction + "_body_mode";
            String mode = file.text(at);
            String trailers = file.text(settings + "/processing_mode/" + direction + "_trailer_mode");
            if (!mode.isEmpty() && !mode.equals("NONE") && !trailers.equals("SEND")) {
                file.error(
                        at,
                        "'" + direction + "_body_mode' is " + mode + " without '" + direction
                                + "_trailer_mode': the end of a body with trailers would not be seen; or let the engine"
                                + " ask for bodies, with NONE",
                        "processing_mode:\n  " + direction
                                + "_trailer_mode: SEND    # and kernel.yaml: trailers: send");
            }
        }
    }

    private void checkService(String settings) {
        String service = settings + "/grpc_service";
        if (file.has(service + "/google_grpc")) {
            file.note(service + "/google_grpc", "not checked: the settings of a cluster, since google_grpc has none");
            return;
        }
        String name = file.text(settings + CLUSTER_NAME);
        if (name.isEmpty()) {
            file.error(
                    settings,
                    "the filter names no cluster of the engine",
                    EnvoyConfigWriter.yaml(JsonNodeFactory.instance
                            .objectNode()
                            .set("grpc_service", model.of(Scope.FILTER).get("grpc_service"))));
            return;
        }
        String authority = file.text(service + "/envoy_grpc/authority");
        if (!isHost(authority.isEmpty() ? name : authority)) {
            file.error(
                    service + "/envoy_grpc",
                    "'" + (authority.isEmpty() ? name : authority)
                            + "' is not a valid authority: the engine refuses such streams",
                    "authority: " + model.cluster().path("name").asString());
        }
        Optional<String> cluster = resources.cluster(file, name);
        if (cluster.isPresent()) {
            checkCluster(cluster.get());
        } else if (resources.seesAll()) {
            file.error(
                    settings + CLUSTER_NAME,
                    "no cluster '" + name + "': add to 'clusters'",
                    EnvoyConfigWriter.yaml(JsonNodeFactory.instance
                            .arrayNode()
                            .add(model.cluster().deepCopy().put("name", name))));
        } else {
            file.note(settings + CLUSTER_NAME, "not seen: the cluster '" + name + "'");
        }
    }

    private static boolean isHost(String authority) {
        return authority.chars().allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || ".-_:[]".indexOf(c) >= 0));
    }

    private void checkCluster(String cluster) {
        String options = cluster + EnvoyParts.PROTOCOL_OPTIONS;
        if (file.has(cluster + "/http2_protocol_options")) {
            file.note(
                    cluster + "/http2_protocol_options",
                    "a deprecated place: its values are not compared; use typed_extension_protocol_options");
        } else if (!file.has(cluster + EnvoyParts.HTTP2) && !file.has(options + "/auto_config")) {
            file.error(
                    cluster,
                    "the engine's cluster does not speak HTTP/2, without which there is no gRPC",
                    EnvoyConfigWriter.yaml(JsonNodeFactory.instance
                            .objectNode()
                            .set(
                                    "typed_extension_protocol_options",
                                    model.cluster().get("typed_extension_protocol_options"))));
            return;
        }
        SettingsCheck settings = new SettingsCheck(file, model);
        settings.check(Scope.CLUSTER, cluster);
        if (file.has(cluster + EnvoyParts.HTTP2)) {
            settings.check(Scope.ENGINE_HTTP2, cluster + EnvoyParts.HTTP2);
        }
        checkBreakers(cluster);
    }

    private void checkBreakers(String cluster) {
        JsonNode wanted = model.cluster().at("/circuit_breakers/thresholds/0");
        for (String threshold : file.items(cluster + "/circuit_breakers/thresholds")) {
            List<String> low = BREAKERS.stream()
                    .filter(name -> isLower(file.at(threshold + "/" + name), wanted.path(name)))
                    .toList();
            if (!low.isEmpty()) {
                file.warning(
                        threshold,
                        String.join(", ", low) + " lower than the engine needs: " + EnvoySetting.BREAKERS.reason(),
                        EnvoyConfigWriter.yaml(JsonNodeFactory.instance
                                .objectNode()
                                .set("circuit_breakers", model.cluster().get("circuit_breakers"))));
            }
        }
    }

    private static boolean isLower(JsonNode actual, JsonNode wanted) {
        BigDecimal number = actual.isMissingNode() ? ENVOYS_DEFAULT : Values.amount(actual);
        BigDecimal bound = Values.amount(wanted);
        return number != null && bound != null && number.compareTo(bound) < 0;
    }
}
