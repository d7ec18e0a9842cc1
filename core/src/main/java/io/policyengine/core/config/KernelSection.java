package io.policyengine.core.config;

import io.policyengine.core.params.Bound;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Reads and checks {@code policy_kernel}. */
final class KernelSection {
    private static final String ROOT = "/" + ConfigSchemas.KERNEL_KEY;
    private static final int MESSAGE_OVERHEAD = 65536;

    private final Section section;
    private final Set<String> pruned = new HashSet<>();

    KernelSection(Section section) {
        this.section = section;
    }

    /** The settings. Where something is wrong, it is noted and a default stands in its place. */
    KernelConfig read() {
        section.validate(ConfigSchemas.KERNEL);
        if (!(section.at(ROOT) instanceof ObjectNode written)) {
            return KernelConfig.defaults();
        }
        var usable = written.deepCopy();
        usable.remove(ConfigSchemas.ROUTES_KEY);
        usable.remove(ConfigSchemas.OVERRIDES_KEY);
        for (var key : Set.copyOf(usable.propertyNames())) {
            if (section.isBroken(ROOT + "/" + key)) {
                pruned.add(key);
                usable.remove(key);
            }
        }
        checkWorkers();
        checkSources();
        checkAnswers();
        checkTracing();
        return switch (KernelConfig.BINDER.bind(usable)) {
            case Bound.Ok<KernelConfig>(var kernel) -> {
                checkRelations(kernel);
                yield kernel;
            }
            case Bound.Invalid<KernelConfig>(var problems) -> {
                problems.forEach(problem -> section.error(ROOT + problem.pointer(), problem.message()));
                yield KernelConfig.defaults();
            }
        };
    }

    private void checkWorkers() {
        var sockets = new HashMap<String, String>();
        var embedded = new HashMap<String, String>();
        var affinities = new HashMap<String, String>();
        var own = ROOT + "/server/socket_path";
        if (section.has(own)) {
            section.checkSocketPath(own);
            sockets.put(section.text(own), own);
        }
        for (var worker : section.children(ROOT + "/workers")) {
            var socket = worker + "/socket_path";
            if (section.at(worker + "/embedded").asBoolean(false) || !section.has(socket)) {
                var first = embedded.putIfAbsent(section.text(worker + "/name"), worker);
                if (first != null) {
                    section.error(
                            worker,
                            "a second embedded worker " + section.quote(worker + "/name") + ", first at "
                                    + section.place(first));
                }
                if (section.has(socket)) {
                    section.warning(socket, "'socket_path' is ignored: the worker is embedded");
                }
            } else {
                section.checkSocketPath(socket);
                var first = sockets.putIfAbsent(section.text(socket), socket);
                if (first != null) {
                    section.error(
                            socket,
                            "duplicate socket path " + section.quote(socket) + ", first at " + section.place(first));
                }
            }
            var replica = affinities.putIfAbsent(section.text(worker + "/name"), worker);
            if (replica != null && !affinity(worker).equals(affinity(replica))) {
                section.error(
                        worker,
                        "'affinity' differs among replicas of one worker: '" + affinity(replica) + "' at "
                                + section.place(replica));
            }
        }
    }

    private String affinity(String worker) {
        return section.at(worker + "/affinity").asString("none");
    }

    private void checkSources() {
        var sources = new HashSet<String>();
        for (var source : section.children(ROOT + "/route_name_sources")) {
            if (section.isBroken(source)) {
                continue;
            }
            if (!sources.add(section.text(source))) {
                section.error(source, "the source " + section.quote(source) + " twice");
            } else if (section.text(source).equals("header")) {
                section.warning(
                        source,
                        "with the source 'header' a client can choose its own policies, unless Envoy removes or sets"
                                + " that header itself");
            }
        }
    }

    private void checkAnswers() {
        section.checkHeaders(ROOT + "/policy_not_supported_response/headers");
        section.checkHeaders(ROOT + "/worker_unavailable_response/headers");
    }

    private void checkTracing() {
        var enabled = ROOT + "/observability/tracing/enabled";
        if (section.at(enabled).asBoolean(false)) {
            section.error(enabled, "'tracing' is not available in this version");
        }
    }

    private void checkRelations(KernelConfig kernel) {
        var server = kernel.server();
        var envoy = kernel.envoy();
        var phase = kernel.limits().phaseTimeout();
        var patience = envoy.patience();
        if (isWhole("limits", "envoy") && phase.compareTo(patience) >= 0) {
            var key = patience.equals(envoy.messageTimeout()) ? "message_timeout_ms" : "max_message_timeout_ms";
            section.error(
                    written("/limits/phase_timeout_ms", "/envoy/" + key),
                    "'limits.phase_timeout_ms' (" + phase.toMillis() + ") must be below 'envoy." + key + "' ("
                            + patience.toMillis() + "), else Envoy gives up first");
        }
        var least = (long) envoy.bufferLimitBytes() + MESSAGE_OVERHEAD;
        if (isWhole("server", "envoy") && server.maxMessageBytes() < least) {
            section.error(
                    written("/server/max_message_bytes", "/envoy/buffer_limit_bytes"),
                    "'server.max_message_bytes' (" + server.maxMessageBytes() + ") must be at least " + least
                            + ": 'envoy.buffer_limit_bytes' and " + MESSAGE_OVERHEAD + " more");
        }
        var budget = kernel.limits().maxBufferedBytes();
        if (isWhole("server", "limits") && budget < server.maxMessageBytes()) {
            section.warning(
                    written("/limits/max_buffered_bytes", "/server/max_message_bytes"),
                    "'limits.max_buffered_bytes' (" + budget + ") is below 'server.max_message_bytes' ("
                            + server.maxMessageBytes() + "): messages of more than " + budget
                            + " bytes are always refused");
        }
        var metrics = kernel.observability().metricsPort();
        if (isWhole("server", "observability")
                && server.socketPath() == null
                && metrics != 0
                && metrics == server.port()) {
            section.error(
                    written("/observability/metrics_port", "/server/port"),
                    "'observability.metrics_port' and 'server.port' are the same");
        }
    }

    private boolean isWhole(String... keys) {
        return Set.of(keys).stream().noneMatch(pruned::contains);
    }

    /** The first of two keys that was written. */
    private String written(String first, String second) {
        return section.has(ROOT + first) ? ROOT + first : ROOT + second;
    }
}
