package io.policyengine.core.config.reading;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.http.IpAddress;
import io.policyengine.core.params.BoundParams;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.node.ObjectNode;

/** Reads and checks {@code policy_kernel}. */
final class KernelSection {
    private static final String ROOT = "/" + ConfigSchemas.KERNEL_KEY;

    private static final String WORKERS = "workers";
    private static final Set<String> KEYS =
            Set.copyOf(KernelConfig.BINDER.schema().path("properties").propertyNames());

    private final Section section;
    private final Set<String> pruned = new HashSet<>();

    KernelSection(Section section) {
        this.section = section;
    }

    /**
     * Returns whether the workers in a validated kernel.yaml are known. The list of workers must be valid, and no key
     * may be unknown, since an unknown key could be a misspelt {@code workers}.
     */
    static boolean knowsWorkers(Section section) {
        return section.isSound(ROOT + "/" + WORKERS)
                && section.at(ROOT).isObject()
                && section.children(ROOT).stream()
                        .allMatch(key -> section.isSound(key)
                                || KEYS.contains(JsonPointer.compile(key).last().getMatchingProperty()));
    }

    /**
     * Returns the settings. Records a problem for each invalid value, and uses the default of the whole top-level key
     * that contains the value.
     */
    KernelConfig read() {
        section.validate(ConfigSchemas.kernelValidator());
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
        warnOfUnsettledPolicies();
        checkSources();
        checkPathRules();
        checkAnswers();
        TracingRules.check(section, ROOT + "/observability/tracing");
        checkTokens();
        checkAdminAddress();
        section.checkSecretRules(ROOT + "/secrets");
        return switch (KernelConfig.BINDER.bind(usable)) {
            case BoundParams.Ok<KernelConfig>(var kernel) -> {
                checkRelations(kernel);
                yield kernel;
            }
            case BoundParams.Invalid<KernelConfig>(var problems) -> {
                problems.forEach(problem -> section.error(ROOT + problem.pointer(), problem.message()));
                yield KernelConfig.defaults();
            }
        };
    }

    private void checkWorkers() {
        var sockets = new HashMap<String, String>();
        var embedded = new HashMap<String, String>();
        var affinities = new HashMap<String, String>();
        var policies = new HashMap<String, String>();
        var own = ROOT + "/server/socket_path";
        if (section.has(own)) {
            section.checkSocketPath(own);
            sockets.put(section.text(own), own);
        }
        for (var worker : section.children(ROOT + "/" + WORKERS)) {
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
            checkPolicies(worker, policies);
            var replica = affinities.putIfAbsent(section.text(worker + "/name"), worker);
            if (replica != null && !affinity(worker).equals(affinity(replica))) {
                section.error(
                        worker,
                        "'affinity' differs among replicas of one worker: '" + affinity(replica) + "' at "
                                + section.place(replica));
            }
            if (replica != null && !policies(worker).equals(policies(replica))) {
                section.error(
                        worker, "'policies' differs among replicas of one worker, first at " + section.place(replica));
            }
        }
    }

    /**
     * Checks that each policy is listed for only one worker.
     * @param listed receives the position at which each policy is first listed
     */
    private void checkPolicies(String worker, Map<String, String> listed) {
        var own = new HashSet<String>();
        for (var policy : section.children(worker + "/policies")) {
            if (section.isBroken(policy)) {
                continue;
            }
            var first = listed.putIfAbsent(section.text(policy), policy);
            var name = section.quote(policy);
            if (!own.add(section.text(policy))) {
                section.error(policy, "policy " + name + " is listed twice");
            } else if (first != null && !section.text(nameOf(first)).equals(section.text(worker + "/name"))) {
                section.error(
                        policy,
                        "policy " + name + " belongs to worker " + section.quote(nameOf(first)) + " already, at "
                                + section.place(first) + ": a policy belongs to one worker");
            }
        }
    }

    /**
     * Warns of policies that several workers may run. The first such worker in the file that answers in time runs the
     * policy. After a restart, this may be another worker.
     */
    private void warnOfUnsettledPolicies() {
        var unsettled = new LinkedHashMap<String, String>();
        for (var worker : section.children(ROOT + "/" + WORKERS)) {
            if (section.has(worker + "/name") && !section.has(worker + "/policies")) {
                unsettled.putIfAbsent(section.text(worker + "/name"), worker);
            }
        }
        if (unsettled.size() < 2) {
            return;
        }
        for (var worker : unsettled.values()) {
            section.warning(
                    worker,
                    "worker " + section.quote(worker + "/name")
                            + " has no 'policies', like another worker: if both declare a policy, the first of them "
                            + "in this file runs it. If the first takes more than 5 s to answer at a start, "
                            + "the other one does. List in 'policies' what each worker is to run");
        }
    }

    /** Returns the pointer to the name of the worker that lists the policy at this pointer. */
    private static String nameOf(String policy) {
        return policy.substring(0, policy.lastIndexOf("/policies/")) + "/name";
    }

    private Set<String> policies(String worker) {
        var names = new HashSet<String>();
        section.children(worker + "/policies").forEach(policy -> names.add(section.text(policy)));
        return section.has(worker + "/policies") ? names : Set.of("");
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
                section.error(source, "the source " + section.quote(source) + " is listed twice");
            } else if (section.text(source).equals("header")) {
                section.warning(
                        source,
                        "with the source 'header' a client can choose its own policies, unless Envoy removes or sets"
                                + " that header itself");
            }
        }
    }

    private void checkPathRules() {
        var rules = ROOT + "/path_rules";
        if (!section.isBroken(rules) && section.text(rules).equals("off")) {
            section.warning(
                    rules,
                    "with 'path_rules: off' a client can bypass the policies of a resource by a path that the upstream"
                            + " reads differently from Envoy, such as '/public/..;/users'. To accept single kinds of"
                            + " paths on a route, use its 'allow_in_path' instead");
        }
    }

    private void checkAnswers() {
        section.checkHeaders(ROOT + "/policy_not_supported_response/headers");
        section.checkHeaders(ROOT + "/worker_unavailable_response/headers");
    }

    private void checkTokens() {
        var names = new HashMap<String, String>();
        for (var token : section.children(ROOT + "/observability/admin_tokens")) {
            var name = token + "/name";
            var first = names.putIfAbsent(section.text(name), name);
            if (first != null && section.has(name)) {
                section.error(name, "a second token " + section.quote(name) + ", first at " + section.place(first));
            }
        }
    }

    /** Warns of an admin port that other machines reach while no token protects the management API. */
    private void checkAdminAddress() {
        var observability = ROOT + "/observability";
        var address = observability + "/admin_address";
        if (section.has(address)
                && section.isSound(address)
                && !isLoopback(section.text(address))
                && !section.has(observability + "/admin_token")
                && section.children(observability + "/admin_tokens").isEmpty()) {
            section.warning(
                    address,
                    "other machines reach the admin port at " + section.quote(address)
                            + ", and no token protects the management API: a proxy on this machine that forwards"
                            + " requests to it lets everyone read everything there. Set 'admin_tokens'");
        }
    }

    private static boolean isLoopback(String host) {
        IpAddress address = IpAddress.parse(host);
        return address == null
                ? host.equalsIgnoreCase("localhost")
                : address.isV4() ? address.low() >>> 24 == 127 : address.high() == 0 && address.low() == 1;
    }

    private void checkRelations(KernelConfig kernel) {
        for (var broken : KernelRelations.brokenIn(kernel)) {
            if (isWhole(broken.first()) && isWhole(broken.second())) {
                var place = ROOT + (section.has(ROOT + broken.first()) ? broken.first() : broken.second());
                switch (broken.severity()) {
                    case ERROR -> section.error(place, broken.message());
                    case WARNING -> section.warning(place, broken.message());
                }
            }
        }
    }

    /** Returns whether the enclosing settings are used as written, not replaced by defaults. */
    private boolean isWhole(String pointer) {
        return !pruned.contains(JsonPointer.compile(pointer).getMatchingProperty());
    }
}
